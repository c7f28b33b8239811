// Comparisons of the same two numbers whose answers a block puts together: the back end makes one comparison of them, `x < y | x == y` being
// `x <= y`. The optimiser does so, too, so that such code is left only where it did not run.
import {
  operandsOf,
  type BasicBlock,
  type FloatPredicate,
  type Instruction,
  type Value,
} from "../bitcode/index.ts";
import { isSameValue } from "./same-values.ts";

type Comparison = Extract<Instruction, { op: "fcmp" }>;

/** Predicates by what they are true of: a bit each for equal, greater, less, and without order. */
const PREDICATES = [
  ...["false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord"],
  ...["uno", "ueq", "ugt", "uge", "ult", "ule", "une", "true"],
] as readonly FloatPredicate[];

/** An answer, or several put together. */
interface Answer {
  readonly left: Value;
  readonly right: Value;
  readonly truths: number;
  /** How a bit was made a number of it. */
  readonly widened: "zext" | "sext" | null;
  readonly first: Comparison;
  /** The others, and what they must answer so that the first one's answer is the whole one. */
  readonly others: ReadonlyMap<Comparison, "true" | "false">;
}

const known = new WeakMap<BasicBlock, ReadonlyMap<Instruction, FloatPredicate>>();

/**
 * What is asked in place of a comparison that is put together with others: by the first of them what all ask together, by the
 * others nothing ("true" or "false", whichever lets the first one's answer through). undefined: it is a comparison of its own.
 */
export function combinedPredicate(block: BasicBlock, comparison: Instruction): FloatPredicate | undefined {
  let combined = known.get(block);
  if (combined === undefined) known.set(block, (combined = combinationsOf(block)));
  return combined.get(comparison);
}

function combinationsOf(block: BasicBlock): ReadonlyMap<Instruction, FloatPredicate> {
  const result = new Map<Instruction, FloatPredicate>();
  if (block.instructions.filter(({ op }) => op === "fcmp").length < 2) return result;
  const uses = new Map<Value, number>();
  for (const instruction of block.instructions)
    for (const operand of operandsOf(instruction)) uses.set(operand, (uses.get(operand) ?? 0) + 1);
  const answers = new Map<Value, Answer>();
  for (const instruction of block.instructions) {
    const answer = answerOf(block, instruction, (value) =>
      uses.get(value) === 1 ? answers.get(value) : undefined,
    );
    if (answer === undefined) continue;
    answers.set(instruction, answer);
    if (answer.others.size === 0) continue;
    // Of answers that are part of another one, the whole comes last.
    const predicate = PREDICATES[answer.truths] ?? "false";
    result.set(answer.first, answer.widened === null ? askedOfInfinity(predicate, answer.right) : predicate);
    for (const [one, constant] of answer.others) result.set(one, constant);
  }
  return result;
}

function answerOf(
  block: BasicBlock,
  instruction: Instruction,
  answered: (value: Value) => Answer | undefined,
): Answer | undefined {
  switch (instruction.op) {
    case "fcmp": {
      const { left, right, predicate } = instruction;
      const truths = PREDICATES.indexOf(predicate);
      const isNumber = left.type.kind === "float" || left.type.kind === "double";
      return isNumber && truths >= 0 && !isSameValue(block, left, right)
        ? { left, right, truths, widened: null, first: instruction, others: new Map() }
        : undefined;
    }
    case "cast": {
      const { operator, operand } = instruction;
      const bit = operator === "zext" || operator === "sext" ? answered(operand) : undefined;
      // What was put together and then widened is a choice between numbers to the back end, and is not looked into.
      if (bit === undefined || bit.others.size > 0 || bit.widened !== null) return undefined;
      return operator === "zext" || operator === "sext" ? { ...bit, widened: operator } : undefined;
    }
    case "binary": {
      const { operator, left, right } = instruction;
      if (operator !== "and" && operator !== "or") return undefined;
      const [a, b] = [answered(left), answered(right)];
      if (a === undefined || b === undefined || a.widened !== b.widened) return undefined;
      if (a.widened !== null && a.others.size + b.others.size > 0) return undefined;
      const straight = isSameValue(block, a.left, b.left) && isSameValue(block, a.right, b.right);
      const crossed = isSameValue(block, a.left, b.right) && isSameValue(block, a.right, b.left);
      if (!straight && !crossed) return undefined;
      const other = straight ? b.truths : mirrored(b.truths);
      const truths = operator === "and" ? a.truths & other : a.truths | other;
      const neutral = operator === "and" ? "true" : "false";
      const others = new Map(a.others);
      for (const one of [b.first, ...b.others.keys()]) others.set(one, neutral);
      return { ...a, truths, others };
    }
    default:
      return undefined;
  }
}

/** With the operands exchanged. */
function mirrored(truths: number): number {
  return (truths & 0b1001) | ((truths & 0b0010) << 1) | ((truths & 0b0100) >> 1);
}

/**
 * What is asked in place of whether a number is another one than the constant `right`, or not: of infinity, whether it is less. The back end
 * has one question for that, and two for the other.
 */
export function askedOfInfinity(predicate: FloatPredicate, right: Value): FloatPredicate {
  if (right.kind !== "float" || (predicate !== "one" && predicate !== "ueq")) return predicate;
  const [infinity, width] =
    right.type.kind === "double"
      ? [0x7ff0000000000000n, 64]
      : [right.type.kind === "float" ? 0x7f800000n : null, 32];
  if (infinity === null || BigInt.asUintN(width - 1, right.bits) !== infinity) return predicate;
  const isNegative = right.bits !== infinity;
  if (predicate === "one") return isNegative ? "ogt" : "olt";
  return isNegative ? "ule" : "uge";
}
