// Which of the machine code's calls of runtime functions belongs to an instruction that does not name one.

import { isSoftFloat } from "../../ir/index.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import type { PlanCall } from "../plan.ts";

/**
 * The call of a runtime function that the machine code makes for the current instruction, one of `names`; null: it calls none;
 * undefined: not known.
 */
export function runtimeCall(
  f: FunctionEmitter,
  names: readonly string[],
  used: Set<number>,
): PlanCall | null | undefined {
  const calls = f.node.calls;
  if (calls === null) return undefined;
  const own = instructionOf(f);
  const exact = calls.findIndex(
    (call, i) =>
      call.instruction === own && call.callee !== null && names.includes(call.callee) && !used.has(i),
  );
  if (exact >= 0) {
    used.add(exact);
    return calls[exact] ?? null;
  }
  // An operation that has its call does not make another's; an intrinsic may make several.
  if (f.instruction?.op !== "call" && ownCalls(f) > 0) return null;
  const loose = calls.findIndex(
    (call, i) =>
      call.instruction === null && call.callee !== null && names.includes(call.callee) && !used.has(i),
  );
  if (loose < 0) return null;
  used.add(loose);
  return calls[loose] ?? null;
}

/** The same, its name only. */
export function calledName(f: FunctionEmitter, names: readonly string[]): string | null | undefined {
  const call = f.runtimeCall(names);
  return call === undefined || call === null ? call : call.callee;
}

/** How many calls, of these names or of all of them, the machine code is known to make for the current instruction. */
export function ownCalls(f: FunctionEmitter, names?: readonly string[]): number {
  return callsOf(f).filter(({ callee }) => callee !== null && names?.includes(callee) !== false).length;
}

/** Is it known what all those calls are given? */
export function areGiven(f: FunctionEmitter): boolean {
  const calls = callsOf(f);
  return calls.length > 0 && calls.every(({ given }) => given !== undefined);
}

/** The calls of the machine code that compute with floating-point numbers for the current instruction. */
export function callsOf(f: FunctionEmitter): readonly PlanCall[] {
  const own = instructionOf(f);
  return (f.node.calls ?? []).filter(
    ({ instruction, callee }) => instruction === own && callee !== null && isSoftFloat(callee),
  );
}

/** Index of the instruction that is emitted: within its user's expression it is not the one that the block's emission is at. */
function instructionOf(f: FunctionEmitter): number {
  const index =
    f.instruction === null ? -1 : f.fn.blocks[f.node.irBlock]?.instructions.indexOf(f.instruction);
  return index === undefined || index < 0 ? f.instructionIndex : index;
}
