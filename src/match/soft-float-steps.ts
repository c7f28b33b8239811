// The steps that operations on floating-point numbers take without a floating-point unit: a call of the runtime for each, of two values or
// one. A multiply-add takes two.
import { operandsOf, type BasicBlock, type Instruction, type Type, type Value } from "../bitcode/index.ts";
import { intrinsicOf, isConstantOf, isSameValue, isTwice } from "../ir/index.ts";

/** `twice`: a value added to itself, for its product with 2 or -2. */
export type StepKind = "sum" | "product" | "twice" | "quotient" | "comparison" | "width";

export interface Step {
  readonly kind: StepKind;
  /** Of a multiply-add's sum, the first one is the multiply-add itself: it stands for the product. */
  readonly operands: readonly Value[];
  /** A difference: the second operand counts negative. */
  readonly minus: boolean;
}

/**
 * What a call of `callee` computes for an instruction; null: nothing whose operands are told apart. `after`: it comes after another
 * call for the same instruction.
 */
export function stepOf(instruction: Instruction, callee: string, after: boolean): Step | null {
  switch (instruction.op) {
    case "binary": {
      const { operator, left, right } = instruction;
      const operands = [left, right];
      if (operator === "fadd" || operator === "fsub")
        return isSum(callee) ? { kind: "sum", operands, minus: operator === "fsub" } : null;
      if (operator === "fmul") return productOf(left, right, callee);
      return operator === "fdiv" && callee.startsWith("__div")
        ? { kind: "quotient", operands, minus: false }
        : null;
    }
    case "fcmp":
      return { kind: "comparison", operands: [instruction.left, instruction.right], minus: false };
    case "cast":
      return instruction.operator === "fpext" || instruction.operator === "fptrunc"
        ? { kind: "width", operands: [instruction.operand], minus: false }
        : null;
    case "call": {
      const [a, b, c] = instruction.args;
      if (!isMultiplyAdd(instruction) || a === undefined || b === undefined || c === undefined) return null;
      // Twice something is a sum: both calls may be for the same function.
      if (isSum(callee) && (after || !isDoubling(instruction)))
        return { kind: "sum", operands: [instruction, c], minus: false };
      return productOf(a, b, callee);
    }
    default:
      return null;
  }
}

function productOf(a: Value, b: Value, callee: string): Step | null {
  if (isProduct(callee)) return { kind: "product", operands: [a, b], minus: false };
  if (!callee.startsWith("__add") || !(isTwice(a) || isTwice(b))) return null;
  return { kind: "twice", operands: [a, b], minus: isConstantOf(isTwice(b) ? b : a, -2) };
}

/** A multiply-add whose product may be a sum? */
export function isDoubling(instruction: Instruction): boolean {
  return (
    instruction.op === "call" && isMultiplyAdd(instruction) && instruction.args.slice(0, 2).some(isTwice)
  );
}

/** What `callee` is given in registers for an instruction, as the IR has it; `after` as in `stepOf`. */
export function argumentsOf(instruction: Instruction, callee: string, after: boolean): readonly Value[] {
  if (instruction.op === "call" && isNamed(instruction)) return instruction.args;
  const step = stepOf(instruction, callee, after);
  if (step?.kind === "twice") {
    const [a, b] = step.operands;
    const value = b !== undefined && isTwice(b) ? a : b;
    return value === undefined ? [] : [value, value];
  }
  return instruction.op === "call" ? (step?.operands ?? []) : operandsOf(instruction);
}

export function isMultiplyAdd(instruction: Instruction): boolean {
  return instruction.op === "call" && intrinsicOf(instruction)?.startsWith("llvm.fmuladd.") === true;
}

/** Does the IR name what is called? */
export function isNamed(instruction: Instruction): boolean {
  return instruction.op === "call" && intrinsicOf(instruction) === undefined;
}

export function isProduct(callee: string): boolean {
  return callee.startsWith("__mul");
}

export function isSum(callee: string): boolean {
  return callee.startsWith("__add") || callee.startsWith("__sub");
}

/** Registers that an argument takes. */
export function wordsOf(type: Type): number {
  if (type.kind === "double") return 2;
  return type.kind === "integer" && type.width > 32 ? Math.ceil(type.width / 32) : 1;
}

/** The words of each argument: a value of two begins at r3, r5, r7 or r9. */
export function argumentWords<Word>(words: readonly Word[], operands: readonly Value[]): readonly Word[][] {
  let register = 0;
  return operands.map(({ type }) => {
    const size = wordsOf(type);
    if (size === 2) register += register % 2;
    register += size;
    return words.slice(register - size, register);
  });
}

/** The bits of a constant number. */
export function bitsOf(value: Value): bigint | undefined {
  if (value.kind === "float") return value.bits;
  return value.kind === "integer" ? BigInt.asUintN(wordsOf(value.type) * 32, value.value) : undefined;
}

/** Constants are equal by their bits, whatever their types. */
export function isEqual(block: BasicBlock, a: Value, b: Value | undefined): boolean {
  if (b === undefined) return false;
  if (isSameValue(block, a, b)) return true;
  const bits = bitsOf(a);
  return bits !== undefined && bits === bitsOf(b) && a.type.kind === b.type.kind;
}
