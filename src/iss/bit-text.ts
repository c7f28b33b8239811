// JavaScript text for bits with computed positions. The functions that it calls are in BUILTIN_SUPPORT.
import type { ValueType } from "../machine/action.ts";
import { binary, complement, constant, value, WORD } from "../isa/values.ts";
import type { Value } from "../isa/values.ts";

/** A position modulo the width: not negative, below the width. */
export function wrapText(width: number, position: string): string {
  const power = (width & (width - 1)) === 0;
  return power ? `(${position}&${width - 1})` : `((${position}>>>0)%${width})`;
}

/** Makes the variable `js` a value of `width` bits, whatever number it holds. */
export function fitText(js: string, width: number): string {
  if (width > 32)
    return `if(typeof ${js}==="number")${js}=BigInt(${js}>>>0);else ${js}=BigInt.asUintN(${width},${js});`;
  const cut = width === 32 ? "" : `${js}&=${2 ** width - 1};`;
  return `if(typeof ${js}==="bigint")${js}=Number(BigInt.asIntN(32,${js}));${cut}`;
}

/** Bits first to last of `x` at the right end. */
export function rangeText(width: number, x: string, [first, last]: readonly [string, string]): string {
  return `${width > 32 ? "rangeWide" : "rangeNarrow"}(${x},${width},${first},${last})`;
}

/** `x` with its bits first to last replaced by the lowest of `bits`. */
export function insertText(
  width: number,
  x: string,
  [first, last]: readonly [string, string],
  bits: string,
): string {
  return `${width > 32 ? "insertWide" : "insertNarrow"}(${x},${width},${first},${last},${bits})`;
}

/** `v` with its computed bit `last` moved to the right end; positions wrap around. */
export function computedSlice(v: Value, last: Value): Value {
  const { width } = v.type;
  const plain: ValueType = { width, signed: false };
  const from = binary(WORD, "-", constant(WORD, BigInt(width - 1)), last);
  // For 32 bits JavaScript's shifts wrap by themselves.
  const right = width === 32 ? from : value(WORD, wrapText(width, from.js));
  const count = width === 32 ? { ...right, type: { width: 5, signed: false } } : right;
  return binary(plain, ">>", { ...v, type: plain }, count);
}

/** `old` with `width` of its bits, first to last, replaced by `bits`; computed positions wrap around. */
export function placed(
  plain: ValueType,
  width: number,
  old: Value,
  bits: Value,
  first: Value,
  last: Value,
  temporary: (v: Value) => Value,
): Value {
  let mask: Value;
  let moved: Value;
  if (first.known !== undefined && last.known !== undefined) {
    const right = BigInt(plain.width - 1) - last.known;
    mask = constant(plain, ((1n << (last.known - first.known + 1n)) - 1n) << right);
    moved = binary(plain, "<<", bits, constant(WORD, right));
  } else {
    const from = binary(WORD, "-", constant(WORD, BigInt(plain.width - 1)), last);
    const right = temporary(value({ width: 5, signed: false }, wrapText(plain.width, from.js)));
    mask = temporary(binary(plain, "<<", constant(plain, (1n << BigInt(width)) - 1n), right));
    moved = binary(plain, "<<", bits, right);
  }
  return binary(plain, "|", binary(plain, "&", old, complement(mask)), moved);
}
