// Emits pairs of operations on doubles (number-pairs.ts): one operation on two lanes. Whoever wants one of the two by itself gets it in both lanes
// of a vector of its own, as numbers are kept elsewhere; the host drops those that nobody wants.

import { InternalError } from "../../base/diagnostic.ts";
import type { Instruction, LoadInstruction, StoreInstruction, Value } from "../../bitcode/index.ts";
import { constantBits, isConstant } from "../constants.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { addressOf, plain } from "../memory/memory.ts";
import { fusedLanes } from "./fused.ts";
import { laneBits, laneOfBits, WORDS_SWAPPED, wordsSwapped } from "./number-lanes.ts";
import { termsOf, type Pair, type Pairs } from "./number-pairs.ts";
import type { NumberRegion } from "./number-regions.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** What stands for an instruction's own code, by instruction. */
const replaced = new WeakMap<FunctionEmitter, ReadonlyMap<Instruction, (out: Expression[]) => void>>();

/** Emits an instruction as a part of its pair; false: it has none here. */
export function emitPaired(f: FunctionEmitter, inst: Instruction, out: Expression[]): boolean {
  const emit = replaced.get(f)?.get(inst);
  emit?.(out);
  return emit !== undefined;
}

/** What the code of a region's pairs is asked for. */
export interface PairedCode {
  /** Vectors that have two of these results each, and the results that are in none. */
  readonly lanesOf: (results: readonly Instruction[]) => { vectors: Expression[]; rest: Instruction[] };
}

/** What is emitted by `work` has a region's pairs. */
export function withPairs(
  f: FunctionEmitter,
  region: NumberRegion,
  pairs: Pairs,
  work: (code: PairedCode) => void,
): void {
  const code = new PairCode(f, region, pairs);
  const emitters = new Map<Instruction, (out: Expression[]) => void>();
  for (const pair of new Set(pairs.values())) {
    for (const inst of pair.lanes) {
      // Lanes have locals, also where the value would be computed where it is used.
      if (inst.slot >= 0) (f.facts.folded as boolean[])[inst.slot] = false;
      emitters.set(inst, (out) => {
        if (inst === pair.last) code.emit(pair, out);
      });
    }
  }
  replaced.set(f, emitters);
  work(code);
  replaced.delete(f);
}

const OPERATIONS = { fadd: "add", fsub: "sub", fmul: "mul", fdiv: "div" } as const;

class PairCode implements PairedCode {
  readonly #f: FunctionEmitter;
  readonly #region: NumberRegion;
  readonly #pairs: Pairs;
  readonly #locals = new Map<Pair, number>();

  constructor(f: FunctionEmitter, region: NumberRegion, pairs: Pairs) {
    this.#f = f;
    this.#region = region;
    this.#pairs = pairs;
  }

