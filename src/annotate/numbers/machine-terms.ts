// How the machine code does an operation by a floating-point instruction: in which order, and with which signs, it is given the operands.
import type { Instruction } from "../../bitcode/index.ts";
import type { NumberTerms } from "../../match/index.ts";
import type { FunctionEmitter } from "../function-emitter.ts";

const known = new WeakMap<FunctionEmitter, ReadonlyMap<Instruction, readonly NumberTerms[]>>();

/** All of a function, by instruction. Copies of a block are taken to be alike. */
function allTerms(f: FunctionEmitter): ReadonlyMap<Instruction, readonly NumberTerms[]> {
  let all = known.get(f);
  if (all !== undefined) return all;
  const made = new Map<Instruction, readonly NumberTerms[]>();
  const seen = new Set<number>();
  for (const { irBlock, numbers } of f.plan.nodes) {
    if (numbers === undefined || seen.has(irBlock)) continue;
    seen.add(irBlock);
    for (const terms of numbers) {
      const inst = f.fn.blocks[irBlock]?.instructions[terms.instruction];
      if (inst !== undefined) made.set(inst, [...(made.get(inst) ?? []), terms]);
    }
  }
  known.set(f, (all = made));
  return all;
}

/** Of an instruction, or of the vector instruction whose element it is; none where nothing is known. */
export function machineTerms(
  f: FunctionEmitter,
  inst: Instruction,
  step: NumberTerms["step"],
): readonly NumberTerms[] {
  const all = allTerms(f);
  const emitted = f.fn.blocks[f.node.irBlock]?.instructions[f.instructionIndex];
  const own = all.get(inst) ?? (emitted?.type.kind === "vector" ? all.get(emitted) : undefined);
  return own?.filter((terms) => terms.step === step) ?? [];
}
