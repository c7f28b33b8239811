// IEEE 754 arithmetic on integers, with every rounding mode, flags, NaNs, denormal numbers and wrapped exponents: the
// meaning of the language's floating-point operations. `fast.ts` answers the usual cases with the host's arithmetic and
// comes here for all others.
//
// Operands are doubles as two words. A single-precision operation takes doubles, too, and gives the double that has the
// single's value, as PowerPC registers hold it. Tininess is found before rounding. A NaN operand is the result, made
// quiet: the first one in the order in which an operation is given its operands to choose from.
import {
  DOWNWARD,
  INEXACT,
  INVALID_DIVIDE,
  INVALID_MULTIPLY,
  INVALID_NAN,
  INVALID_ROOT,
  INVALID_SUBTRACT,
  INVALID_ZERO_DIVIDE,
  NEAREST,
  OVERFLOW,
  ROUNDED,
  ROUNDED_UP,
  TO_ZERO,
  UNDERFLOW,
  UPWARD,
  WRAP_OVERFLOW,
  WRAP_UNDERFLOW,
  ZERO_DIVIDE,
} from "./flags.ts";
import { leave } from "./result.ts";

/** magnitude × 2^exponent; zero has magnitude 0. */
interface Finite {
  readonly negative: boolean;
  readonly magnitude: bigint;
  readonly exponent: number;
}

const QUIET = 0x0008_0000;
const INFINITY_HIGH = 0x7ff0_0000;
const SIGN = -0x8000_0000;

/** Bits of the significand, exponents of the least and the greatest normal number, distance of wrapped exponents. */
interface Format {
  readonly precision: number;
  readonly least: number;
  readonly greatest: number;
  readonly wrap: number;
}

const DOUBLE: Format = { precision: 53, least: -1022, greatest: 1023, wrap: 1536 };
const SINGLE: Format = { precision: 24, least: -126, greatest: 127, wrap: 192 };

export function isNan(high: number, low: number): boolean {
  const magnitude = high & 0x7fff_ffff;
  return magnitude > INFINITY_HIGH || (magnitude === INFINITY_HIGH && low !== 0);
}

export function isSignalling(high: number, low: number): boolean {
  return isNan(high, low) && (high & QUIET) === 0;
}

function isInfinite(high: number, low: number): boolean {
  return (high & 0x7fff_ffff) === INFINITY_HIGH && low === 0;
}

function isZero(high: number, low: number): boolean {
  return (high & 0x7fff_ffff) === 0 && low === 0;
}

/** The value of a finite operand. */
function finite(high: number, low: number): Finite {
  const exponent = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xf_ffff) << 32n) | BigInt(low >>> 0);
  return {
    negative: high < 0,
    magnitude: exponent === 0 ? fraction : fraction | (1n << 52n),
    exponent: (exponent === 0 ? 1 : exponent) - 1075,
  };
}

function bitLength(x: bigint): number {
  return x.toString(2).length;
}

/** Leaves a NaN when one of the operands, pairs of words in order of preference, is one. */
function nan(operands: readonly number[], single: boolean, flags = 0): boolean {
  let chosen = -1;
  let signalling = false;
  for (let i = 0; i < operands.length; i += 2) {
    const [high = 0, low = 0] = [operands[i], operands[i + 1]];
    if (!isNan(high, low)) continue;
    if (chosen < 0) chosen = i;
    signalling ||= isSignalling(high, low);
  }
  if (chosen < 0) return false;
  const low = operands[chosen + 1] ?? 0;
  leave(
    (operands[chosen] ?? 0) | QUIET,
    single ? low & 0xe000_0000 : low,
    flags | (signalling ? INVALID_NAN : 0),
  );
  return true;
}

function invalid(flag: number): void {
  leave(INFINITY_HIGH | QUIET, 0, flag);
}

function infinity(negative: boolean, flags = 0): void {
  leave(negative ? SIGN | INFINITY_HIGH : INFINITY_HIGH, 0, flags);
}

function zero(negative: boolean): void {
  leave(negative ? SIGN : 0, 0, 0);
}

/** Whether a magnitude is rounded away from zero. `half`: the discarded part against half a unit, −1, 0 or 1. */
function roundsUp(mode: number, negative: boolean, odd: boolean, half: number): boolean {
  switch (mode & 3) {
    case NEAREST:
      return half > 0 || (half === 0 && odd);
    case UPWARD:
      return !negative;
    case DOWNWARD:
      return negative;
    default:
      return false;
  }
}

