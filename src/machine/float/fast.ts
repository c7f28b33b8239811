// Floating-point operations with the host's arithmetic. The host rounds to nearest; what its rounding left out is computed
// exactly besides (error-free transformations: the error of a sum, a product, and the remainder of a quotient or a root
// are doubles). Its sign says whether the result is inexact and which of its neighbours the other rounding modes want. A
// single-precision result is made from the double by rounding to odd first, so that rounding twice does no harm.
//
// All that holds where nothing overflows or underflows on the way, which the exponents tell; other operands, and modes
// with wrapped exponents, are `exact.ts`'s. Results and flags stay in `result`.
import {
  exactAdd,
  exactDivide,
  exactMultiply,
  exactMultiplyAdd,
  exactRound,
  exactSquareRoot,
} from "./exact.ts";
import { INEXACT, NEAREST, ROUNDED, ROUNDED_UP, TO_ZERO, UPWARD } from "./flags.ts";
import { WRAP_OVERFLOW, WRAP_UNDERFLOW } from "./flags.ts";
import { leave, result, resultNumber } from "./result.ts";

const WRAPS = WRAP_OVERFLOW | WRAP_UNDERFLOW;
const SIGN = -0x8000_0000;
const SPLIT = 134217729; // 2^27 + 1
const LEAST_SINGLE = 2 ** -126;
const LARGE_SINGLE = 2 ** 127;
/** Units in the last place of a double, and of a single held as one, in the lower word. */
const UNIT = 1;
const SINGLE_UNIT = 0x2000_0000;

const operandBuffer = new ArrayBuffer(8);
const operandWords = new Int32Array(operandBuffer);
const operandNumber = new Float64Array(operandBuffer);

function number(high: number, low: number): number {
  operandWords[0] = low;
  operandWords[1] = high;
  return operandNumber[0] as number;
}

/** Moves the result's magnitude by one unit. */
function step(outward: boolean, unit: number): void {
  const low = result[0] as number;
  if (outward) {
    const moved = (low + unit) | 0;
    result[0] = moved;
    if (moved >>> 0 < unit) result[1] = (result[1] as number) + 1;
  } else {
    if (low >>> 0 < unit) result[1] = (result[1] as number) - 1;
    result[0] = (low - unit) | 0;
  }
}

/** The result is rounded to nearest and inexact; `outside`: its magnitude is above the exact one. */
function direct(outside: boolean, negative: boolean, mode: number, unit: number): void {
  let flags = INEXACT | ROUNDED;
  const way = mode & 3;
  if (way === NEAREST) {
    if (outside) flags |= ROUNDED_UP;
  } else if (way === TO_ZERO || (way === UPWARD) === negative) {
    if (outside) step(false, unit);
  } else {
    if (!outside) step(true, unit);
    flags |= ROUNDED_UP;
  }
  result[2] = flags;
}

/** Leaves nearest + error, rounded; false when a single cannot be made here. `nearest` is normal, or exact. */
function finish(nearest: number, error: number, mode: number, single: boolean): boolean {
  resultNumber[0] = nearest;
  if (!single) {
    if (error === 0) result[2] = 0;
    else direct(nearest > 0 !== error > 0, nearest < 0, mode, UNIT);
    return true;
  }
  if (error !== 0 && ((result[0] as number) & 1) === 0) step(nearest > 0 === error > 0, UNIT);
  const odd = resultNumber[0];
  const rounded = Math.fround(odd);
  if (rounded === odd) {
    const size = Math.abs(odd);
    result[2] = 0;
    return (size >= LEAST_SINGLE && size < LARGE_SINGLE) || odd === 0;
  }
  const size = Math.abs(odd);
  if (!(size >= LEAST_SINGLE && size < LARGE_SINGLE)) return false;
  resultNumber[0] = rounded;
  direct(Math.abs(rounded) > size, odd < 0, mode, SINGLE_UNIT);
  return true;
}

/** a + b or a − b. */
export function fpAdd(
  ah: number,
  al: number,
  bh: number,
  bl: number,
  mode: number,
  single: boolean,
  subtract: boolean,
): void {
  const ea = (ah >>> 20) & 0x7ff;
  const eb = (bh >>> 20) & 0x7ff;
  if (ea < 2046 && eb < 2046 && (mode & WRAPS) === 0) {
    const a = number(ah, al);
    const b = subtract ? -number(bh, bl) : number(bh, bl);
    const s = a + b;
    const back = s - a;
    const error = a - (s - back) + (b - back);
    if ((s !== 0 || (mode & 3) < 3) && finish(s, error, mode, single)) return;
  }
  exactAdd(ah, al, bh, bl, mode, single, subtract);
}

/** What a × b lacks to the product, when nothing overflows or underflows. */
function productError(a: number, b: number, product: number): number {
  const ca = SPLIT * a;
  const ah = ca - (ca - a);
  const al = a - ah;
  const cb = SPLIT * b;
  const bh = cb - (cb - b);
  const bl = b - bh;
  return al * bl - (product - ah * bh - al * bh - ah * bl);
}

