// The same bits in other groups: a vector cast to an integer or to a vector of other elements. On a big-endian machine the first
// element has the highest bits, as it would if the value went through memory.

import type { Type, Value } from "../../bitcode/index.ts";
import { isWideInteger, scalarWidth } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { isVector, laneCount } from "./lanes.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** Bits of a value that are in one local: its lower `width` bits. */
interface Group {
  readonly width: number;
  /** Position of this local among the value's. */
  readonly leaf: number;
}

/** Groups of a value of a type, the highest first. */
function groupsOf(type: Type, first = 0): Group[] {
  if (isVector(type)) {
    const one = groupsOf(type.element);
    return Array.from({ length: laneCount(type) }, (_, lane) =>
      one.map(({ width, leaf }) => ({ width, leaf: first + lane * one.length + leaf })),
    ).flat();
  }
  if (!isWideInteger(type) || type.kind !== "integer") return [{ width: scalarWidth(type), leaf: first }];
  const limbs = Math.ceil(type.width / 64);
  return Array.from({ length: limbs }, (_, i) => {
    const limb = limbs - 1 - i;
    return { width: limb === limbs - 1 ? type.width - 64 * limb : 64, leaf: first + limb };
  });
}

/** Bits of a first-class value without structures and arrays. */
export function bitsOf(type: Type): number {
  return groupsOf(type).reduce((sum, { width }) => sum + width, 0);
}

/** The scalars of `value`, bit for bit, as a value of `type`. */
export function regrouped(f: FunctionEmitter, value: Value, type: Type, out: Expression[]): Expression[] {
  return regroupedLeaves(f, f.fields(value), value.type, type, out);
}

/** The same with the scalars of a value of type `before`. */
export function regroupedLeaves(
  f: FunctionEmitter,
  fields: readonly Expression[],
  before: Type,
  type: Type,
  out: Expression[],
): Expression[] {
  const from = groupsOf(before);
  const to = groupsOf(type);
  const result: Expression[] = [];
  if (from.length === to.length && from.every(({ width }, i) => width === to[i]?.width)) {
    from.forEach(({ leaf }, i) => {
      result[to[i]?.leaf ?? 0] = fields[leaf] ?? f.m.unreachable();
    });
    return result;
  }
  const locals = fields.map((field) => {
    const local = f.newLocal(binaryen.getExpressionType(field));
    out.push(f.m.local.set(local, field));
    return local;
  });
  const pieces: Piece[] = [];
  let start = 0;
  for (const { width, leaf } of from) {
    pieces.push({ start, end: start + width, local: locals[leaf] ?? 0 });
    start += width;
  }
  let at = 0;
  for (const { width, leaf } of to) {
    result[leaf] = gathered(f, pieces, at, at + width);
    at += width;
  }
  if (at !== start) throw new Untranslatable("a cast changes the number of bits");
  return result;
}

/** A local with the bits from `start` to before `end`, counted from the highest. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly local: number;
}

/** The bits from `start` to before `end` as one number. */
function gathered(f: FunctionEmitter, pieces: readonly Piece[], start: number, end: number): Expression {
  const { m } = f;
  const wide = end - start > 32;
  let result: Expression | null = null;
  for (const piece of pieces) {
    const low = Math.max(start, piece.start);
    const high = Math.min(end, piece.end);
    if (low >= high) continue;
    const isWide = f.typeOf(piece.local) === binaryen.i64;
    let value = f.get(piece.local);
    const down = piece.end - high;
    if (down > 0)
      value = isWide ? m.i64.shr_u(value, m.i64.const(BigInt(down))) : m.i32.shr_u(value, m.i32.const(down));
    if (wide && !isWide) value = m.i64.extend_u(value);
    if (!wide && isWide) value = m.i32.wrap(value);
    const bits = high - low;
    if (low > piece.start && bits < (wide ? 64 : 32))
      value = wide
        ? m.i64.and(value, m.i64.const((1n << BigInt(bits)) - 1n))
        : m.i32.and(value, m.i32.const((2 ** bits - 1) | 0));
    const up = end - high;
    if (up > 0) value = wide ? m.i64.shl(value, m.i64.const(BigInt(up))) : m.i32.shl(value, m.i32.const(up));
    result = result === null ? value : wide ? m.i64.or(result, value) : m.i32.or(result, value);
  }
  return result ?? (wide ? m.i64.const(0n) : m.i32.const(0));
}
