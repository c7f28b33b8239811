// Conversions between floating-point formats and integers, comparison and class of doubles given as two words. Like all
// operations they leave flags, and results of two words, in `result`.
import { isNan, isSignalling } from "./exact.ts";
import {
  INEXACT,
  INVALID_CONVERSION,
  INVALID_NAN,
  NEAREST,
  ROUNDED,
  ROUNDED_UP,
  TO_ZERO,
  UPWARD,
} from "./flags.ts";
import { leave, result, resultNumber } from "./result.ts";

const buffer = new ArrayBuffer(8);
const words = new Int32Array(buffer);
const numbers = new Float64Array(buffer);

/** The integer that a number is rounded to. */
function rounded(x: number, mode: number): number {
  const way = mode & 3;
  if (way === TO_ZERO) return Math.trunc(x);
  const below = Math.floor(x);
  if (way !== NEAREST) return way === UPWARD ? Math.ceil(x) : below;
  const over = x - below;
  return over > 0.5 || (over === 0.5 && below % 2 !== 0) ? below + 1 : below;
}

function toInteger(high: number, low: number, mode: number, least: number, greatest: number): number {
  if (isNan(high, low)) {
    result[2] = INVALID_CONVERSION | (isSignalling(high, low) ? INVALID_NAN : 0);
    return least;
  }
  words[0] = low;
  words[1] = high;
  const x = numbers[0] as number;
  const n = rounded(x, mode);
  if (!(n >= least && n <= greatest)) {
    result[2] = INVALID_CONVERSION;
    return n < least ? least : greatest;
  }
  result[2] = n === x ? 0 : INEXACT | ROUNDED | (Math.abs(n) > Math.abs(x) ? ROUNDED_UP : 0);
  return n;
}

/** As a signed word; the nearest end of the range when it does not fit, the lower end for a NaN. */
export function fpToSigned(high: number, low: number, mode: number): number {
  return toInteger(high, low, mode, -0x8000_0000, 0x7fff_ffff) | 0;
}

/** As an unsigned word; likewise. */
export function fpToUnsigned(high: number, low: number, mode: number): number {
  return toInteger(high, low, mode, 0, 0xffff_ffff) | 0;
}

/** A signed word as a double: always exact. */
export function fpFromSigned(word: number): void {
  resultNumber[0] = word;
  result[2] = 0;
}

export function fpFromUnsigned(word: number): void {
  resultNumber[0] = word >>> 0;
  result[2] = 0;
}

/** The double with the value of a single; all bits of NaNs stay. */
export function fpFromSingle(word: number): void {
  const sign = word & 0x8000_0000;
  const exponent = (word >>> 23) & 0xff;
  const fraction = word & 0x7f_ffff;
  if (exponent === 0) {
    if (fraction === 0) leave(sign, 0, 0);
    else {
      const places = Math.clz32(fraction) - 8;
      const normal = (fraction << places) & 0x7f_ffff;
      leave(sign | ((897 - places) << 20) | (normal >>> 3), normal << 29, 0);
    }
  } else {
    const wide = exponent === 255 ? 2047 : exponent + 896;
    leave(sign | (wide << 20) | (fraction >>> 3), fraction << 29, 0);
  }
}

/** The bits that a single-precision store makes of a double: exact for doubles that have a single's value, and without
 *  rounding for others. */
export function fpToSingle(high: number, low: number): number {
  const exponent = (high >>> 20) & 0x7ff;
  const upper = (high & 0xc000_0000) | ((high & 0x07ff_ffff) << 3) | (low >>> 29);
  if (exponent > 896 || (exponent === 0 && (high & 0xf_ffff) === 0 && low === 0) || exponent < 874) {
    return exponent < 874 ? high & 0x8000_0000 : upper;
  }
  const fraction = 0x80_0000 | ((high & 0xf_ffff) << 3) | (low >>> 29);
  return (high & 0x8000_0000) | (fraction >>> (897 - exponent));
}

/** 8 less, 4 greater, 2 equal, 1 unordered. */
export function fpCompare(ah: number, al: number, bh: number, bl: number): number {
  if (isNan(ah, al) || isNan(bh, bl)) {
    result[2] = isSignalling(ah, al) || isSignalling(bh, bl) ? INVALID_NAN : 0;
    return 1;
  }
  words[0] = al;
  words[1] = ah;
  const a = numbers[0] as number;
  words[0] = bl;
  words[1] = bh;
  const b = numbers[0] as number;
  result[2] = 0;
  return a < b ? 8 : a > b ? 4 : 2;
}

/** Class and sign in five bits, as the PowerPC's FPRF. `least`: exponent field of the least normal number. */
function classOf(high: number, low: number, least: number): number {
  const exponent = (high >>> 20) & 0x7ff;
  const negative = high < 0;
  if (exponent === 2047) return isNan(high, low) ? 0x11 : negative ? 0x09 : 0x05;
  if (exponent >= least) return negative ? 0x08 : 0x04;
  if ((high & 0x7fff_ffff) === 0 && low === 0) return negative ? 0x12 : 0x02;
  return negative ? 0x18 : 0x14;
}

export function fpClass(high: number, low: number): number {
  return classOf(high, low, 1);
}

/** The class that a double has as a single. */
export function fpClassSingle(high: number, low: number): number {
  return classOf(high, low, 897);
}
