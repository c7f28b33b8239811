// Parts of blocks whose results are looked at for NaNs once, at the end. Arithmetic on a NaN gives a NaN, so a result that is
// none says so of all that it was made of; and stores can wait for that one look where no load in between may read what
// they write. Where there is a NaN, the part is done again as it is elsewhere, with each result looked at.

import type {
  BasicBlock,
  Instruction,
  LoadInstruction,
  StoreInstruction,
  Type,
  Value,
} from "../../bitcode/index.ts";
import { operandsOf } from "../../bitcode/index.ts";
import { storeSize } from "../../ir/index.ts";
import type { AddressTerms } from "./address-terms.ts";
import type { NanRole } from "./nan-facts.ts";

/** A load that comes after a store, and must not meet it: their distance, load less store, is not `low` to `high`. */
export interface DistanceTest {
  /** Index of the first load in the block that needs it. */
  readonly index: number;
  readonly load: LoadInstruction;
  readonly store: StoreInstruction;
  low: number;
  high: number;
}

/** Instructions `begin` to `end` (exclusive) of a block. */
export interface NumberRegion {
  readonly begin: number;
  readonly end: number;
  /** If none of these is a NaN, no result that can be seen is one. */
  readonly checks: readonly Instruction[];
  /** Results that these are made of: none is a NaN then. */
  readonly covered: readonly Instruction[];
  /** To be made before their loads; in the loads' order. */
  readonly tests: readonly DistanceTest[];
  /** Loads of what an earlier load of the region has given: no store between them meets them. */
  readonly repeated: ReadonlyMap<Instruction, LoadInstruction>;
  readonly terms: AddressTerms;
}

/** What is known of the instructions. */
export interface RegionFacts {
  readonly role: (inst: Instruction) => NanRole;
  /** Is the instruction one whose result would be looked at by itself? */
  readonly isSettled: (inst: Instruction) => boolean;
  /** Has it no effect, does it call nothing, and may it be done twice? */
  readonly isRepeatable: (inst: Instruction) => boolean;
  /** Is its result of no use, so that it is not made? */
  readonly isDead: (inst: Instruction) => boolean;
  readonly terms: AddressTerms;
}

/** Stores that wait; what they store is kept in registers meanwhile. */
const MOST_STORES = 8;

/** Tests of distances that a region may need. */
const MOST_TESTS = 2;

/** Looks that a region must save. */
const LEAST_SAVED = 1;

export function numberRegions(block: BasicBlock, facts: RegionFacts): NumberRegion[] {
  const { instructions } = block;
  const out: NumberRegion[] = [];
  let begin = 0;
  while (begin < instructions.length) {
    const { end, tests, repeated } = regionEnd(instructions, begin, facts);
    const region = trimmed(instructions, begin, end, facts);
    if (region !== null) out.push({ ...region, tests, repeated, terms: facts.terms });
    begin = Math.max(end, begin + 1);
  }
  return out;
}

function isNumber(role: NanRole): boolean {
  return role === "arithmetic" || role === "sign";
}

/** How far a region that begins here can go, and what must be so for that. */
function regionEnd(
  instructions: readonly Instruction[],
  begin: number,
  facts: RegionFacts,
): Pick<NumberRegion, "end" | "tests" | "repeated"> {
  const repeated = new Map<Instruction, LoadInstruction>();
  const loads: LoadInstruction[] = [];
  const stores: StoreInstruction[] = [];
  const open = new Set<Value>();
  const distances = new Distances(facts.terms);
  const endsAt = (end: number): Pick<NumberRegion, "end" | "tests" | "repeated"> => {
    return { end, tests: distances.tests, repeated };
  };
  for (let i = begin; i < instructions.length; i += 1) {
    const inst = instructions[i]!;
    if (inst.op === "phi") continue;
    if (inst.op === "store") {
      if (inst.volatile || inst.ordering !== "notatomic" || stores.length === MOST_STORES) return endsAt(i);
      stores.push(inst);
      continue;
    }
    if (inst.op === "load") {
      if (inst.volatile || inst.ordering !== "notatomic") return endsAt(i);
      if (!distances.allow(inst, i, stores)) return endsAt(i);
      if (facts.isDead(inst)) continue;
      const same = loads.find((one) => isSame(one, inst, facts.terms));
      if (same === undefined) loads.push(inst);
      else repeated.set(inst, same);
      continue;
    }
    const role = facts.role(inst);
    if (isNumber(role)) open.add(inst);
    else if (role === "blind") continue;
    else if (!facts.isRepeatable(inst)) return endsAt(i);
    else if (inst.op !== "select" && operandsOf(inst).some((value) => open.has(value))) return endsAt(i);
  }
  return endsAt(instructions.length);
}