  readonly lanesOf = (results: readonly Instruction[]): { vectors: Expression[]; rest: Instruction[] } => {
    const isLooked = (inst: Instruction): boolean =>
      results.includes(inst) || this.#region.covered.includes(inst);
    const found = new Set<Pair>();
    const rest: Instruction[] = [];
    for (const inst of results) {
      const pair = this.#pairs.get(inst);
      if (pair?.lanes.every(isLooked) === true) found.add(pair);
      else rest.push(inst);
    }
    return { vectors: [...found].map((pair) => this.#vector(pair)), rest };
  };

  emit(pair: Pair, out: Expression[]): void {
    const { m } = this.#f;
    const [a, b] = pair.lanes;
    if (a.op === "store" && b.op === "store") {
      const [base, offset] = this.#place(a, b);
      out.push(m.v128.store(offset, 4, base, wordsSwapped(m, this.#both(a.value, b.value))));
      return;
    }
    const local = this.#f.newLocal(binaryen.v128);
    this.#locals.set(pair, local);
    if (a.op !== "load" || b.op !== "load") {
      out.push(m.local.set(local, this.#computed(a, b)));
      pair.lanes.forEach((inst, lane) => this.#define(inst, this.#alone(local, lane), out));
      return;
    }
    const [base, offset] = this.#place(a, b);
    const loaded = this.#f.newLocal(binaryen.v128);
    const isUpwards = this.#isBelow(a, b);
    out.push(m.local.set(loaded, m.v128.load(offset, 4, base)));
    const place = (lane: number): readonly number[] => numberAt(isUpwards ? lane : 1 - lane);
    const words = (bytes: readonly number[]): Expression => this.#shuffled(loaded, loaded, bytes);
    out.push(m.local.set(local, words([...place(0), ...place(1)])));
    pair.lanes.forEach((inst, lane) => this.#define(inst, words([...place(lane), ...place(lane)]), out));
  }

  /** Gives a lane its own local, and those of loads that would load it again. */
  #define(inst: Instruction, vector: Expression, out: Expression[]): void {
    const { m } = this.#f;
    this.#f.define(inst, laneBits(m, "f64", vector), out);
    for (const [again, first] of this.#region.repeated)
      if (first === inst) this.#f.define(again, this.#f.use(inst), out);
  }

  #vector(pair: Pair): Expression {
    const local = this.#locals.get(pair);
    if (local === undefined) throw new InternalError("a pair is used before it is there");
    return this.#f.get(local);
  }

  #isBelow(a: LoadInstruction | StoreInstruction, b: LoadInstruction | StoreInstruction): boolean {
    return this.#region.terms.difference(b.address, a.address).constant > 0;
  }

  /** Where the lower of two neighbours is. */
  #place<T extends LoadInstruction | StoreInstruction>(a: T, b: T): [Expression, number] {
    const lower = this.#isBelow(a, b) ? a : b;
    const { base, offset } = plain(this.#f, addressOf(this.#f, lower.address), lower.op);
    return [base, offset];
  }

  #computed(a: Instruction, b: Instruction): Expression {
    const { f64x2 } = this.#f.m;
    const right = termsOf(b);
    const operands = termsOf(a).map((value, k) => this.#both(value, right[k] ?? value));
    const [x = 0, y = 0] = operands;
    if (a.op === "fneg") return f64x2.neg(x);
    if (a.op === "binary") return f64x2[OPERATIONS[a.operator as keyof typeof OPERATIONS]](x, y);
    return operands.length === 3 ? fusedLanes(this.#f, "f64", operands) : f64x2.abs(x);
  }

  /** A vector with two values. */
  #both(one: Value, other: Value): Expression {
    const { m } = this.#f;
    const [x, y] = [this.#canonical(one), this.#canonical(other)];
    if (x === y) return laneOfBits(this.#f, "f64", this.#f.use(x));
    if (isConstant(x) && isConstant(y)) return m.v128.const([...this.#bytes(x), ...this.#bytes(y)]);
    const [first, second] = [this.#pairs.get(x), this.#pairs.get(y)];
    const lanes = [first?.lanes[1] === x ? 1 : 0, second?.lanes[1] === y ? 1 : 0] as const;
    if (first !== undefined && first === second && lanes[0] === 0 && lanes[1] === 1)
      return this.#vector(first);
    const vector = (pair: Pair | undefined, value: Value): Expression =>
      pair === undefined ? laneOfBits(this.#f, "f64", this.#f.use(value)) : this.#vector(pair);
    const bytes = [...laneBytes(lanes[0]), ...laneBytes(lanes[1] + 2)];
    return m.i8x16.shuffle(vector(first, x), vector(second, y), bytes);
  }

  #canonical(value: Value): Value {
    return value.kind === "instruction" ? (this.#region.repeated.get(value) ?? value) : value;
  }

  #bytes(value: Value): Uint8Array {
    const bytes = new Uint8Array(8);
    if (isConstant(value))
      new DataView(bytes.buffer).setBigUint64(0, constantBits(value, this.#f.p.addresses), true);
    return bytes;
  }

  /** One lane in both. */
  #alone(local: number, lane: number): Expression {
    return this.#shuffled(local, local, [...laneBytes(lane), ...laneBytes(lane)]);
  }

  #shuffled(a: number, b: number, bytes: readonly number[]): Expression {
    return this.#f.m.i8x16.shuffle(this.#f.get(a), this.#f.get(b), [...bytes]);
  }
}

/** The bytes of a lane: 0 and 1 of a shuffle's first vector, 2 and 3 of its second. */
function laneBytes(lane: number): number[] {
  return Array.from({ length: 8 }, (_, i) => 8 * lane + i);
}

/** The bytes of one of two numbers as they lie in memory. */
function numberAt(place: number): readonly number[] {
  return WORDS_SWAPPED.slice(8 * place, 8 * place + 8);
}
