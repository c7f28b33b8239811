// LLVM's intrinsics. A name's type suffixes don't matter, since operands carry their types; the table below is by the
// name without them. What is not in the table is refused by name.

import type { CallInstruction, Value } from "../../bitcode/index.ts";
import { emitMemoryCopy, emitMemorySet } from "../memory/block-copy.ts";
import { scalarWidth } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import { fillsLocal } from "../function-facts.ts";
import { emitFloatClass } from "../numbers/float-class.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import {
  emitHardAbsolute,
  emitHardFused,
  emitHardUnfused,
  hasFused,
  isHardware,
} from "../numbers/hard-float.ts";
import { emitCompare } from "../integers/integer.ts";
import { emitOverflow, emitSaturating } from "../integers/overflow.ts";
import { callRuntime } from "./calls.ts";
import { emitMultiplyAdd } from "../numbers/soft-float.ts";
import { emitVaCopy, emitVaStart } from "./variadic.ts";
import { emitLibraryIntrinsic, isLibraryIntrinsic } from "./library-intrinsics.ts";
import { emitVectorIntrinsic } from "../vectors/vector-intrinsics.ts";
import { emitWideIntrinsic } from "../integers/wide-intrinsics.ts";
import { binaryen, type Expression, type WasmModule } from "../wasm.ts";

/** No effect on the host. */
const IGNORED = new Set([
  "llvm.pseudoprobe",
  "llvm.lifetime.start",
  "llvm.lifetime.end",
  "llvm.invariant.end",
  "llvm.assume",
  "llvm.dbg.value",
  "llvm.dbg.declare",
  "llvm.dbg.label",
  "llvm.dbg.assign",
  "llvm.experimental.noalias.scope.decl",
  "llvm.donothing",
  "llvm.sideeffect",
  "llvm.prefetch",
  "llvm.va_end",
  "llvm.debugtrap",
  "llvm.fake.use",
  "llvm.var.annotation",
  "llvm.ppc.sync",
  "llvm.ppc.lwsync",
  "llvm.ppc.isync",
  "llvm.ppc.eieio",
  "llvm.ppc.dcbt",
  "llvm.ppc.dcbtst",
  "llvm.ppc.dcbf",
  "llvm.ppc.dcbst",
  "llvm.ppc.dcbfl",
  "llvm.ppc.dcbflp",
  "llvm.ppc.dcbtt",
  "llvm.ppc.dcbtstt",
  "llvm.ppc.fence",
  "llvm.ppc.iospace.sync",
  "llvm.ppc.iospace.lwsync",
  "llvm.ppc.iospace.eieio",
]);

type Handler = (f: FunctionEmitter, inst: CallInstruction, out: Expression[]) => void;

/** An intrinsic whose result is one scalar. */
function scalar(
  value: (f: FunctionEmitter, args: readonly Value[], inst: CallInstruction) => Expression,
): Handler {
  return (f, inst, out) => {
    if (inst.slot < 0) return;
    const result = value(f, inst.args, inst);
    if ((f.facts.useCount[inst.slot] ?? 0) === 0) out.push(f.m.drop(result));
    else f.define(inst, result, out);
  };
}

function arg(args: readonly Value[], index: number): Value {
  const value = args[index];
  if (value === undefined) throw new Untranslatable("an intrinsic has too few arguments");
  return value;
}

const identity = scalar((f, args) => f.use(arg(args, 0)));

/** A local that holds an argument, and statements that fill it. */
function held(f: FunctionEmitter, value: Expression, wide: boolean, out: Expression[]): () => Expression {
  const local = f.newLocal(wide ? binaryen.i64 : binaryen.i32);
  out.push(f.m.local.set(local, value));
  return () => f.get(local);
}

function isWide(value: Value): boolean {
  return scalarWidth(value.type) > 32;
}

function choose(predicate: "sgt" | "slt" | "ugt" | "ult"): Handler {
  return scalar((f, args) => {
    const a = arg(args, 0);
    const b = arg(args, 1);
    return f.m.select(emitCompare(f, predicate, a, b), f.use(a), f.use(b));
  });
}

