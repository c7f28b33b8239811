// Calls of runtime functions that the back end makes of IR instructions which do not name them: on cores without a
// floating-point unit every operation on floats, 64-bit divisions, copies of memory.
import type {
  BasicBlock,
  CastInstruction,
  FloatPredicate,
  Instruction,
  Type,
  Value,
} from "../bitcode/index.ts";
import { intrinsicOf } from "./block-facts.ts";
import { askedOfInfinity, combinedPredicate } from "./combined-comparisons.ts";
import { isSameValue } from "./same-values.ts";
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
 * Can the code of `block` make so many runtime calls, by callee, those of `callee` among them? Functions of which nothing is known can be
 * called any time.
 */
export function canMakeCalls(block: BasicBlock, callee: string, calls: ReadonlyMap<string, number>): boolean {
  if ((calls.get(callee) ?? 0) > (mostCallsOf(block, callee) ?? Infinity)) return false;
  // Operations that can be one of two calls are not both.
  return GROUPS.every(({ names, most }) => {
    if (!names.test(callee)) return true;
    let count = 0;
    for (const [name, times] of calls) if (names.test(name)) count += times;
    return count <= block.instructions.reduce((sum, one) => sum + most(one), 0);
  });
}

/** How often the code of `block` can call a runtime function, at most; undefined when nothing is known of that function. */
function mostCallsOf(block: BasicBlock, callee: string): number | undefined {
  const most = MEMORY.test(callee)
    ? memoryCallsOf
    : DIVISIONS.test(callee)
      ? divisionsOf
      : isSoftFloat(callee)
        ? (inst: Instruction) => callsOf(block, inst, callee)
        : undefined;
  return most && block.instructions.reduce((sum, inst) => sum + most(inst, callee), 0);
}

/** Functions, and how many calls of all of them one instruction makes at most. */
interface CallGroup {
  readonly names: RegExp;
  readonly most: (inst: Instruction) => number;
}

const GROUPS: readonly CallGroup[] = ["sf", "df"].flatMap((mode) => [
  { names: new RegExp(`^__(?:add|sub)${mode}3$`), most: (inst) => sumsOf(inst, mode) },
  { names: new RegExp(`^__(?:add|sub|mul|div)${mode}3$`), most: (inst) => arithmeticOf(inst, mode) },
]);

function sumsOf(inst: Instruction, mode: string): number {
  if (modeOf(inst.type) !== mode) return 0;
  if (inst.op === "call") {
    const most = arithmeticOf(inst, mode);
    return isProductAndSum(inst) && !inst.args.slice(0, 2).some(isTwice) ? most - 1 : most;
  }
  if (inst.op !== "binary") return 0;
  if (inst.operator === "fmul") return isTwice(inst.left) || isTwice(inst.right) ? 1 : 0;
  return inst.operator === "fadd" || inst.operator === "fsub" ? 1 : 0;
}

function arithmeticOf(inst: Instruction, mode: string): number {
  if (modeOf(inst.type) !== mode) return 0;
  if (inst.op === "call") return isProductAndSum(inst) || INTRINSICS.test(intrinsicOf(inst) ?? "") ? 2 : 0;
  return inst.op === "binary" ? 1 : 0;
}

function isProductAndSum(inst: Instruction): boolean {
  return inst.op === "call" && intrinsicOf(inst)?.startsWith("llvm.fmuladd.") === true;
}

/** Intrinsics that may become calls of arithmetic. */
const INTRINSICS = /^llvm\.(?:fma|minnum|maxnum|minimum|maximum|fpto[su]i\.sat|is\.fpclass)\./;

function memoryCallsOf(inst: Instruction, callee: string): number {
  return memoryOperations(inst).filter((one) => one.callee === callee && mayBeCall(one)).length;
}

function mayBeCall({ bytes }: MemoryOperation): boolean {
  return bytes === null || !isSurelyExpanded(bytes);
}

/** Is it a function that cores without a floating-point unit compute with? */
export function isSoftFloat(callee: string): boolean {
  return FLOAT_NAMES.test(callee) || CONVERSIONS.test(callee);
}

