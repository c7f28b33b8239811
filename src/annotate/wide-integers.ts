// Integers of 65 to 128 bits: two 64-bit locals, low half first, bits above the width always zero. C has none on 32-bit
// machines, but the optimiser makes them of structures and bit-fields that are copied or compared as one value.

import type {
  BinaryInstruction,
  CastInstruction,
  IntegerPredicate,
  LoadInstruction,
  StoreInstruction,
  Type,
  Value,
} from "../bitcode/index.ts";
import { isWideInteger, scalarWidth } from "./constants.ts";
import { Untranslatable } from "./fault.ts";
import type { FunctionEmitter } from "./function-emitter.ts";
import type { Instruction } from "../bitcode/index.ts";
import { addressOf, loadBytes, storeBytes, wholeAddress, type Address } from "./memory.ts";
import { powerIn } from "./pointer-multiple.ts";
import { storeSize } from "./target-layout.ts";
import { binaryen, type Expression, type WasmModule } from "./wasm.ts";

const I64 = binaryen.i64;

/** Both halves of a value, as many times as they are asked for. */
interface Halves {
  readonly low: () => Expression;
  readonly high: () => Expression;
}

function widthOf(type: Type): number {
  return type.kind === "integer" ? type.width : 0;
}

/** The halves of a wide or narrow value in locals; `signed`: a narrow one is extended with its sign. */
function halvesOf(f: FunctionEmitter, value: Value, out: Expression[], signed = false): Halves {
  const { m } = f;
  const held = (of: Expression): (() => Expression) => {
    const local = f.newLocal(I64);
    out.push(m.local.set(local, of));
    return () => f.get(local);
  };
  if (isWideInteger(value.type)) {
    const [low, high] = f.fields(value);
    const halves = { low: held(low ?? m.i64.const(0n)), high: held(high ?? m.i64.const(0n)) };
    const spare = 128 - widthOf(value.type);
    if (!signed || spare === 0) return halves;
    const by = (): Expression => m.i64.const(BigInt(spare));
    return { low: halves.low, high: held(m.i64.shr_s(m.i64.shl(halves.high(), by()), by())) };
  }
  const narrow = scalarWidth(value.type) <= 32;
  const given = signed ? f.signed(value) : f.use(value);
  const extended = !narrow ? given : signed ? m.i64.extend_s(given) : m.i64.extend_u(given);
  const low = held(extended);
  return {
    low,
    high: signed ? held(m.i64.shr_s(low(), m.i64.const(63n))) : (): Expression => m.i64.const(0n),
  };
}

/** Defines a wide result; bits above its width are cleared. */
function define(
  f: FunctionEmitter,
  inst: Instruction,
  low: Expression,
  high: Expression,
  out: Expression[],
): void {
  const { m } = f;
  const bits = BigInt(widthOf(inst.type) - 64);
  const mask = bits === 64n ? -1n : (1n << bits) - 1n;
  f.defineFields(inst, [low, m.i64.and(high, m.i64.const(mask))], out);
}

/** Arithmetic and casts with a wide result. */
export function emitWide(
  f: FunctionEmitter,
  inst: BinaryInstruction | CastInstruction,
  out: Expression[],
): void {
  if (inst.op === "binary") emitWideBinary(f, inst, out);
  else emitWideCast(f, inst, out);
}

function emitWideBinary(f: FunctionEmitter, inst: BinaryInstruction, out: Expression[]): void {
  const { m } = f;
  const { operator } = inst;
  const a = halvesOf(f, inst.left, out, operator === "ashr");
  const b = halvesOf(f, inst.right, out);
  switch (operator) {
    case "and":
    case "or":
    case "xor":
      return define(f, inst, m.i64[operator](a.low(), b.low()), m.i64[operator](a.high(), b.high()), out);
    case "add":
    case "sub": {
      const low = f.newLocal(I64);
      out.push(m.local.set(low, m.i64[operator](a.low(), b.low())));
      const carry = operator === "add" ? m.i64.lt_u(f.get(low), a.low()) : m.i64.lt_u(a.low(), b.low());
      const high = m.i64[operator](m.i64[operator](a.high(), b.high()), m.i64.extend_u(carry));
      return define(f, inst, f.get(low), high, out);
    }
    case "mul": {
      const upper = m.call(upperProduct(f), [a.low(), b.low()], I64);
      const crossed = m.i64.add(m.i64.mul(a.low(), b.high()), m.i64.mul(a.high(), b.low()));
      return define(f, inst, m.i64.mul(a.low(), b.low()), m.i64.add(upper, crossed), out);
    }
    case "shl":
    case "lshr":
    case "ashr":
      return emitWideShift(f, inst, a, b.low, out);
    default:
      throw new Untranslatable(`the operation ${operator} is not supported on integers of more than 64 bits`);
  }
}