/** Three-way comparison: -1, 0 or 1 in the result's width. */
function threeWay(greater: "sgt" | "ugt", less: "slt" | "ult"): Handler {
  return scalar((f, args, inst) => {
    const { m } = f;
    const a = arg(args, 0);
    const b = arg(args, 1);
    const difference = m.i32.sub(emitCompare(f, greater, a, b), emitCompare(f, less, a, b));
    if (scalarWidth(inst.type) > 32) return m.i64.extend_s(difference);
    return f.mask(inst.type, difference);
  });
}

/** Leading or trailing zeros, or set bits. */
function bitCount(kind: "clz" | "ctz" | "popcnt"): Handler {
  return scalar((f, args) => {
    const { m } = f;
    const value = arg(args, 0);
    const width = scalarWidth(value.type);
    const wide = width > 32;
    const bits = wide ? 64 : 32;
    let operand = f.use(value);
    if (kind === "ctz" && width < bits)
      // A bit just above the width stops the count for zero.
      operand = wide
        ? m.i64.or(operand, m.i64.const(1n << BigInt(width)))
        : m.i32.or(operand, m.i32.const((1 << width) | 0));
    const count = wide ? m.i64[kind](operand) : m.i32[kind](operand);
    if (kind !== "clz" || width === bits) return count;
    return wide
      ? m.i64.sub(count, m.i64.const(BigInt(bits - width)))
      : m.i32.sub(count, m.i32.const(bits - width));
  });
}

function byteSwap(f: FunctionEmitter, value: Value): Expression {
  const { m } = f;
  switch (scalarWidth(value.type)) {
    case 16:
      return m.i32.or(
        m.i32.shr_u(f.use(value), m.i32.const(8)),
        m.i32.and(m.i32.shl(f.use(value), m.i32.const(8)), m.i32.const(0xff00)),
      );
    case 32:
      return swap32(f, () => f.use(value));
    case 64:
      return m.i64.or(
        m.i64.shl(m.i64.extend_u(swap32(f, () => m.i32.wrap(f.use(value)))), m.i64.const(32n)),
        m.i64.extend_u(swap32(f, () => m.i32.wrap(m.i64.shr_u(f.use(value), m.i64.const(32n))))),
      );
    case 48: {
      const high = (): Expression => m.i32.wrap(m.i64.shr_u(f.use(value), m.i64.const(32n)));
      const swapped = m.i64.or(
        m.i64.shl(m.i64.extend_u(swap32(f, () => m.i32.wrap(f.use(value)))), m.i64.const(32n)),
        m.i64.extend_u(swap32(f, high)),
      );
      return m.i64.shr_u(swapped, m.i64.const(16n));
    }
    default:
      throw new Untranslatable("a byte swap of this width is not supported");
  }
}

function swap32(f: FunctionEmitter, value: () => Expression): Expression {
  const { m } = f;
  return m.i32.or(
    m.i32.rotr(m.i32.and(value(), m.i32.const(0x00ff00ff)), m.i32.const(8)),
    m.i32.and(m.i32.rotl(value(), m.i32.const(8)), m.i32.const(0x00ff00ff)),
  );
}

/** Name of a support function that reverses the bits of a word. */
function reverseFunction(f: FunctionEmitter): string {
  return f.p.support("bw:reverse32", (m: WasmModule, name) => {
    const get = (): Expression => m.local.get(0, binaryen.i32);
    const statements = [
      [1, 0x55555555],
      [2, 0x33333333],
      [4, 0x0f0f0f0f],
      [8, 0x00ff00ff],
    ].map(([shift = 0, bits = 0]) =>
      m.local.set(
        0,
        m.i32.or(
          m.i32.and(m.i32.shr_u(get(), m.i32.const(shift)), m.i32.const(bits)),
          m.i32.shl(m.i32.and(get(), m.i32.const(bits)), m.i32.const(shift)),
        ),
      ),
    );
    m.addFunction(
      name,
      binaryen.createType([binaryen.i32]),
      binaryen.i32,
      [],
      m.block(null, [...statements, m.i32.rotl(get(), m.i32.const(16))], binaryen.i32),
    );
  });
}

