// Numbers in the first lane of a vector. A double in memory has its words the wrong way round for the host: in a vector register, one
// shuffle puts them right, where a rotation in a register for integers takes two moves more. And the fused multiply-add, which
// WebAssembly has for vectors only, takes its operands as they are.
//
// Everybody else sees bit patterns; here, the steps from numbers to patterns and back that cancel out are left out.

import type { FunctionEmitter } from "../function-emitter.ts";
import type { FloatFormat } from "./nan-support.ts";
import { binaryen, type Expression, type WasmModule } from "../wasm.ts";

/** What binaryen.js has and its types do not. */
interface Access {
  readonly Unary: { getOp: (e: Expression) => number; getValue: (e: Expression) => Expression };
  readonly Binary: {
    getOp: (e: Expression) => number;
    getLeft: (e: Expression) => Expression;
    getRight: (e: Expression) => Expression;
  };
  readonly Const: { getValueI32: (e: Expression) => number; getValueI64: (e: Expression) => bigint };
  readonly Load: {
    getOffset: (e: Expression) => number;
    getAlign: (e: Expression) => number;
    getBytes: (e: Expression) => number;
    getPtr: (e: Expression) => Expression;
  };
  readonly SIMDExtract: {
    getOp: (e: Expression) => number;
    getVec: (e: Expression) => Expression;
    getIndex: (e: Expression) => number;
  };
}

const access = binaryen as unknown as Access;

/** Where the words of the doublewords in a vector come from when they change places. */
export const WORDS_SWAPPED = [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11];

/** Where the bytes of a vector come from when its doubles change places. */
const LANES_EXCHANGED = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];

/** The doublewords of a vector with their words swapped. */
export function wordsSwapped(m: WasmModule, vector: Expression): Expression {
  return m.i8x16.shuffle(vector, m.v128.const(new Array<number>(16).fill(0)), WORDS_SWAPPED);
}

/** The operations on vectors of a format. */
export function vectorOf(m: WasmModule, format: FloatFormat): WasmModule["f64x2"] | WasmModule["f32x4"] {
  return format === "f64" ? m.f64x2 : m.f32x4;
}

/** The number in a vector's first lane. */
export function firstLane(m: WasmModule, format: FloatFormat, vector: Expression): Expression {
  return vectorOf(m, format).extract_lane(vector, 0);
}

/** The sum of all lanes of vectors with two doubles, in the first lane. */
export function sumOfLanes(f: FunctionEmitter, pairs: readonly Expression[]): Expression | null {
  const { m } = f;
  const [first, ...others] = pairs;
  if (first === undefined) return null;
  const sum = others.reduce((all, one) => m.f64x2.add(all, one), first);
  const local = f.newLocal(binaryen.v128);
  const again = (): Expression => m.local.get(local, binaryen.v128);
  const exchanged = m.i8x16.shuffle(m.local.tee(local, sum, binaryen.v128), again(), LANES_EXCHANGED);
  return m.f64x2.add(exchanged, again());
}

/** Bits of the number in a vector's first lane. */
export function laneBits(m: WasmModule, format: FloatFormat, vector: Expression): Expression {
  const lane = firstLane(m, format, vector);
  return format === "f64" ? m.i64.reinterpret(lane) : m.i32.reinterpret(lane);
}

/** A vector with the number in its first lane that has these bits. */
export function laneOfBits(f: FunctionEmitter, format: FloatFormat, bits: Expression): Expression {
  const { m } = f;
  const number = reinterpreted(format, bits);
  if (number !== null) return laneOfNumber(m, format, number);
  if (binaryen.getExpressionId(bits) === binaryen.ConstId) return constantLanes(m, format, bits);
  const load = loadOf(format, bits);
  if (load !== null) return loadedLane(f, format, load);
  return format === "f64" ? m.i64x2.splat(bits) : m.i32x4.splat(bits);
}

/**
 * A load into a vector. V8 makes the sum of base and offset part of plain loads' addresses, but keeps it in a register for loads to
 * lanes: there, the offset is added to the base, once more for each load.
 */
function loadedLane(f: FunctionEmitter, format: FloatFormat, load: Expression): Expression {
  const { m } = f;
  const [offset, align] = [access.Load.getOffset(load), access.Load.getAlign(load)];
  const base = access.Load.getPtr(load);
  const direct = withoutOffset(m, base, offset);
  if (format === "f64")
    return wordsSwapped(m, m.v128.load64_splat(0, align, direct ?? m.i32.add(base, m.i32.const(offset | 0))));
  if (direct !== null) return m.v128.load32_splat(0, align, direct);
  return vectorOf(m, format).splat(m[format].load(offset, align, base));
}

