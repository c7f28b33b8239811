// JavaScript text for the operators of action code, with constant folding.
//
// How values are held: up to 32 bits as a JavaScript number that is an int32 (width 32: two's complement; narrower: the
// plain unsigned bits), so that V8 keeps them in machine registers; wider ones as unsigned BigInt, which only rare
// instructions need. Every function takes and gives values in that form. A value of 64 bits may be held as two int32
// besides (`halves`): floating-point registers and what is loaded and stored then never become a BigInt.
import { InternalError } from "../base/diagnostic.ts";
import type { BinaryOperator, ValueType } from "../machine/action.ts";
import { evaluate } from "../machine/evaluate.ts";

export interface Value {
  readonly type: ValueType;
  /** An expression that may be evaluated once; in parentheses where needed. */
  readonly js: string;
  /** The value when it is a constant. */
  readonly known?: bigint;
  /** Upper and lower word of a value of 64 bits, int32 expressions that may be evaluated more than once. */
  readonly halves?: readonly [high: string, low: string];
}

export const BIT: ValueType = { width: 1, signed: false };
export const WORD: ValueType = { width: 32, signed: false };

/** A constant of the type; the bits above its width are dropped. */
export function constant(type: ValueType, value: bigint): Value {
  const bits = BigInt.asUintN(type.width, value);
  if (type.width > 32) return { type, js: `${bits}n`, known: bits };
  const n = Number(type.width === 32 ? BigInt.asIntN(32, bits) : bits);
  return { type, js: n < 0 ? `(${n})` : `${n}`, known: bits };
}

export function value(type: ValueType, js: string): Value {
  return { type, js };
}

/** A value of 64 bits given as two words. */
export function paired(type: ValueType, high: string, low: string): Value {
  return { type, js: `wide(${high},${low})`, halves: [high, low] };
}

/** Upper and lower word of a value of 64 bits, where it is held as such or known. */
export function halvesOf(v: Value): readonly [high: string, low: string] | undefined {
  if (v.type.width !== 64) return undefined;
  if (v.known === undefined) return v.halves;
  const word = (bits: bigint): string => {
    const n = Number(BigInt.asIntN(32, bits));
    return n < 0 ? `(${n})` : `${n}`;
  };
  return [word(v.known >> 32n), word(v.known)];
}

/** Whether text may stand several times: a name, a number, an element of an array. */
function isPlain(js: string): boolean {
  return /^\(?-?\w+\)?(\[[\w+&()]*\])?$/.test(js);
}

/** The known value as the language sees it: negative when the type is signed and the top bit is set. */
function meaning(v: Value, signed: boolean): bigint {
  const known = v.known ?? 0n;
  return signed ? BigInt.asIntN(v.type.width, known) : known;
}

/** Cuts an int32 expression to `width` bits. */
function cut(js: string, width: number): string {
  return width >= 32 ? `(${js}|0)` : `(${js}&${2 ** width - 1})`;
}

/** The value as a signed number (width up to 32) or signed BigInt. */
function signedJs(v: Value): string {
  const { width } = v.type;
  if (width > 32) return `BigInt.asIntN(${width},${v.js})`;
  return width === 32 ? v.js : `(${v.js}<<${32 - width}>>${32 - width})`;
}

function unsignedJs(v: Value): string {
  return v.type.width === 32 ? `(${v.js}>>>0)` : v.js;
}

