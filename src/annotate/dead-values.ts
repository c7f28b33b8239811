// Values that nobody wants. Code generation works block by block on a graph: what no effect, no branch and no other block
// needs is not in it, and neither are the runtime calls that it would take. So such a value must not be computed here either.
import { operandsOf } from "../bitcode/index.ts";
import type { GlobalFunction, Instruction } from "../bitcode/index.ts";

/** Instructions whose results no effect, branch or other block needs, directly or through others of this kind. */
export function deadValues(fn: GlobalFunction): ReadonlySet<Instruction> {
  const dead = new Set<Instruction>();
  /** Uses by slot, less those by dead instructions of the block that defines it. */
  const uses = new Int32Array(fn.slotCount);
  const home = new Int32Array(fn.slotCount).fill(-1);
  for (const block of fn.blocks) {
    for (const inst of block.instructions) {
      if (inst.slot >= 0) home[inst.slot] = block.index;
      for (const operand of operandsOf(inst)) {
        if (operand.kind === "instruction") uses[operand.slot]! += 1;
      }
    }
  }
  for (const block of fn.blocks) {
    for (const inst of block.instructions.toReversed()) {
      if (inst.slot < 0 || uses[inst.slot] !== 0 || !hasNoEffect(inst)) continue;
      dead.add(inst);
      for (const operand of operandsOf(inst)) {
        if (operand.kind === "instruction" && home[operand.slot] === block.index) uses[operand.slot]! -= 1;
      }
    }
  }
  return dead;
}

/** Intrinsics that do nothing but compute, by the beginnings of their names. */
const COMPUTING =
  /^llvm\.(fma|fmuladd|fabs|copysign|sqrt|floor|ceil|trunc|round|rint|nearbyint|minnum|maxnum|minimum|maximum|[su](min|max|cmp)|abs|bswap|bitreverse|ctpop|ctlz|cttz|fsh[lr]|[su](add|sub|mul|shl)\.)/;

function hasNoEffect(inst: Instruction): boolean {
  switch (inst.op) {
    case "binary":
    case "fneg":
    case "icmp":
    case "fcmp":
    case "cast":
    case "select":
    case "getelementptr":
    case "freeze":
    case "extractvalue":
    case "insertvalue":
    case "extractelement":
    case "insertelement":
    case "shufflevector":
      return true;
    case "load":
      return !inst.volatile && inst.ordering === "notatomic";
    case "call":
      return inst.callee.kind === "function" && COMPUTING.test(inst.callee.name);
    default:
      return false;
  }
}