function isSame(one: LoadInstruction, other: LoadInstruction, terms: AddressTerms): boolean {
  if (one.type !== other.type || !isFloat(one.type)) return false;
  const { constant, variable } = terms.difference(one.address, other.address);
  return constant === 0 && variable === "";
}

function isFloat(type: Type): boolean {
  return type.kind === "double" || type.kind === "float";
}

/** The tests that loads before waiting stores need. */
class Distances {
  readonly #terms: AddressTerms;
  readonly #byVariable = new Map<string, { test: DistanceTest; constant: number }>();

  constructor(terms: AddressTerms) {
    this.#terms = terms;
  }

  get tests(): readonly DistanceTest[] {
    return [...this.#byVariable.values()].map(({ test }) => test);
  }

  /** May a load be done before these stores? Then the tests say when. */
  allow(load: LoadInstruction, index: number, stores: readonly StoreInstruction[]): boolean {
    const found: { store: StoreInstruction; variable: string; constant: number }[] = [];
    for (const store of stores) {
      const { variable, constant } = this.#terms.difference(load.address, store.address);
      if (variable !== "") found.push({ store, variable, constant });
      else if (constant > -storeSize(load.type) && constant < storeSize(store.value.type)) return false;
    }
    const variables = new Set([...this.#byVariable.keys(), ...found.map(({ variable }) => variable)]);
    if (variables.size > MOST_TESTS) return false;
    for (const { store, variable, constant } of found) {
      const known = this.#byVariable.get(variable);
      const shift = known === undefined ? 0 : constant - known.constant;
      const low = 1 - storeSize(load.type) - shift;
      const high = storeSize(store.value.type) - 1 - shift;
      if (known === undefined)
        this.#byVariable.set(variable, { test: { index, load, store, low, high }, constant });
      else {
        known.test.low = Math.min(known.test.low, low);
        known.test.high = Math.max(known.test.high, high);
      }
    }
    return true;
  }
}

/** A region without what need not be in it; null: it would save nothing. */
function trimmed(
  instructions: readonly Instruction[],
  from: number,
  to: number,
  facts: RegionFacts,
): Omit<NumberRegion, "tests" | "repeated" | "terms"> | null {
  const part = instructions.slice(from, to);
  const isOf = (inst: Instruction): boolean => isNumber(facts.role(inst));
  const numbers = new Set<Value>(part.filter(isOf));
  const { checks, covered } = checksOf(part, numbers, facts);
  const later = new Set(instructions.slice(to).flatMap((inst) => operandsOf(inst)));
  const alone = part.filter((inst) => numbers.has(inst) && facts.isSettled(inst)).length;
  const needed = covered.filter((inst) => !facts.isSettled(inst) && later.has(inst)).length;
  if (checks.length === 0 || alone + needed - 1 < LEAST_SAVED) return null;
  const first = part.findIndex((inst) => numbers.has(inst) || (inst.op === "load" && isFloat(inst.type)));
  const last = part.findLastIndex(
    (inst) => numbers.has(inst) || (inst.op === "store" && numbers.has(inst.value)),
  );
  return { begin: from + first, end: from + last + 1, checks, covered };
}

/** The results to look at, those that others are not made of, and those that they are. */
function checksOf(
  part: readonly Instruction[],
  numbers: ReadonlySet<Value>,
  facts: RegionFacts,
): Pick<NumberRegion, "checks" | "covered"> {
  const covered = new Set<Value>();
  const wanted = new Set<Value>(part.filter((inst) => numbers.has(inst) && facts.isSettled(inst)));
  const checks: Instruction[] = [];
  for (const inst of [...part].reverse()) {
    if (!numbers.has(inst) || !(covered.has(inst) || wanted.has(inst))) continue;
    const operands = operandsOf(inst).filter((value) => value.kind === "instruction");
    if (!covered.has(inst)) {
      // A sign is changed where it is wanted: what has it is looked at.
      if (facts.role(inst) === "sign") {
        for (const operand of operands) {
          if (numbers.has(operand)) wanted.add(operand);
          else if (operand.type === inst.type) checks.push(operand);
        }
        continue;
      }
      checks.push(inst);
    }
    for (const operand of operands) covered.add(operand);
  }
  return { checks, covered: part.filter((inst) => numbers.has(inst) && covered.has(inst)) };
}
