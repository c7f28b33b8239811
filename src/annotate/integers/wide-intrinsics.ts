// Intrinsics on integers that take several locals, and checked multiplication of odd widths: in limbs.

import type { CallInstruction, Value } from "../../bitcode/index.ts";
import { isWideInteger } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { LimbCode, type Limbs } from "./limbs.ts";
import { defineLimbs, integerWidth, limbsOf } from "./wide-integers.ts";
import { binaryen, type Expression, type WasmModule } from "../wasm.ts";

/** What an intrinsic's emission has at hand. */
interface Wide {
  readonly f: FunctionEmitter;
  readonly code: LimbCode;
  readonly inst: CallInstruction;
  /** Bits and limbs of the first operand. */
  readonly width: number;
  readonly count: number;
  arg(index: number): Value;
  /** Limbs of an operand. */
  operand(index: number, signed?: boolean): Limbs;
}

const zero = (w: Wide): Limbs => w.code.constant(0n, w.count);

function extreme(relation: "gt" | "lt", signed: boolean): (w: Wide) => Limbs {
  return (w) => {
    const [a, b] = [w.operand(0, signed), w.operand(1, signed)];
    const first = w.code.flag(w.code.ordered(relation, signed, a, b));
    return w.code.chosen(first, a, b);
  };
}

/** -1, 0 or 1. */
function threeWay(signed: boolean): (w: Wide) => Limbs {
  return (w) => {
    const { m } = w.f;
    const [a, b] = [w.operand(0, signed), w.operand(1, signed)];
    const above = w.code.ordered("gt", signed, a, b);
    const below = w.code.ordered("lt", signed, a, b);
    return [w.code.held(m.i64.extend_s(m.i32.sub(above, below)))];
  };
}

/** Leading or trailing zeros: a limb counts as long as all limbs on its way are zero. */
function zeros(kind: "clz" | "ctz"): (w: Wide) => Limbs {
  return (w) => {
    const { m } = w.f;
    const limbs = [...w.operand(0)];
    if (kind === "ctz") limbs.reverse();
    let total: Expression | null = null;
    // From the limb that is looked at last to the first.
    for (const limb of limbs) {
      const own = m.i64[kind](limb());
      total = total === null ? own : m.select(m.i64.eqz(limb()), m.i64.add(m.i64.const(64n), total), own);
    }
    const spare = BigInt(64 * w.count - w.width);
    const found = total ?? m.i64.const(0n);
    if (kind === "clz") return [w.code.held(m.i64.sub(found, m.i64.const(spare)))];
    const held = w.code.held(found);
    const most = (): Expression => m.i64.const(BigInt(w.width));
    return [w.code.held(m.select(m.i64.gt_u(held(), most()), most(), held()))];
  };
}

function population(w: Wide): Limbs {
  const { m } = w.f;
  const sum = w
    .operand(0)
    .map((limb) => m.i64.popcnt(limb()))
    .reduce((left, right) => m.i64.add(left, right));
  return [w.code.held(sum)];
}

/** Bytes or bits the other way round: so are the limbs, and what is above the width comes out below. */
function reversed(unit: "bytes" | "bits"): (w: Wide) => Limbs {
  return (w) => {
    const { f, code } = w;
    const name = reverseFunction(f, unit);
    const limbs = w.operand(0).map((limb) => code.held(f.m.call(name, [limb()], binaryen.i64)));
    limbs.reverse();
    return code.constantRight(limbs, 64 * w.count - w.width, () => f.m.i64.const(0n));
  };
}

/** Name of a support function that reverses the bytes, or all bits, of an i64. */
function reverseFunction(f: FunctionEmitter, unit: "bytes" | "bits"): string {
  return f.p.support(`bw:reverse64_${unit}`, (m: WasmModule, name) => {
    const get = (): Expression => m.local.get(0, binaryen.i64);
    const steps: (readonly [number, bigint])[] = [
      [1, 0x5555555555555555n],
      [2, 0x3333333333333333n],
      [4, 0x0f0f0f0f0f0f0f0fn],
      [8, 0x00ff00ff00ff00ffn],
      [16, 0x0000ffff0000ffffn],
    ];
    const statements = steps.slice(unit === "bits" ? 0 : 3).map(([shift, bits]) => {
      const by = (): Expression => m.i64.const(BigInt(shift));
      const mask = (): Expression => m.i64.const(BigInt.asIntN(64, bits));
      const down = m.i64.and(m.i64.shr_u(get(), by()), mask());
      return m.local.set(0, m.i64.or(down, m.i64.shl(m.i64.and(get(), mask()), by())));
    });
    const whole = m.block(null, [...statements, m.i64.rotl(get(), m.i64.const(32n))], binaryen.i64);
    m.addFunction(name, binaryen.createType([binaryen.i64]), binaryen.i64, [], whole);
  });
}