export function fpMultiply(
  ah: number,
  al: number,
  bh: number,
  bl: number,
  mode: number,
  single: boolean,
): void {
  const ea = (ah >>> 20) & 0x7ff;
  const eb = (bh >>> 20) & 0x7ff;
  if (ea < 2010 && eb < 2010 && (mode & WRAPS) === 0) {
    const a = number(ah, al);
    const b = number(bh, bl);
    const p = a * b;
    if (ea + eb > 1150 && ea + eb < 3060 && ea > 0 && eb > 0) {
      if (finish(p, productError(a, b, p), mode, single)) return;
    } else if (a === 0 || b === 0) {
      resultNumber[0] = p;
      result[2] = 0;
      return;
    }
  }
  exactMultiply(ah, al, bh, bl, mode, single);
}

export function fpDivide(
  ah: number,
  al: number,
  bh: number,
  bl: number,
  mode: number,
  single: boolean,
): void {
  const ea = (ah >>> 20) & 0x7ff;
  const eb = (bh >>> 20) & 0x7ff;
  if (ea > 150 && ea < 1980 && eb > 60 && eb < 1980 && (mode & WRAPS) === 0) {
    const difference = ea - eb;
    if (difference > -900 && difference < 900) {
      const a = number(ah, al);
      const b = number(bh, bl);
      const q = a / b;
      const p = q * b;
      const rest = a - p - productError(q, b, p);
      if (finish(q, b < 0 ? -rest : rest, mode, single)) return;
    }
  } else if ((ah & 0x7fff_ffff) === 0 && al === 0 && eb > 0 && eb < 2047) {
    leave((ah ^ bh) & SIGN, 0, 0);
    return;
  }
  exactDivide(ah, al, bh, bl, mode, single);
}

export function fpSquareRoot(ah: number, al: number, mode: number, single: boolean): void {
  const ea = ah >>> 20; // sign included
  if (ea > 150 && ea < 1980 && (mode & WRAPS) === 0) {
    const a = number(ah, al);
    const root = Math.sqrt(a);
    const p = root * root;
    if (finish(root, a - p - productError(root, root, p), mode, single)) return;
  }
  exactSquareRoot(ah, al, mode, single);
}

/** a × c + b or a × c − b, rounded once (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums"). */
export function fpMultiplyAdd(
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
  const ea = (ah >>> 20) & 0x7ff;
  const ec = (ch >>> 20) & 0x7ff;
  const eb = (bh >>> 20) & 0x7ff;
  const product = ea + ec;
  if (
    product > 1400 &&
    product < 2900 &&
    ea < 2010 &&
    ec < 2010 &&
    ea > 0 &&
    ec > 0 &&
    ((eb > 300 && eb < 1990) || (eb === 0 && (bh & 0xf_ffff) === 0 && bl === 0)) &&
    (mode & WRAPS) === 0
  ) {
    const a = number(ah, al);
    const c = number(ch, cl);
    const b = subtract ? -number(bh, bl) : number(bh, bl);
    const uh = a * c;
    const ul = productError(a, c, uh);
    const th = b + ul;
    let back = th - b;
    const tl = b - (th - back) + (ul - back);
    const vh = uh + th;
    back = vh - uh;
    const vl = uh - (vh - back) + (th - back);
    // tl + vl, rounded to odd; `rest` has the sign of what that leaves out.
    let w = tl + vl;
    back = w - tl;
    let rest = tl - (w - back) + (vl - back);
    if (rest !== 0) {
      resultNumber[0] = w;
      if (((result[0] as number) & 1) === 0) {
        step(w > 0 === rest > 0, UNIT);
        w = resultNumber[0];
        rest = -rest;
      }
    }
    const z = vh + w;
    back = z - vh;
    const error = vh - (z - back) + (w - back);
    if (z !== 0 && finish(z, error !== 0 ? error : rest, mode, single)) return;
  } else if (ea < 2047 && ec < 2047 && eb > 0 && eb < 2047 && (mode & WRAPS) === 0) {
    // A product of zero adds nothing to a number that is not zero.
    const noughts = ((ah & 0x7fff_ffff) | al) === 0 || ((ch & 0x7fff_ffff) | cl) === 0;
    if (noughts && finish(number(subtract ? bh ^ SIGN : bh, bl), 0, mode, single)) return;
  }
  exactMultiplyAdd(ah, al, ch, cl, bh, bl, mode, single, subtract);
}

/** The operand rounded to single precision. */
export function fpRound(ah: number, al: number, mode: number): void {
  if (((ah >>> 20) & 0x7ff) < 2047 && (mode & WRAPS) === 0 && finish(number(ah, al), 0, mode, true)) return;
  exactRound(ah, al, mode);
}
