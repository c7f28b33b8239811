// Integers of odd widths: their sign and their upper bits.

import type { Type, Value } from "../../bitcode/index.ts";
import { constantBits, isConstant, scalarWidth } from "../constants.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import type { Expression } from "../wasm.ts";

/** A scalar of up to 32 or 64 bits, sign-extended to its local's width. */
export function signExtended(f: FunctionEmitter, value: Value): Expression {
  const width = scalarWidth(value.type);
  const { m } = f;
  if (isConstant(value)) {
    const bits = BigInt.asIntN(width, constantBits(value, f.p.addresses));
    return width <= 32 ? m.i32.const(Number(bits)) : m.i64.const(bits);
  }
  const raw = f.use(value);
  if (value.kind === "instruction" && f.facts.signExtended[value.slot] === true) return raw;
  if (width === 32 || width === 64) return raw;
  if (width === 8) return m.i32.extend8_s(raw);
  if (width === 16) return m.i32.extend16_s(raw);
  if (width < 32) return m.i32.shr_s(m.i32.shl(raw, m.i32.const(32 - width)), m.i32.const(32 - width));
  const shift = (): Expression => m.i64.const(BigInt(64 - width));
  return m.i64.shr_s(m.i64.shl(raw, shift()), shift());
}

/** Clears the bits above an odd width. */
export function withoutUpperBits(f: FunctionEmitter, type: Type, value: Expression): Expression {
  const width = scalarWidth(type);
  const { m } = f;
  if (width === 32 || width === 64) return value;
  if (width < 32) return m.i32.and(value, m.i32.const(2 ** width - 1));
  return m.i64.and(value, m.i64.const((1n << BigInt(width)) - 1n));
}
