// The fused multiply-add: a · b + c, rounded once. WebAssembly's relaxed SIMD has it where the host's processor has it (which
// the runner finds out before a module is chosen); else it is put together from exact pieces, a few times slower.

import type { FunctionEmitter } from "../function-emitter.ts";
import type { FloatFormat } from "./nan-support.ts";
import { binaryen, NAMES, type Expression, type WasmModule } from "../wasm.ts";

/** The constructor that binaryen.js does not wrap. */
interface RawBinaryen {
  readonly _BinaryenSIMDTernary: (module: number, op: number, a: number, b: number, c: number) => number;
}

/** a · b + c in all lanes, rounded once, where the host can; a NaN's bits are open. */
export function fusedLanes(
  f: FunctionEmitter,
  format: FloatFormat,
  operands: readonly Expression[],
): Expression {
  const op = format === "f64" ? binaryen.RelaxedMaddVecF64x2 : binaryen.RelaxedMaddVecF32x4;
  const [a = 0, b = 0, c = 0] = operands;
  const raw = binaryen as unknown as RawBinaryen;
  return raw._BinaryenSIMDTernary((f.m as unknown as { readonly ptr: number }).ptr, op, a, b, c);
}

/** The same on numbers, put together from other operations. */
export function softwareFused(
  f: FunctionEmitter,
  format: FloatFormat,
  operands: readonly Expression[],
): Expression {
  return f.m.call(format === "f64" ? fused64(f) : fused32(f), [...operands], binaryen[format]);
}

type Local = (index: number) => Expression;

const local =
  (m: WasmModule): Local =>
  (index) =>
    m.local.get(index, binaryen.f64);

/**
 * Statements: locals `sum` and `error` become x + y, rounded, and what rounding took off (Knuth). `spare` is overwritten.
 */
function twoSum(
  m: WasmModule,
  x: number,
  y: number,
  sum: number,
  error: number,
  spare: number,
): Expression[] {
  const get = local(m);
  const { f64 } = m;
  return [
    m.local.set(sum, f64.add(get(x), get(y))),
    m.local.set(spare, f64.sub(get(sum), get(x))),
    m.local.set(error, f64.add(f64.sub(get(x), f64.sub(get(sum), get(spare))), f64.sub(get(y), get(spare)))),
  ];
}

/** The sum of which `sum` and `error` are the parts, rounded to odd: inexact results end in a one, so that rounding once more,
 *  to fewer bits, gives what rounding once would (Boldo and Melquiond). */
function roundedToOdd(m: WasmModule, sum: number, error: number): Expression {
  const get = local(m);
  const bits = (): Expression => m.i64.reinterpret(get(sum));
  // Towards the error: away from zero when both have one sign.
  const same = m.i64.ge_s(m.i64.xor(bits(), m.i64.reinterpret(get(error))), m.i64.const(0n));
  const stepped = m.i64.add(bits(), m.select(same, m.i64.const(1n), m.i64.const(-1n)));
  const isEven = m.i64.eqz(m.i64.and(bits(), m.i64.const(1n)));
  const inexact = m.f64.ne(get(error), m.f64.const(0));
  return m.f64.reinterpret(m.select(m.i32.and(inexact, isEven), stepped, bits()));
}

/** Single precision: the product is exact in double precision. */
function fused32(f: FunctionEmitter): string {
  return f.p.support("bw:fused32", (m, name) => {
    const get = local(m);
    const single = (index: number): Expression => m.f64.promote(m.local.get(index, binaryen.f32));
    // 3: product, 4: addend, 5: sum, 6: error, 7: spare
    const body = m.block(
      null,
      [
        m.local.set(3, m.f64.mul(single(0), single(1))),
        m.local.set(4, single(2)),
        ...twoSum(m, 3, 4, 5, 6, 7),
        // Infinities and NaNs have no error.
        m.if(m.f64.ne(m.f64.sub(get(5), get(5)), m.f64.const(0)), m.return(m.f32.demote(get(5)))),
        m.f32.demote(roundedToOdd(m, 5, 6)),
      ],
      binaryen.f32,
    );
    const { f32, f64 } = binaryen;
    m.addFunction(name, binaryen.createType([f32, f32, f32]), f32, [f64, f64, f64, f64, f64], body);
  });
}

/** Double precision by an exact product (Dekker) where nothing can over- or underflow, else on integers. */
function fused64(f: FunctionEmitter): string {
  return f.p.support("bw:fused64", (m, name) => {
    const get = local(m);
    const { f64 } = m;
    const set = (index: number, value: Expression): Expression => m.local.set(index, value);
    const exponent = (index: number): Expression =>
      m.i32.and(m.i32.wrap(m.i64.shr_u(m.i64.reinterpret(get(index)), m.i64.const(52n))), m.i32.const(0x7ff));
    const inside = (value: Expression, low: number, high: number): Expression =>
      m.i32.lt_u(m.i32.sub(value, m.i32.const(low)), m.i32.const(high - low));
    const safe = m.i32.and(
      m.i32.and(inside(exponent(0), 600, 1450), inside(exponent(1), 600, 1450)),
      m.i32.or(inside(exponent(2), 200, 1900), f64.eq(get(2), f64.const(0))),
    );
    // 3, 4: upper and lower half of a; 5, 6: of b; 7, 8: product and its error; 9 to 14: sums and errors; 15: spare
    const split = (from: number, high: number, low: number): Expression[] => [
      set(15, f64.mul(get(from), f64.const(134217729))),
      set(high, f64.sub(get(15), f64.sub(get(15), get(from)))),
      set(low, f64.sub(get(from), get(high))),
    ];
    const fast = m.block(
      null,
      [
        set(7, f64.mul(get(0), get(1))),
        ...split(0, 3, 4),
        ...split(1, 5, 6),
        set(
          8,
          f64.add(
            f64.mul(get(4), get(6)),
            f64.add(
              f64.mul(get(4), get(5)),
              f64.add(f64.mul(get(3), get(6)), f64.sub(f64.mul(get(3), get(5)), get(7))),
            ),
          ),
        ),
        ...twoSum(m, 2, 8, 9, 10, 15),
        ...twoSum(m, 7, 9, 11, 12, 15),
        ...twoSum(m, 10, 12, 13, 14, 15),
        f64.add(get(11), roundedToOdd(m, 13, 14)),
      ],
      binaryen.f64,
    );
    const params = binaryen.createType([binaryen.f64, binaryen.f64, binaryen.f64]);
    f.p.importFused();
    const slow = m.call(NAMES.fused, [get(0), get(1), get(2)], binaryen.f64);
    const locals = Array.from({ length: 13 }, () => binaryen.f64);
    m.addFunction(name, params, binaryen.f64, locals, m.if(safe, fast, slow));
  });
}
