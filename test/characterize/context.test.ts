// Which instructions are run before a block to warm the pipeline up.
import { describe, expect, test } from "vitest";
import { createContextFinder } from "../../src/characterize/context.ts";
import type { FlowEdge, FlowGraph } from "../../src/characterize/flow-graph.ts";
import { contextsOf, incomingEdges } from "../../src/characterize/flow-graph.ts";

/** Blocks as [instructions, function]; each begins where the one before ends, from address 0. */
function graphOf(
  blocks: readonly (readonly [number, string])[],
  edges: readonly (readonly [number, number])[],
): FlowGraph {
  let at = 0;
  return {
    blocks: blocks.map(([count, name], id) => {
      const block = { id, start: at, end: at + 4 * count, function: name };
      at = block.end;
      return block;
    }),
    edges: edges.map(([from, to], id) => ({ id, from, to })),
  };
}

const at = (graph: FlowGraph, edge: number): FlowEdge => graph.edges[edge]!;

describe("context of a pair", () => {
  // 0 entry (2), 1 body (3), 2 exit (1); the body repeats.
  const loop = graphOf(
    [
      [2, "f"],
      [3, "f"],
      [1, "f"],
    ],
    [
      [0, 1],
      [1, 1],
      [1, 2],
    ],
  );

  test("an edge's possible predecessors are the edges into the block it leaves; none at the start", () => {
    const incoming = incomingEdges(loop);
    expect(loop.edges.map((edge) => contextsOf(edge, incoming, 0).map((before) => before?.id))).toEqual([
      [undefined],
      [0, 1],
      [0, 1],
    ]);
  });

  test("the chain begins with the block that the edge leaves, then the given edge's, then goes round the loop", () => {
    const finder = createContextFinder(loop);
    expect(finder.addresses(at(loop, 2), [at(loop, 1)], 8)).toEqual([12, 16, 8, 12, 16, 8, 12, 16]);
    expect(finder.addresses(at(loop, 2), [at(loop, 0)], 8)).toEqual([0, 4, 8, 12, 16]);
  });

  test("without a predecessor it ends at the block; the limit cuts the oldest", () => {
    const finder = createContextFinder(loop);
    expect(finder.addresses(at(loop, 0), [], 8)).toEqual([0, 4]);
    expect(finder.addresses(at(loop, 2), [at(loop, 1)], 4)).toEqual([16, 8, 12, 16]);
    expect(finder.addresses(at(loop, 2), [at(loop, 1)], 0)).toEqual([]);
  });

  test("further back, the same function is more likely than a caller, and a latch more than a fall-through", () => {
    // 0 caller (1) calls 1 head (1) → 2 body (1) → 3 latch (1) → 1; the body's edge 2→3 asks who came before the head.
    const graph = graphOf(
      [
        [1, "main"],
        [1, "f"],
        [1, "f"],
        [1, "f"],
      ],
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 1],
      ],
    );
    const finder = createContextFinder(graph);
    expect(finder.addresses(at(graph, 2), [at(graph, 1)], 6)).toEqual([12, 4, 8, 12, 4, 8]);
  });

  test("a called function's return leads back through its body to the call", () => {
    // 0 before the call (1), 1 callee (1), 2 return point (1).
    const graph = graphOf(
      [
        [1, "main"],
        [1, "callee"],
        [1, "main"],
      ],
      [
        [0, 1],
        [1, 2],
      ],
    );
    const finder = createContextFinder(graph);
    expect(finder.addresses(at(graph, 1), [at(graph, 0)], 10)).toEqual([0, 4]);
  });

  test("a chain of single instructions that loops for ever still ends at the limit", () => {
    const graph = graphOf([[1, "f"]], [[0, 0]]);
    expect(createContextFinder(graph).addresses(at(graph, 0), [at(graph, 0)], 1000)).toEqual(
      new Array<number>(1000).fill(0),
    );
  });

  test("incoming edges are listed by block", () => {
    expect(incomingEdges(loop).map((edges) => edges.map(({ id }) => id))).toEqual([[], [0, 1], [2]]);
  });
});
