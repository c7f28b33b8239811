// Which pairs a run makes worth measuring: executed ones that are not rare, the most frequent of an edge always, known ones never.
import { expect, test } from "vitest";
import { executedPassages, frequentPassages } from "../../src/characterize/on-demand.ts";
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
  executedPassages(
    graph,
    0,
    counts,
    known.map(([edge, previous]) => ({ edge, previous, cycles: 0, events: [] })),
  ).map(({ edge, history: [before] }) => `${edge.id} after ${before ? before.id : "nothing"}`);

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

test("what is frequent, after each executed edge before the one before; not where the two blocks fill the window", () => {
  const passages = (window: number, known: Parameters<typeof frequentPassages>[4] = []): string[] =>
    frequentPassages(graph, 0, [500, 100, 590, 10, 100], window, known).map(
      ({ edge, history }) => `${edge.id} after ${history.map(({ id }) => id).join(" after ")}`,
    );
  const all = [
    ...[
      "0 after 3 after 0",
      "0 after 3 after 1",
      "1 after 4 after 3",
      "2 after 0 after 3",
      "2 after 1 after 4",
    ],
    ...["3 after 0 after 3", "3 after 1 after 4", "4 after 3 after 0", "4 after 3 after 1"],
  ];
  expect(passages(16)).toEqual(all);
  expect(passages(2)).toEqual([]);
  const known = [{ edge: 2, previous: 0, earlier: 3, cycles: 1, events: [] }];
  expect(passages(16, known)).toEqual(all.filter((name) => name !== "2 after 0 after 3"));
});

test("a jump with hundreds of targets has a sample of its contexts measured, some of each edge", () => {
  const targets = 300;
  const blocks = Array.from({ length: targets + 1 }, (_, id) => ({
    id,
    start: 4 * id,
    end: 4 * id + 4,
    function: "f",
  }));
  // Block 0 jumps to all others, which lead back to it.
  const edges = Array.from({ length: 2 * targets }, (_, id) =>
    id < targets ? { id, from: 0, to: id + 1 } : { id, from: id - targets + 1, to: 0 },
  );
  const most = 6_000;
  const found = executedPassages({ blocks, edges }, 0, new Array<number>(2 * targets).fill(5), [], most);
  expect(found.length).toBe(most);
  const contexts = edges.map(() => 0);
  for (const { edge } of found) contexts[edge.id]! += 1;
  expect(Math.min(...contexts.slice(0, targets))).toBeGreaterThan(1);
  expect(Math.max(...contexts.slice(0, targets))).toBeLessThan(50);
  expect(new Set(contexts.slice(targets))).toEqual(new Set([1]));
});