/** An address whose offset is none or part of a constant; null: it is a sum. */
function withoutOffset(m: WasmModule, base: Expression, offset: number): Expression | null {
  if (offset === 0) return base;
  if (binaryen.getExpressionId(base) !== binaryen.ConstId) return null;
  const sum = (access.Const.getValueI32(base) >>> 0) + offset;
  return sum < 2 ** 32 ? m.i32.const(sum | 0) : null;
}

/** A vector with a number in its first lane. */
export function laneOfNumber(m: WasmModule, format: FloatFormat, number: Expression): Expression {
  return laneSource(format, number) ?? vectorOf(m, format).splat(number);
}

/** The number with these bits. Bits that were just taken out of a number are not put together again. */
export function numberOf(f: FunctionEmitter, format: FloatFormat, bits: Expression): Expression {
  const { m } = f;
  const number = reinterpreted(format, bits);
  if (number !== null) return number;
  const load = loadOf(format, bits);
  if (load === null) return m[format].reinterpret(bits);
  if (format === "f64") return firstLane(m, format, laneOfBits(f, format, bits));
  return m.f32.load(access.Load.getOffset(load), access.Load.getAlign(load), access.Load.getPtr(load));
}

/** A store of bits that are a number's, from where the number is; null: they are not. */
export function storeNumber(
  m: WasmModule,
  bytes: 4 | 8,
  { base, offset }: { readonly base: Expression; readonly offset: number },
  bits: Expression,
): Expression | null {
  const format = bytes === 8 ? "f64" : "f32";
  const number = reinterpreted(format, bits);
  if (number === null) return null;
  const direct = withoutOffset(m, base, offset);
  if (format === "f32") {
    const vector = laneSource(format, number);
    if (vector === null || direct === null) return m.f32.store(offset, 4, base, number);
    return m.v128.store32_lane(0, 4, 0, direct, vector);
  }
  const swapped = wordsSwapped(m, laneOfNumber(m, format, number));
  if (direct !== null) return m.v128.store64_lane(0, 4, 0, direct, swapped);
  return m.f64.store(offset, 4, base, firstLane(m, format, swapped));
}

/** The number whose bits these are, if they were just taken. */
function reinterpreted(format: FloatFormat, bits: Expression): Expression | null {
  if (binaryen.getExpressionId(bits) !== binaryen.UnaryId) return null;
  const { getOp, getValue } = access.Unary;
  const taken = format === "f64" ? binaryen.ReinterpretFloat64 : binaryen.ReinterpretFloat32;
  return getOp(bits) === taken ? getValue(bits) : null;
}

/** The vector whose first lane a number is. */
function laneSource(format: FloatFormat, number: Expression): Expression | null {
  if (binaryen.getExpressionId(number) !== binaryen.SIMDExtractId) return null;
  const { getOp, getVec, getIndex } = access.SIMDExtract;
  const op = format === "f64" ? binaryen.ExtractLaneVecF64x2 : binaryen.ExtractLaneVecF32x4;
  return getOp(number) === op && getIndex(number) === 0 ? getVec(number) : null;
}

/** The load of an aligned number in the target's order, as memory.ts makes it. */
function loadOf(format: FloatFormat, bits: Expression): Expression | null {
  let load = bits;
  if (format === "f64") {
    if (binaryen.getExpressionId(bits) !== binaryen.BinaryId) return null;
    const { getOp, getLeft, getRight } = access.Binary;
    if (getOp(bits) !== binaryen.RotLInt64 || !isConstant(getRight(bits), 32n)) return null;
    load = getLeft(bits);
  }
  if (binaryen.getExpressionId(load) !== binaryen.LoadId) return null;
  return access.Load.getBytes(load) === (format === "f64" ? 8 : 4) ? load : null;
}

function isConstant(expression: Expression, value: bigint): boolean {
  if (binaryen.getExpressionId(expression) !== binaryen.ConstId) return false;
  return access.Const.getValueI64(expression) === value;
}

function constantLanes(m: WasmModule, format: FloatFormat, bits: Expression): Expression {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < 16; at += format === "f64" ? 8 : 4) {
    if (format === "f64") view.setBigInt64(at, access.Const.getValueI64(bits), true);
    else view.setInt32(at, access.Const.getValueI32(bits), true);
  }
  return m.v128.const(bytes);
}
