// Which pairs a run makes worth measuring: executed ones that are not rare, the most frequent of an edge always, known ones never.
import { expect, test } from "vitest";
import { executedPairs } from "../../src/characterize/on-demand.ts";
import type { FlowGraph } from "../../src/characterize/flow-graph.ts";

// Blocks 0 and 1 lead to 2, which leads to 3 and, never, to 0.
const graph: FlowGraph = {
  blocks: [0, 1, 2, 3].map((id) => ({ id, start: 4 * id, end: 4 * id + 4, function: "f" })),
  edges: [
    [0, 2],
    [1, 2],
    [2, 3],
    [2, 0],
    [0, 1],
  ].map(([from, to], id) => ({ id, from: from!, to: to! })),
};
const pairs = (counts: readonly number[], known: readonly (readonly [number, number])[] = []): string[] =>
  executedPairs(
    graph,
    0,
    counts,
    known.map(([edge, previous]) => ({ edge, previous, cycles: 0, events: [] })),
  ).map(({ edge, before }) => `${edge.id} after ${before ? before.id : "nothing"}`);

test("executed edges after executed edges", () => {
  expect(pairs([5, 1, 6, 0, 1])).toEqual([
    ...["0 after nothing", "1 after 4", "2 after 0", "2 after 1", "4 after nothing"],
  ]);
});

test("what is known is left out, and so is what is rare", () => {
  expect(pairs([50_000_000, 1, 50_000_001, 0, 1], [[0, -1]])).toEqual([
    "1 after 4",
    "2 after 0",
    "4 after nothing",
  ]);
});
