// Changes of a number's sign: the back end lets them go from one operation of a block to the next.
import type { BasicBlock, Value } from "../bitcode/index.ts";

/** A value without the changes of its sign that its block makes, and whether they are an odd number. */
export function withoutSign(
  block: BasicBlock,
  value: Value,
): { readonly value: Value; readonly negated: boolean } {
  let at = value;
  let negated = false;
  while (
    at.kind === "instruction" &&
    (at.op === "fneg" || at.op === "freeze") &&
    block.instructions.includes(at)
  ) {
    if (at.op === "fneg") negated = !negated;
    at = at.operand;
  }
  return { value: at, negated };
}
