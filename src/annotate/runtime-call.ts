// Which of the machine code's calls of runtime functions belongs to an instruction that does not name one.

import { isSoftFloat } from "../ir/index.ts";
import type { FunctionEmitter } from "./function-emitter.ts";

/**
 * The runtime function that the machine code calls for the current instruction, one of `names`; null: it calls none;
 * undefined: not known.
 */
export function runtimeCall(
  f: FunctionEmitter,
  names: readonly string[],
  used: Set<number>,
): string | null | undefined {
  const calls = f.node.calls;
  if (calls === null) return undefined;
  const own = instructionOf(f);
  const exact = calls.findIndex(
    (call, i) =>
      call.instruction === own && call.callee !== null && names.includes(call.callee) && !used.has(i),
  );
  if (exact >= 0) {
    used.add(exact);
    return calls[exact]?.callee ?? null;
  }
  // An operation that has its call does not make another's; an intrinsic may make several.
  const settled =
    f.instruction?.op !== "call" &&
    calls.some(({ instruction, callee }) => instruction === own && callee !== null && isSoftFloat(callee));
  if (settled) return null;
  const loose = calls.findIndex(
    (call, i) =>
      call.instruction === null && call.callee !== null && names.includes(call.callee) && !used.has(i),
  );
  if (loose < 0) return null;
  used.add(loose);
  return calls[loose]?.callee ?? null;
}

/** Index of the instruction that is emitted: within its user's expression it is not the one that the block's emission is at. */
function instructionOf(f: FunctionEmitter): number {
  const index =
    f.instruction === null ? -1 : f.fn.blocks[f.node.irBlock]?.instructions.indexOf(f.instruction);
  return index === undefined || index < 0 ? f.instructionIndex : index;
}
