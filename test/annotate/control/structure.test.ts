// Random flow graphs, irreducible ones included, run as WebAssembly and step by step; and the counts that follow from the
// chosen counters are those of a run.
import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseCounters } from "../../../src/annotate/counting/counters.ts";
import { OUTSIDE, readCounts, type CounterLayout, type LayoutEdge } from "../../../src/annotate/layout.ts";
import type { FunctionPlan } from "../../../src/annotate/plan.ts";
import { reversePostorder } from "../../../src/annotate/loops/loops.ts";
import { structured } from "../../../src/annotate/control/structure.ts";
import { binaryen, sequence } from "../../../src/annotate/wasm.ts";

interface Graph {
  readonly size: number;
  readonly edges: readonly { readonly from: number; readonly to: number }[];
}

/** Every node has no, one or two successors; only reachable nodes are kept. */
const graphs: fc.Arbitrary<Graph> = fc
  .array(fc.array(fc.nat(30), { maxLength: 2 }), { minLength: 1, maxLength: 14 })
  .map((lists) => {
    const all = lists.flatMap((list, from) => list.map((to) => ({ from, to: 1 + (to % lists.length) })));
    const edges = all.filter((edge) => edge.to < lists.length);
    const order = reversePostorder(lists.length, edges, 0);
    const number = new Map(order.map((node, i) => [node, i]));
    return {
      size: order.length,
      edges: edges.flatMap((edge) => {
        const from = number.get(edge.from);
        const to = number.get(edge.to);
        return from === undefined || to === undefined ? [] : [{ from, to }];
      }),
    };
  });

const STEPS = 200;
/** What a node does to the state: the same arithmetic in both worlds. */
const advance = (state: number, node: number): number => (Math.imul(state, 31) + node + 1) | 0;
const decide = (state: number, choices: number): number => (choices === 2 ? (state >>> 5) & 1 : 0);

/** Edges that a walk takes, in order, and its last node; ends at a node without successors or after STEPS nodes. */
function walk(graph: Graph, seed: number): { state: number; taken: number[]; last: number } {
  let state = seed;
  let node = 0;
  const taken: number[] = [];
  for (let step = 0; ; step += 1) {
    state = advance(state, node);
    const out = graph.edges.flatMap((edge, i) => (edge.from === node ? [i] : []));
    const edge = out[decide(state, out.length)];
    if (edge === undefined || step + 1 === STEPS) return { state, taken, last: node };
    taken.push(edge);
    node = graph.edges[edge]?.to ?? 0;
  }
}

/** The same walk as a WebAssembly function of the seed. */
function compiled(graph: Graph): (seed: number) => number {
  const m = new binaryen.Module();
  const { i32 } = binaryen;
  const locals = [i32, i32];
  const state = () => m.local.get(0, i32);
  const code = structured(m, graph.size, graph.edges, {
    node(node, go) {
      const out = graph.edges.flatMap((edge, i) => (edge.from === node ? [i] : []));
      const statements = [
        m.local.set(0, m.i32.add(m.i32.mul(state(), m.i32.const(31)), m.i32.const(node + 1))),
        m.local.set(1, m.i32.add(m.local.get(1, i32), m.i32.const(1))),
        m.if(m.i32.eq(m.local.get(1, i32), m.i32.const(STEPS)), m.return(state())),
      ];
      const [first, second] = out;
      if (first === undefined) return [...statements, m.return(state())];
      if (second === undefined) return [...statements, ...go(first)];
      const second_ = m.i32.and(m.i32.shr_u(state(), m.i32.const(5)), m.i32.const(1));
      return [...statements, m.if(second_, sequence(m, go(second))), ...go(first)];
    },
    edge: () => [],
    beforeLoop: () => [],
    isPeeled: (nodes) => nodes.length % 2 === 1,
    newLocal: () => locals.push(i32) - 1,
  });
  m.addFunction("walk", binaryen.createType([i32]), i32, locals.slice(1), m.block(null, [code], i32));
  m.addFunctionExport("walk", "walk");
  if (!m.validate()) throw new Error("invalid module");
  const instance = new WebAssembly.Instance(new WebAssembly.Module(m.emitBinary() as BufferSource));
  m.dispose();
  return instance.exports["walk"] as (seed: number) => number;
}

