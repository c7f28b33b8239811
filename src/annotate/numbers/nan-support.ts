// What PowerPC makes of NaNs, as functions of the module that are called only when a result is a NaN: the first operand
// that is one is handed on, quiet; where none is, the result is the default NaN.

import type { FunctionEmitter } from "../function-emitter.ts";
import { binaryen, type Expression, type WasmModule } from "../wasm.ts";

const BITS = {
  f64: { quiet: 0x0008000000000000n, standard: 0x7ff8000000000000n },
  f32: { quiet: 0x00400000n, standard: 0x7fc00000n },
} as const;

/** Names of these functions begin so: they are for what hardly ever happens and not worth inlining. */
export const NAN_PREFIX = "bw:nan_";

export type FloatFormat = keyof typeof BITS;

/** Bits of a number, as an i64 or i32. */
export function bitsOf(m: WasmModule, format: FloatFormat, value: Expression): Expression {
  return format === "f64" ? m.i64.reinterpret(value) : m.i32.reinterpret(value);
}

/** The result itself when it is a number, else the NaN that the target has for these operands, in their order; `negated`: that with its
 *  sign changed. */
export function emitNanResult(
  f: FunctionEmitter,
  format: FloatFormat,
  result: Expression,
  operands: readonly Expression[],
  negated = false,
): Expression {
  const type = binaryen[format];
  const name = f.p.support(
    `${NAN_PREFIX}${format}_${String(operands.length)}${negated ? "_negated" : ""}`,
    (m, id) => {
      const get = (local: number): Expression => m.local.get(local, type);
      const { quiet, standard } = BITS[format];
      const constant = (bits: bigint): Expression =>
        format === "f64" ? m.i64.const(bits) : m.i32.const(Number(bits));
      const quieted = (local: number): Expression => {
        const bits = bitsOf(m, format, get(local));
        const or = format === "f64" ? m.i64.or : m.i32.or;
        return m[format].reinterpret(or(bits, constant(quiet)));
      };
      let value = m[format].reinterpret(constant(standard));
      for (let i = operands.length; i > 0; i -= 1)
        value = m.if(m[format].ne(get(i), get(i)), quieted(i), value);
      if (negated) value = m[format].neg(value);
      const body = m.if(m[format].eq(get(0), get(0)), get(0), value);
      m.addFunction(id, binaryen.createType([type, ...operands.map(() => type)]), type, [], body);
    },
  );
  return f.m.call(name, [result, ...operands], type);
}

/** A NaN of double precision as one of single precision: quiet, the payload's upper bits. Other numbers are rounded. */
export function emitNarrowed(f: FunctionEmitter, value: Expression): Expression {
  const name = f.p.support(`${NAN_PREFIX}narrowed`, (m, id) => {
    const bits = (): Expression => m.i64.reinterpret(m.local.get(0, binaryen.f64));
    const fraction = m.i32.and(m.i32.wrap(m.i64.shr_u(bits(), m.i64.const(29n))), m.i32.const(0x003fffff));
    const sign = m.i32.and(m.i32.wrap(m.i64.shr_u(bits(), m.i64.const(32n))), m.i32.const(-(2 ** 31)));
    const nan = m.i32.or(m.i32.or(sign, m.i32.const(0x7fc00000)), fraction);
    const same = m.f64.eq(m.local.get(0, binaryen.f64), m.local.get(0, binaryen.f64));
    const body = m.if(same, m.f32.demote(m.local.get(0, binaryen.f64)), m.f32.reinterpret(nan));
    m.addFunction(id, binaryen.createType([binaryen.f64]), binaryen.f32, [], body);
  });
  return f.m.call(name, [value], binaryen.f32);
}

/** A NaN of single precision as one of double precision, quiet or as it is. Other numbers are converted. */
export function emitWidened(f: FunctionEmitter, value: Expression, quiets: boolean): Expression {
  const name = f.p.support(`${NAN_PREFIX}widened${quiets ? "_quiet" : ""}`, (m, id) => {
    const bits = (): Expression => m.i32.reinterpret(m.local.get(0, binaryen.f32));
    const high = m.i32.or(
      m.i32.and(bits(), m.i32.const(-(2 ** 31))),
      m.i32.const(0x7ff00000 | (quiets ? 0x00080000 : 0)),
    );
    const fraction = m.i64.shl(m.i64.extend_u(m.i32.and(bits(), m.i32.const(0x007fffff))), m.i64.const(29n));
    const nan = m.i64.or(m.i64.shl(m.i64.extend_u(high), m.i64.const(32n)), fraction);
    const same = m.f32.eq(m.local.get(0, binaryen.f32), m.local.get(0, binaryen.f32));
    const body = m.if(same, m.f64.promote(m.local.get(0, binaryen.f32)), m.f64.reinterpret(nan));
    m.addFunction(id, binaryen.createType([binaryen.f32]), binaryen.f64, [], body);
  });
  return f.m.call(name, [value], binaryen.f64);
}
