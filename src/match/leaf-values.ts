// Which values of an IR operand take which way through a machine region? The region's code is replayed symbolically along each
// way; every decision on the way is a condition on some unknown; under the hypothesis that the unknown is the operand
// (perhaps extended or moved by a constant), the conditions are a set of values.
import { flowOf } from "../cfg/index.ts";
import type { PartialCondition } from "./composite-condition.ts";
import { constantsAt, isSpill } from "./constant-registers.ts";
import type { Route } from "./routes.ts";
import type { Decision, Region, RegionLeaf, WalkableFunction } from "./region.ts";
import {
  baseOfBit,
  basesOfBit,
  breaksOf,
  evaluate,
  evaluateBit,
  type Symbolic,
  type SymbolicBit,
} from "./symbolic.ts";
import { SymbolicMachine, type ReadWord } from "./symbolic-machine.ts";
import { filter, filterEach, sizeOf, uniteAll, type ValueSet } from "./value-set.ts";

/** How the unknown in a register comes from the operand. */
interface Hypothesis {
  readonly unknownOf: (value: number) => number;
  /** Operand values at which the unknown passes `unknown`, or may jump. */
  readonly breakAt: (unknown: number) => readonly number[];
}

/** One decision on a way: a condition that must hold, or a jump that must arrive. */
type Condition =
  | { readonly kind: "bit"; readonly bit: SymbolicBit; readonly wanted: boolean }
  | {
      readonly kind: "jump";
      readonly ctr: Symbolic;
      /** Word loads that the target can come from, for a table whose address is not known. */
      readonly loaded: readonly [Symbolic, Symbolic] | undefined;
      readonly table: readonly number[] | undefined;
      readonly target: number;
      readonly address: number;
    }
  | { readonly kind: "unknown" };

const ENUMERABLE = 70_000;
const MAX_CONSTANTS = 12;

/** One candidate: for each leaf the values that can take it, and whether a condition on the way was not understood, so that
 *  the set may be too large. */
export interface LeafValues {
  readonly sets: readonly ValueSet[];
  readonly approximate: readonly boolean[];
}

/**
 * Candidate answers, one after the other: for each leaf of `region` the set of operand values that take it. `width` is
 * the operand's bits (1 to 32); `constants` are values (unsigned) that the IR compares it with; `domain` are the values
 * to look at. The sets of the first candidates are exact: disjoint, and together the domain. Candidates with approximate sets come last. Whether a
 * candidate agrees with the IR is for the caller to check.
 */
export function* leafValues(
  fn: WalkableFunction,
  route: Route,
  region: Region,
  width: number,
  constants: readonly number[],
  domain: ValueSet,
  read: ReadWord,
): Generator<LeafValues> {
  for (const opaque of [false, true]) {
    yield* candidates(conditionsOfAll(fn, route, region.leaves, read, opaque), width, constants, domain);
  }
}

/** The conditions of each leaf. Leaves of one jump through a table differ in nothing but its target, and share the others. */
function conditionsOfAll(
  fn: WalkableFunction,
  route: Route,
  leaves: readonly RegionLeaf[],
  read: ReadWord,
  opaque: boolean,
): (readonly Condition[])[] {
  /** By the decision before the jump: the jump's item, and what was found for its first leaf. */
  const jumps = new Map<Decision | undefined, { item: number; conditions: readonly Condition[] }>();
  return leaves.map((leaf) => {
    const { decisions } = leaf;
    const last = decisions.at(-1);
    const before = decisions.at(-2);
    const known = jumps.get(before);
    const jump = known?.conditions.at(-1);
    if (
      last !== undefined &&
      known?.item === last.item &&
      jump?.kind === "jump" &&
      known.conditions.length === decisions.length
    ) {
      const address = fn.placed.addresses[last.target]!;
      return [...known.conditions.slice(0, -1), { ...jump, target: last.target, address }];
    }
    const conditions = conditionsOf(fn, route, leaf, read, opaque);
    if (last !== undefined && last.target >= 0) jumps.set(before, { item: last.item, conditions });
    return conditions;
  });
}

function* candidates(
  ways: readonly (readonly Condition[])[],
  width: number,
  constants: readonly number[],
  domain: ValueSet,
): Generator<LeafValues> {
  const bases = new Set<number>();
  for (const way of ways) {
    for (const condition of way) {
      const base = baseOfCondition(condition);
      if (base !== undefined) bases.add(base);
      if (bases.size >= 6) break;
    }
  }
  const size = sizeOf(domain);
  for (const permissive of [false, true]) {
    for (const base of bases) {
      for (const hypothesis of hypotheses(width, constants)) {
        const values = setsUnder(ways, base, hypothesis, domain, permissive);
        if (values === undefined) continue;
        if (permissive || values.sets.reduce((sum, set) => sum + sizeOf(set), 0) === size) yield values;
      }
    }
  }
}

