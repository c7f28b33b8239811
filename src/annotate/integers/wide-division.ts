// Division of integers of 65 to 128 bits: the call of the runtime's function, where the machine code makes it; where the back
// end found another way (a constant divisor), by the host. Wider ones have become loops before instruction selection.

import type { BinaryInstruction } from "../../bitcode/index.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { LimbCode, type Limbs } from "./limbs.ts";
import { callWide, wordsOf } from "./wide-calls.ts";
import { defineLimbs, integerWidth, limbsOf } from "./wide-integers.ts";
import { binaryen, type Expression, type WasmModule } from "../wasm.ts";
import { calledName } from "../calls/runtime-call.ts";

const I64 = binaryen.i64;
const NAMES = { udiv: "__udivti3", sdiv: "__divti3", urem: "__umodti3", srem: "__modti3" } as const;

export function emitWideDivision(f: FunctionEmitter, inst: BinaryInstruction, out: Expression[]): void {
  const { operator } = inst;
  if (integerWidth(inst) > 128)
    throw new Untranslatable("division of integers of more than 128 bits is not supported here");
  if (operator !== "udiv" && operator !== "sdiv" && operator !== "urem" && operator !== "srem") return;
  const signed = operator.startsWith("s");
  const code = new LimbCode(f, out);
  const a = limbsOf(f, code, inst.left, 2, signed);
  const b = limbsOf(f, code, inst.right, 2, signed);
  const name = NAMES[operator];
  const known = calledName(f, [name]);
  const called =
    known === undefined ? f.p.functions.has(name) && inst.right.kind !== "integer" : known !== null;
  const result = called
    ? callWide(f, code, name, [...wordsOf(code, a), ...wordsOf(code, b)], out)
    : divided(f, code, operator, a, b);
  defineLimbs(f, code, inst, result, out);
}

/** By magnitudes: a quotient has the sign of the product, a remainder that of the dividend. */
function divided(
  f: FunctionEmitter,
  code: LimbCode,
  operator: keyof typeof NAMES,
  a: Limbs,
  b: Limbs,
): Limbs {
  const { m, p } = f;
  const limb = (value: Limbs, i: number): Expression => value[i]?.() ?? m.i64.const(0n);
  const negative = (value: Limbs): (() => Expression) =>
    code.flag(m.i64.lt_s(limb(value, 1), m.i64.const(0n)));
  const opposite = (value: Limbs): Limbs => code.sum("sub", code.constant(0n, 2), value);
  const signed = operator.startsWith("s");
  const aNegative = signed ? negative(a) : null;
  const bNegative = signed ? negative(b) : null;
  const x = aNegative === null ? a : code.chosen(aNegative, opposite(a), a);
  const y = bNegative === null ? b : code.chosen(bNegative, opposite(b), b);
  const first = code.held(m.call(divideFunction(f), [limb(x, 0), limb(x, 1), limb(y, 0), limb(y, 1)], I64));
  const other = (index: number): (() => Expression) =>
    code.held(m.global.get(p.resultGlobal(index, I64), I64));
  const quotient = operator.endsWith("div");
  const result: Limbs = quotient ? [first, other(1)] : [other(2), other(3)];
  if (aNegative === null || bNegative === null) return result;
  const turned = quotient ? code.flag(m.i32.xor(aNegative(), bNegative())) : aNegative;
  return code.chosen(turned, opposite(result), result);
}

/**
 * Name of a support function (dividend low, high, divisor low, high): gives the quotient's low half; its high half and the
 * remainder's halves are in the globals of further results. One bit a step.
 */
function divideFunction(f: FunctionEmitter): string {
  const { p } = f;
  return p.support("bw:divide128", (m: WasmModule, name) => {
    const get = (local: number): Expression => m.local.get(local, I64);
    const [nl, nh, dl, dh, rl, rh, steps, taken] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
    const one = (): Expression => m.i64.const(1n);
    const up = (high: number, low: number): Expression =>
      m.i64.or(m.i64.shl(get(high), one()), m.i64.shr_u(get(low), m.i64.const(63n)));
    // The dividend moves out at the top, into the remainder; quotient bits come in at the bottom.
    const atLeast = m.select(
      m.i64.eq(get(rh), get(dh)),
      m.i64.ge_u(get(rl), get(dl)),
      m.i64.gt_u(get(rh), get(dh)),
    );
    const borrow = m.i64.extend_u(m.i64.lt_u(get(rl), get(dl)));
    const loop = m.loop(
      "bits",
      m.block(null, [
        m.local.set(rh, up(rh, rl)),
        m.local.set(rl, up(rl, nh)),
        m.local.set(nh, up(nh, nl)),
        m.local.set(nl, m.i64.shl(get(nl), one())),
        m.local.set(taken, m.i64.extend_u(atLeast)),
        m.if(
          m.i32.wrap(get(taken)),
          m.block(null, [
            m.local.set(nl, m.i64.or(get(nl), one())),
            m.local.set(rh, m.i64.sub(m.i64.sub(get(rh), get(dh)), borrow)),
            m.local.set(rl, m.i64.sub(get(rl), get(dl))),
          ]),
        ),
        m.local.set(steps, m.i64.add(get(steps), one())),
        m.br_if("bits", m.i64.lt_u(get(steps), m.i64.const(128n))),
      ]),
    );
    const give = (index: number, local: number): Expression =>
      m.global.set(p.resultGlobal(index, I64), get(local));
    m.addFunction(
      name,
      binaryen.createType([I64, I64, I64, I64]),
      I64,
      [I64, I64, I64, I64],
      m.block(null, [loop, give(1, nh), give(2, rl), give(3, rh), get(nl)], I64),
    );
  });
}
