// Integer arithmetic, comparisons, casts and selects of any width up to 64 bits.

import type {
  BinaryInstruction,
  CastInstruction,
  IntegerPredicate,
  SelectInstruction,
  Value,
} from "../../bitcode/index.ts";
import { callRuntime } from "../calls/calls.ts";
import { scalarWidth } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { unsignedBound } from "../function-facts.ts";
import { isKept } from "../control/kept-values.ts";
import { binaryen, type Expression } from "../wasm.ts";
import { calledName } from "../calls/runtime-call.ts";

/** The runtime's 64-bit divisions: a 32-bit machine has no instruction for them. */
const DIVISION_CALLS = { udiv: "__udivdi3", sdiv: "__divdi3", urem: "__umoddi3", srem: "__moddi3" } as const;
/** Of numbers that the back end knows not to be negative. */
const UNSIGNED_CALLS = {
  udiv: "__udivdi3",
  sdiv: "__udivdi3",
  urem: "__umoddi3",
  srem: "__umoddi3",
} as const;

export function emitBinary(f: FunctionEmitter, inst: BinaryInstruction): Expression {
  const width = scalarWidth(inst.type);
  const wide = width > 32;
  const t = wide ? f.m.i64 : f.m.i32;
  const { left, right, operator } = inst;
  switch (operator) {
    case "add":
      return t.add(f.use(left), f.use(right));
    case "sub":
      return t.sub(f.use(left), f.use(right));
    case "mul":
      return t.mul(f.use(left), f.use(right));
    case "and":
      return t.and(f.use(left), f.use(right));
    case "or":
      return t.or(f.use(left), f.use(right));
    case "xor":
      if (width === 1 && right.kind === "integer" && right.value !== 0n) return f.m.i32.eqz(f.use(left));
      return t.xor(f.use(left), f.use(right));
    case "shl":
    case "lshr":
    case "ashr":
      return emitShift(f, operator, left, right);
    case "udiv":
    case "sdiv":
    case "urem":
    case "srem": {
      if (wide) {
        const name = calledName(f, [DIVISION_CALLS[operator], UNSIGNED_CALLS[operator]]);
        const unknown =
          name === undefined && right.kind !== "integer" && f.p.functions.has(DIVISION_CALLS[operator]);
        if (typeof name === "string" || unknown) {
          const signed = operator === "sdiv" || operator === "srem";
          const value = (v: Value): Expression => (signed ? f.signed(v) : f.use(v));
          return callRuntime(f, name ?? DIVISION_CALLS[operator], [value(left), value(right)], true);
        }
      }
      return emitDivision(f, operator, left, right);
    }
    default:
      break;
  }
  throw new Untranslatable(`the operation ${operator} is not supported here`);
}

/**
 * A shift. C leaves amounts of the width or more undefined; the target's instructions on words look at six bits of the amount and
 * shift everything out from 32 on, which WebAssembly's on doublewords do as well, and nearly as fast as those on words.
 */
function emitShift(
  f: FunctionEmitter,
  operator: "shl" | "lshr" | "ashr",
  left: Value,
  right: Value,
): Expression {
  const { m } = f;
  const name = ({ shl: "shl", lshr: "shr_u", ashr: "shr_s" } as const)[operator];
  const value = operator === "ashr" ? f.signed(left) : f.use(left);
  if (scalarWidth(left.type) > 32) return m.i64[name](value, f.use(right));
  if (unsignedBound(right) < 32) return m.i32[name](value, f.use(right));
  const whole = operator === "ashr" ? m.i64.extend_s(value) : m.i64.extend_u(value);
  return m.i32.wrap(m.i64[name](whole, m.i64.extend_u(f.use(right))));
}

/**
 * A division that gives what the modelled machines' divide gives where C leaves it undefined, and WebAssembly would trap: the
 * dividend for a divisor of zero (so a remainder is the dividend, too), the wrapped quotient for the least number by -1.
 */
