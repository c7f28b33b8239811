// Which way each successor can be, for switches with very many of both.
import { expect, test } from "vitest";
import { combine } from "../../src/match/combine-values.ts";
import type { IrSide } from "../../src/match/ir-side.ts";
import type { RegionLeaf } from "../../src/match/region.ts";
import { intersect, uniteAll, type ValueSet } from "../../src/match/value-set.ts";
import { eliminate, switchWays, wayOptions, type Way } from "../../src/match/ways.ts";

/** A leaf of a jump table that ends at the probe of IR block `irBlock`. */
function leafTo(irBlock: number): RegionLeaf {
  return {
    end: { kind: "probe", item: irBlock, irBlock },
    decisions: [{ item: 0, taken: true, target: irBlock }],
    path: [],
    places: [],
    calls: false,
    callees: [],
  };
}

/** Blocks that keep their probe, but for those that lead on to another without one. */
function sideOf(lost: ReadonlyMap<number, number>): { readonly ir: Omit<IrSide, "fn">; asked: () => number } {
  let asked = 0;
  const reaches: IrSide["reaches"] = (block, end) => {
    asked += 1;
    const next = lost.get(block);
    if (end.kind === "probe" && end.irBlock === block) return true;
    return next !== undefined && reaches(next, end);
  };
  const ir: Omit<IrSide, "fn"> = {
    reaches,
    reachesTree: (block, [leaf]) => reaches(block, leaf!.end),
    impossible: () => false,
    canBeLost: (block) => lost.has(block),
    firstProbes: (block) => new Set([block, ...(lost.has(block) ? [lost.get(block)!] : [])]),
  };
  return { ir, asked: () => asked };
}

test("successors with a probe of their own are only looked for at it", () => {
  const count = 10_000;
  const targets = Array.from({ length: count }, (_, i) => i);
  const { ir, asked } = sideOf(new Map([[3, 5]]));
  const leaves = targets.map((target) => leafTo(target === 3 ? 5 : target));
  const ways = switchWays(ir, new Set(targets), leaves);
  expect(ways.length).toBe(count);
  const options = wayOptions(ir, targets, ways);
  expect([2, 3, 4, 5].map((target) => options.get(target))).toEqual([[2], [3, 5], [4], [3, 5]]);
  expect(asked()).toBeLessThan(3 * count);
});

test("a way that only one case can take is its way", () => {
  const options = new Map<number, readonly number[]>([
    [10, [0]],
    [11, [0, 1, 2]],
    [12, [2, 3]],
    [13, [1, 3]],
  ]);
  eliminate(options, new Set([11, 12]), 4);
  expect([...options.values()]).toEqual([[0], [0, 1, 2], [2, 3], [1, 3]]);
  options.delete(13);
  eliminate(options, new Set([11, 12]), 4);
  // Way 1 is left to 11 alone, and then way 2 to 12.
  expect([...options.values()]).toEqual([[0], [1], [2]]);
});

test("the values of many ways and successors are put together", () => {
  const count = 20_000;
  const { ir } = sideOf(new Map());
  const successors = [0, ...Array.from({ length: count }, (_, i) => i + 1)];
  const ways: Way[] = successors.map((target) => ({ leaves: [leafTo(target)], depth: 1 }));
  const even = (i: number): ValueSet => [[2 * i, 2 * i]];
  const rest: ValueSet = Array.from({ length: count }, (_, i) => [2 * i + 1, 2 * i + 1] as const);
  const sets = [rest, ...Array.from({ length: count }, (_, i) => even(i))];
  const approximate = sets.map(() => false);
  const found = combine(ir, successors, ways, sets, { sets, approximate }, true);
  expect(found?.length).toBe(count + 1);
  expect(found?.[count]).toEqual({ way: count, target: count, successors: [count] });
  const twice = sets.with(2, even(0));
  expect(combine(ir, successors, ways, sets, { sets: twice, approximate }, true)).toBeUndefined();
});

test("sets are cut and united wherever they begin", () => {
  const set: ValueSet = [
    [0, 1],
    [5, 9],
    [20, 30],
  ];
  expect(intersect(set, [[7, 20]])).toEqual([
    [7, 9],
    [20, 20],
  ]);
  expect(intersect([[31, 40]], set)).toEqual([]);
  expect(uniteAll([[[5, 6]], [[0, 4]], [], [[8, 8]]])).toEqual([
    [0, 6],
    [8, 8],
  ]);
});
