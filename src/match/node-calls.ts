// Which IR instruction makes which machine call of a node? Calls keep their order per callee; runtime calls of operations that
// the machine lacks are attributed where there is only one candidate for each.
import type { BasicBlock, Instruction } from "../bitcode/index.ts";
import { calleeOf, intrinsicOf } from "../ir/index.ts";
import type { NodeCall } from "./mapping.ts";
import type { RegionProblem } from "./region.ts";

/** Fills in `instruction` of each call; a problem when the IR calls something that the machine code does not. */
export function attributeCalls(
  block: BasicBlock,
  calls: readonly NodeCall[],
  nameOf: (name: string) => string,
): NodeCall[] | RegionProblem {
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
    const candidates: number[] = [];
    block.instructions.forEach((instruction, index) => {
      if (makesRuntimeCall(instruction, callee)) candidates.push(index);
    });
    if (candidates.length < positions.length) continue;
    const chosen = likeliest(block, candidates, positions.length);
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
  return result;
}

/**
 * The `count` candidates that became calls, in IR order. The back end writes out memory operations of small constant
 * length and calls the function for the others: the longest ones are the calls, those of unknown length first of all.
 */
function likeliest(block: BasicBlock, candidates: readonly number[], count: number): number[] {
  const length = (index: number): bigint => {
    const instruction = block.instructions[index]!;
    const bytes = instruction.op === "call" ? instruction.args[2] : undefined;
    return bytes?.kind === "integer" ? BigInt.asUintN(32, bytes.value) : 1n << 32n;
  };
  return [...candidates]
    .sort((a, b) => Number(length(b) - length(a)) || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
}

/** Can the instruction become a call of the runtime function? Only what is certain by name and type. */
function makesRuntimeCall(instruction: Instruction, callee: string): boolean {
  if (instruction.op === "call") {
    const name = intrinsicOf(instruction);
    return name !== undefined && name.startsWith(`llvm.${callee}.`);
  }
  if (instruction.op !== "binary") return false;
  const wide = instruction.type.kind === "integer" && instruction.type.width === 64;
  return wide && WIDE_OPERATIONS[callee] === instruction.operator;
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