/** To another type: extended by its own sign when the value's type is signed, or cut. */
export function convert(v: Value, type: ValueType): Value {
  if (v.known !== undefined) return constant(type, meaning(v, v.type.signed));
  const from = v.type.width;
  const to = type.width;
  if (from === to) return { ...v, type };
  if (to <= 32 && v.halves) return value(type, to === 32 ? v.halves[1] : cut(v.halves[1], to));
  if (to === 64 && from <= 32 && isPlain(v.js) && (from === 32 || !v.type.signed)) {
    return paired(type, v.type.signed ? `(${v.js}>>31)` : "0", v.js);
  }
  if (to > 32) {
    if (from > 32) {
      const wide = v.type.signed && to > from ? signedJs(v) : v.js;
      return value(type, `BigInt.asUintN(${to},${wide})`);
    }
    return v.type.signed
      ? value(type, `BigInt.asUintN(${to},BigInt(${signedJs(v)}))`)
      : value(type, `BigInt(${unsignedJs(v)})`);
  }
  if (from > 32) return value(type, cut(`Number(BigInt.asIntN(32,${v.js}))`, to));
  if (to < from) return value(type, cut(v.js, to));
  return v.type.signed ? value(type, to === 32 ? signedJs(v) : cut(signedJs(v), to)) : value(type, v.js);
}

/** `v` as a JavaScript boolean. */
export function truth(v: Value): string {
  if (v.known !== undefined) return v.known === 0n ? "false" : "true";
  const bool = /^\((.*)\?1:0\)$/.exec(v.js);
  if (bool && balanced(bool[1] ?? "")) return `(${bool[1]})`;
  if (v.halves) return `((${v.halves[0]}|${v.halves[1]})!==0)`;
  return v.type.width > 32 ? `(${v.js}!==0n)` : `(${v.js}!==0)`;
}

/** Whether parentheses close only what the text opens, so that the text is one operand. */
function balanced(text: string): boolean {
  let depth = 0;
  for (const c of text) {
    if (c === "(") depth++;
    if (c === ")" && --depth < 0) return false;
    if (depth === 0 && (c === "?" || c === ":")) return false;
  }
  return depth === 0;
}

export function not(v: Value): Value {
  if (v.known !== undefined) return constant(BIT, v.known === 0n ? 1n : 0n);
  return value(BIT, `(!${truth(v)}?1:0)`);
}

export function complement(v: Value): Value {
  if (v.known !== undefined) return constant(v.type, ~v.known);
  if (v.halves) return paired(v.type, `(~${v.halves[0]})`, `(~${v.halves[1]})`);
  if (v.type.width > 32) return value(v.type, `BigInt.asUintN(${v.type.width},~${v.js})`);
  return value(v.type, v.type.width === 32 ? `(~${v.js})` : cut(`~${v.js}`, v.type.width));
}

export function negate(v: Value): Value {
  if (v.known !== undefined) return constant(v.type, -v.known);
  if (v.type.width > 32) return value(v.type, `BigInt.asUintN(${v.type.width},-${v.js})`);
  return value(v.type, cut(`(-${v.js})`, v.type.width));
}

const COMPARISONS = new Set<BinaryOperator>(["==", "!=", "<", "<=", ">", ">="]);

/** `left operator right`; the result has `type` (comparisons and logic: one bit). `&&` and `||` evaluate both sides:
 *  the caller keeps sides with effects apart. */
export function binary(type: ValueType, operator: BinaryOperator, left: Value, right: Value): Value {
  if (operator === "&&" || operator === "||") return logical(operator, left, right);
  if (COMPARISONS.has(operator)) return compare(operator, left, right);
  if (operator === "<<" || operator === ">>") return shift(type, operator, left, right);
  const a = convert(left, { width: type.width, signed: left.type.signed });
  const b = convert(right, { width: type.width, signed: right.type.signed });
  const signed = left.type.signed && right.type.signed;
  // Division by zero gives 0; the divide instructions say by their own code what they give.
  if (a.known !== undefined && b.known !== undefined)
    return constant(type, evaluate(operator, meaning(a, signed), meaning(b, signed), type.width) ?? 0n);
  const neutral = simplify(type, operator, a, b);
  if (neutral) return neutral;
  if (operator === "&" || operator === "|" || operator === "^") {
    const [x, y] = [halvesOf(a), halvesOf(b)];
    if (x && y) return paired(type, `(${x[0]}${operator}${y[0]})`, `(${x[1]}${operator}${y[1]})`);
  }
  if (type.width > 32) return wideBinary(type, operator, a, b, signed);
  switch (operator) {
    case "+":
    case "-":
      return value(type, cut(`(${a.js}${operator}${b.js})`, type.width));
    case "*":
      return value(type, cut(`Math.imul(${a.js},${b.js})`, type.width));
    case "&":
    case "|":
    case "^":
      return value(type, `(${a.js}${operator}${b.js})`);
    default: {
      const [x, y] = signed ? [signedJs(a), signedJs(b)] : [unsignedJs(a), unsignedJs(b)];
      return value(type, cut(`(${b.js}===0?0:${x}${operator}${y})`, type.width));
    }
  }
}