function setsUnder(
  ways: readonly (readonly Condition[])[],
  base: number,
  hypothesis: Hypothesis,
  domain: ValueSet,
  permissive: boolean,
): LeafValues | undefined {
  const sets: ValueSet[] = [];
  const approximate: boolean[] = [];
  /** What conditions that several ways share made of a set. */
  const shared = new Map<Condition, { readonly before: ValueSet; readonly after: ValueSet | undefined }>();
  const jumps = new Map<Symbolic, { readonly before: ValueSet; readonly values: JumpValues | undefined }>();
  const passing = (set: ValueSet, condition: Condition): ValueSet | undefined => {
    if (condition.kind === "jump") {
      let known = jumps.get(condition.ctr);
      if (known?.before !== set) {
        known = { before: set, values: jumpValues(set, condition, base, hypothesis) };
        jumps.set(condition.ctr, known);
      }
      return known.values?.(condition);
    }
    let known = shared.get(condition);
    if (known?.before !== set) {
      known = { before: set, after: restrict(set, condition, base, hypothesis) };
      shared.set(condition, known);
    }
    return known.after;
  };
  for (const way of ways) {
    let set: ValueSet = domain;
    let unsure = false;
    for (const condition of way) {
      const restricted = passing(set, condition);
      if (restricted === undefined) {
        if (!permissive) return undefined;
        unsure = true;
        continue;
      }
      set = restricted;
      if (set.length === 0) break;
    }
    sets.push(set);
    approximate.push(unsure);
  }
  return { sets, approximate };
}

function restrict(
  set: ValueSet,
  condition: Exclude<Condition, { kind: "jump" }>,
  base: number,
  hypothesis: Hypothesis,
): ValueSet | undefined {
  const { unknownOf } = hypothesis;
  switch (condition.kind) {
    case "unknown":
      return undefined;
    case "bit": {
      const { bit, wanted } = condition;
      const test = (value: number): boolean | undefined => {
        const holds = evaluateBit(bit, base, unknownOf(value));
        return holds === undefined ? undefined : holds === wanted;
      };
      if (bit.kind === "function" && bit.base < 0) return test(0) === true ? set : [];
      const breaks = breaksOf(bit);
      if (breaks !== undefined && baseOfBit(bit) === base) {
        return filter(
          set,
          breaks.flatMap((unknown) => hypothesis.breakAt(unknown)),
          test,
        );
      }
      return sizeOf(set) <= ENUMERABLE ? filterEach(set, test) : undefined;
    }
  }
}

type Jump = Extract<Condition, { kind: "jump" }>;
/** The values with which a jump through a table goes where this condition says. */
type JumpValues = (condition: Jump) => ValueSet;

/** Where each value of a set goes in a jump; undefined: not known for some. Conditions with the same `ctr` ask the same. */
function jumpValues(set: ValueSet, jump: Jump, base: number, hypothesis: Hypothesis): JumpValues | undefined {
  if (sizeOf(set) > ENUMERABLE) return undefined;
  const { ctr, loaded, table } = jump;
  const byAddress = new Map<number, [number, number][]>();
  const byItem = new Map<number, [number, number][]>();
  const note = (map: Map<number, [number, number][]>, key: number, value: number): void => {
    const list = map.get(key);
    const last = list?.at(-1);
    if (list === undefined) map.set(key, [[value, value]]);
    else if (last !== undefined && last[1] + 1 === value) last[1] = value;
    else list.push([value, value]);
  };
  const entryAt = (unknown: number): number | undefined => {
    if (loaded === undefined || table === undefined) return undefined;
    for (const part of loaded) {
      const offset = part.kind === "constant" ? undefined : evaluate(part, base, unknown);
      if (offset !== undefined && (offset & 3) === 0) return table[offset >>> 2];
    }
    return undefined;
  };
  for (const [low, high] of set) {
    for (let value = low; value <= high; value++) {
      const unknown = hypothesis.unknownOf(value);
      const address = evaluate(ctr, base, unknown);
      if (address !== undefined) {
        note(byAddress, address, value);
        continue;
      }
      const entry = entryAt(unknown);
      if (entry === undefined) return undefined;
      note(byItem, entry, value);
    }
  }
  return ({ address, target }) => uniteAll([byAddress.get(address) ?? [], byItem.get(target) ?? []]);
}

function* hypotheses(width: number, constants: readonly number[]): Generator<Hypothesis> {
  const size = 2 ** width;
  const mask = size - 1;
  if (width === 32) {
    for (const shift of [0, ...constants.slice(0, MAX_CONSTANTS)]) {
      yield {
        unknownOf: (value) => (value - shift) >>> 0,
        breakAt: (unknown) => [(unknown + shift) >>> 0, shift],
      };
    }
    return;
  }
  const half = size / 2;
  const edges = [0, half];
  for (const shift of [0, ...constants.slice(0, MAX_CONSTANTS)]) {
    const at = (unknown: number): number[] => [
      ((unknown + shift) & mask) >>> 0,
      (shift & mask) >>> 0,
      ...edges,
    ];
    yield { unknownOf: (value) => (value - shift) >>> 0, breakAt: at };
    yield {
      unknownOf: (value) => ((value >= half ? value - size : value) - shift) >>> 0,
      breakAt: at,
    };
  }
}

