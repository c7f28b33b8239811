// Checked and saturating arithmetic. Narrow operations are done exactly in the local's width and looked at; full-width
// ones by the textbook sign tests.

import type { CallInstruction, Value } from "../../bitcode/index.ts";
import { scalarWidth } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { binaryen, type Expression } from "../wasm.ts";

interface Checked {
  readonly value: () => Expression;
  readonly overflow: () => Expression;
  readonly statements: readonly Expression[];
}

/** Result (masked to the width) and overflow of one operation, through locals. */
function checked(f: FunctionEmitter, kind: string, left: Value, right: Value): Checked {
  const { m } = f;
  const type = left.type;
  const width = scalarWidth(type);
  const wide = width > 32;
  const full = width === 32 || width === 64;
  const t = wide ? m.i64 : m.i32;
  const wasm = wide ? binaryen.i64 : binaryen.i32;
  const signed = kind.startsWith("s");
  const operation = kind.slice(1);
  const a = f.newLocal(wasm);
  const b = f.newLocal(wasm);
  const r = f.newLocal(wasm);
  const statements = [
    m.local.set(a, signed ? f.signed(left) : f.use(left)),
    m.local.set(b, signed ? f.signed(right) : f.use(right)),
  ];
  const zero = (): Expression => (wide ? m.i64.const(0n) : m.i32.const(0));
  const value = (): Expression => f.get(r);

  if (operation === "mul" && width > 16) {
    if (!wide) {
      const product = f.newLocal(binaryen.i64);
      const extend = (local: number): Expression =>
        signed ? m.i64.extend_s(f.get(local)) : m.i64.extend_u(f.get(local));
      statements.push(
        m.local.set(product, m.i64.mul(extend(a), extend(b))),
        m.local.set(r, f.mask(type, m.i32.wrap(f.get(product)))),
      );
      const bits = BigInt(64 - width);
      const back = signed
        ? m.i64.shr_s(m.i64.shl(f.get(product), m.i64.const(bits)), m.i64.const(bits))
        : m.i64.shr_u(m.i64.shl(f.get(product), m.i64.const(bits)), m.i64.const(bits));
      const flag = f.newLocal(binaryen.i32);
      statements.push(m.local.set(flag, m.i64.ne(back, f.get(product))));
      return { value, overflow: () => f.get(flag), statements };
    }
    if (width !== 64) throw new Untranslatable("checked multiplication of this width is done in limbs");
    // The product is right when dividing it gives the operand back.
    statements.push(m.local.set(r, m.i64.mul(f.get(a), f.get(b))));
    const flag = f.newLocal(binaryen.i32);
    const least = -(2n ** 63n);
    const differs = signed
      ? m.if(
          m.i32.and(m.i64.eq(f.get(a), m.i64.const(-1n)), m.i64.eq(f.get(b), m.i64.const(least))),
          m.i32.const(1),
          m.if(
            m.i64.eq(f.get(a), m.i64.const(-1n)),
            m.i32.const(0),
            m.i64.ne(m.i64.div_s(f.get(r), f.get(a)), f.get(b)),
          ),
        )
      : m.i64.ne(m.i64.div_u(f.get(r), f.get(a)), f.get(b));
    statements.push(m.local.set(flag, m.if(m.i64.eqz(f.get(a)), m.i32.const(0), differs)));
    return { value, overflow: () => f.get(flag), statements };
  }

  const exact =
    operation === "add"
      ? t.add(f.get(a), f.get(b))
      : operation === "sub"
        ? t.sub(f.get(a), f.get(b))
        : t.mul(f.get(a), f.get(b));
  if (!full) {
    // The exact result fits the local: it overflows when the width cannot hold it.
    const whole = f.newLocal(wasm);
    statements.push(m.local.set(whole, exact), m.local.set(r, f.mask(type, f.get(whole))));
    const overflow = (): Expression => {
      if (!signed) return t.ne(f.get(whole), f.get(r));
      const shift = (): Expression => (wide ? m.i64.const(BigInt(64 - width)) : m.i32.const(32 - width));
      return t.ne(t.shr_s(t.shl(f.get(whole), shift()), shift()), f.get(whole));
    };
    return { value, overflow, statements };
  }
  statements.push(m.local.set(r, exact));
  const overflow = (): Expression => {
    if (!signed) return operation === "add" ? t.lt_u(f.get(r), f.get(a)) : t.lt_u(f.get(a), f.get(b));
    const other = operation === "add" ? t.xor(f.get(r), f.get(b)) : t.xor(f.get(a), f.get(b));
    return t.lt_s(t.and(t.xor(f.get(r), f.get(a)), other), zero());
  };
  return { value, overflow, statements };
}

function parts(inst: CallInstruction, suffix: RegExp): { kind: string; left: Value; right: Value } {
  const name = inst.callee.kind === "function" ? inst.callee.name : "";
  const kind = suffix.exec(name)?.[1];
  const [left, right] = inst.args;
  if (kind === undefined || left === undefined || right === undefined)
    throw new Untranslatable(`the intrinsic ${name} is not understood`);
  return { kind, left, right };
}

/** `llvm.{u,s}{add,sub,mul}.with.overflow`: `{ result, i1 }`. */
export function emitOverflow(f: FunctionEmitter, inst: CallInstruction, out: Expression[]): void {
  const { kind, left, right } = parts(inst, /^llvm\.([us](?:add|sub|mul))\.with/);
  const result = checked(f, kind, left, right);
  out.push(...result.statements);
  f.defineFields(inst, [result.value(), result.overflow()], out);
}

/** `llvm.{u,s}{add,sub}.sat`. */
export function emitSaturating(f: FunctionEmitter, inst: CallInstruction, out: Expression[]): void {
  const { m } = f;
  const { kind, left, right } = parts(inst, /^llvm\.([us](?:add|sub))\.sat/);
  const width = scalarWidth(inst.type);
  const wide = width > 32;
  const constant = (bits: bigint): Expression => f.constant(inst.type, BigInt.asUintN(width, bits));
  const result = checked(f, kind, left, right);
  out.push(...result.statements);
  let limit: Expression;
  if (kind === "uadd") limit = constant(-1n);
  else if (kind === "usub") limit = constant(0n);
  else {
    // Signed: towards the left operand's sign.
    const t = wide ? m.i64 : m.i32;
    const negative = t.lt_s(f.signed(left), wide ? m.i64.const(0n) : m.i32.const(0));
    limit = m.select(negative, constant(1n << BigInt(width - 1)), constant((1n << BigInt(width - 1)) - 1n));
  }
  if ((f.facts.useCount[inst.slot] ?? 0) > 0)
    f.define(inst, m.select(result.overflow(), limit, result.value()), out);
}