function emitDivision(
  f: FunctionEmitter,
  operator: "udiv" | "sdiv" | "urem" | "srem",
  left: Value,
  right: Value,
): Expression {
  const { m } = f;
  const wide = scalarWidth(left.type) > 32;
  const t = wide ? m.i64 : m.i32;
  const type = wide ? binaryen.i64 : binaryen.i32;
  const constant = (value: number): Expression => (wide ? m.i64.const(BigInt(value)) : m.i32.const(value));
  const signed = operator === "sdiv" || operator === "srem";
  const value = (of: Value): Expression => (signed ? f.signed(of) : f.use(of));
  const name = ({ udiv: "div_u", urem: "rem_u", sdiv: "div_s", srem: "rem_s" } as const)[operator];
  if (right.kind === "integer" && right.value !== 0n && right.value !== -1n)
    return t[name](value(left), value(right));
  const dividend = f.newLocal(type);
  const divisor = f.newLocal(type);
  const [a, b] = [(): Expression => f.get(dividend), (): Expression => f.get(divisor)];
  const divided =
    operator === "sdiv"
      ? m.if(
          t.le_u(t.add(b(), constant(1)), constant(1)),
          m.select(t.eqz(b()), a(), t.sub(constant(0), a())),
          t[name](a(), b()),
        )
      : m.if(t.eqz(b()), a(), t[name](a(), b()));
  return m.block(
    null,
    [m.local.set(dividend, value(left)), m.local.set(divisor, value(right)), divided],
    type,
  );
}

/** An i32, 0 or 1. */
export function emitCompare(
  f: FunctionEmitter,
  predicate: IntegerPredicate,
  left: Value,
  right: Value,
): Expression {
  const wide = scalarWidth(left.type) > 32;
  const t = wide ? f.m.i64 : f.m.i32;
  const isZero = right.kind === "null" || (right.kind === "integer" && right.value === 0n);
  switch (predicate) {
    case "eq":
      return isZero ? t.eqz(f.use(left)) : t.eq(f.use(left), f.use(right));
    case "ne":
      return t.ne(f.use(left), f.use(right));
    case "ugt":
      return t.gt_u(f.use(left), f.use(right));
    case "uge":
      return t.ge_u(f.use(left), f.use(right));
    case "ult":
      return t.lt_u(f.use(left), f.use(right));
    case "ule":
      return t.le_u(f.use(left), f.use(right));
    case "sgt":
      return t.gt_s(f.signed(left), f.signed(right));
    case "sge":
      return t.ge_s(f.signed(left), f.signed(right));
    case "slt":
      return t.lt_s(f.signed(left), f.signed(right));
    case "sle":
      return t.le_s(f.signed(left), f.signed(right));
  }
}

export function emitSelect(f: FunctionEmitter, inst: SelectInstruction): Expression {
  const { m } = f;
  const yes = inst.ifTrue;
  const no = inst.ifFalse;
  if (
    inst.type.kind === "integer" &&
    inst.type.width === 1 &&
    yes.kind === "integer" &&
    no.kind === "integer"
  ) {
    if (yes.value !== 0n && no.value === 0n) return f.use(inst.condition);
    if (yes.value === 0n && no.value !== 0n) return m.i32.eqz(f.use(inst.condition));
  }
  if (isKept(inst, [yes, no], inst.condition)) return m.if(f.use(inst.condition), f.use(yes), f.use(no));
  return m.select(f.use(inst.condition), f.use(yes), f.use(no));
}

export function emitCast(f: FunctionEmitter, inst: CastInstruction): Expression {
  const { m } = f;
  const from = scalarWidth(inst.operand.type);
  const to = scalarWidth(inst.type);
  switch (inst.operator) {
    case "zext":
    case "ptrtoint":
    case "ptrtoaddr":
    case "inttoptr":
    case "bitcast":
    case "addrspacecast":
    case "trunc": {
      const value = f.use(inst.operand);
      if (from <= 32 && to > 32) return m.i64.extend_u(value);
      if (from > 32 && to <= 32) return m.i32.wrap(value);
      return value;
    }
    case "sext": {
      if (from === 1) {
        const bit = f.use(inst.operand);
        const negated = m.i32.sub(m.i32.const(0), m.i32.and(bit, m.i32.const(1)));
        return to > 32 ? m.i64.extend_s(negated) : negated;
      }
      const value = f.signed(inst.operand);
      return from <= 32 && to > 32 ? m.i64.extend_s(value) : value;
    }
    default:
      throw new Untranslatable(`the cast ${inst.operator} is not supported here`);
  }
}
