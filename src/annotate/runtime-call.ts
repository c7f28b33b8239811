// Which of the machine code's calls of runtime functions belongs to an instruction that does not name one.

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
  const exact = calls.find(
    (call) => call.instruction === f.instructionIndex && call.callee !== null && names.includes(call.callee),
  );
  if (exact !== undefined) return exact.callee;
  const loose = calls.findIndex(
    (call, i) =>
      call.instruction === null && call.callee !== null && names.includes(call.callee) && !used.has(i),
  );
  if (loose < 0) return null;
  used.add(loose);
  return calls[loose]?.callee ?? null;
}