/** Rounds magnitude × 2^exponent, magnitude > 0, and leaves it. */
function round(negative: boolean, magnitude: bigint, exponent: number, single: boolean, mode: number): void {
  const { precision, least, greatest, wrap } = single ? SINGLE : DOUBLE;
  const leading = exponent + bitLength(magnitude) - 1;
  const tiny = leading < least;
  const wraps = tiny && (mode & WRAP_UNDERFLOW) !== 0;
  let unit = Math.max(leading, wraps ? leading : least) - precision + 1;
  let kept: bigint;
  let flags = 0;
  const drop = unit - exponent;
  if (drop <= 0) kept = magnitude << BigInt(-drop);
  else {
    const by = BigInt(drop);
    kept = magnitude >> by;
    const rest = magnitude - (kept << by);
    if (rest !== 0n) {
      const twice = rest << 1n;
      const one = 1n << by;
      const half = twice > one ? 1 : twice < one ? -1 : 0;
      flags = INEXACT | ROUNDED;
      if (roundsUp(mode, negative, (kept & 1n) === 1n, half)) {
        kept += 1n;
        flags |= ROUNDED_UP;
      }
    }
  }
  if (wraps) {
    flags |= UNDERFLOW;
    unit += wrap;
  } else if (tiny && flags !== 0) flags |= UNDERFLOW;
  if (kept === 0n) {
    leave(negative ? SIGN : 0, 0, flags);
    return;
  }
  if (unit + bitLength(kept) - 1 > greatest) {
    flags |= OVERFLOW;
    if ((mode & WRAP_OVERFLOW) === 0) {
      tooLarge(negative, single, mode);
      return;
    }
    unit -= wrap;
  }
  assemble(negative, kept, unit, flags);
}

/** The result of an overflow: infinity, or the largest number where rounding goes the other way. */
function tooLarge(negative: boolean, single: boolean, mode: number): void {
  const flags = OVERFLOW | INEXACT | ROUNDED;
  const way = mode & 3;
  if (way === TO_ZERO || way === (negative ? UPWARD : DOWNWARD)) {
    const [high, low] = single ? [0x47ef_ffff, 0xe000_0000 | 0] : [0x7fef_ffff, -1];
    leave(negative ? SIGN | high : high, low, flags);
  } else infinity(negative, flags | ROUNDED_UP);
}

/** Leaves magnitude × 2^unit, which a double holds; its exponent is cut when it does not. */
function assemble(negative: boolean, magnitude: bigint, unit: number, flags: number): void {
  const length = bitLength(magnitude);
  const leading = unit + length - 1;
  const bits =
    leading >= -1022
      ? (BigInt((leading + 1022) & 0x7ff) << 52n) + (magnitude << BigInt(53 - length))
      : magnitude << BigInt(unit + 1074);
  const high = Number(BigInt.asIntN(32, bits >> 32n));
  leave(negative ? SIGN | high : high, Number(BigInt.asIntN(32, bits)), flags);
}

/** x + y; `zeroSum` tells the sign of an exact zero from operands of opposite sign. */
function sum(x: Finite, y: Finite, single: boolean, mode: number): void {
  const exponent = Math.min(x.exponent, y.exponent);
  const signed = (v: Finite): bigint => {
    const m = v.magnitude << BigInt(v.exponent - exponent);
    return v.negative ? -m : m;
  };
  const total = signed(x) + signed(y);
  if (total !== 0n) round(total < 0n, total < 0n ? -total : total, exponent, single, mode);
  else if (x.negative === y.negative) zero(x.negative);
  else zero((mode & 3) === DOWNWARD);
}

/** a + b, or a − b. */
export function exactAdd(
  ah: number,
  al: number,
  bh: number,
  bl: number,
  mode: number,
  single: boolean,
  subtract: boolean,
): void {
  if (nan([ah, al, bh, bl], single)) return;
  const second = subtract ? bh ^ SIGN : bh;
  if (isInfinite(ah, al)) {
    if (isInfinite(bh, bl) && ah !== second) invalid(INVALID_SUBTRACT);
    else infinity(ah < 0);
  } else if (isInfinite(bh, bl)) infinity(second < 0);
  else sum(finite(ah, al), finite(second, bl), single, mode);
}

