// Pricing: counts times costs, the share of each predecessor, and no silent zero.
import { describe, expect, test } from "vitest";
import type { CostTable, EdgeCost } from "../../src/characterize/cost-table.ts";
import type { FlowGraph } from "../../src/characterize/flow-graph.ts";
import { createPricer } from "../../src/characterize/price.ts";

// 0 and 1 lead to 2, which leads to 3 or 4: edges 0→2, 1→2, 2→3, 2→4, and 0→1 to get to 1.
const graph: FlowGraph = {
  blocks: [2, 1, 3, 1, 4].map((size, id, sizes) => {
    const start = 4 * sizes.slice(0, id).reduce((sum, one) => sum + one, 0);
    return { id, start, end: start + 4 * size, function: "f" };
  }),
  edges: [
    { id: 0, from: 0, to: 2 },
    { id: 1, from: 1, to: 2 },
    { id: 2, from: 2, to: 3 },
    { id: 3, from: 2, to: 4 },
    { id: 4, from: 0, to: 1 },
  ],
};
const row = (edge: number, previous: number, cycles: number, events: readonly number[]): EdgeCost => ({
  edge,
  previous,
  cycles,
  events,
});
const table: CostTable = {
  schema: "blockwatt.costs/1",
  core: "core",
  modelHash: "model",
  eventNames: ["fetch", "alu"],
  contextInstructions: 16,
  edges: [
    row(-1, -1, 5, [2, 1]),
    row(0, -1, 3, [3, 0]),
    row(1, 4, 4, [3, 1]),
    row(2, 0, 1, [1, 0]),
    row(2, 1, 2, [1, 1]),
    row(3, 0, 10, [4, 0]),
    row(3, 1, 20, [4, 4]),
    row(4, -1, 7, [1, 1]),
  ],
  latencies: [
    {
      address: 12,
      block: 2,
      options: [6, 9, 16],
      cycles: [0, 3, 10],
      events: [
        [0, 0],
        [0, 1],
        [1, 2],
      ],
    },
  ],
};
const pricer = createPricer(graph, 0, table);
const none = new Map<number, readonly number[]>();

describe("price", () => {
  test("one path: the sum of its edges' costs, by block and in all", () => {
    const price = pricer.price([1, 0, 1, 0, 0], none);
    expect(price).toEqual({
      instructions: 2 + 3 + 1,
      cycles: 5 + 3 + 1,
      events: Float64Array.of(2 + 3 + 1, 1),
      blocks: [
        { count: 1, cycles: 5, events: Float64Array.of(2, 1) },
        { count: 0, cycles: 0, events: Float64Array.of(0, 0) },
        { count: 1, cycles: 3, events: Float64Array.of(3, 0) },
        { count: 1, cycles: 1, events: Float64Array.of(1, 0) },
        { count: 0, cycles: 0, events: Float64Array.of(0, 0) },
      ],
      pairsExecuted: 2,
      pairsCharacterized: 2,
    });
  });

  test("each predecessor weighs as much as its share of the entries of the block between", () => {
    // Block 2 is entered 30 times from 0 and 10 times from 1; of its 40 exits 8 go to block 4.
    const { blocks } = pricer.price([30, 10, 32, 8, 10], none);
    expect(blocks[4]).toEqual({
      count: 8,
      cycles: 8 * (0.75 * 10 + 0.25 * 20),
      events: Float64Array.of(32, 8),
    });
    expect(blocks[3]).toEqual({
      count: 32,
      cycles: 32 * (0.75 * 1 + 0.25 * 2),
      events: Float64Array.of(32, 8),
    });
  });

  test("costs after each of the two edges before replace those after one, by shares along the way", () => {
    // Block 1 is entered through 4; of the entries of block 0 it makes no difference. Edge 3 after 1 after 4 only.
    const detailed = createPricer(graph, 0, {
      ...table,
      edges: [...table.edges, { ...row(3, 1, 30, [4, 4]), earlier: 4 }],
    });
    expect(detailed.price([30, 10, 32, 8, 10], none).blocks[4]!.cycles).toBe(8 * (0.75 * 10 + 0.25 * 30));
  });

  test("a predecessor that never ran has no weight", () => {
    expect(pricer.price([0, 4, 0, 4, 4], none).blocks[4]!.cycles).toBe(4 * 20);
  });

  test("latencies add what they cost above the base, as often as they occurred", () => {
    const before = pricer.price([6, 0, 6, 0, 0], none);
    const after = pricer.price([6, 0, 6, 0, 0], new Map([[12, [3, 2, 1]]]));
    expect(after.cycles - before.cycles).toBe(2 * 3 + 1 * 10);
    expect(after.blocks[2]!.cycles - before.blocks[2]!.cycles).toBe(16);
    expect([...after.events].map((count, event) => count - before.events[event]!)).toEqual([1, 2 + 2]);
  });

  test("an executed edge without a cost is not charged and is told", () => {
    const partial = createPricer(graph, 0, {
      ...table,
      edges: table.edges.filter(({ edge }) => edge !== 3),
    });
    const price = partial.price([1, 0, 0, 1, 0], none);
    expect({ executed: price.pairsExecuted, characterized: price.pairsCharacterized }).toEqual({
      executed: 2,
      characterized: 1,
    });
    expect(price.blocks[4]).toEqual({ count: 1, cycles: 0, events: Float64Array.of(0, 0) });
  });

  test("the mean over contexts, for live accounting", () => {
    expect([0, 1, 2, 3, 4].map((edge) => pricer.meanCycles(edge))).toEqual([3, 4, 1.5, 15, 7]);
  });

  test("large counts stay exact", () => {
    const many = 2 ** 40;
    expect(pricer.price([many, 0, many, 0, 0], none).cycles).toBe(5 + 4 * many);
  });
});
