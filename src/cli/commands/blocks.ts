// `blockwatt blocks P`: every machine block with its instructions and its cost by predecessor.
import { fail } from "../../base/diagnostic.ts";
import { codeImageOf, indexMachineCode } from "../../cfg/index.ts";
import { createDisassembler } from "../../isa/index.ts";
import { powerPrices, priceEvents } from "../../pipeline/index.ts";
import type { ProgramBundle } from "../../report/bundle.ts";
import { si } from "../../report/figures.ts";
import { closestNames } from "../../toolchain/suggest.ts";
import type { CommandContext } from "../context.ts";
import { openCore } from "../open-core.ts";
import { printReport } from "../output.ts";
import type { PreparedProgram } from "../prepare.ts";
import { loadElf, prepareProgram } from "../prepare.ts";
import { programSpec } from "../program-arguments.ts";
import { createProgress } from "../progress.ts";

interface PairReport {
  /** Address of the predecessor's first instruction; null for the program's entry. */
  readonly predecessor: number | null;
  readonly predecessor_function: string | null;
  /** Range over what can precede the predecessor, and energy at its mean. */
  readonly cycles_min: number;
  readonly cycles_max: number;
  readonly energy_j: number;
  readonly contexts: number;
}

interface BlockReport {
  readonly address: number;
  readonly function: string;
  readonly instructions: readonly string[];
  readonly pairs: readonly PairReport[];
}

export async function blocksCommand(
  context: CommandContext,
  program: string,
  more: readonly string[],
  options: { core: string; json?: boolean; function?: string },
): Promise<void> {
  const json = options.json ?? false;
  const core = await openCore(options.core);
  const spec = await programSpec(program, more, "small");
  const progress = createProgress(json);
  const prepared = await prepareProgram(spec, core, { progress, signal: context.signal }).finally(
    progress.finish,
  );
  const names = prepared.bundle.code.functions.map((fn) => fn.name);
  if (options.function !== undefined && !names.includes(options.function)) {
    const near = closestNames(options.function, names);
    fail(
      "BW0908",
      `${spec.name} has no function '${options.function}'`,
      near ? `did you mean ${near}?` : undefined,
    );
  }
  printReport(
    {
      schema: "blockwatt.blocks/1",
      program: spec.name,
      core: core.name,
      blocks: blockReports(prepared, options.function),
    },
    json,
    (report) => report.blocks.map(blockText).join("\n"),
  );
}

function blockReports(prepared: PreparedProgram, only: string | undefined): BlockReport[] {
  const code = indexMachineCode(prepared.bundle.code);
  const image = codeImageOf(loadElf(prepared.built));
  const prices = powerPrices(prepared.core.model.power);
  const disassembler = createDisassembler(prepared.core.model.isa);
  const costs = new Map<number, ProgramBundle["costs"]["edges"][number][]>();
  for (const cost of prepared.bundle.costs.edges) {
    const list = costs.get(cost.edge) ?? [];
    costs.set(cost.edge, list);
    list.push(cost);
  }
  const pair = (edge: number, from: number | undefined): PairReport | undefined => {
    const list = costs.get(edge);
    if (!list) return undefined;
    const cycles = list.map((cost) => cost.cycles);
    const joules = list.map((cost) => priceEvents(prices, cost.events, cost.cycles).joules);
    const block = from === undefined ? undefined : code.blocks[from]!;
    return {
      predecessor: block?.start ?? null,
      predecessor_function: block?.function ?? null,
      cycles_min: Math.min(...cycles),
      cycles_max: Math.max(...cycles),
      energy_j: joules.reduce((sum, value) => sum + value, 0) / joules.length,
      contexts: list.length,
    };
  };
  return code.blocks
    .filter((block) => only === undefined || block.function === only)
    .map((block) => {
      const instructions: string[] = [];
      for (let address = block.start; address < block.end; address += 4) {
        instructions.push(disassembler.disassemble(image.wordAt(address) ?? 0, address));
      }
      const pairs = code.incoming(block.id).map((edge) => pair(edge.id, edge.from));
      if (block.id === prepared.bundle.entryBlock) pairs.push(pair(-1, undefined));
      return {
        address: block.start,
        function: block.function,
        instructions,
        pairs: pairs.filter((one) => one !== undefined),
      };
    });
}

function blockText(block: BlockReport): string {
  const hex = (address: number): string => `0x${address.toString(16)}`;
  const lines = [`${hex(block.address)} ${block.function}`];
  for (const text of block.instructions) lines.push(`    ${text}`);
  for (const pair of block.pairs) {
    const from =
      pair.predecessor === null ? "program entry" : `${hex(pair.predecessor)} ${pair.predecessor_function}`;
    const cycles =
      pair.cycles_min === pair.cycles_max ? `${pair.cycles_min}` : `${pair.cycles_min} to ${pair.cycles_max}`;
    lines.push(`  after ${from}: ${cycles} cycles, ${si(pair.energy_j, "J")}`);
  }
  return lines.join("\n");
}