function baseOfCondition(condition: Condition): number | undefined {
  if (condition.kind === "bit") return baseOfBit(condition.bit);
  if (condition.kind === "unknown") return undefined;
  for (const part of [condition.ctr, ...(condition.loaded ?? [])]) {
    if (part.kind === "function") return part.base;
  }
  return undefined;
}

/**
 * Conditions of a branch on two unknowns, along each leaf: what the one decision of the leaf compares, or undefined.
 * For branches that compare two values, where no single unknown decides.
 */
export function comparedUnknowns(
  fn: WalkableFunction,
  route: Route,
  leaf: RegionLeaf,
  read: ReadWord,
): { readonly relation: "lt" | "gt" | "eq"; readonly wanted: boolean } | undefined {
  const conditions = conditionsOf(fn, route, leaf, read, false);
  const [condition] = conditions;
  if (conditions.length !== 1 || condition?.kind !== "bit" || condition.bit.kind !== "compare")
    return undefined;
  const { left, right, relation } = condition.bit;
  if (left.kind === "constant" || right.kind === "constant") return undefined;
  return { relation, wanted: condition.wanted };
}

/**
 * Does the leaf's one decision hold when the condition does (true), or when it does not (false)? Found by hypothesis, as
 * above: for the same values as the condition, and no others, the machine's bit must be decided. Empty or both: not known.
 */
export function decidedAlike(
  fn: WalkableFunction,
  route: Route,
  leaf: RegionLeaf,
  { width, constants, samples }: PartialCondition,
  read: ReadWord,
): ReadonlySet<boolean> {
  const found = new Set<boolean>();
  for (const opaque of [false, true]) {
    const conditions = conditionsOf(fn, route, leaf, read, opaque);
    const [condition] = conditions;
    if (conditions.length !== 1 || condition?.kind !== "bit") continue;
    const { bit, wanted } = condition;
    for (const base of new Set(basesOfBit(bit))) {
      for (const { unknownOf } of hypotheses(width, constants)) {
        let alike = true;
        let opposite = true;
        for (const [value, result] of samples) {
          const held = evaluateBit(bit, base, unknownOf(value));
          if ((held === undefined) !== (result === undefined)) alike = opposite = false;
          else if (held !== undefined) {
            if ((held === wanted) === result) opposite = false;
            else alike = false;
          }
          if (!alike && !opposite) break;
        }
        if (alike) found.add(true);
        if (opposite) found.add(false);
      }
    }
    if (found.size > 0) break;
  }
  return found;
}

/** Replays the code along the route to the region, and on along the leaf's decisions. */
function conditionsOf(
  fn: WalkableFunction,
  route: Route,
  leaf: RegionLeaf,
  read: ReadWord,
  opaque: boolean,
): readonly Condition[] {
  const { items, addresses, flows, targets } = fn.placed;
  const machine = new SymbolicMachine(read, opaque);
  machine.assume(constantsAt(fn, route.from));
  const conditions: Condition[] = [];
  let next = 0;
  let item = route.from;
  let arrived = false;
  for (let steps = 0; steps < 100_000 && next < leaf.decisions.length; steps++) {
    const decision = leaf.decisions[next]!;
    arrived ||= item === route.to;
    const flow = flows[item];
    if (items[item]?.kind !== "instruction" || flow === undefined) {
      if (items[item] === undefined) break;
      item++;
      continue;
    }
    const address = addresses[item]!;
    const word = fn.wordAt(address);
    const decides = arrived && decision.item === item;
    const taken = arrived ? decides && decision.taken : route.taken.has(item);
    switch (flow.kind) {
      case "branch":
        item = targets[item]!;
        if (item < 0) return conditions;
        break;
      case "call":
      case "indirectCall":
      case "conditionalCall":
        machine.call();
        item++;
        break;
      case "conditional":
      case "conditionalReturn":
        if (((word >>> 21) & 4) === 0) {
          machine.ctr = machine.fresh();
          if (decides) conditions.push({ kind: "unknown" });
        } else if (decides) {
          const setWhenTaken = ((word >>> 21) & 8) !== 0;
          conditions.push({
            kind: "bit",
            bit: machine.cr[(word >>> 16) & 31]!,
            wanted: setWhenTaken === decision.taken,
          });
        }
        if (decides) next++;
        item = taken ? targets[item]! : item + 1;
        if (item < 0) return conditions;
        break;
      case "indirect": {
        if (!decides) return conditions;
        const tables = fn.jumps.get(item) ?? [];
        const ctr = machine.ctr;
        conditions.push({
          kind: "jump",
          ctr,
          loaded: ctr.kind === "sum" && ctr.add === 0 ? machine.loadedFrom.get(ctr.base) : undefined,
          table: tables.length === 1 ? tables[0] : undefined,
          target: decision.target,
          address: addresses[decision.target]!,
        });
        next++;
        item = decision.target;
        break;
      }
      case "next":
        machine.step(word, isSpill(items[item]));
        item++;
        break;
      default:
        if (flowOf(word, address).kind !== "next") return conditions;
        item++;
    }
  }
  // Decisions that the replay did not come to are not understood.
  for (; next < leaf.decisions.length; next++) conditions.push({ kind: "unknown" });
  return conditions;
}
