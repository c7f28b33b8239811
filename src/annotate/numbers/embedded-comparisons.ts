// Comparisons by the embedded floating-point instructions. There are three, for "greater", "less" and "equal", and their "greater" is
// also true of operands that have no order. So it matters which of two exchanged comparisons the back end makes, as it does not elsewhere.
import type { BasicBlock, FloatPredicate, Instruction, Value } from "../../bitcode/index.ts";
import { isConstant } from "../constants.ts";
import { askedOfInfinity, isSameValue, withoutSign } from "../../ir/index.ts";

type Comparison = Extract<Instruction, { op: "fcmp" }>;

/** What is answered where it is not what was asked. */
const ANSWERED: Readonly<Partial<Record<FloatPredicate, FloatPredicate>>> = {
  ogt: "ugt",
  one: "une",
  ueq: "oeq",
  ule: "ole",
};

/** With the operands exchanged, where the instructions have both; other comparisons are made of these, and give the same either way. */
const EXCHANGED: Readonly<Partial<Record<FloatPredicate, FloatPredicate>>> = {
  oeq: "oeq",
  ogt: "olt",
  olt: "ogt",
  uge: "ule",
  ule: "uge",
  une: "une",
};

/**
 * A comparison in `block` that gives what the embedded instructions answer. The back end has constants on the right, compares a number with the
 * negated constant in place of the negated number with the constant, and knows what a comparison with a NaN, or of a number with itself, gives. To be another number
 * than infinity is to be less.
 */
export function embeddedComparison(block: BasicBlock | undefined, comparison: Comparison): Comparison {
  const { left, right } = comparison;
  const predicate = askedOfInfinity(comparison.predicate, right);
  const inst = { ...comparison, predicate };
  if (isNan(left) || isNan(right) || (block !== undefined && isKnown(block, comparison))) return comparison;
  const isExchanged = isConstant(left) && !isConstant(right);
  const [number, other] = isExchanged ? [right, left] : [left, right];
  if (isExchanged && EXCHANGED[predicate] === undefined) return answered(inst);
  const isNegated = isConstant(other) && block !== undefined && withoutSign(block, number).negated;
  const exchanged = EXCHANGED[predicate];
  if (isExchanged === isNegated || exchanged === undefined) return answered(inst);
  return answered({ ...inst, predicate: exchanged, left: right, right: left });
}

function answered(inst: Comparison): Comparison {
  return { ...inst, predicate: ANSWERED[inst.predicate] ?? inst.predicate };
}

/** Is a number compared with itself? Where a branch asks, the comparison is made nevertheless. */
function isKnown(block: BasicBlock, inst: Comparison): boolean {
  if (block.instructions.some((use) => use.op === "condbr" && use.condition === inst)) return false;
  return isSameValue(block, inst.left, inst.right);
}

function isNan(value: Value): boolean {
  return value.kind === "float" && magnitude(value) > infinity(value.type);
}

type Float = Extract<Value, { kind: "float" }>;

function magnitude({ type, bits }: Float): bigint {
  return BigInt.asUintN(type.kind === "double" ? 63 : 31, bits);
}

function infinity(type: Float["type"]): bigint {
  return type.kind === "double" ? 0x7ff0000000000000n : 0x7f800000n;
}