test("structured code walks like the graph", () => {
  fc.assert(
    fc.property(graphs, fc.array(fc.integer(), { minLength: 3, maxLength: 3 }), (graph, seeds) => {
      const run = compiled(graph);
      for (const seed of seeds) expect(run(seed)).toBe(walk(graph, seed).state);
    }),
    { numRuns: 300 },
  );
});

test("every count follows from the counters", () => {
  fc.assert(
    fc.property(graphs, fc.array(fc.integer(), { minLength: 1, maxLength: 5 }), (graph, seeds) => {
      const plan: FunctionPlan = {
        name: "f",
        nodes: Array.from({ length: graph.size }, (_, irBlock) => ({ irBlock, calls: null })),
        edges: graph.edges.map((edge) => ({ ...edge, successors: [0] })),
      };
      const ends = plan.nodes.flatMap((_, node) =>
        graph.edges.some((edge) => edge.from === node) ? [] : [node],
      );
      const walks = seeds.map((seed) => walk(graph, seed));
      const edgeCounts = graph.edges.map(
        (_, i) => walks.flatMap((one) => one.taken).filter((e) => e === i).length,
      );
      const nodeCounts = plan.nodes.map(
        (_, node) =>
          (node === 0 ? seeds.length : 0) +
          edgeCounts.reduce((sum, count, i) => sum + (graph.edges[i]?.to === node ? count : 0), 0),
      );
      // Walks cut off in the middle are like activations that a program's end abandons.
      const cells: bigint[] = [];
      const cell = (count: number): number => cells.push(BigInt(count)) - 1;
      const layoutEdges: LayoutEdge[] = chooseCounters(plan, ends).map(({ counted, local: _, ...edge }) => {
        const count =
          edge.kind === "plan"
            ? (edgeCounts[edge.index] ?? 0)
            : edge.kind === "entry"
              ? seeds.length
              : walks.filter((one) => one.last === edge.from).length;
        return { ...edge, cell: counted ? cell(count) : -1 };
      });
      plan.nodes.forEach((_, node) => {
        if (ends.includes(node)) return;
        const count = walks.filter((one) => one.last === node).length;
        layoutEdges.push({ from: node, to: OUTSIDE, kind: "abandoned", index: 0, cell: cell(count) });
      });
      const layout: CounterLayout = {
        schema: "blockwatt.counters/1",
        counters: true,
        counterBase: 0,
        cellCount: cells.length,
        programBytes: 0,
        argumentBase: 0,
        argumentBytes: 0,
        holes: [],
        tables: { from: 0, to: 0 },
        memoryPages: 0,
        start: "start",
        addressTaken: [],
        functions: [
          {
            name: "f",
            address: 0,
            nodeCount: graph.size,
            edgeCount: graph.edges.length,
            irBlocks: plan.nodes.map((node) => node.irBlock),
            edges: layoutEdges,
            sites: [],
            indirectCalls: [],
          },
        ],
      };
      const counts = readCounts(layout, BigInt64Array.from(cells))[0];
      expect(counts?.edges).toEqual(edgeCounts.map(BigInt));
      expect(counts?.nodes).toEqual(nodeCounts.map(BigInt));
      expect(counts?.calls).toBe(BigInt(seeds.length));
      expect(layoutEdges.filter((edge) => edge.kind !== "abandoned" && edge.cell >= 0).length).toBe(
        graph.edges.length + 1 + ends.length - graph.size,
      );
    }),
    { numRuns: 300 },
  );
});
