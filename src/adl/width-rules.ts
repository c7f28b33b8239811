// Types of the results of operators, as the language has them from C++ and its bit vectors:
//  - C's integers (`int`, `bool`, numbers) among themselves follow C: at least 32 bits, unsigned wins at equal width;
//  - an operator on bit vectors gives the wider one's width; a C integer beside a vector counts as a vector of 32 or 64
//    bits, so that a narrow vector plus a number has 32 bits;
//  - shifts and `~` have their left operand's width; comparisons and logical operators give one bit;
//  - two signed vectors (`sbits`, `signed(x)`) give a signed result, and a signed vector stays signed beside a number.
import type { BinaryOperator, Expression, ValueType } from "../machine/action.ts";
import { BIT, WORD, binary, constant, constantValue, convert } from "./fold.ts";
import type { Typed, Untyped } from "./typed.ts";

export const INT: ValueType = { width: 32, signed: true, native: true };
export const UNSIGNED: ValueType = { width: 32, signed: false, native: true };
/** Addresses of the simulated memory: 32 bits are all that a description here can have. */
export const ADDRESS: ValueType = { width: 32, signed: false, native: true };

const COMPARISONS = new Set<string>(["==", "!=", "<", "<=", ">", ">="]);

/** The C type of a number: `int`, `unsigned` or a 64-bit one, as its size and suffix say. */
export function typeOfNumber({ value, long }: Untyped): ValueType {
  if (!long && value >= -(1n << 31n) && value < 1n << 31n) return INT;
  if (!long && value >= 0n && value < 1n << 32n) return UNSIGNED;
  return { width: 64, signed: value < 0n, native: true };
}

/** The value with a type of its own. */
export function settle(typed: Typed): Expression {
  return typed.kind === "untyped" ? constant(typed.value, typeOfNumber(typed)) : typed;
}

/** C's integral promotion. */
export function promoted(type: ValueType): ValueType {
  return type.native && type.width < 32 ? INT : type;
}

/** The type that both operands of an arithmetic or comparison operator are brought to. */
export function commonType(a: ValueType, b: ValueType): ValueType {
  if (a.native && b.native) {
    const [x, y] = [promoted(a), promoted(b)];
    const signed = x.width === y.width ? x.signed && y.signed : x.width > y.width ? x.signed : y.signed;
    return { width: Math.max(x.width, y.width), signed, native: true };
  }
  if (a.native || b.native) {
    const number = promoted(a.native ? a : b);
    const vector = a.native ? b : a;
    return { width: Math.max(vector.width, number.width), signed: vector.signed && number.signed };
  }
  return { width: Math.max(a.width, b.width), signed: a.signed && b.signed };
}

/** `e` as an operand of the common type. Beside a vector, a C integer becomes a vector of its own width first. */
export function operandAs(e: Expression, type: ValueType): Expression {
  if (!e.type.native || type.native || type.signed) return convert(e, type);
  return convert(convert(e, { width: promoted(e.type).width, signed: false }), type);
}

/** left operator right. Division by a known zero is for the caller to refuse. */
export function operate(operator: BinaryOperator, left: Typed, right: Typed): Typed {
  if (operator === "<<" || operator === ">>") return shift(operator, left, right);
  const comparison = COMPARISONS.has(operator);
  if (left.kind === "untyped" && right.kind === "untyped") {
    const wide: ValueType = { width: 128, signed: true };
    const folded = binary(
      operator,
      constant(left.value, wide),
      constant(right.value, wide),
      comparison ? BIT : wide,
    );
    if (comparison) return folded;
    const long = left.long === true || right.long === true;
    return { kind: "untyped", value: constantValue(folded) ?? 0n, ...(long ? { long } : {}) };
  }
  const [a, b] = [settle(left), settle(right)];
  const type = commonType(a.type, b.type);
  return binary(operator, operandAs(a, type), operandAs(b, type), comparison ? BIT : type);
}

function shift(operator: "<<" | ">>", left: Typed, right: Typed): Typed {
  const count = convert(settle(right), WORD);
  const known = constantValue(count);
  if (left.kind === "untyped" && known !== undefined && known < 64n) {
    const value = operator === "<<" ? left.value << known : left.value >> known;
    // A number shifted out of its type: C would drop the bits.
    const type = typeOfNumber(left);
    const kept = type.signed ? BigInt.asIntN(type.width, value) : BigInt.asUintN(type.width, value);
    return { ...left, value: kept };
  }
  const value = settle(left);
  const type = promoted(value.type);
  return binary(operator, convert(value, type), count, type);
}

/** Both arms of a conditional at one type: that of the vector when the other is a number, else the wider. */
export function armsOf(left: Typed, right: Typed): [Expression, Expression] {
  const [a, b] = [settle(left), settle(right)];
  const vector =
    a.type.native && !b.type.native ? b.type : !a.type.native && b.type.native ? a.type : undefined;
  const bool = a.type.native && b.type.native && a.type.width === b.type.width ? a.type : undefined;
  const type = vector ?? bool ?? commonType(a.type, b.type);
  return [convert(a, type), convert(b, type)];
}
