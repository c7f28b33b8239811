// A condition of a flat branch: it selects values, and it is a bit of the number of the path that is counted.
//
// A compiler that meets one comparison twice keeps its result as a number, and what is selected waits for that number to be
// made and tested. So the path's bit comes from the opposite comparison, where there is one, and the first selection has
// the comparison itself.

import type { Value } from "../../bitcode/index.ts";
import { OPPOSITE } from "./flat-branches.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { emitCompare } from "../integers/integer.ts";
import { binaryen, type Expression } from "../wasm.ts";

type Comparison = Extract<Value, { op: "icmp" }>;

/** A condition whose bit is made in another way than the condition. */
interface TwoForms {
  /** The bit is the opposite. */
  readonly opposite: boolean;
  /** Values that both are made of, each computed once. */
  readonly values: readonly Value[];
  condition(values: readonly Value[]): Expression;
  bit(values: readonly Value[]): Expression;
}

/** The two forms of a condition, or null. */
function formsOf(f: FunctionEmitter, condition: Value): TwoForms | null {
  if (condition.kind !== "instruction" || condition.op !== "icmp") return null;
  // Equality has no opposite of its own on the host.
  const isEquality = condition.predicate === "eq" || condition.predicate === "ne";
  const forms = isEquality ? maskForms(f, condition) : orderForms(f, condition);
  if (forms === null) return null;
  // What is computed in place is computed once.
  const once = f.facts.folded[condition.slot] === true || forms.values.every((value) => isAtHand(f, value));
  return once ? forms : null;
}

function orderForms(f: FunctionEmitter, { predicate, left, right }: Comparison): TwoForms | null {
  const { type } = left;
  if (type.kind !== "pointer" && !(type.kind === "integer" && type.width === 32)) return null;
  const opposite = OPPOSITE[predicate];
  return {
    opposite: true,
    values: [left, right],
    condition: ([a = left, b = right]) => emitCompare(f, predicate, a, b),
    bit: ([a = left, b = right]) => emitCompare(f, opposite, a, b),
  };
}

/** Of one bit of a word, compared with 0. */
function maskForms(f: FunctionEmitter, { predicate, left, right }: Comparison): TwoForms | null {
  if (right.kind !== "integer" || right.value !== 0n || right.type.width !== 32) return null;
  if (left.kind !== "instruction" || left.op !== "binary" || left.operator !== "and") return null;
  const { left: word, right: mask } = left;
  if (mask.kind !== "integer" || (f.facts.folded[left.slot] !== true && !isAtHand(f, word))) return null;
  const bits = Number(BigInt.asUintN(32, mask.value));
  const place = 31 - Math.clz32(bits);
  if (bits === 0 || bits !== (1 << place) >>> 0) return null;
  const { m } = f;
  return {
    opposite: predicate === "eq",
    values: [word],
    condition: ([value = word]) => {
      const masked = m.i32.and(f.use(value), m.i32.const(bits | 0));
      return predicate === "eq" ? m.i32.eqz(masked) : m.i32.ne(masked, m.i32.const(0));
    },
    bit: ([value = word]) => m.i32.and(m.i32.shr_u(f.use(value), m.i32.const(place)), m.i32.const(1)),
  };
}

/** Can a value be read again? */
function isAtHand(f: FunctionEmitter, value: Value): boolean {
  return value.kind !== "instruction" || f.facts.folded[value.slot] !== true;
}

/** Is the path's bit the opposite of the condition? */
export function isCountedOpposite(f: FunctionEmitter, condition: Value): boolean {
  return formsOf(f, condition)?.opposite === true;
}

export class FlatCondition {
  /** The path's bit. */
  readonly bit: number;
  /** Statements that come before anything else. */
  readonly before: Expression[] = [];
  readonly #f: FunctionEmitter;
  readonly #opposite: boolean;
  #direct: (() => Expression) | null = null;

  constructor(f: FunctionEmitter, condition: Value, counted: boolean) {
    const { m } = f;
    this.#f = f;
    this.bit = f.newLocal(binaryen.i32);
    const forms = counted ? formsOf(f, condition) : null;
    this.#opposite = forms?.opposite === true;
    if (forms === null) {
      this.before.push(m.local.set(this.bit, f.use(condition)));
      return;
    }
    const values = forms.values.map((value) => {
      if (isAtHand(f, value)) return value;
      const local = f.newLocal(binaryen.i32);
      this.before.push(m.local.set(local, f.use(value)));
      return f.part(value.type, [local]);
    });
    this.#direct = () => forms.condition(values);
    this.before.push(m.local.set(this.bit, forms.bit(values)));
  }

  get number(): Expression {
    return this.#f.m.local.get(this.bit, binaryen.i32);
  }

  /** The condition itself. */
  get holds(): Expression {
    return this.#opposite ? (this.#direct?.() ?? this.#f.m.i32.eqz(this.number)) : this.number;
  }

  /** One value where it holds, another where it does not. */
  select(yes: Expression, no: Expression): Expression {
    const { m } = this.#f;
    const direct = this.#direct;
    if (direct === null)
      return this.#opposite ? m.select(this.number, no, yes) : m.select(this.number, yes, no);
    this.#direct = null;
    return m.select(direct(), yes, no);
  }
}
