// Which edges get a counter. Flow conservation makes the edges of one spanning tree of the flow graph (with the outside
// world as a node) follow from the others, so the tree takes the edges that run most, and the rest is counted.

import { terminatorOf, type GlobalFunction } from "../../bitcode/index.ts";
import { planNodeOf, type FunctionPlan } from "../plan.ts";
import { loopNest, reversePostorder } from "../loops/loops.ts";
import { OUTSIDE, type LayoutEdge } from "../layout.ts";

export interface CounterEdge {
  readonly from: number;
  readonly to: number;
  readonly kind: LayoutEdge["kind"];
  readonly index: number;
  /** True: has a counter of its own. */
  readonly counted: boolean;
  /**
   * Counted in a local that is added to the cell at the function's end, not in memory. Measured: best for loops of one
   * node only; in larger loops many counters in locals cost more (registers, moves) than updates of memory.
   */
  readonly local: boolean;
  /** Not counted by itself: its count is the sum of these cells (flat-code.ts). */
  readonly cells?: readonly number[];
}

/** How much more often a loop's body is taken to run than what surrounds it. */
const LOOP_TURNS = 10;

/** Executions of each node per call, estimated: even splits, loops turn ten times, leaving one is rare. */
function estimateFrequencies(plan: FunctionPlan, entry: number): { nodes: number[]; edges: number[] } {
  const size = plan.nodes.length;
  const nest = loopNest(size, plan.edges, entry);
  const contains = (loop: number, node: number): boolean => {
    for (let at = nest.innermost[node] ?? -1; at >= 0; at = nest.loops[at]?.parent ?? -1)
      if (at === loop) return true;
    return false;
  };
  const outgoing: number[][] = Array.from({ length: size }, () => []);
  plan.edges.forEach((edge, i) => outgoing[edge.from]?.push(i));
  const order = reversePostorder(size, plan.edges, entry);
  const position = new Int32Array(size);
  order.forEach((node, i) => {
    position[node] = i;
  });
  const headers = new Uint8Array(size);
  for (const loop of nest.loops) for (const node of loop.entries) headers[node] = 1;
  const nodes = new Array<number>(size).fill(0);
  const edges = new Array<number>(plan.edges.length).fill(0);
  nodes[entry] = 1;
  for (const node of order) {
    const frequency = Math.min((nodes[node] ?? 0) * (headers[node] === 1 ? LOOP_TURNS : 1), 1e30);
    nodes[node] = frequency;
    const list = outgoing[node] ?? [];
    const loop = nest.innermost[node] ?? -1;
    const weights = list.map((i) => {
      const to = plan.edges[i]?.to ?? 0;
      const ends = outgoing[to]?.length === 0;
      return loop >= 0 && !contains(loop, to) ? 0.1 : ends ? 0.5 : 1;
    });
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    list.forEach((i, k) => {
      const share = (frequency * (weights[k] ?? 0)) / total;
      edges[i] = share;
      const to = plan.edges[i]?.to ?? 0;
      if ((position[to] ?? 0) > (position[node] ?? 0)) nodes[to] = (nodes[to] ?? 0) + share;
    });
  }
  return { nodes, edges };
}

/** What tells an edge from all others. */
export type EdgeName = Pick<CounterEdge, "kind" | "from" | "index">;

/** The edges of a function that can be reached; see `chooseCounters`. `reachable`: its nodes. */
export function countedEdges(
  fn: GlobalFunction,
  plan: FunctionPlan,
  reachable: readonly number[],
  cellsOf: (edge: EdgeName) => readonly number[] | undefined,
  turns: ReadonlyMap<number, number>,
): CounterEdge[] {
  const returns = (node: number): boolean => terminatorOf(planNodeOf(fn, plan, node).block).op === "ret";
  const isReachable = new Set([OUTSIDE, ...reachable]);
  const edges = chooseCounters(plan, reachable.filter(returns), cellsOf, turns);
  return edges.filter(({ from }) => isReachable.has(from));
}

/**
 * The edges of the plan and of the function's ends, with the choice made. `returning` are the nodes that return; `cellsOf` gives
 * the cells whose sum is an edge's count, for edges that are known anyway; `turns` has edges that are counted where their loop is
 * entered, by its header.
 */
export function chooseCounters(
  plan: FunctionPlan,
  returning: readonly number[],
  cellsOf: (edge: EdgeName) => readonly number[] | undefined = () => undefined,
  turns: ReadonlyMap<number, number> = new Map(),
): CounterEdge[] {
  const size = plan.nodes.length;
  const estimate = estimateFrequencies(plan, 0);
  for (const [header, edge] of turns) estimate.edges[edge] = (estimate.nodes[header] ?? 0) / LOOP_TURNS;
  const candidates: {
    from: number;
    to: number;
    kind: LayoutEdge["kind"];
    index: number;
    weight: number;
  }[] = plan.edges.map((edge, index) => ({
    from: edge.from,
    to: edge.to,
    kind: "plan",
    index,
    weight: estimate.edges[index] ?? 0,
  }));
  candidates.push({ from: OUTSIDE, to: 0, kind: "entry", index: 0, weight: 1 });
  for (const node of returning)
    candidates.push({
      from: node,
      to: OUTSIDE,
      kind: "return",
      index: 0,
      weight: Math.min(1, estimate.nodes[node] ?? 0),
    });

  const parent = Array.from({ length: size + 1 }, (_, i) => i);
  const root = (node: number): number => {
    let at = node === OUTSIDE ? size : node;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] ?? 0] ?? 0;
      at = parent[at] ?? 0;
    }
    return at;
  };
  const inTree = new Set<number>();
  const known = candidates.map(cellsOf);
  const byWeight = candidates.map((_, i) => i);
  byWeight.sort((a, b) => (candidates[b]?.weight ?? 0) - (candidates[a]?.weight ?? 0) || a - b);
  for (const i of byWeight) {
    const candidate = candidates[i];
    if (candidate === undefined || known[i] !== undefined) continue;
    const a = root(candidate.from);
    const b = root(candidate.to);
    if (a === b) continue;
    parent[a] = b;
    inTree.add(i);
  }
  return candidates.map((candidate, i) => ({
    from: candidate.from,
    to: candidate.to,
    kind: candidate.kind,
    index: candidate.index,
    counted: !inTree.has(i) && known[i] === undefined,
    local: candidate.from === candidate.to,
    ...(known[i] === undefined ? {} : { cells: known[i] }),
  }));
}

/**
 * Edges of a function as its layout has them: the planned ones with their counters' cells, and one out of each call that may end
 * the program, whose cells follow each other from `cells.abandoned` on.
 */
export function layoutEdges(
  planned: readonly CounterEdge[],
  sites: readonly { readonly node: number; readonly instruction: number }[],
  cells: { readonly edges: readonly number[]; readonly abandoned: number },
): LayoutEdge[] {
  const edges: LayoutEdge[] = planned.map(({ from, to, kind, index, cells: summed }, i) => ({
    from,
    to,
    kind,
    index,
    cell: cells.edges[i] ?? -1,
    ...(summed === undefined ? {} : { cells: summed }),
  }));
  sites.forEach((site, i) => {
    edges.push({
      from: site.node,
      to: -1,
      kind: "abandoned",
      index: site.instruction,
      cell: cells.abandoned + i,
    });
  });
  return edges;
}