function bitReverse(f: FunctionEmitter, value: Value): Expression {
  const { m } = f;
  const width = scalarWidth(value.type);
  const reverse = (word: Expression): Expression => m.call(reverseFunction(f), [word], binaryen.i32);
  if (width <= 32) {
    const reversed = reverse(f.use(value));
    return width === 32 ? reversed : m.i32.shr_u(reversed, m.i32.const(32 - width));
  }
  const whole = m.i64.or(
    m.i64.shl(m.i64.extend_u(reverse(m.i32.wrap(f.use(value)))), m.i64.const(32n)),
    m.i64.extend_u(reverse(m.i32.wrap(m.i64.shr_u(f.use(value), m.i64.const(32n))))),
  );
  return width === 64 ? whole : m.i64.shr_u(whole, m.i64.const(BigInt(64 - width)));
}

/** Funnel shifts; with equal operands, rotations. */
function funnel(left: boolean): Handler {
  return scalar((f, args, inst) => {
    const { m } = f;
    const high = arg(args, 0);
    const low = arg(args, 1);
    const amount = arg(args, 2);
    const width = scalarWidth(inst.type);
    const wide = width > 32;
    const t = wide ? m.i64 : m.i32;
    const constant = (value: number): Expression => (wide ? m.i64.const(BigInt(value)) : m.i32.const(value));
    if (high === low && fillsLocal(inst.type))
      return left ? t.rotl(f.use(high), f.use(amount)) : t.rotr(f.use(high), f.use(amount));
    if (amount.kind === "integer") {
      const turn = Number(BigInt.asUintN(64, amount.value) % BigInt(width));
      if (turn === 0) return f.use(left ? high : low);
      const up = left ? turn : width - turn;
      const value = t.or(t.shl(f.use(high), constant(up)), t.shr_u(f.use(low), constant(width - up)));
      return f.mask(inst.type, value);
    }
    const power = (width & (width - 1)) === 0;
    const turn = (): Expression =>
      power ? t.and(f.use(amount), constant(width - 1)) : t.rem_u(f.use(amount), constant(width));
    const rest = (): Expression => t.sub(constant(width - 1), turn());
    const value = left
      ? t.or(t.shl(f.use(high), turn()), t.shr_u(t.shr_u(f.use(low), constant(1)), rest()))
      : t.or(t.shl(t.shl(f.use(high), constant(1)), rest()), t.shr_u(f.use(low), turn()));
    return f.mask(inst.type, value);
  });
}

const absolute = scalar((f, args, inst) => {
  const { m } = f;
  const value = arg(args, 0);
  const wide = isWide(value);
  const t = wide ? m.i64 : m.i32;
  const zero = wide ? m.i64.const(0n) : m.i32.const(0);
  const negated = f.mask(inst.type, t.sub(zero, f.use(value)));
  return m.select(t.lt_s(f.signed(value), wide ? m.i64.const(0n) : m.i32.const(0)), negated, f.use(value));
});

/** Counts the loop register down; true while it is not zero. */
const loopDecrement = scalar((f, args) => {
  const { m } = f;
  const counter = f.loopCounter();
  const next = m.i32.sub(f.get(counter), f.use(arg(args, 0)));
  return m.i32.ne(m.local.tee(counter, next, binaryen.i32), m.i32.const(0));
});