export function exactMultiply(
  ah: number,
  al: number,
  bh: number,
  bl: number,
  mode: number,
  single: boolean,
): void {
  if (nan([ah, al, bh, bl], single)) return;
  const negative = (ah ^ bh) < 0;
  const noughts = isZero(ah, al) || isZero(bh, bl);
  if (isInfinite(ah, al) || isInfinite(bh, bl)) {
    if (noughts) invalid(INVALID_MULTIPLY);
    else infinity(negative);
  } else if (noughts) zero(negative);
  else {
    const [a, b] = [finite(ah, al), finite(bh, bl)];
    round(negative, a.magnitude * b.magnitude, a.exponent + b.exponent, single, mode);
  }
}

export function exactDivide(
  ah: number,
  al: number,
  bh: number,
  bl: number,
  mode: number,
  single: boolean,
): void {
  if (nan([ah, al, bh, bl], single)) return;
  const negative = (ah ^ bh) < 0;
  if (isInfinite(ah, al)) {
    if (isInfinite(bh, bl)) invalid(INVALID_DIVIDE);
    else infinity(negative);
  } else if (isInfinite(bh, bl)) zero(negative);
  else if (isZero(bh, bl)) {
    if (isZero(ah, al)) invalid(INVALID_ZERO_DIVIDE);
    else infinity(negative, ZERO_DIVIDE);
  } else if (isZero(ah, al)) zero(negative);
  else {
    const [a, b] = [finite(ah, al), finite(bh, bl)];
    // More bits than any rounding looks at, and one that tells whether there is a remainder.
    const dividend = a.magnitude << 120n;
    const quotient = dividend / b.magnitude;
    const sticky = quotient * b.magnitude === dividend ? 0n : 1n;
    round(negative, (quotient << 1n) | sticky, a.exponent - b.exponent - 121, single, mode);
  }
}

export function exactSquareRoot(ah: number, al: number, mode: number, single: boolean): void {
  if (nan([ah, al], single)) return;
  if (isZero(ah, al)) zero(ah < 0);
  else if (ah < 0) invalid(INVALID_ROOT);
  else if (isInfinite(ah, al)) infinity(false);
  else {
    const { magnitude, exponent } = finite(ah, al);
    const even = exponent & 1 ? 121n : 120n;
    const square = magnitude << even;
    const root = integerRoot(square);
    const sticky = root * root === square ? 0n : 1n;
    round(false, (root << 1n) | sticky, (exponent - Number(even)) / 2 - 1, single, mode);
  }
}

/** ⌊√x⌋, by Newton's method from above. */
function integerRoot(x: bigint): bigint {
  let root = 1n << BigInt((bitLength(x) + 1) >> 1);
  for (;;) {
    const next = (root + x / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** a × c + b, or a × c − b, rounded once. Of several NaNs the result is a, then b, then c. */
export function exactMultiplyAdd(
  ah: number,
  al: number,
  ch: number,
  cl: number,
  bh: number,
  bl: number,
  mode: number,
  single: boolean,
  subtract: boolean,
): void {
  const infinite = isInfinite(ah, al) || isInfinite(ch, cl);
  const noughts = isZero(ah, al) || isZero(ch, cl);
  const impossible = infinite && noughts ? INVALID_MULTIPLY : 0;
  if (nan([ah, al, bh, bl, ch, cl], single, impossible)) return;
  if (impossible !== 0) {
    invalid(impossible);
    return;
  }
  const negative = (ah ^ ch) < 0;
  const addend = subtract ? bh ^ SIGN : bh;
  if (infinite) {
    if (isInfinite(bh, bl) && addend < 0 !== negative) invalid(INVALID_SUBTRACT);
    else infinity(negative);
  } else if (isInfinite(bh, bl)) infinity(addend < 0);
  else {
    const [a, c] = [finite(ah, al), finite(ch, cl)];
    const product = {
      negative,
      magnitude: a.magnitude * c.magnitude,
      exponent: a.exponent + c.exponent,
    };
    sum(product, finite(addend, bl), single, mode);
  }
}

/** The operand rounded to single precision. */
export function exactRound(ah: number, al: number, mode: number): void {
  if (nan([ah, al], true)) return;
  if (isInfinite(ah, al)) infinity(ah < 0);
  else if (isZero(ah, al)) zero(ah < 0);
  else {
    const { negative, magnitude, exponent } = finite(ah, al);
    round(negative, magnitude, exponent, true, mode);
  }
}
