// Calls of runtime functions that take or give 128-bit integers. The back end passes them as four words, the highest first; in C
// the functions have four parameters for one such argument and give back a vector of four words (runtime/int128.c).

import type { FunctionEmitter } from "../function-emitter.ts";
import { Untranslatable } from "../fault.ts";
import type { LimbCode, Limbs } from "./limbs.ts";
import { asPassed } from "../calls/passing.ts";
import { signatureOf } from "../program.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** The four words of a 128-bit integer, the highest first. */
export function wordsOf(code: LimbCode, value: Limbs): Expression[] {
  const { m } = code;
  const limb = (i: number): Expression => value[i]?.() ?? m.i64.const(0n);
  const high = (of: Expression): Expression => m.i32.wrap(m.i64.shr_u(of, m.i64.const(32n)));
  return [high(limb(1)), m.i32.wrap(limb(1)), high(limb(0)), m.i32.wrap(limb(0))];
}

/** Calls a runtime function that gives a 128-bit integer. */
export function callWide(
  f: FunctionEmitter,
  code: LimbCode,
  name: string,
  args: readonly Expression[],
  out: Expression[],
): Limbs {
  const { m, p } = f;
  const fn = p.functions.get(name);
  const signature = fn === undefined ? null : signatureOf(fn.valueType, p.floatingPoint);
  if (signature === null || signature.results.length !== 4 || signature.params.length !== args.length)
    throw new Untranslatable(`the runtime function ${name} is needed, but the module has no IR for it`);
  const passed = args.map((arg, i) => asPassed(f, signature.params[i] ?? binaryen.i32, arg));
  const words = [0, 1, 2, 3].map(() => f.newLocal(binaryen.i32));
  words.forEach((local, i) => {
    const value =
      i === 0
        ? m.call(name, passed, binaryen.i32)
        : m.global.get(p.resultGlobal(i, binaryen.i32), binaryen.i32);
    out.push(m.local.set(local, value));
  });
  const word = (i: number): Expression => m.i64.extend_u(f.get(words[i] ?? 0));
  const limb = (high: number): Expression =>
    m.i64.or(m.i64.shl(word(high), m.i64.const(32n)), word(high + 1));
  return [code.held(limb(2)), code.held(limb(0))];
}