function setLoopCounter(f: FunctionEmitter, inst: CallInstruction): Expression {
  const count = arg(inst.args, 0);
  const value = isWide(count) ? f.m.i32.wrap(f.use(count)) : f.use(count);
  return f.m.local.set(f.loopCounter(), value);
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  "llvm.memcpy": (f, inst, out) => out.push(...emitMemoryCopy(f, inst, "memcpy")),
  "llvm.memcpy.inline": (f, inst, out) => out.push(...emitMemoryCopy(f, inst, "memcpy")),
  "llvm.memmove": (f, inst, out) => out.push(...emitMemoryCopy(f, inst, "memmove")),
  "llvm.memset": (f, inst, out) => out.push(...emitMemorySet(f, inst)),
  "llvm.memset.inline": (f, inst, out) => out.push(...emitMemorySet(f, inst)),
  "llvm.va_start": (f, inst, out) => out.push(...emitVaStart(f, arg(inst.args, 0))),
  "llvm.va_copy": (f, inst, out) => out.push(...emitVaCopy(f, arg(inst.args, 0), arg(inst.args, 1))),
  "llvm.trap": (f, _inst, out) => out.push(f.p.trap()),
  "llvm.ubsantrap": (f, _inst, out) => out.push(f.p.trap()),
  "llvm.set.loop.iterations": (f, inst, out) => out.push(setLoopCounter(f, inst)),
  "llvm.start.loop.iterations": identity,
  "llvm.test.set.loop.iterations": (f, inst, out) => {
    out.push(setLoopCounter(f, inst));
    if ((f.facts.useCount[inst.slot] ?? 0) > 0)
      f.define(inst, f.m.i32.ne(f.get(f.loopCounter()), f.m.i32.const(0)), out);
  },
  "llvm.test.start.loop.iterations": (f, inst, out) => {
    const count = arg(inst.args, 0);
    f.defineFields(inst, [f.use(count), f.m.i32.ne(f.use(count), f.m.i32.const(0))], out);
  },
  "llvm.loop.decrement": loopDecrement,
  "llvm.loop.decrement.reg": scalar((f, args) => f.m.i32.sub(f.use(arg(args, 0)), f.use(arg(args, 1)))),
  "llvm.ctlz": bitCount("clz"),
  "llvm.cttz": bitCount("ctz"),
  "llvm.ctpop": bitCount("popcnt"),
  "llvm.bswap": scalar((f, args) => byteSwap(f, arg(args, 0))),
  "llvm.bitreverse": scalar((f, args) => bitReverse(f, arg(args, 0))),
  "llvm.fshl": funnel(true),
  "llvm.fshr": funnel(false),
  "llvm.abs": absolute,
  "llvm.smax": choose("sgt"),
  "llvm.smin": choose("slt"),
  "llvm.umax": choose("ugt"),
  "llvm.umin": choose("ult"),
  "llvm.scmp": threeWay("sgt", "slt"),
  "llvm.ucmp": threeWay("ugt", "ult"),
  "llvm.uadd.with.overflow": emitOverflow,
  "llvm.usub.with.overflow": emitOverflow,
  "llvm.umul.with.overflow": emitOverflow,
  "llvm.sadd.with.overflow": emitOverflow,
  "llvm.ssub.with.overflow": emitOverflow,
  "llvm.smul.with.overflow": emitOverflow,
  "llvm.uadd.sat": emitSaturating,
  "llvm.usub.sat": emitSaturating,
  "llvm.sadd.sat": emitSaturating,
  "llvm.ssub.sat": emitSaturating,
  "llvm.expect": identity,
  "llvm.expect.with.probability": identity,
  "llvm.ssa.copy": identity,
  "llvm.arithmetic.fence": identity,
  "llvm.launder.invariant.group": identity,
  "llvm.strip.invariant.group": identity,
  "llvm.threadlocal.address": identity,
  "llvm.ptr.annotation": identity,
  "llvm.annotation": identity,
  "llvm.ptrmask": scalar((f, args) => f.m.i32.and(f.use(arg(args, 0)), f.use(arg(args, 1)))),
  "llvm.invariant.start": scalar((f) => f.m.i32.const(0)),
  "llvm.is.constant": scalar((f) => f.m.i32.const(0)),
  "llvm.objectsize": scalar((f, args, inst) => {
    const least = args[1]?.kind === "integer" && args[1].value !== 0n;
    return f.constant(inst.type, least ? 0n : BigInt.asUintN(scalarWidth(inst.type), -1n));
  }),
  "llvm.frameaddress": scalar((f, args) => {
    const level = arg(args, 0);
    if (level.kind === "integer" && level.value === 0n) return f.frame();
    throw new Untranslatable(
      "the frame address of a caller is not supported",
      "ask for the function's own: __builtin_frame_address(0)",
    );
  }),
  "llvm.returnaddress": scalar((f, args) => {
    const level = arg(args, 0);
    if (level.kind === "integer" && level.value === 0n) return f.aside.link();
    throw new Untranslatable(
      "the return address of a caller is not supported",
      "ask for the function's own: __builtin_return_address(0)",
    );
  }),
  "llvm.stacksave": scalar((f) => {
    f.frame();
    return f.p.stackPointer();
  }),
  "llvm.stackrestore": (f, inst, out) => {
    f.frame();
    out.push(f.p.setStackPointer(f.use(arg(inst.args, 0))));
  },
  "llvm.load.relative": scalar((f, args) => {
    const { m } = f;
    const out: Expression[] = [];
    const base = held(f, f.use(arg(args, 0)), false, out);
    const offset = arg(args, 1);
    const where = isWide(offset) ? m.i32.wrap(f.use(offset)) : f.use(offset);
    return m.block(
      null,
      [...out, m.i32.add(base(), m.i32.load(0, 4, m.i32.add(base(), where)))],
      binaryen.i32,
    );
  }),
  "llvm.fabs": scalar((f, args, inst) => {
    const { m } = f;
    const value = arg(args, 0);
    if (isHardware(f, inst.type)) return emitHardAbsolute(f, inst, value);
    return isWide(value)
      ? m.i64.and(f.use(value), m.i64.const(2n ** 63n - 1n))
      : m.i32.and(f.use(value), m.i32.const(0x7fffffff));
  }),
  "llvm.copysign": scalar((f, args) => {
    const { m } = f;
    const value = arg(args, 0);
    const sign = arg(args, 1);
    return isWide(value)
      ? m.i64.or(
          m.i64.and(f.use(value), m.i64.const(2n ** 63n - 1n)),
          m.i64.and(f.use(sign), m.i64.const(-(2n ** 63n))),
        )
      : m.i32.or(
          m.i32.and(f.use(value), m.i32.const(0x7fffffff)),
          m.i32.and(f.use(sign), m.i32.const(-(2 ** 31))),
        );
  }),
  "llvm.is.fpclass": scalar((f, args) => emitFloatClass(f, arg(args, 0), arg(args, 1))),
  "llvm.fmuladd": scalar((f, args, inst) => {
    if (hasFused(f, inst.type)) return emitHardFused(f, inst);
    if (isHardware(f, inst.type)) return emitHardUnfused(f, inst);
    return emitMultiplyAdd(f, arg(args, 0), arg(args, 1), arg(args, 2));
  }),
  "llvm.fma": scalar((f, args, inst) => {
    if (hasFused(f, inst.type)) return emitHardFused(f, inst);
    const wide = scalarWidth(inst.type) > 32;
    return callRuntime(
      f,
      wide ? "fma" : "fmaf",
      args.map((operand) => f.use(operand)),
      wide,
    );
  }),
};