/** Funnel shifts: both operands side by side, moved, and one half taken. */
function funnel(left: boolean): (w: Wide) => Limbs {
  return (w) => {
    const { f, code, width } = w;
    const { m } = f;
    const [high, low] = [w.operand(0), w.operand(1)];
    const double = Math.ceil((2 * width) / 64);
    const none = (): Expression => m.i64.const(0n);
    const upper = code.constantLeft(code.zeroExtended(high, double), width);
    const both = code.bitwise("or", upper, code.zeroExtended(low, double));
    const amount = w.arg(2);
    if (amount.kind === "integer") {
      const by = Number(BigInt.asUintN(width, amount.value) % BigInt(width));
      if (left) return code.constantRight(code.constantLeft(both, by), width, none);
      return code.constantRight(both, by, none);
    }
    const given = w.operand(2)[0] ?? none;
    // Amounts are taken modulo the width; more than 64 bits of it do not matter where the width is a power of two.
    const by = code.held(
      (width & (width - 1)) === 0
        ? m.i64.and(given(), m.i64.const(BigInt(width - 1)))
        : m.i64.rem_u(given(), m.i64.const(BigInt(width))),
    );
    if (!left) return code.shiftedRight(both, by, none);
    return code.constantRight(code.shiftedLeft(both, by), width, none);
  };
}

function absolute(w: Wide): Limbs {
  const { f, code } = w;
  const value = w.operand(0, true);
  const top = value[value.length - 1];
  const negative = code.flag(f.m.i64.lt_s(top?.() ?? f.m.i64.const(0n), f.m.i64.const(0n)));
  return code.chosen(negative, code.sum("sub", zero(w), value), value);
}

const VALUES: Readonly<Record<string, (w: Wide) => Limbs>> = {
  "llvm.ctpop": population,
  "llvm.ctlz": zeros("clz"),
  "llvm.cttz": zeros("ctz"),
  "llvm.bswap": reversed("bytes"),
  "llvm.bitreverse": reversed("bits"),
  "llvm.fshl": funnel(true),
  "llvm.fshr": funnel(false),
  "llvm.abs": absolute,
  "llvm.smax": extreme("gt", true),
  "llvm.smin": extreme("lt", true),
  "llvm.umax": extreme("gt", false),
  "llvm.umin": extreme("lt", false),
  "llvm.scmp": threeWay(true),
  "llvm.ucmp": threeWay(false),
  "llvm.expect": (w) => w.operand(0),
  "llvm.expect.with.probability": (w) => w.operand(0),
  "llvm.ssa.copy": (w) => w.operand(0),
  "llvm.annotation": (w) => w.operand(0),
  "llvm.is.constant": (w) => w.code.constant(0n, 1),
};

const CHECKED = /^llvm\.([us])(add|sub|mul|shl)\.(with\.overflow|sat)$/;

/** Emits an intrinsic with a wide operand; false when it is not one of these. */
export function emitWideIntrinsic(
  f: FunctionEmitter,
  inst: CallInstruction,
  key: string,
  out: Expression[],
): boolean {
  const first = inst.args[0];
  if (first?.type.kind !== "integer") return false;
  const checked = CHECKED.exec(key);
  const awkward =
    checked?.[2] === "shl" || (checked?.[2] === "mul" && first.type.width > 32 && first.type.width < 64);
  if (!isWideInteger(first.type) && !awkward) return false;
  const code = new LimbCode(f, out);
  const width = integerWidth(first);
  const count = Math.ceil(width / 64);
  const arg = (index: number): Value => {
    const value = inst.args[index];
    if (value === undefined) throw new Untranslatable("an intrinsic has too few arguments");
    return value;
  };
  const operand = (index: number, signed = false): Limbs => limbsOf(f, code, arg(index), count, signed);
  const w: Wide = { f, code, inst, width, count, arg, operand };
  if (checked !== null) {
    emitChecked(w, checked[1] === "s", checked[2] ?? "", checked[3] === "sat", out);
    return true;
  }
  const value = VALUES[key];
  if (value === undefined) return false;
  if (inst.slot >= 0 && (f.facts.useCount[inst.slot] ?? 0) > 0) defineLimbs(f, code, inst, value(w), out);
  return true;
}

/** The operation with room for the exact result, which is compared with what the width holds of it. */
function emitChecked(
  w: Wide,
  signed: boolean,
  operation: string,
  saturating: boolean,
  out: Expression[],
): void {
  const { f, code, inst, width } = w;
  const { m } = f;
  const count = Math.ceil((operation === "add" || operation === "sub" ? width + 1 : 2 * width) / 64);
  const a = limbsOf(f, code, w.arg(0), count, signed);
  const b = limbsOf(f, code, w.arg(1), count, signed && operation !== "shl");
  const exact =
    operation === "mul"
      ? code.product(a, b)
      : operation === "shl"
        ? code.shiftedLeft(a, b[0] ?? ((): Expression => m.i64.const(0n)))
        : code.sum(operation === "add" ? "add" : "sub", a, b);
  const kept = code.truncated(exact, width);
  const back = signed ? code.signExtended(kept, width, count) : code.zeroExtended(kept, count);
  const overflow = code.flag(m.i32.eqz(code.equal(exact, back)));
  const scalars = (value: Limbs): Expression[] => {
    const limbs = value.map((limb) => limb());
    return width > 32 || limbs[0] === undefined ? limbs : [m.i32.wrap(limbs[0])];
  };
  if (!saturating) {
    f.defineFields(inst, [...scalars(kept), overflow()], out);
    return;
  }
  let limit = code.constant(
    operation === "sub" && !signed ? 0n : (1n << BigInt(signed ? width - 1 : width)) - 1n,
    kept.length,
  );
  if (signed) {
    const top = exact[exact.length - 1];
    const negative = code.flag(m.i64.lt_s(top?.() ?? m.i64.const(0n), m.i64.const(0n)));
    limit = code.chosen(negative, code.constant(1n << BigInt(width - 1), kept.length), limit);
  }
  f.defineFields(inst, scalars(code.chosen(overflow, limit, kept)), out);
}
