// Pairs of equal operations on doubles in a part of a block that is looked at for NaNs once (number-regions.ts): x and y of a point, the real and
// the imaginary part of a complex number. Two neighbours in memory are one access of the host's, and what is done to both is one
// operation on two lanes. The fast version of the part alone has pairs. Lanes compute what each operation would; a NaN is found
// at the end, and then everything is done again without pairs.
//
// Pairs grow from stores to neighbouring doubles down to what is stored, and from neighbouring loads up to what is made of them. A
// pair is made where the last of the two stands, so whoever uses one of them by itself must come later.

import { operandsOf } from "../../bitcode/index.ts";
import type {
  BasicBlock,
  Instruction,
  LoadInstruction,
  StoreInstruction,
  Value,
} from "../../bitcode/index.ts";
import { storeSize } from "../../ir/index.ts";
import type { AddressTerms } from "./address-terms.ts";
import type { NumberRegion } from "./number-regions.ts";

/** Two instructions of one kind, for the first and the second lane; `last`: the later of the two. */
export interface Pair {
  readonly lanes: readonly [Instruction, Instruction];
  readonly last: Instruction;
}

export interface PairFacts {
  readonly terms: AddressTerms;
  /** A name for what an instruction does, if there is such an operation on two doubles. */
  readonly operation: (inst: Instruction) => string | null;
}

/** Pairs by both of their instructions. */
export type Pairs = ReadonlyMap<Value, Pair>;

/** Instructions of regions that are searched. */
const MOST_INSTRUCTIONS = 300;

const DOUBLE = 8;

/** What is saved by one load or store, or operation, for two; what a lane costs that somebody wants by itself. */
const GAIN = { load: 4, store: 2, operation: 1 };

export function numberPairs(block: BasicBlock, region: NumberRegion, facts: PairFacts): Pairs {
  const { begin, end } = region;
  if (end - begin > MOST_INSTRUCTIONS) return new Map();
  return new PairFinder(block, region, facts).find();
}

/** The operands that an operation computes with. */
export function termsOf(inst: Instruction): readonly Value[] {
  if (inst.op === "store") return [inst.value];
  if (inst.op === "load") return [];
  return operandsOf(inst).filter((value) => value.type.kind === "double");
}

type Access = LoadInstruction | StoreInstruction;

class PairFinder {
  readonly #part: readonly Instruction[];
  readonly #index = new Map<Value, number>();
  readonly #region: NumberRegion;
  readonly #facts: PairFacts;
  /** Values that instructions behind the part, or phis, want. */
  readonly #wantedLater = new Set<Value>();
  readonly #pairs = new Map<Value, Pair>();

  constructor(block: BasicBlock, region: NumberRegion, facts: PairFacts) {
    this.#region = region;
    this.#facts = facts;
    this.#part = block.instructions.slice(region.begin, region.end);
    this.#part.forEach((inst, i) => this.#index.set(inst, i));
    const later = [...block.instructions.slice(0, region.begin), ...block.instructions.slice(region.end)];
    for (const inst of later)
      for (const value of operandsOf(inst)) this.#wantedLater.add(this.#canonical(value));
  }

