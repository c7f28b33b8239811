// The host's fused multiply-add: whether WebAssembly's relaxed form of it rounds once on this processor, and an exact one in
// integers for the rare operands that the emulation in modules leaves out (near overflow and underflow, infinities, NaNs).

import v8 from "node:v8";

/** A module with one function (f64, f64, f64) -> f64: the first lane of a relaxed multiply-add. */
const PROBE = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  // type: (f64, f64, f64) -> f64
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7c, 0x7c, 0x7c, 0x01, 0x7c],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00],
  // splat each, f64x2.relaxed_madd, extract lane 0
  ...[0x0a, 0x16, 0x01, 0x14, 0x00],
  ...[0x20, 0x00, 0xfd, 0x14, 0x20, 0x01, 0xfd, 0x14, 0x20, 0x02, 0xfd, 0x14],
  ...[0xfd, 0x87, 0x02, 0xfd, 0x21, 0x00, 0x0b],
]);

/** Lets V8 compile relaxed SIMD, which older versions want to be told. */
export function allowRelaxedSimd(): void {
  v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
}

let answer: boolean | undefined;

/** Is `f64x2.relaxed_madd` there, and does it round once? */
export function hostFuses(): boolean {
  return (answer ??= probe());
}

function probe(): boolean {
  try {
    allowRelaxedSimd();
    const instance = new WebAssembly.Instance(new WebAssembly.Module(PROBE));
    const fused = instance.exports["f"] as (a: number, b: number, c: number) => number;
    // (1 + u)² - (1 + 2 u) is u², which two roundings lose.
    const u = 2 ** -52;
    return fused(1 + u, 1 + u, -1 - 2 * u) === u * u;
  } catch {
    return false;
  }
}

const view = new DataView(new ArrayBuffer(8));

/** A finite number as an integer times a power of two. */
function parts(x: number): { readonly integer: bigint; readonly exponent: number } {
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const field = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const size = field === 0 ? fraction : fraction | (1n << 52n);
  return { integer: bits >> 63n === 1n ? -size : size, exponent: Math.max(field, 1) - 1075 };
}

/** a · b + c, rounded once to nearest even. Which NaN a NaN is, is left open. */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  if (!Number.isFinite(a) || !Number.isFinite(b) || !Number.isFinite(c)) {
    // A finite product never decides between infinities: only that it is finite counts.
    return Number.isFinite(a) && Number.isFinite(b) ? c : a * b + c;
  }
  const x = parts(a);
  const y = parts(b);
  const z = parts(c);
  const product = x.exponent + y.exponent;
  const exponent = Math.min(product, z.exponent);
  const sum =
    ((x.integer * y.integer) << BigInt(product - exponent)) + (z.integer << BigInt(z.exponent - exponent));
  // An exact zero has the sign that the sum of the zeros, or of opposite numbers, has.
  if (sum === 0n) return a === 0 || b === 0 || c === 0 ? a * b + c : 0;
  return rounded(sum, exponent);
}

/** integer · 2^exponent as the nearest double. */
function rounded(integer: bigint, exponent: number): number {
  const size = integer < 0n ? -integer : integer;
  const length = size.toString(2).length;
  // The place of the last bit that a double of this size has.
  const last = Math.max(length + exponent - 53, -1074);
  const drop = last - exponent;
  let kept = size;
  if (drop > 0) {
    const cut = BigInt(drop);
    kept = size >> cut;
    const rest = size - (kept << cut);
    const half = 1n << (cut - 1n);
    if (rest > half || (rest === half && (kept & 1n) === 1n)) kept += 1n;
  }
  const place = drop > 0 ? last : exponent;
  const value = scaled(Number(kept), place);
  return integer < 0n ? -value : value;
}

/** x · 2^power in exact steps; x has at most 53 bits. */
function scaled(x: number, power: number): number {
  let value = x;
  let left = power;
  while (left > 900) {
    value *= 2 ** 900;
    left -= 900;
  }
  // The result is a double, so going down in steps is exact as long as no step leaves bits behind but the last.
  while (left < -900) {
    value *= 2 ** -500;
    left += 500;
  }
  return value * 2 ** left;
}
