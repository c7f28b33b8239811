// Calls of runtime functions that the back end makes of IR instructions which do not name them: on cores without a
// floating-point unit every operation on floats, 64-bit divisions, copies of memory.
import type { BasicBlock, Instruction, Type } from "../bitcode/index.ts";
import { intrinsicOf } from "./block-facts.ts";
import { isSurelyExpanded, memoryOperations, type MemoryOperation } from "./memory-copies.ts";

const FLOAT_NAMES = /^__(?:(?:add|sub|mul|div)[sd]f3|(?:eq|ne|lt|le|gt|ge|unord)[sd]f2)$/;
const CONVERSIONS = /^__(?:fix(?:uns)?[sd]f[sd]i|float(?:un)?[sd]i[sd]f|extendsfdf2|truncdfsf2)$/;

const MEMORY = /^mem(?:cpy|move|set)$/;
const DIVISIONS = /^__u?(?:div|mod)di3$/;

/** `sf` or `df`; undefined for other types. */
function modeOf(type: Type): "sf" | "df" | undefined {
  return type.kind === "float" ? "sf" : type.kind === "double" ? "df" : undefined;
}

/**
 * How often the code of `block` can call the runtime function `callee`, at most; undefined when nothing is known of that
 * function.
 */
export function mostRuntimeCalls(block: BasicBlock, callee: string): number | undefined {
  const most = MEMORY.test(callee)
    ? memoryCallsOf
    : DIVISIONS.test(callee)
      ? divisionsOf
      : FLOAT_NAMES.test(callee) || CONVERSIONS.test(callee)
        ? (inst: Instruction) => callsOf(block, inst, callee)
        : undefined;
  return most && block.instructions.reduce((sum, inst) => sum + most(inst, callee), 0);
}

function memoryCallsOf(inst: Instruction, callee: string): number {
  return memoryOperations(inst).filter((one) => one.callee === callee && mayBeCall(one)).length;
}

function mayBeCall({ bytes }: MemoryOperation): boolean {
  return bytes === null || !isSurelyExpanded(bytes);
}

/** A signed division of numbers that cannot be negative is an unsigned one. */
function divisionsOf(inst: Instruction): number {
  if (inst.op !== "binary" || inst.type.kind !== "integer") return 0;
  return inst.type.width > 32 && /^[su](?:div|rem)$/.test(inst.operator) ? 1 : 0;
}

function callsOf(block: BasicBlock, inst: Instruction, callee: string): number {
  switch (inst.op) {
    case "binary": {
      const mode = modeOf(inst.type);
      if (mode === undefined) return 0;
      const { operator } = inst;
      // Doubling becomes a sum; a sum with a negated term becomes a difference.
      if (operator === "fmul") return callee === `__mul${mode}3` || callee === `__add${mode}3` ? 1 : 0;
      if (operator === "fadd" || operator === "fsub")
        return callee === `__add${mode}3` || callee === `__sub${mode}3` ? 1 : 0;
      return operator === "fdiv" && (callee === `__div${mode}3` || callee === `__mul${mode}3`) ? 1 : 0;
    }
    case "fcmp": {
      const mode = modeOf(inst.left.type);
      if (mode === undefined || !callee.endsWith(`${mode}2`) || !FLOAT_NAMES.test(callee)) return 0;
      return evaluationsIn(block, inst);
    }
    case "cast":
      return CONVERSIONS.test(callee) && isConversion(inst.operator) ? 1 : 0;
    case "call":
      return /^llvm\.(?:fmuladd|fma|minnum|maxnum|minimum|maximum|fpto[su]i\.sat|is\.fpclass)\./.test(
        intrinsicOf(inst) ?? "",
      )
        ? 2
        : 0;
    default:
      return 0;
  }
}

function isConversion(operator: string): boolean {
  return /^(?:fpext|fptrunc|fpto[su]i|[su]itofp)$/.test(operator);
}

/** A comparison is made for each branch and select on it, and once for all other uses. */
function evaluationsIn(block: BasicBlock, inst: Instruction): number {
  let own = 1;
  for (const user of block.instructions)
    if ((user.op === "condbr" || user.op === "select") && user.condition === inst) own += 1;
  return own;
}