/** x+0, x-0, x|0, x^0, x&0, x&~0 and the like. */
function simplify(type: ValueType, operator: BinaryOperator, a: Value, b: Value): Value | undefined {
  const ones = BigInt.asUintN(type.width, -1n);
  for (const [x, k] of [
    [a, b.known],
    [b, a.known],
  ] as const) {
    if (k === undefined) continue;
    if (k === 0n) {
      if (operator === "+" || operator === "|" || operator === "^") return { ...x, type };
      if (operator === "-" && x === a) return { ...x, type };
      if (operator === "&") return constant(type, 0n);
    }
    if (k === ones) {
      if (operator === "&") return { ...x, type };
      if (operator === "|") return constant(type, ones);
    }
  }
  return undefined;
}

function wideBinary(type: ValueType, operator: BinaryOperator, a: Value, b: Value, signed: boolean): Value {
  const w = type.width;
  if (operator === "/" || operator === "%") {
    const [x, y] = signed ? [signedJs(a), signedJs(b)] : [a.js, b.js];
    return value(type, `BigInt.asUintN(${w},${b.js}===0n?0n:${x}${operator}${y})`);
  }
  return value(type, `BigInt.asUintN(${w},${a.js}${operator}${b.js})`);
}

function logical(operator: "&&" | "||", left: Value, right: Value): Value {
  const stop = operator === "&&" ? 0n : 1n;
  for (const [x, other] of [
    [left, right],
    [right, left],
  ] as const) {
    if (x.known === undefined) continue;
    const known = x.known === 0n ? 0n : 1n;
    if (known === stop) return constant(BIT, stop);
    return other.known !== undefined
      ? constant(BIT, other.known === 0n ? 0n : 1n)
      : value(BIT, `(${truth(other)}?1:0)`);
  }
  return value(BIT, `(${truth(left)}${operator}${truth(right)}?1:0)`);
}

function compare(operator: BinaryOperator, left: Value, right: Value): Value {
  const width = Math.max(left.type.width, right.type.width);
  const signed = left.type.signed && right.type.signed;
  const a = convert(left, { width, signed: left.type.signed });
  const b = convert(right, { width, signed: right.type.signed });
  if (a.known !== undefined && b.known !== undefined)
    return constant(BIT, evaluate(operator, meaning(a, signed), meaning(b, signed), width) ?? 0n);
  if (operator === "==" || operator === "!=") {
    const [p, q] = [halvesOf(a), halvesOf(b)];
    if (!p || !q) return value(BIT, `(${a.js}${operator}=${b.js}?1:0)`);
    const differ = `(${p[0]}^${q[0]}|${p[1]}^${q[1]})`;
    return value(BIT, `(${differ}${operator}=0?1:0)`);
  }
  const [x, y] = signed ? [signedJs(a), signedJs(b)] : [unsignedJs(a), unsignedJs(b)];
  return value(BIT, `(${x}${operator}${y}?1:0)`);
}