/** How often the code of one instruction of `block` can call a soft-float function, at most. */
export function softFloatCalls(block: BasicBlock, inst: Instruction, callee: string): number {
  return isSoftFloat(callee) ? callsOf(block, inst, callee) : 0;
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
      if (operator === "fmul")
        return callee === `__mul${mode}3` || (callee === `__add${mode}3` && sumsOf(inst, mode) > 0) ? 1 : 0;
      if (operator === "fadd" || operator === "fsub")
        return callee === `__add${mode}3` || callee === `__sub${mode}3` ? 1 : 0;
      return operator === "fdiv" && (callee === `__div${mode}3` || callee === `__mul${mode}3`) ? 1 : 0;
    }
    case "fcmp": {
      const mode = modeOf(inst.left.type);
      const relation =
        mode === undefined ? null : callee.endsWith(`${mode}2`) && COMPARISON.exec(callee)?.[1];
      const asks = [predicateOf(block, inst), combinedPredicate(block, inst)];
      return relation && asks.some((one) => one !== undefined && COMPARED_BY[relation]?.test(one) === true)
        ? evaluationsIn(block, inst)
        : 0;
    }
    case "cast":
      return CONVERSIONS.test(callee) && conversionsOf(inst).includes(callee) ? 1 : 0;
    case "call": {
      const name = intrinsicOf(inst) ?? "";
      if (name.startsWith("llvm.fmuladd.")) {
        if (!callee.endsWith(`${modeOf(inst.type) ?? ""}3`)) return 0;
        // Doubling becomes a sum, too.
        if (callee.startsWith("__add")) return inst.args.slice(0, 2).some(isTwice) ? 2 : 1;
        return /^__(?:mul|sub)/.test(callee) ? 1 : 0;
      }
      return INTRINSICS.test(name) ? 2 : 0;
    }
    default:
      return 0;
  }
}

const COMPARISON = /^__(eq|ne|lt|le|gt|ge|unord)/;

/** Predicates by the function that may be called for them or their opposites. */
const COMPARED_BY: Readonly<Record<string, RegExp>> = {
  eq: /^(?:oeq|une|ueq|one)$/,
  ne: /^(?:oeq|une|ueq|one)$/,
  lt: /^(?:olt|ogt|uge|ule)$/,
  gt: /^(?:olt|ogt|uge|ule)$/,
  le: /^(?:ole|oge|ult|ugt)$/,
  ge: /^(?:ole|oge|ult|ugt)$/,
  unord: /^(?:uno|ord|ueq|one)$/,
};

/** Is a value the constant 2 or -2? */
export function isConstantOf(value: Value, number: 2 | -2): boolean {
  if (value.kind !== "float") return false;
  const wide = value.type.kind === "double";
  const two = wide ? 0x4000000000000000n : 0x40000000n;
  return value.bits === (number === 2 ? two : two | (1n << (wide ? 63n : 31n)));
}

/** 2 or -2? */
export function isTwice(value: Value): boolean {
  return isConstantOf(value, 2) || isConstantOf(value, -2);
}

type Comparison = Extract<Instruction, { op: "fcmp" }>;

/** What a comparison asks: of a value with itself, at most whether it is a number; of infinity, whether it is less. */
export function predicateOf(block: BasicBlock, { predicate, left, right }: Comparison): FloatPredicate {
  const asked = askedOfInfinity(predicate, right);
  if (asked !== predicate) return asked;
  if (!isSameValue(block, left, right) || predicate === "ord" || predicate === "uno" || predicate === "true")
    return predicate;
  const ordered = predicate.startsWith("o");
  const holds = /eq|ge|le/.test(predicate);
  if (ordered) return holds ? "ord" : "false";
  return holds ? "true" : "uno";
}

/** The functions that a conversion may be. */
function conversionsOf({ operator, operand, type }: CastInstruction): readonly string[] {
  const size = (integer: Type): string => (integer.kind === "integer" && integer.width > 32 ? "di" : "si");
  switch (operator) {
    case "fpext":
      return ["__extendsfdf2"];
    case "fptrunc":
      return ["__truncdfsf2"];
    // What is unsigned may be converted as signed: when it is narrow, or known not to be negative.
    case "fptosi":
    case "fptoui":
      return (operator === "fptosi" ? [""] : ["", "uns"]).map(
        (sign) => `__fix${sign}${modeOf(operand.type) ?? ""}${size(type)}`,
      );
    case "sitofp":
    case "uitofp":
      return (operator === "sitofp" ? [""] : ["", "un"]).map(
        (sign) => `__float${sign}${size(operand.type)}${modeOf(type) ?? ""}`,
      );
    default:
      return [];
  }
}

/** Is it the conversion of a comparison of its block? Instead of converting it, the back end selects one of two constants. */
export function isSelected(block: BasicBlock, { operator, operand }: CastInstruction): boolean {
  if (operator !== "sitofp" && operator !== "uitofp") return false;
  const isComparison = (one: Value): boolean =>
    one.kind === "instruction" &&
    (one.op === "icmp" || one.op === "fcmp") &&
    block.instructions.includes(one);
  if (isComparison(operand)) return true;
  // Widened to a word, only when the conversion is signed.
  if (operator !== "sitofp" || operand.kind !== "instruction" || operand.op !== "cast") return false;
  return operand.operator === "zext" && block.instructions.includes(operand) && isComparison(operand.operand);
}

/** A comparison is made for each branch and select on it, and once for all other uses. */
function evaluationsIn(block: BasicBlock, inst: Instruction): number {
  let own = 1;
  for (const user of block.instructions)
    if ((user.op === "condbr" || user.op === "select") && user.condition === inst) own += 1;
  return own;
}