const REFUSED: Readonly<Record<string, string>> = {
  "llvm.eh.sjlj.setjmp": "setjmp and longjmp cannot be translated",
  "llvm.eh.sjlj.longjmp": "setjmp and longjmp cannot be translated",
};

/** The table's key for a name: suffixes are taken off until something is known. */
function keyOf(name: string): string {
  let key = name;
  while (key.length > 5) {
    if (key in HANDLERS || key in REFUSED || isLibraryIntrinsic(key) || IGNORED.has(key)) return key;
    key = key.slice(0, key.lastIndexOf("."));
  }
  return name;
}

export function emitIntrinsic(
  f: FunctionEmitter,
  inst: CallInstruction,
  name: string,
  out: Expression[],
): void {
  const key = keyOf(name);
  if (IGNORED.has(key)) return;
  const one = (lane: CallInstruction): void => emitIntrinsic(f, lane, name, out);
  if (emitVectorIntrinsic(f, inst, name, out, one) || emitWideIntrinsic(f, inst, key, out)) return;
  const handler = HANDLERS[key];
  if (handler !== undefined) {
    handler(f, inst, out);
    return;
  }
  if (emitLibraryIntrinsic(f, inst, key, out)) return;
  throw new Untranslatable(`the intrinsic ${name} is not supported`, REFUSED[key]);
}
