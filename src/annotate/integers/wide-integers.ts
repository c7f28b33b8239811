// Integers of more than 64 bits: 64-bit locals, low limb first, bits above the width always zero. On 32-bit machines C has them
// as `_BitInt(N)`, and the optimiser makes them of structures, bit-fields and vectors that are copied or compared as one value.

import type {
  BinaryInstruction,
  CastInstruction,
  Instruction,
  IntegerPredicate,
  Value,
} from "../../bitcode/index.ts";
import { constantBits, isConstant, isWideInteger, scalarWidth } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { LimbCode, type Limbs } from "./limbs.ts";
import { emitWideDivision } from "./wide-division.ts";
import { emitWideFromFloat } from "./wide-floats.ts";
import { binaryen, type Expression } from "../wasm.ts";

export function integerWidth(value: Value): number {
  return value.type.kind === "integer" ? value.type.width : 64;
}

/** Limbs of an integer of any width, zero-extended or sign-extended to `count` of them. */
export function limbsOf(
  f: FunctionEmitter,
  code: LimbCode,
  value: Value,
  count: number,
  signed = false,
): Limbs {
  const { m } = f;
  if (isConstant(value) && value.kind !== "undef" && value.kind !== "poison") {
    const width = integerWidth(value);
    const bits = value.kind === "integer" ? value.value : constantBits(value, f.p.addresses);
    return code.constant(signed ? BigInt.asIntN(width, bits) : BigInt.asUintN(width, bits), count);
  }
  if (isWideInteger(value.type)) {
    const limbs = f.fields(value).map((limb) => code.held(limb));
    return signed ? code.signExtended(limbs, integerWidth(value), count) : code.zeroExtended(limbs, count);
  }
  const narrow = scalarWidth(value.type) <= 32;
  const given = signed ? f.signed(value) : f.use(value);
  const low = code.held(!narrow ? given : signed ? m.i64.extend_s(given) : m.i64.extend_u(given));
  return signed ? code.signExtended([low], 64, count) : code.zeroExtended([low], count);
}

/** Defines an integer result of any width from limbs; bits above its width are cleared. */
export function defineLimbs(
  f: FunctionEmitter,
  code: LimbCode,
  inst: Instruction,
  value: Limbs,
  out: Expression[],
): void {
  const width = inst.type.kind === "integer" ? inst.type.width : 64;
  const whole = code.truncated(value, width);
  if (width > 32)
    f.defineFields(
      inst,
      whole.map((limb) => limb()),
      out,
    );
  else f.defineFields(inst, [f.m.i32.wrap(whole[0]?.() ?? f.m.i64.const(0n))], out);
}

/** Arithmetic and casts with a wide result. */
export function emitWide(
  f: FunctionEmitter,
  inst: BinaryInstruction | CastInstruction,
  out: Expression[],
): void {
  const code = new LimbCode(f, out);
  const count = Math.ceil(integerWidth(inst) / 64);
  if (inst.op === "binary") emitWideBinary(f, code, inst, count, out);
  else if (/^fpto[us]i$/.test(inst.operator)) emitWideFromFloat(f, inst, out);
  else if (/^(zext|sext|trunc|bitcast)$/.test(inst.operator))
    defineLimbs(f, code, inst, limbsOf(f, code, inst.operand, count, inst.operator === "sext"), out);
  else
    throw new Untranslatable(`the cast ${inst.operator} is not supported on integers of more than 64 bits`);
}

function emitWideBinary(
  f: FunctionEmitter,
  code: LimbCode,
  inst: BinaryInstruction,
  count: number,
  out: Expression[],
): void {
  const { operator } = inst;
  if (/^[us](div|rem)$/.test(operator)) return emitWideDivision(f, inst, out);
  const a = limbsOf(f, code, inst.left, count, operator === "ashr");
  const define = (value: Limbs): void => defineLimbs(f, code, inst, value, out);
  switch (operator) {
    case "and":
    case "or":
    case "xor":
      return define(code.bitwise(operator, a, limbsOf(f, code, inst.right, count)));
    case "add":
    case "sub":
      return define(code.sum(operator, a, limbsOf(f, code, inst.right, count)));
    case "mul":
      return define(code.product(a, limbsOf(f, code, inst.right, count)));
    case "shl":
    case "lshr":
    case "ashr":
      return define(shifted(f, code, operator, a, inst.right));
    default:
      throw new Untranslatable(`the operation ${operator} is not supported on integers of more than 64 bits`);
  }
}

/** A shift; `value` is sign-extended for `ashr`. Amounts of the width or more have no meaning. */
function shifted(
  f: FunctionEmitter,
  code: LimbCode,
  operator: "shl" | "lshr" | "ashr",
  value: Limbs,
  amount: Value,
): Limbs {
  const { m } = f;
  const top = value[value.length - 1];
  const fill =
    operator === "ashr" && top !== undefined
      ? code.held(m.i64.shr_s(top(), m.i64.const(63n)))
      : (): Expression => m.i64.const(0n);
  if (amount.kind === "integer") {
    const by = Number(BigInt.asUintN(32, amount.value));
    return operator === "shl" ? code.constantLeft(value, by) : code.constantRight(value, by, fill);
  }
  const by = limbsOf(f, code, amount, 1)[0] ?? ((): Expression => m.i64.const(0n));
  return operator === "shl" ? code.shiftedLeft(value, by) : code.shiftedRight(value, by, fill);
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
  const code = new LimbCode(f, out);
  const signed = predicate.startsWith("s");
  const count = Math.ceil(integerWidth(left) / 64);
  const a = limbsOf(f, code, left, count, signed);
  const b = limbsOf(f, code, right, count, signed);
  const whole = (value: Expression): Expression => m.block(null, [...out, value], binaryen.i32);
  if (predicate === "eq") return whole(code.equal(a, b));
  if (predicate === "ne") return whole(m.i32.eqz(code.equal(a, b)));
  return whole(code.ordered(predicate.slice(1) as "gt" | "ge" | "lt" | "le", signed, a, b));
}