/** Shifts by the width or more give 0, or the sign for a signed right shift. */
function shift(type: ValueType, operator: "<<" | ">>", left: Value, count: Value): Value {
  const w = type.width;
  const a = convert(left, { width: w, signed: left.type.signed });
  const signed = operator === ">>" && left.type.signed;
  if (count.known !== undefined) {
    const n = Number(count.known > 1024n ? 1024n : count.known);
    if (a.known !== undefined) {
      const x = meaning(a, signed);
      return constant(type, operator === "<<" ? x << BigInt(n) : x >> BigInt(n));
    }
    if (n === 0) return { ...a, type };
    if (n >= w && !signed) return constant(type, 0n);
    const by = Math.min(n, w - 1);
    if (w > 32) {
      const x = signed ? signedJs(a) : a.js;
      return value(type, `BigInt.asUintN(${w},${x}${operator}${by}n)`);
    }
    if (operator === "<<") return value(type, cut(`(${a.js}<<${by})`, w));
    if (!signed) return value(type, w === 32 ? `(${a.js}>>>${by}|0)` : `(${a.js}>>>${by})`);
    return value(type, cut(`(${signedJs(a)}>>${by})`, w));
  }
  if (w > 32) {
    const n = count.type.width > 32 ? count.js : `BigInt(${unsignedJs(count)})`;
    const x = signed ? signedJs(a) : a.js;
    return value(type, `BigInt.asUintN(${w},shiftWide(${x},${n},${operator === "<<"}))`);
  }
  const n = count.type.width > 32 ? `Number(${count.js}>63n?63n:${count.js})` : count.js;
  // A count that cannot reach 32 needs no test: narrower values lose their upper bits in `cut`, and `>>>` of plain
  // unsigned bits gives 0 by itself.
  const small = count.type.width <= 5;
  const test = (over: string, js: string): string => (small ? js : `((${n})>>>0>31?${over}:${js})`);
  if (operator === "<<") return value(type, cut(test("0", `(${a.js}<<${n})`), w));
  if (!signed) return value(type, cut(test("0", `(${a.js}>>>${n})`), w));
  return value(type, cut(test(`(${signedJs(a)}>>31)`, `(${signedJs(a)}>>${n})`), w));
}

/** Bits first to last of `v`, counted from its left; constants. */
export function slice(v: Value, first: number, last: number, type: ValueType): Value {
  const w = v.type.width;
  const right = w - 1 - last;
  const width = last - first + 1;
  if (v.known !== undefined)
    return convert(constant({ width, signed: false }, v.known >> BigInt(right)), type);
  let js: string;
  if (v.halves && (last < 32 || first >= 32)) {
    const half = value(WORD, v.halves[first < 32 ? 0 : 1]);
    return slice(half, first % 32, last % 32, type);
  }
  if (w > 32) {
    js =
      width > 32
        ? `BigInt.asUintN(${width},${v.js}>>${right}n)`
        : cut(`Number(BigInt.asIntN(32,${v.js}>>${right}n))`, width);
  } else if (width === w) js = v.js;
  else {
    const shifted = right === 0 ? v.js : `(${v.js}>>>${right})`;
    js = first === 0 ? shifted : `(${shifted}&${2 ** width - 1})`;
  }
  return convert(value({ width, signed: false }, js), type);
}

/** Parts from left to right. */
export function concat(parts: readonly Value[], type: ValueType): Value {
  const unsigned = parts.map((p) => ({ ...p, type: { width: p.type.width, signed: false } }));
  const [upper, lower] = unsigned;
  const known = unsigned.every((p) => p.known !== undefined);
  if (unsigned.length === 2 && upper?.type.width === 32 && lower?.type.width === 32 && !known) {
    if (isPlain(upper.js) && isPlain(lower.js) && type.width === 64) return paired(type, upper.js, lower.js);
  }
  let result = unsigned[0];
  if (!result) throw new InternalError("empty concat");
  for (const part of unsigned.slice(1)) {
    const wide: ValueType = { width: result.type.width + part.type.width, signed: false };
    const shifted = shift(wide, "<<", convert(result, wide), constant(WORD, BigInt(part.type.width)));
    result = binary(wide, "|", shifted, convert(part, wide));
  }
  return convert(result, type);
}
