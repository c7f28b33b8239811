// How arguments and results travel between functions: as bits, but for numbers on cores with a floating-point unit, which pass them in
// registers of their own, as the host does then, too. A double is passed as the vector that arithmetic keeps it in.

import type { FunctionEmitter } from "../function-emitter.ts";
import { laneBits, laneOfBits, numberOf } from "../numbers/number-lanes.ts";
import { binaryen, type Expression, type WasmType } from "../wasm.ts";

/** Bits as a value of the type that a signature asks for. Bits of another width are cut or extended. */
export function asPassed(f: FunctionEmitter, type: WasmType, bits: Expression): Expression {
  const { m } = f;
  const isWide = binaryen.getExpressionType(bits) === binaryen.i64;
  const wantsWide = type === binaryen.i64 || type === binaryen.v128;
  const fitting = isWide === wantsWide ? bits : wantsWide ? m.i64.extend_u(bits) : m.i32.wrap(bits);
  if (type === binaryen.v128) return laneOfBits(f, "f64", fitting);
  return type === binaryen.f32 ? numberOf(f, "f32", fitting) : fitting;
}

/** Bits of a value that was passed. */
export function bitsPassed(f: FunctionEmitter, value: Expression): Expression {
  const type = binaryen.getExpressionType(value);
  if (type === binaryen.v128) return laneBits(f.m, "f64", value);
  return type === binaryen.f32 ? f.m.i32.reinterpret(value) : value;
}

/** What stands for a missing argument. */
export function nothingPassed(f: FunctionEmitter, type: WasmType): Expression {
  const { m } = f;
  return asPassed(
    f,
    type,
    type === binaryen.i64 || type === binaryen.v128 ? m.i64.const(0n) : m.i32.const(0),
  );
}
