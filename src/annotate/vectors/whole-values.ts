// Loads and stores of values of several scalars: wide integers, vectors, structures, arrays. Each scalar is where it would be in
// memory; nothing is read or written twice, which volatile accesses count on.

import type { LoadInstruction, StoreInstruction, Type } from "../../bitcode/index.ts";
import { alignOf } from "../memory/alignment.ts";
import { isWideInteger, scalarWidth } from "../constants.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { isVector, laneCount } from "./lanes.ts";
import { LimbCode, type Limbs } from "../integers/limbs.ts";
import {
  addressOf,
  alignmentAt,
  loadBytes,
  storeBytes,
  wholeAddress,
  type Address,
} from "../memory/memory.ts";
import { powerIn } from "../memory/pointer-multiple.ts";
import { leavesOf } from "../program.ts";
import { bitsOf, regroupedLeaves } from "./bit-groups.ts";
import { allocSize, storeSize, structOffset } from "../../ir/index.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** Is a value of this type loaded and stored in pieces? */
export function isWhole(type: Type): boolean {
  return isWideInteger(type) || isVector(type) || type.kind === "struct" || type.kind === "array";
}

/** Is such a value long enough for the alignment of words to matter? */
export function isDoneInWords(type: Type): boolean {
  return storeSize(type) >= 4;
}

/** A part of a value that is in memory by itself. */
interface Part {
  readonly type: Type;
  readonly offset: number;
  /** Its first local among the value's. */
  readonly leaf: number;
}

/** Parts of a value; vectors whose elements are not whole bytes are one part. */
function partsOf(type: Type, offset = 0, leaf = 0): Part[] {
  if (type.kind === "struct") {
    let at = leaf;
    return type.elements.flatMap((element, i) => {
      const parts = partsOf(element, offset + structOffset(type, i), at);
      at += leavesOf(element).length;
      return parts;
    });
  }
  const packed = isVector(type) && bitsOf(type.element) % 8 !== 0;
  if (type.kind !== "array" && (!isVector(type) || packed)) return [{ type, offset, leaf }];
  const count = isVector(type) ? laneCount(type) : type.count;
  const step = isVector(type) ? bitsOf(type.element) / 8 : allocSize(type.element);
  const each = leavesOf(type.element).length;
  return Array.from({ length: count }, (_, i) =>
    partsOf(type.element, offset + i * step, leaf + i * each),
  ).flat();
}

/** Pieces of an integer in memory, from its end: offset, bytes, and the bit that the piece begins at. */
function piecesOf(bytes: number): { offset: number; size: 1 | 2 | 4; bit: number }[] {
  const pieces: { offset: number; size: 1 | 2 | 4; bit: number }[] = [];
  for (let left = bytes; left > 0;) {
    const size = left >= 4 ? 4 : left >= 2 ? 2 : 1;
    left -= size;
    pieces.push({ offset: left, size, bit: 8 * (bytes - left - size) });
  }
  return pieces;
}

type Place = (offset: number) => { address: Address; align: number };

function placeOf(f: FunctionEmitter, inst: LoadInstruction | StoreInstruction, out: Expression[]): Place {
  const type = inst.op === "load" ? inst.type : inst.value.type;
  const base = f.newLocal(binaryen.i32);
  const address = addressOf(f, inst.address);
  out.push(f.m.local.set(base, wholeAddress(f, address)));
  const multiple = f.p.multiples.of(f.fn, inst.address);
  const claimed =
    inst.align >= 4 && isDoneInWords(type) ? alignmentAt(address, alignOf(f, inst.address, 4)) : 1;
  const align = Math.max(multiple, claimed);
  return (offset) => ({
    address: { base: f.get(base), offset, multiple },
    align: Math.min(align, powerIn(offset)),
  });
}

export function emitWholeLoad(f: FunctionEmitter, inst: LoadInstruction, out: Expression[]): void {
  const place = placeOf(f, inst, out);
  const values: Expression[] = [];
  for (const { type, offset, leaf } of partsOf(inst.type)) {
    const bytes = storeSize(type);
    const whole = !isWhole(type) && (bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8);
    if (whole) {
      const { address, align } = place(offset);
      values[leaf] = loadedScalar(f, type, loadBytes(f, address, bytes, align));
    } else {
      const code = new LimbCode(f, out);
      loadedLeaves(f, code, type, loadedLimbs(f, code, place, offset, bytes), out).forEach((value, i) => {
        values[leaf + i] = value;
      });
    }
  }
  f.defineFields(inst, values, out);
}

/** What `bytes` bytes gave as a local of a type has it. */
function loadedScalar(f: FunctionEmitter, type: Type, value: Expression): Expression {
  const width = scalarWidth(type);
  return width === 8 || width === 16 ? value : f.mask(type, value);
}

function loadedLimbs(f: FunctionEmitter, code: LimbCode, place: Place, at: number, bytes: number): Limbs {
  const { m } = f;
  const limbs: Expression[] = Array.from({ length: Math.ceil(bytes / 8) }, () => m.i64.const(0n));
  for (const { offset, size, bit } of piecesOf(bytes)) {
    const { address, align } = place(at + offset);
    const piece = m.i64.extend_u(loadBytes(f, address, size, align));
    const limb = Math.floor(bit / 64);
    const moved = bit % 64 === 0 ? piece : m.i64.shl(piece, m.i64.const(BigInt(bit % 64)));
    const before = limbs[limb];
    limbs[limb] = before === undefined ? moved : m.i64.or(before, moved);
  }
  return limbs.map((limb) => code.held(limb));
}

/** The scalars of a value of `type` whose bits are in limbs. */
function loadedLeaves(
  f: FunctionEmitter,
  code: LimbCode,
  type: Type,
  limbs: Limbs,
  out: Expression[],
): Expression[] {
  const bits = bitsOf(type);
  const whole = code.truncated(limbs, bits).map((limb) => limb());
  if (isWideInteger(type)) return whole;
  const integer: Type = { id: -1, kind: "integer", width: bits };
  const [low] = whole;
  const fields = bits <= 32 && low !== undefined ? [f.m.i32.wrap(low)] : whole;
  return regroupedLeaves(f, fields, integer, type, out);
}

/** A store of a value of several scalars. */
export function emitWholeStore(f: FunctionEmitter, inst: StoreInstruction): Expression[] {
  const { m } = f;
  const out: Expression[] = [];
  const place = placeOf(f, inst, out);
  const fields = f.fields(inst.value);
  for (const { type, offset, leaf } of partsOf(inst.value.type)) {
    const bytes = storeSize(type);
    const own = fields.slice(leaf, leaf + leavesOf(type).length);
    const [only] = own;
    if (!isWhole(type) && only !== undefined && (bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8)) {
      const { address, align } = place(offset);
      out.push(storeBytes(f, address, bytes, align, only));
      continue;
    }
    const integer: Type = { id: -1, kind: "integer", width: bitsOf(type) };
    const grouped = regroupedLeaves(f, own, type, integer, out).map((field) =>
      binaryen.getExpressionType(field) === binaryen.i64 ? field : m.i64.extend_u(field),
    );
    const code = new LimbCode(f, out);
    const limbs = grouped.map((limb) => code.held(limb));
    for (const { offset: within, size, bit } of piecesOf(bytes)) {
      const { address, align } = place(offset + within);
      const limb = limbs[Math.floor(bit / 64)]?.() ?? m.i64.const(0n);
      const piece = m.i32.wrap(m.i64.shr_u(limb, m.i64.const(BigInt(bit % 64))));
      out.push(storeBytes(f, address, size, align, piece));
    }
  }
  return out;
}
