// Ways on which control can come to a place of a function. What a branch tests is often computed well before it, perhaps in
// front of another branch, and kept in a condition register; a replay has to begin early enough to see that.
//
// A longer way leads through joins, so it is only one of many. That is enough: which way of a branch is the true one
// does not depend on how control came there. It is tried last, since a replay from a later place knows less and so
// mistakes less.
import type { WalkableFunction } from "./region.ts";

export interface Route {
  /** The item that it starts at: the function's first, or one that something jumps to. */
  readonly from: number;
  /** The item that it leads to. */
  readonly to: number;
  /** Items of the conditional branches on it that are taken; all others are not. */
  readonly taken: ReadonlySet<number>;
}

/** Longest way back, in items. */
const MAX_ITEMS = 600;
/** Joins on a way that a replay begins at, if one from further back tells nothing. */
const MAX_JOINS = 24;

/** Routes to `item`, the shortest first: the straight one, without joins, and longer ones that differ in what they do at joins. */
export function* routesTo(fn: WalkableFunction, item: number): Generator<Route> {
  const straight = routeBack(fn, item, "stop");
  yield straight;
  const seen = new Set([keyOf(straight)]);
  for (const atJoins of ["fall", "jump"] as const) {
    const route = routeBack(fn, item, atJoins);
    const key = keyOf(route);
    if (route.from === straight.from || seen.has(key)) continue;
    seen.add(key);
    yield route;
  }
  // Where a way from the function's beginning knows too much, such as the values of a loop's first turn, one from a join between.
  for (const atJoins of ["fall", "jump"] as const) {
    for (let joins = 1; joins <= MAX_JOINS; joins += 1) {
      const route = routeBack(fn, item, atJoins, joins);
      const key = keyOf(route);
      if (seen.has(key)) continue;
      seen.add(key);
      yield route;
    }
  }
  // Where the operand is a constant on every way in, only a replay that does not know it tells what is decided by it.
  if (straight.from !== item) yield { from: item, to: item, taken: new Set() };
}

function keyOf(route: Route): string {
  return [route.from, ...route.taken].join();
}

/** `atJoins`: come by falling through where that is possible, or by a jump, or begin at the first join. `most`: begin after so many joins. */
function routeBack(
  fn: WalkableFunction,
  item: number,
  atJoins: "stop" | "fall" | "jump",
  most = Infinity,
): Route {
  const { items, flows } = fn.placed;
  const jumps = jumpsOf(fn);
  const visited = new Set<number>();
  const taken: number[] = [];
  let at = item;
  // Where a replay can begin, and how many of `taken` lie on the way from there.
  let from = item;
  let used = 0;
  let joins = 0;
  for (let steps = 0; at > 0 && !visited.has(at); steps++) {
    visited.add(at);
    const sources = jumps.get(at);
    if (sources !== undefined) {
      from = at;
      used = taken.length;
      joins += 1;
      if (atJoins === "stop" || joins > most || steps > MAX_ITEMS)
        return { from, to: item, taken: new Set(taken) };
    }
    const falls = fallsInto(items[at - 1]!.kind === "instruction" ? flows[at - 1]!.kind : "next");
    const source = sources?.find((one) => one >= 0 && !visited.has(one));
    if (source !== undefined && (atJoins === "jump" || !falls)) {
      if (flows[source]!.kind === "conditional") taken.push(source);
      at = source;
    } else if (falls) at--;
    else break;
  }
  if (at === 0) [from, used] = [0, taken.length];
  else if (atJoins === "stop") from = at;
  return { from, to: item, taken: new Set(taken.slice(0, used)) };
}

function fallsInto(flow: string): boolean {
  return flow !== "branch" && flow !== "return" && flow !== "indirect" && flow !== "trap";
}

const cache = new WeakMap<WalkableFunction, ReadonlyMap<number, readonly number[]>>();

/** By item: the items of the branches that jump to it; -1 for a jump through a table. */
function jumpsOf(fn: WalkableFunction): ReadonlyMap<number, readonly number[]> {
  const known = cache.get(fn);
  if (known !== undefined) return known;
  const jumps = new Map<number, number[]>();
  const note = (target: number, source: number): void => {
    const list = jumps.get(target);
    if (list) list.push(source);
    else jumps.set(target, [source]);
  };
  fn.placed.targets.forEach((target, source) => {
    if (target >= 0) note(target, source);
  });
  for (const tables of fn.jumps.values()) for (const target of tables.flat()) note(target, -1);
  cache.set(fn, jumps);
  return jumps;
}