/** Shifts by less than the width. Amounts of single 64-bit shifts are kept below 64. */
function emitWideShift(
  f: FunctionEmitter,
  inst: BinaryInstruction,
  a: Halves,
  amount: () => Expression,
  out: Expression[],
): void {
  const { m } = f;
  const left = inst.operator === "shl";
  const down = inst.operator === "ashr" ? m.i64.shr_s : m.i64.shr_u;
  const beyond = (): Expression =>
    inst.operator === "ashr" ? m.i64.shr_s(a.high(), m.i64.const(63n)) : m.i64.const(0n);
  if (inst.right.kind === "integer") {
    const by = BigInt.asUintN(7, inst.right.value);
    const near = (): Expression => m.i64.const(by % 64n);
    if (by === 0n) return define(f, inst, a.low(), a.high(), out);
    if (by >= 64n)
      return left
        ? define(f, inst, m.i64.const(0n), m.i64.shl(a.low(), near()), out)
        : define(f, inst, down(a.high(), near()), beyond(), out);
    const rest = m.i64.const(64n - by);
    return left
      ? define(
          f,
          inst,
          m.i64.shl(a.low(), near()),
          m.i64.or(m.i64.shl(a.high(), near()), m.i64.shr_u(a.low(), rest)),
          out,
        )
      : define(
          f,
          inst,
          m.i64.or(m.i64.shr_u(a.low(), near()), m.i64.shl(a.high(), rest)),
          down(a.high(), near()),
          out,
        );
  }
  const far = (): Expression => m.i64.ge_u(amount(), m.i64.const(64n));
  const near = (): Expression => m.i64.and(amount(), m.i64.const(63n));
  const rest = (): Expression => m.i64.sub(m.i64.const(63n), near());
  const one = (): Expression => m.i64.const(1n);
  if (left) {
    const high = m.i64.or(m.i64.shl(a.high(), near()), m.i64.shr_u(m.i64.shr_u(a.low(), one()), rest()));
    const moved = (): Expression => m.i64.shl(a.low(), near());
    return define(f, inst, m.select(far(), m.i64.const(0n), moved()), m.select(far(), moved(), high), out);
  }
  const low = m.i64.or(m.i64.shr_u(a.low(), near()), m.i64.shl(m.i64.shl(a.high(), one()), rest()));
  const moved = (): Expression => down(a.high(), near());
  define(f, inst, m.select(far(), moved(), low), m.select(far(), beyond(), moved()), out);
}

function emitWideCast(f: FunctionEmitter, inst: CastInstruction, out: Expression[]): void {
  if (!/^(zext|sext|trunc|bitcast)$/.test(inst.operator))
    throw new Untranslatable(`the cast ${inst.operator} is not supported on integers of more than 64 bits`);
  const halves = halvesOf(f, inst.operand, out, inst.operator === "sext");
  define(f, inst, halves.low(), halves.high(), out);
}

/** The lower bits of a wide value, as a local of `inst`'s type has them; bits above an odd width may be set. */
export function wideTruncated(f: FunctionEmitter, inst: CastInstruction): Expression {
  const low = f.fields(inst.operand)[0] ?? f.m.i64.const(0n);
  return scalarWidth(inst.type) <= 32 ? f.m.i32.wrap(low) : low;
}