  find(): Pairs {
    const stores = this.#part.filter((inst) => inst.op === "store");
    const loads = this.#part.filter((inst) => inst.op === "load" && !this.#region.repeated.has(inst));
    for (const [one, other] of this.#neighbours(stores)) this.#attempt(one, other);
    for (const [one, other] of this.#neighbours(loads)) this.#attempt(one, other);
    this.#extend();
    return this.#pairs;
  }

  /** What an instruction's value is first called. */
  #canonical(value: Value): Value {
    return value.kind === "instruction" ? (this.#region.repeated.get(value) ?? value) : value;
  }

  /** Accesses side by side, the lower first. */
  *#neighbours(accesses: readonly Instruction[]): Generator<[Instruction, Instruction]> {
    for (const one of accesses) {
      if (this.#pairs.has(one)) continue;
      for (const other of accesses) {
        if (this.#pairs.has(other) || this.#distance(one, other) !== DOUBLE) continue;
        yield [one, other];
        break;
      }
    }
  }

  /** Bytes from one access to another; null: it is not known, or they are of another kind. */
  #distance(one: Instruction, other: Instruction): number | null {
    if (!isAccess(one) || !isAccess(other) || one.op !== other.op) return null;
    if (this.#facts.operation(one) === null || this.#facts.operation(other) === null) return null;
    const { constant, variable } = this.#facts.terms.difference(other.address, one.address);
    return variable === "" ? constant : null;
  }

  /** Makes a pair and what it is made of, if that saves something. */
  #attempt(one: Instruction, other: Instruction): boolean {
    const before = this.#gain();
    const made: Pair[] = [];
    this.#build(one, other, made);
    this.#dropEarlyUsed(made);
    if (made.some((pair) => this.#pairs.get(pair.lanes[0]) === pair) && this.#gain() > before) return true;
    for (const pair of made) this.#drop(pair);
    return false;
  }

  #build(one: Value, other: Value, made: Pair[]): void {
    const [a, b] = [this.#canonical(one), this.#canonical(other)];
    if (a === b || a.kind !== "instruction" || b.kind !== "instruction") return;
    if (this.#pairs.has(a) || this.#pairs.has(b)) return;
    const [i, j] = [this.#index.get(a), this.#index.get(b)];
    if (i === undefined || j === undefined) return;
    const operation = this.#facts.operation(a);
    if (operation === null || operation !== this.#facts.operation(b)) return;
    if (isAccess(a) && Math.abs(this.#distance(a, b) ?? 0) !== DOUBLE) return;
    if (a.op === "store" && this.#isCrossed(Math.min(i, j), Math.max(i, j))) return;
    const pair: Pair = { lanes: [a, b], last: i < j ? b : a };
    this.#pairs.set(a, pair).set(b, pair);
    made.push(pair);
    const [left, right] = [termsOf(a), termsOf(b)];
    left.forEach((value, k) => {
      const partner = right[k];
      if (partner !== undefined) this.#build(value, partner, made);
    });
  }

  /** May a store between two others meet the first, which will be done with the second? */
  #isCrossed(from: number, to: number): boolean {
    const first = this.#part[from];
    if (first?.op !== "store") return true;
    return this.#part.slice(from + 1, to).some((between) => {
      if (between.op !== "store") return false;
      const { constant, variable } = this.#facts.terms.difference(between.address, first.address);
      const size = storeSize(between.value.type);
      return variable !== "" || (constant > -size && constant < DOUBLE);
    });
  }

  #drop(pair: Pair): void {
    for (const lane of pair.lanes) if (this.#pairs.get(lane) === pair) this.#pairs.delete(lane);
  }

  /** Where an instruction is done; stores are done last. */
  #place(inst: Instruction): number {
    if (inst.op === "store") return Infinity;
    return this.#index.get(this.#pairs.get(inst)?.last ?? inst) ?? Infinity;
  }

  /** Drops pairs of which a lane is used before both are there. */
  #dropEarlyUsed(made: readonly Pair[]): void {
    for (let changed = true; changed;) {
      changed = false;
      for (const user of this.#part) {
        // Loads of what is known already get their value when that is there.
        if (this.#region.repeated.has(user)) continue;
        for (const operand of operandsOf(user)) {
          const used = this.#pairs.get(this.#canonical(operand));
          if (used === undefined || this.#place(used.last) < this.#place(user)) continue;
          const own = this.#pairs.get(user);
          this.#drop(own !== undefined && !made.includes(used) ? own : used);
          changed = true;
        }
      }
    }
  }

  /** Makes pairs of what is made of two lanes alike. */
  #extend(): void {
    const work = [...new Set(this.#pairs.values())];
    for (let pair = work.pop(); pair !== undefined; pair = work.pop()) {
      const [a, b] = pair.lanes;
      for (const one of this.#usersOf(a)) {
        const at = termsOf(one).findIndex((value) => this.#canonical(value) === a);
        const isAlike = (other: Instruction): boolean =>
          other !== one && this.#canonical(termsOf(other)[at] ?? other) === b;
        const other = this.#usersOf(b).find(isAlike);
        if (other === undefined || this.#pairs.has(one) || !this.#attempt(one, other)) continue;
        const made = this.#pairs.get(one);
        if (made !== undefined) work.push(made);
      }
    }
  }

  #usersOf(inst: Instruction): Instruction[] {
    return this.#part.filter(
      (user) =>
        !this.#pairs.has(user) &&
        this.#facts.operation(user) !== null &&
        termsOf(user).some((value) => this.#canonical(value) === inst),
    );
  }

  /** Operations that all pairs save. */
  #gain(): number {
    let sum = 0;
    const alone = new Set<Value>();
    const want = (value: Value): void => {
      if (this.#pairs.has(this.#canonical(value))) alone.add(this.#canonical(value));
    };
    for (const value of this.#wantedLater) want(value);
    for (const user of this.#part) {
      const pair = this.#pairs.get(user);
      if (pair === undefined) {
        if (!this.#region.repeated.has(user)) for (const value of operandsOf(user)) want(value);
        continue;
      }
      if (pair.last !== user) continue;
      const [a, b] = pair.lanes;
      sum += a.op === "load" ? GAIN.load : a.op === "store" ? GAIN.store : GAIN.operation;
      const right = termsOf(b);
      for (const [k, value] of termsOf(a).entries()) {
        const [x, y] = [this.#canonical(value), this.#canonical(right[k] ?? value)];
        if (x === y) want(x);
        else if (!this.#isStraight(x, y) && !(isNumeral(x) && isNumeral(y))) sum -= 1;
      }
    }
    return sum - alone.size;
  }

  #isStraight(x: Value, y: Value): boolean {
    const pair = this.#pairs.get(x);
    return pair !== undefined && pair.lanes[0] === x && pair.lanes[1] === y;
  }
}

function isAccess(inst: Instruction): inst is Access {
  return inst.op === "load" || inst.op === "store";
}

function isNumeral(value: Value): boolean {
  return value.kind === "float";
}
