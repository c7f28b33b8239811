// `llvm.is.fpclass`: which kind of number a bit pattern is, by comparisons of integers, as the back end does it.

import type { Value } from "../../bitcode/index.ts";
import { scalarWidth } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** Bits of the mask, in LLVM's order. */
const CLASSES = [
  ["signalling", null],
  ["quiet", null],
  ["infinite", true],
  ["normal", true],
  ["subnormal", true],
  ["zero", true],
  ["zero", false],
  ["subnormal", false],
  ["normal", false],
  ["infinite", false],
] as const;

/** An i32: 1 when `value` is of a class in `mask`. */
export function emitFloatClass(f: FunctionEmitter, value: Value, mask: Value): Expression {
  if (mask.kind !== "integer") throw new Untranslatable("a class of numbers is not a constant");
  const { m } = f;
  const wide = scalarWidth(value.type) > 32;
  const type = wide ? binaryen.i64 : binaryen.i32;
  const t = wide ? m.i64 : m.i32;
  const constant = (bits: bigint): Expression =>
    wide ? m.i64.const(BigInt.asIntN(64, bits)) : m.i32.const(Number(BigInt.asIntN(32, bits)));
  const fraction = wide ? 52n : 23n;
  const sign = 1n << (wide ? 63n : 31n);
  const infinity = sign - (1n << fraction);
  const quiet = infinity + (1n << (fraction - 1n));
  const least = 1n << fraction;
  const pattern = f.newLocal(type);
  const size = f.newLocal(type);
  const absolute = (): Expression => f.get(size);
  /** from ≤ absolute value < to */
  const between = (from: bigint, to: bigint): Expression =>
    t.lt_u(t.sub(absolute(), constant(from)), constant(to - from));
  const tests = {
    signalling: () => between(infinity + 1n, quiet),
    quiet: () => t.ge_u(absolute(), constant(quiet)),
    infinite: () => t.eq(absolute(), constant(infinity)),
    normal: () => between(least, infinity),
    subnormal: () => between(1n, least),
    zero: () => t.eqz(absolute()),
  };
  let any: Expression | null = null;
  CLASSES.forEach(([name, negative], bit) => {
    if ((Number(mask.value) & (1 << bit)) === 0) return;
    const below = (): Expression => t.lt_s(f.get(pattern), constant(0n));
    let test = tests[name]();
    if (negative !== null) test = m.i32.and(test, negative ? below() : m.i32.eqz(below()));
    any = any === null ? test : m.i32.or(any, test);
  });
  return m.block(
    null,
    [
      m.local.set(pattern, f.use(value)),
      m.local.set(size, t.and(f.get(pattern), constant(sign - 1n))),
      any ?? m.i32.const(0),
    ],
    binaryen.i32,
  );
}
