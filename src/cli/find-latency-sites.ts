// Finds the program's instructions with operand-dependent latency and links them to IR operations.
import type { LinkedSite, MachineSite } from "../annotate/counting/latency-sites.ts";
import { latencySites } from "../annotate/counting/latency-sites.ts";
import { planOf } from "../annotate/plan.ts";
import type { Module } from "../bitcode/index.ts";
import type { Instruction, MachineModel } from "../machine/model.ts";
import type { MappedProgram } from "../match/index.ts";
import type { PathPipeline } from "../pipeline/path-runner.ts";
import { createDecoder } from "../isa/index.ts";
import type { BuiltProgram } from "../toolchain/build.ts";

/** Linked sites by function name. */
export function findLatencySites(
  module: Module,
  mapped: MappedProgram,
  built: BuiltProgram,
  model: MachineModel,
  runner: PathPipeline,
): Map<string, LinkedSite[]> {
  const decoder = createDecoder(model.isa);
  const kinds = model.isa.instructions.map(operationOf);
  const machineSites = new Map<string, MachineSite[]>();
  const blockOf = irBlockFinder(built);
  for (const block of mapped.code.blocks) {
    for (let address = block.start; address < block.end; address += 4) {
      const latency = runner.latencyAt(address);
      if (!latency || latency.options.length < 2) continue;
      const kind = kinds[decoder.decode(mapped.image.wordAt(address) ?? 0)];
      const irBlock = blockOf(block.function, address);
      if (!kind || irBlock === undefined) continue;
      const sites = machineSites.get(block.function) ?? [];
      machineSites.set(block.function, sites);
      sites.push({
        address,
        irBlock,
        kind,
        options: latency.options,
        expression: latency.latency.expression,
        operands: latency.latency.operands,
        fixed: latency.inputs.map((input) => (input.kind === "constant" ? input.value : undefined)),
      });
    }
  }
  const linked = new Map<string, LinkedSite[]>();
  const helpers = { ...model.isa.helpers, ...model.pipeline.helpers };
  for (const fn of module.functions) {
    const sites = machineSites.get(fn.name);
    const mapping = mapped.mapping.functions.get(fn.name);
    const plan = mapping ? planOf(mapping) : undefined;
    if (!sites || !plan) continue;
    const found = latencySites(fn, plan.nodes, sites, helpers);
    if (found.length > 0) linked.set(fn.name, found);
  }
  return linked;
}

/** Does the instruction's meaning divide or multiply? Read from its action code. */
function operationOf(instruction: Instruction): MachineSite["kind"] | undefined {
  const text = JSON.stringify(instruction.action, (_, value: unknown) =>
    typeof value === "bigint" ? Number(value) : value,
  );
  if (/"divide_(un)?signed"/.test(text)) return "divide";
  if (/"multiply_high_|"operator":"\*"/.test(text)) return "multiply";
  return undefined;
}

/** The IR block whose code an address belongs to: that of the last probe at or before it in the same function. */
function irBlockFinder(built: BuiltProgram): (fn: string, address: number) => number | undefined {
  const byFunction = new Map<string, { address: number; irBlock: number }[]>();
  for (const probe of built.probes) {
    const list = byFunction.get(probe.function) ?? [];
    byFunction.set(probe.function, list);
    list.push(probe);
  }
  for (const list of byFunction.values()) list.sort((a, b) => a.address - b.address);
  return (fn, address) => {
    const list = byFunction.get(fn) ?? [];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle]!.address <= address) low = middle + 1;
      else high = middle;
    }
    return list[low - 1]?.irBlock;
  };
}