/** An i32, 0 or 1. */
export function emitWideCompare(
  f: FunctionEmitter,
  predicate: IntegerPredicate,
  left: Value,
  right: Value,
): Expression {
  const { m } = f;
  const out: Expression[] = [];
  const signed = predicate.startsWith("s");
  const a = halvesOf(f, left, out, signed);
  const b = halvesOf(f, right, out, signed);
  const equal = (): Expression => m.i64.eq(a.high(), b.high());
  const whole = (value: Expression): Expression => m.block(null, [...out, value], binaryen.i32);
  if (predicate === "eq" || predicate === "ne") {
    const different = m.i64.or(m.i64.xor(a.low(), b.low()), m.i64.xor(a.high(), b.high()));
    return whole(predicate === "eq" ? m.i64.eqz(different) : m.i64.ne(different, m.i64.const(0n)));
  }
  const relation = predicate.slice(1) as "gt" | "ge" | "lt" | "le";
  const strict = relation.startsWith("g") ? "gt" : "lt";
  const high = m.i64[`${strict}_${signed ? "s" : "u"}`](a.high(), b.high());
  return whole(m.select(equal(), m.i64[`${relation}_u`](a.low(), b.low()), high));
}

/** Pieces of a wide value in memory, from its end: offset, bytes, and the bit that the piece begins at. */
function piecesOf(bytes: number): { offset: number; size: 1 | 2 | 4; bit: number }[] {
  const pieces: { offset: number; size: 1 | 2 | 4; bit: number }[] = [];
  for (let left = bytes; left > 0;) {
    const size = left >= 4 ? 4 : left >= 2 ? 2 : 1;
    left -= size;
    pieces.push({ offset: left, size, bit: 8 * (bytes - left - size) });
  }
  return pieces;
}

function alignedPlace(
  f: FunctionEmitter,
  inst: LoadInstruction | StoreInstruction,
  out: Expression[],
): (offset: number) => { address: Address; align: number } {
  const base = f.newLocal(binaryen.i32);
  out.push(f.m.local.set(base, wholeAddress(f, addressOf(f, inst.address))));
  const multiple = f.p.multiples.of(f.fn, inst.address);
  return (offset) => ({
    address: { base: f.get(base), offset, multiple },
    align: Math.min(multiple, powerIn(offset)),
  });
}

export function emitWideLoad(f: FunctionEmitter, inst: LoadInstruction, out: Expression[]): void {
  const { m } = f;
  const place = alignedPlace(f, inst, out);
  const halves: Expression[] = [m.i64.const(0n), m.i64.const(0n)];
  for (const { offset, size, bit } of piecesOf(storeSize(inst.type))) {
    const { address, align } = place(offset);
    const piece = m.i64.extend_u(loadBytes(f, address, size, align));
    const half = bit < 64 ? 0 : 1;
    halves[half] = m.i64.or(halves[half] ?? piece, m.i64.shl(piece, m.i64.const(BigInt(bit % 64))));
  }
  const [low, high] = halves;
  if (low !== undefined && high !== undefined) define(f, inst, low, high, out);
}

export function emitWideStore(f: FunctionEmitter, inst: StoreInstruction): Expression[] {
  const { m } = f;
  const out: Expression[] = [];
  const place = alignedPlace(f, inst, out);
  const { low, high } = halvesOf(f, inst.value, out);
  for (const { offset, size, bit } of piecesOf(storeSize(inst.value.type))) {
    const { address, align } = place(offset);
    const half = bit < 64 ? low() : high();
    const piece = m.i32.wrap(m.i64.shr_u(half, m.i64.const(BigInt(bit % 64))));
    out.push(storeBytes(f, address, size, align, piece));
  }
  return out;
}

/** Name of a support function: the upper half of the product of two unsigned 64-bit numbers. */
function upperProduct(f: FunctionEmitter): string {
  return f.p.support("bw:mul_high", (m: WasmModule, name) => {
    const get = (local: number): Expression => m.local.get(local, I64);
    const low = (local: number): Expression => m.i64.extend_u(m.i32.wrap(get(local)));
    const high = (local: number): Expression => m.i64.shr_u(get(local), m.i64.const(32n));
    // a·b + (the carry of the lower parts), in three steps that fit 64 bits.
    const first = m.i64.add(
      m.i64.mul(high(0), low(1)),
      m.i64.shr_u(m.i64.mul(low(0), low(1)), m.i64.const(32n)),
    );
    const second = m.i64.add(m.i64.mul(low(0), high(1)), low(2));
    const body = m.block(
      null,
      [
        m.local.set(2, first),
        m.local.set(3, second),
        m.i64.add(m.i64.add(m.i64.mul(high(0), high(1)), high(2)), high(3)),
      ],
      I64,
    );
    m.addFunction(name, binaryen.createType([I64, I64]), I64, [I64, I64], body);
  });
}
