// JavaScript text for bits with computed positions. The functions that it calls are in BUILTIN_SUPPORT.
import type { ValueType } from "../machine/action.ts";
import { binary, complement, constant, convert, slice, value, WORD } from "../isa/values.ts";
import type { Value } from "../isa/values.ts";

/** A position modulo the number of positions: not negative, below it. */
export function wrapText(count: number, position: string): string {
  const power = (count & (count - 1)) === 0;
  return power ? `(${position}&${count - 1})` : `((${position}>>>0)%${count})`;
}

/** Makes the variable `js` a value of `width` bits, whatever number it holds. */
export function fitText(js: string, width: number): string {
  if (width > 32)
    return `if(typeof ${js}==="number")${js}=BigInt(${js}>>>0);else ${js}=BigInt.asUintN(${width},${js});`;
  const cut = width === 32 ? "" : `${js}&=${2 ** width - 1};`;
  return `if(typeof ${js}==="bigint")${js}=Number(BigInt.asIntN(32,${js}));${cut}`;
}

/** First and last position, modulo the width. */
export type Positions = readonly [Value, Value];

/** The positions as numbers, when they are constants. */
export function knownPositions([first, last]: Positions): readonly [number, number] | undefined {
  return first.known === undefined || last.known === undefined
    ? undefined
    : [Number(first.known), Number(last.known)];
}

/** Bits first to last of `v` at the right end, the rest 0. */
export function rangeOf(plain: ValueType, v: Value, positions: Positions): Value {
  const known = knownPositions(positions);
  if (!known) {
    const at = positions.map((p) => p.js).join(",");
    return value(plain, `${plain.width > 32 ? "rangeWide" : "rangeNarrow"}(${v.js},${plain.width},${at})`);
  }
  const [first, last] = known;
  if (last < first) return constant(plain, 0n);
  return convert(slice(v, first, last, { width: last - first + 1, signed: false }), plain);
}

/** `v` with its bits first to last replaced by the lowest of `bits`. */
export function insertInto(
  plain: ValueType,
  v: Value,
  positions: Positions,
  bits: Value,
  temporary: (v: Value) => Value,
): Value {
  const known = knownPositions(positions);
  if (!known) {
    const at = positions.map((p) => p.js).join(",");
    const name = plain.width > 32 ? "insertWide" : "insertNarrow";
    return value(plain, `${name}(${v.js},${plain.width},${at},${bits.js})`);
  }
  const width = known[1] - known[0] + 1;
  if (width < 1) return v;
  const lowest = slice(bits, plain.width - width, plain.width - 1, { width, signed: false });
  return placed(plain, width, v, convert(lowest, plain), ...positions, temporary);
}

/** Bits first to last of `v`; undefined when it has none such and positions do not wrap around. */
export function sliceOf(
  v: Value,
  first: Value,
  last: Value,
  type: ValueType,
  wraps: boolean,
): Value | undefined {
  if (first.known === undefined || last.known === undefined) return convert(computedSlice(v, last), type);
  const [f, l] = [Number(first.known), Number(last.known)];
  if (f <= l && l < v.type.width) return slice(v, f, l, type);
  if (!wraps || l < v.type.width) return undefined;
  const at = l % v.type.width;
  return convert(slice(v, 0, at, { width: at + 1, signed: false }), type);
}

/** `v` with its computed bit `last` moved to the right end; positions wrap around. */
function computedSlice(v: Value, last: Value): Value {
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
    const all = BigInt(plain.width);
    const right = (((all - 1n - last.known) % all) + all) % all;
    mask = constant(plain, ((1n << BigInt(width)) - 1n) << right);
    moved = binary(plain, "<<", bits, constant(WORD, right));
  } else {
    const from = binary(WORD, "-", constant(WORD, BigInt(plain.width - 1)), last);
    const right = temporary(value({ width: 5, signed: false }, wrapText(plain.width, from.js)));
    mask = temporary(binary(plain, "<<", constant(plain, (1n << BigInt(width)) - 1n), right));
    moved = binary(plain, "<<", bits, right);
  }
  return binary(plain, "|", binary(plain, "&", old, complement(mask)), moved);
}
