// Which IR instruction makes which machine call of a node? Calls keep their order per callee; runtime calls of operations that
// the machine lacks are attributed where there is only one candidate for each.
import type { BasicBlock, Instruction } from "../bitcode/index.ts";
import { calleeOf, intrinsicOf, likeliestCalls, memoryOperations } from "../ir/index.ts";
import type { Passed } from "./call-flow.ts";
import type { NodeCall } from "./mapping.ts";
import type { RegionProblem } from "./region.ts";
import { attributeSoftFloat } from "./soft-float-calls.ts";

/** Fills in `instruction` of each call; `passed` has what each is given. A problem when the IR calls something that the machine code does not. */
export function attributeCalls(
  block: BasicBlock,
  calls: readonly NodeCall[],
  nameOf: (name: string) => string,
  passed: () => readonly (readonly Passed[])[],
): NodeCall[] | RegionProblem {
  let known: ReturnType<typeof passed> | undefined;
  const passedOnce = (): ReturnType<typeof passed> => (known ??= passed());
  // By callee (null: indirect): indexes of IR calls that have no machine call yet, first to last.
  const wanted = new Map<string | null, number[]>();
  block.instructions.forEach((instruction, index) => {
    const callee = calleeOf(instruction);
    if (callee === undefined) return;
    const key = callee === null ? null : nameOf(callee);
    const list = wanted.get(key);
    if (list) list.push(index);
    else wanted.set(key, [index]);
  });
  const runtime = new Map<string, number[]>();
  const result = calls.map((call, position) => {
    const index = wanted.get(call.callee)?.shift();
    if (index === undefined && call.callee !== null) {
      const list = runtime.get(call.callee);
      if (list) list.push(position);
      else runtime.set(call.callee, [position]);
    }
    return index === undefined ? call : { ...call, instruction: index };
  });
  for (const [callee, positions] of runtime) {
    const chosen = isMemory(callee)
      ? memoryCalls(block, callee, positions, passedOnce)
      : operations(block, callee, positions.length);
    if (chosen.length < positions.length) continue;
    positions.forEach((position, i) => {
      result[position] = { ...result[position]!, instruction: chosen[i]! };
    });
  }
  for (const [callee, rest] of wanted) {
    if (rest.length === 0) continue;
    // A call of a C function that the back end knows may become instructions.
    return {
      reason: "call-not-found",
      detail: `the IR calls ${callee ?? "a pointer"}, the machine code does not`,
    };
  }
  return attributeSoftFloat(block, result, passedOnce);
}

/** Which argument of a library function for memory is its length. */
const LENGTH = 2;

function isMemory(callee: string): boolean {
  return callee === "memcpy" || callee === "memmove" || callee === "memset";
}

/**
 * The instructions that make `count` calls of a library function for memory, in IR order; one that copies several
 * structures for its callee is there more than once. The back end writes out operations of a few accesses and calls the
 * function for the others. Less than `count` where there are not so many.
 */
function memoryCalls(
  block: BasicBlock,
  callee: string,
  positions: readonly number[],
  passed: () => readonly (readonly Passed[])[],
): number[] {
  const candidates = block.instructions.flatMap((instruction, index) =>
    memoryOperations(instruction)
      .filter((one) => one.callee === callee)
      .map((one) => ({ index, one })),
  );
  if (candidates.length < positions.length) return [];
  if (candidates.length === positions.length) return candidates.map(({ index }) => index);
  // A length that the machine code passes as a constant says most.
  const chosen: typeof candidates = [];
  for (const position of positions) {
    const length = passed()[position]?.[LENGTH];
    const same = candidates.findIndex(
      ({ one }) => length?.kind === "constant" && one.bytes !== null && one.bytes >>> 0 === length.value,
    );
    if (same >= 0) chosen.push(...candidates.splice(same, 1));
  }
  const rest = likeliestCalls(
    candidates.map(({ one }) => one),
    positions.length - chosen.length,
  );
  return [...chosen, ...rest.map((at) => candidates[at]!)].map(({ index }) => index).sort((a, b) => a - b);
}

/** The same for operations and intrinsics, as far as name and type make it certain. */
function operations(block: BasicBlock, callee: string, count: number): number[] {
  const candidates = block.instructions.flatMap((instruction, index) => {
    const rank = rankOf(instruction, callee);
    return rank === null ? [] : [{ index, rank }];
  });
  return candidates
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .slice(0, count)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}

/** Null: the instruction does not become a call of the runtime function. The lower, the likelier it does. */
function rankOf(instruction: Instruction, callee: string): number | null {
  if (instruction.op === "call")
    return intrinsicOf(instruction)?.startsWith(`llvm.${callee}.`) === true ? 0 : null;
  const operator = WIDE_OPERATIONS[callee];
  if (instruction.op !== "binary" || operator === undefined || instruction.type.kind !== "integer")
    return null;
  if (instruction.type.width <= 32 || instruction.type.width > 64) return null;
  // What divides numbers that cannot be negative needs no sign.
  const unsigned = operator.startsWith("u") && instruction.operator === `s${operator.slice(1)}`;
  if (instruction.operator !== operator && !unsigned) return null;
  // Division by many a constant is written out.
  return (unsigned ? 2 : 0) + (instruction.right.kind === "integer" ? 1 : 0);
}

const WIDE_OPERATIONS: Readonly<Record<string, string>> = {
  __divdi3: "sdiv",
  __udivdi3: "udiv",
  __moddi3: "srem",
  __umoddi3: "urem",
  __muldi3: "mul",
  __ashldi3: "shl",
  __ashrdi3: "ashr",
  __lshrdi3: "lshr",
};
