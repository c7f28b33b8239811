// Makers of typed expressions that fold constants as they build: fields that an instruction fixes become constants, and
// with them whole branches of its action disappear, so that each variant's sources and targets come out right.
import type { BinaryOperator, Expression, UnaryOperator, ValueType } from "../machine/action.ts";
import { evaluate } from "../machine/evaluate.ts";

export const BIT: ValueType = { width: 1, signed: false, native: true };
export const WORD: ValueType = { width: 32, signed: false };

export function constant(value: bigint, type: ValueType): Expression {
  return { kind: "constant", value: BigInt.asUintN(type.width, value), type };
}

/** The value of a constant with its sign, or undefined. */
export function constantValue(e: Expression): bigint | undefined {
  if (e.kind !== "constant") return undefined;
  return e.type.signed ? BigInt.asIntN(e.type.width, e.value) : e.value;
}

/** `value` at another type: extended by its own sign, or cut on the left. */
export function convert(value: Expression, type: ValueType): Expression {
  const from = value.type;
  if (from.width === type.width && from.signed === type.signed)
    return from.native === type.native ? value : { ...value, type };
  const known = constantValue(value);
  if (known !== undefined) return constant(known, type);
  if (type.width < from.width) {
    const small = narrowed(value, type.width);
    if (small) return type.signed ? { kind: "extend", value: small, type } : { ...small, type };
    const cut = slice(
      value,
      constant(BigInt(from.width - type.width), WORD),
      constant(BigInt(from.width - 1), WORD),
      type.width,
    );
    return type.signed ? { kind: "extend", value: cut, type } : { ...cut, type };
  }
  return { kind: "extend", value, type };
}

/** Operators whose lowest result bits depend only on the lowest bits of their operands. */
const LOW = new Set<BinaryOperator>(["+", "-", "*", "&", "|", "^"]);

/** The lowest `width` bits, computed at that width where they can be: 64-bit masks of 32-bit values are common. */
function narrowed(value: Expression, width: number): Expression | undefined {
  const type: ValueType = { width, signed: false };
  if (value.kind === "binary" && LOW.has(value.operator))
    return binary(value.operator, convert(value.left, type), convert(value.right, type), type);
  if (value.kind === "unary" && value.operator !== "!")
    return unary(value.operator, convert(value.value, type), type);
  if (value.kind === "conditional")
    return conditional(value.test, convert(value.then, type), convert(value.otherwise, type));
  return undefined;
}

/** Bits first to last; slices of slices and of constants are folded. `width` is last − first + 1. */
export function slice(value: Expression, first: Expression, last: Expression, width: number): Expression {
  const type: ValueType = { width, signed: false };
  const from = constantValue(first);
  const to = constantValue(last);
  if (from === 0n && to === BigInt(value.type.width - 1))
    return value.type.signed ? { kind: "extend", value, type } : value;
  if (value.kind === "constant" && from !== undefined && to !== undefined) {
    return constant(value.value >> BigInt(value.type.width - 1 - Number(to)), type);
  }
  // Computed positions wrap around in the inner slice's own width, so that only constants are put together.
  if (value.kind === "slice" && from !== undefined && to !== undefined) {
    return slice(value.value, add(value.first, first), add(value.first, last), width);
  }
  if (value.kind === "extend" && from !== undefined && to !== undefined) {
    // A slice of the part that the extension kept.
    const shift = BigInt(value.type.width - value.value.type.width);
    if (from >= shift)
      return slice(value.value, constant(from - shift, WORD), constant(to - shift, WORD), width);
    // A cut through an extension is a shorter extension.
    if (to === BigInt(value.type.width - 1)) return { kind: "extend", value: value.value, type };
  }
  return { kind: "slice", value, first, last, type };
}

/** Sum of two bit positions. */
export function add(a: Expression, b: Expression): Expression {
  return binary("+", convert(a, WORD), convert(b, WORD), WORD);
}

export function concat(parts: readonly Expression[]): Expression {
  const width = parts.reduce((sum, part) => sum + part.type.width, 0);
  const type: ValueType = { width, signed: false };
  if (parts.every((part) => part.kind === "constant")) {
    let value = 0n;
    for (const part of parts)
      if (part.kind === "constant") value = (value << BigInt(part.type.width)) | part.value;
    return constant(value, type);
  }
  const [only] = parts;
  return parts.length === 1 && only ? convert(only, type) : { kind: "concat", parts, type };
}

/** Whether `e` is non-zero, as one bit. */
export function truth(e: Expression): Expression {
  if (e.type.width === 1) return e.type.signed ? convert(e, BIT) : e;
  return binary("!=", e, constant(0n, e.type), BIT);
}

export function unary(operator: UnaryOperator, value: Expression, type: ValueType): Expression {
  if (operator === "+") return convert(value, type);
  if (value.kind === "constant") {
    if (operator === "!") return constant(value.value === 0n ? 1n : 0n, type);
    return constant(operator === "-" ? -value.value : ~value.value, type);
  }
  if (operator === "!" && value.kind === "unary" && value.operator === "!") return value.value;
  return { kind: "unary", operator, value, type };
}

export function conditional(test: Expression, then: Expression, otherwise: Expression): Expression {
  const known = constantValue(test);
  if (known !== undefined) return known === 0n ? otherwise : then;
  return { kind: "conditional", test, then, otherwise, type: then.type };
}

/** Operands of arithmetic and comparison must already have the same type. */
export function binary(
  operator: BinaryOperator,
  left: Expression,
  right: Expression,
  type: ValueType,
): Expression {
  const a = constantValue(left);
  const b = constantValue(right);
  if (a !== undefined && b !== undefined) {
    const value = evaluate(operator, a, b, left.type.width);
    if (value !== undefined) return constant(value, type);
  }
  if (operator === "&&") {
    if (a !== undefined) return a === 0n ? constant(0n, BIT) : right;
    if (b !== undefined && b !== 0n) return left;
  }
  if (operator === "||") {
    if (a !== undefined) return a === 0n ? right : constant(1n, BIT);
    if (b === 0n) return left;
  }
  if ((operator === "+" || operator === "-" || operator === "|" || operator === "^") && b === 0n) return left;
  if ((operator === "+" || operator === "|" || operator === "^") && a === 0n) return right;
  if (operator === "*" && b === 1n) return left;
  if (operator === "*" && a === 1n) return right;
  return { kind: "binary", operator, left, right, type };
}
