// Arithmetic on integers as lists of 64-bit limbs, low limb first: what integers of more than 64 bits become, and what checked
// arithmetic on odd widths is done in, since there the exact result has room.
//
// Each limb is a getter: its expression can be asked for any number of times. Results are held in locals, whose statements
// are added to the list that a `LimbCode` is made with.

import type { FunctionEmitter } from "../function-emitter.ts";
import { binaryen, type Expression, type WasmModule } from "../wasm.ts";

const I64 = binaryen.i64;
const I32 = binaryen.i32;

/** An integer of a multiple of 64 bits, low limb first. */
export type Limbs = readonly (() => Expression)[];

export class LimbCode {
  readonly f: FunctionEmitter;
  readonly m: WasmModule;
  readonly #out: Expression[];

  constructor(f: FunctionEmitter, out: Expression[]) {
    this.f = f;
    this.m = f.m;
    this.#out = out;
  }

  /** An i64 in a local. */
  held(value: Expression): () => Expression {
    return this.#held(value, I64);
  }

  /** An i32 in a local. */
  flag(value: Expression): () => Expression {
    return this.#held(value, I32);
  }

  #held(value: Expression, type: typeof I64): () => Expression {
    const local = this.f.newLocal(type);
    this.#out.push(this.m.local.set(local, value));
    return () => this.f.get(local);
  }

  constant(value: bigint, limbs: number): Limbs {
    return Array.from({ length: limbs }, (_, i) => {
      const limb = BigInt.asIntN(64, value >> BigInt(64 * i));
      return () => this.m.i64.const(limb);
    });
  }

  /** The lower `limbs` limbs, or as many as there are and then `fill`. */
  resized(value: Limbs, limbs: number, fill: () => Expression): Limbs {
    return Array.from({ length: limbs }, (_, i) => value[i] ?? fill);
  }

  zeroExtended(value: Limbs, limbs: number): Limbs {
    return this.resized(value, limbs, () => this.m.i64.const(0n));
  }

  /** The value of the lower `width` bits with its sign in all bits above, in `limbs` limbs. */
  signExtended(value: Limbs, width: number, limbs: number): Limbs {
    const { m } = this;
    const top = Math.ceil(width / 64) - 1;
    const spare = BigInt(64 * (top + 1) - width);
    const last = value[top] ?? ((): Expression => m.i64.const(0n));
    const signed =
      spare === 0n ? last : this.held(m.i64.shr_s(m.i64.shl(last(), m.i64.const(spare)), m.i64.const(spare)));
    if (limbs <= top + 1) return [...value.slice(0, top), signed].slice(0, limbs);
    const fill = this.held(m.i64.shr_s(signed(), m.i64.const(63n)));
    return this.resized([...value.slice(0, top), signed], limbs, fill);
  }

  /** The lower `width` bits; all bits above are zero. */
  truncated(value: Limbs, width: number): Limbs {
    const { m } = this;
    const count = Math.ceil(width / 64);
    const spare = 64 * count - width;
    const kept = this.zeroExtended(value, count);
    const top = kept[count - 1];
    if (spare === 0 || top === undefined) return kept;
    const mask = (1n << BigInt(64 - spare)) - 1n;
    return [...kept.slice(0, -1), this.held(m.i64.and(top(), m.i64.const(mask)))];
  }

  bitwise(operator: "and" | "or" | "xor", a: Limbs, b: Limbs): Limbs {
    return a.map((limb, i) => this.held(this.m.i64[operator](limb(), this.#limb(b, i))));
  }

  #limb(value: Limbs, i: number): Expression {
    return value[i]?.() ?? this.m.i64.const(0n);
  }

  /** Sum or difference modulo the limbs' size. */
  sum(operator: "add" | "sub", a: Limbs, b: Limbs): Limbs {
    const { m } = this;
    let carry: (() => Expression) | null = null;
    return a.map((limb, i) => {
      const plain = this.held(m.i64[operator](limb(), this.#limb(b, i)));
      const last = i + 1 === a.length;
      const carried = operator === "add" ? m.i64.lt_u(plain(), limb()) : m.i64.lt_u(limb(), this.#limb(b, i));
      if (carry === null) {
        if (!last) carry = this.held(m.i64.extend_u(carried));
        return plain;
      }
      const before: () => Expression = carry;
      const whole = this.held(m.i64[operator](plain(), before()));
      if (!last) {
        const again = operator === "add" ? m.i64.lt_u(whole(), plain()) : m.i64.lt_u(plain(), before());
        carry = this.held(m.i64.extend_u(m.i32.or(carried, again)));
      }
      return whole;
    });
  }

  /** Product modulo the limbs' size. */
  product(a: Limbs, b: Limbs): Limbs {
    const { m } = this;
    const count = a.length;
    const sums: (() => Expression)[] = [];
    for (let i = 0; i < count; i += 1) {
      let carry: (() => Expression) | null = null;
      for (let j = 0; i + j < count; j += 1) {
        const [x, y] = [(): Expression => this.#limb(a, i), (): Expression => this.#limb(b, j)];
        const last = i + j + 1 === count;
        const low = this.held(m.i64.mul(x(), y()));
        let next = last ? null : m.call(upperProduct(this.f), [x(), y()], I64);
        let total = low;
        for (const term of [sums[i + j], carry]) {
          if (term === undefined || term === null) continue;
          const before = total;
          total = this.held(m.i64.add(before(), term()));
          if (next !== null) next = m.i64.add(next, m.i64.extend_u(m.i64.lt_u(total(), before())));
        }
        sums[i + j] = total;
        carry = next === null ? null : this.held(next);
      }
      if (carry !== null) sums[count] = carry;
    }
    return sums.slice(0, count);
  }

  /** Shift left by `amount` bits (an i64 below the limbs' size). */
  shiftedLeft(value: Limbs, amount: () => Expression): Limbs {
    const { m } = this;
    const moved = this.#byLimbs(value, amount, -1, () => m.i64.const(0n));
    const near = this.held(m.i64.and(amount(), m.i64.const(63n)));
    const rest = (): Expression => m.i64.sub(m.i64.const(63n), near());
    return moved.map((limb, i) => {
      const below = moved[i - 1];
      const own = m.i64.shl(limb(), near());
      if (below === undefined) return this.held(own);
      return this.held(m.i64.or(own, m.i64.shr_u(m.i64.shr_u(below(), m.i64.const(1n)), rest())));
    });
  }

  /** Shift right by `amount` bits (an i64 below the limbs' size); `fill` comes in from above (0 or -1). */
  shiftedRight(value: Limbs, amount: () => Expression, fill: () => Expression): Limbs {
    const { m } = this;
    const moved = this.#byLimbs(value, amount, 1, fill);
    const near = this.held(m.i64.and(amount(), m.i64.const(63n)));
    const rest = (): Expression => m.i64.sub(m.i64.const(63n), near());
    return moved.map((limb, i) => {
      const above = moved[i + 1] ?? fill;
      const own = m.i64.shr_u(limb(), near());
      return this.held(m.i64.or(own, m.i64.shl(m.i64.shl(above(), m.i64.const(1n)), rest())));
    });
  }

  /** Moves whole limbs: in steps of powers of two, each taken or not by a bit of the amount. */
  #byLimbs(value: Limbs, amount: () => Expression, direction: 1 | -1, fill: () => Expression): Limbs {
    const { m } = this;
    let moved = value;
    for (let step = 1; step < value.length; step *= 2) {
      const bit = m.i32.wrap(m.i64.shr_u(amount(), m.i64.const(BigInt(6 + Math.log2(step)))));
      const taken = this.flag(m.i32.and(bit, m.i32.const(1)));
      const before = moved;
      moved = before.map((limb, i) => {
        const from = before[i + direction * step] ?? fill;
        return this.held(m.select(taken(), from(), limb()));
      });
    }
    return moved;
  }

  /** Shift left by a constant. */
  constantLeft(value: Limbs, by: number): Limbs {
    const { m } = this;
    const whole = Math.floor(by / 64);
    const near = BigInt(by % 64);
    return value.map((_, i) => {
      const own = value[i - whole];
      const below = value[i - whole - 1];
      if (own === undefined) return () => m.i64.const(0n);
      if (near === 0n) return own;
      const high = m.i64.shl(own(), m.i64.const(near));
      if (below === undefined) return this.held(high);
      return this.held(m.i64.or(high, m.i64.shr_u(below(), m.i64.const(64n - near))));
    });
  }

  /** Shift right by a constant; `fill` comes in from above. */
  constantRight(value: Limbs, by: number, fill: () => Expression): Limbs {
    const { m } = this;
    const whole = Math.floor(by / 64);
    const near = BigInt(by % 64);
    return value.map((_, i) => {
      const own = value[i + whole] ?? fill;
      const above = value[i + whole + 1] ?? fill;
      if (near === 0n) return own;
      return this.held(
        m.i64.or(m.i64.shr_u(own(), m.i64.const(near)), m.i64.shl(above(), m.i64.const(64n - near))),
      );
    });
  }

  /** An i32, 1 when both are equal. */
  equal(a: Limbs, b: Limbs): Expression {
    const { m } = this;
    let different: Expression | null = null;
    a.forEach((limb, i) => {
      const one = m.i64.xor(limb(), this.#limb(b, i));
      different = different === null ? one : m.i64.or(different, one);
    });
    return m.i64.eqz(different ?? m.i64.const(0n));
  }

  /** An i32, 1 when the relation holds; `signed` looks at the top limb's sign. */
  ordered(relation: "gt" | "ge" | "lt" | "le", signed: boolean, a: Limbs, b: Limbs): Expression {
    const { m } = this;
    const strict = relation.startsWith("g") ? "gt" : "lt";
    const top = a.length - 1;
    let result: Expression | null = null;
    a.forEach((limb, i) => {
      const kind = signed && i === top ? "s" : "u";
      if (result === null) {
        result = m.i64[`${relation}_${kind}`](limb(), this.#limb(b, i));
        return;
      }
      const own = m.i64[`${strict}_${kind}`](limb(), this.#limb(b, i));
      result = m.select(m.i64.eq(limb(), this.#limb(b, i)), result, own);
    });
    return result ?? m.i32.const(0);
  }

  /** `a` where the condition (asked for once a limb) holds, else `b`. */
  chosen(condition: () => Expression, a: Limbs, b: Limbs): Limbs {
    return a.map((limb, i) => this.held(this.m.select(condition(), limb(), this.#limb(b, i))));
  }
}

/** Name of a support function: the upper half of the product of two unsigned 64-bit numbers. */
function upperProduct(f: FunctionEmitter): string {
  return f.p.support("bw:mul_high", (m: WasmModule, name) => {
    const get = (local: number): Expression => m.local.get(local, I64);
    const low = (local: number): Expression => m.i64.extend_u(m.i32.wrap(get(local)));
    const high = (local: number): Expression => m.i64.shr_u(get(local), m.i64.const(32n));
    // a·b + (the carry of the lower parts), in three steps that fit 64 bits.
    const first = m.i64.add(
      m.i64.mul(high(0), low(1)),
      m.i64.shr_u(m.i64.mul(low(0), low(1)), m.i64.const(32n)),
    );
    const second = m.i64.add(m.i64.mul(low(0), high(1)), low(2));
    const body = m.block(
      null,
      [
        m.local.set(2, first),
        m.local.set(3, second),
        m.i64.add(m.i64.add(m.i64.mul(high(0), high(1)), high(2)), high(3)),
      ],
      I64,
    );
    m.addFunction(name, binaryen.createType([I64, I64]), I64, [I64, I64], body);
  });
}
