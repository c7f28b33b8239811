// Prices counts: machine edge counts × cost table = cycles and energy events of the whole run, block by block.
//
// The table knows the cost of an edge after each edge that can precede it, and where it pays after each of the two before; the
// run counts edges, not pairs of edges. The share of each predecessor is taken as its share of the entries of the block between,
// which is exact wherever the cost does not depend on the predecessor or the block has one predecessor or one successor.
import type { CostTable, EdgeCost } from "./cost-table.ts";
import { lengthOf, type FlowGraph } from "./flow-graph.ts";

/** How often each machine edge was taken, by edge id. */
export type EdgeCounts = ArrayLike<number>;

/** How often each data-dependent instruction took each of its latency options, by instruction address. */
export type LatencyCounts = ReadonlyMap<number, ArrayLike<number>>;

export interface BlockPrice {
  count: number;
  cycles: number;
  /** Energy events, in the table's order. */
  readonly events: Float64Array;
}

export interface Price {
  readonly instructions: number;
  readonly cycles: number;
  readonly events: Float64Array;
  /** By block id. */
  readonly blocks: readonly BlockPrice[];
  readonly pairsExecuted: number;
  readonly pairsCharacterized: number;
}

export interface Pricer {
  price(edgeCounts: EdgeCounts, latencyCounts: LatencyCounts): Price;
  /** Mean cycles of an edge over its contexts, each weighing the same: what live accounting adds. */
  meanCycles(edge: number): number;
}

export function createPricer(graph: FlowGraph, entry: number, table: CostTable): Pricer {
  const byEdge: EdgeCost[][] = graph.edges.map(() => []);
  let start: EdgeCost | undefined;
  for (const cost of table.edges) {
    if (cost.edge < 0) start = cost;
    else byEdge[cost.edge]!.push(cost);
  }
  for (const [edge, costs] of byEdge.entries()) byEdge[edge] = mostDetailed(costs);
  const eventCount = table.eventNames.length;
  return {
    price(edgeCounts, latencyCounts) {
      const blocks = graph.blocks.map(() => ({ count: 0, cycles: 0, events: new Float64Array(eventCount) }));
      let executed = 0;
      let characterized = 0;
      const charge = (block: number, cost: EdgeCost, count: number): void => {
        const price = blocks[block]!;
        price.cycles += count * cost.cycles;
        for (let event = 0; event < eventCount; event++) price.events[event]! += count * cost.events[event]!;
      };
      blocks[entry]!.count += 1;
      if (start) charge(entry, start, 1);
      for (const edge of graph.edges) blocks[edge.to]!.count += edgeCounts[edge.id] ?? 0;
      const entries = (edge: number): number => blocks[graph.edges[edge]!.from]!.count;
      for (const edge of graph.edges) {
        const count = edgeCounts[edge.id] ?? 0;
        if (count === 0) continue;
        executed++;
        const costs = byEdge[edge.id]!;
        if (costs.length === 0) continue;
        characterized++;
        let known = 0;
        const weights = costs.map((cost) => weight(cost, edgeCounts, entries));
        for (const one of weights) known += one;
        for (const [i, cost] of costs.entries()) {
          const share = known > 0 ? weights[i]! / known : 1 / costs.length;
          if (share > 0) charge(edge.to, cost, count * share);
        }
      }
      chargeLatencies(table, blocks, latencyCounts);
      return total(graph, blocks, eventCount, executed, characterized);
    },
    meanCycles(edge) {
      const costs = byEdge[edge] ?? [];
      return costs.length === 0 ? 0 : costs.reduce((sum, cost) => sum + cost.cycles, 0) / costs.length;
    },
  };
}

/** Without those that others give in more detail. */
function mostDetailed(costs: EdgeCost[]): EdgeCost[] {
  const detailed = new Set(
    costs.filter((cost) => cost.earlier !== undefined).map(({ previous }) => previous),
  );
  return detailed.size === 0
    ? costs
    : costs.filter(({ previous, earlier }) => earlier !== undefined || !detailed.has(previous));
}

/** `entries(e)`: how often the block that edge `e` leaves was entered by edges. */
function weight(
  { previous, earlier }: EdgeCost,
  edgeCounts: EdgeCounts,
  entries: (edge: number) => number,
): number {
  const count = previous < 0 ? 0 : (edgeCounts[previous] ?? 0);
  if (earlier === undefined || count === 0) return count;
  return (count * (edgeCounts[earlier] ?? 0)) / Math.max(1, entries(previous));
}

function chargeLatencies(table: CostTable, blocks: readonly BlockPrice[], counts: LatencyCounts): void {
  for (const latency of table.latencies) {
    const count = counts.get(latency.address);
    if (!count) continue;
    const price = blocks[latency.block]!;
    for (let option = 1; option < latency.options.length; option++) {
      const times = count[option] ?? 0;
      if (times === 0) continue;
      price.cycles += times * latency.cycles[option]!;
      const events = latency.events[option]!;
      for (let event = 0; event < events.length; event++) price.events[event]! += times * events[event]!;
    }
  }
}

function total(
  graph: FlowGraph,
  blocks: readonly BlockPrice[],
  eventCount: number,
  pairsExecuted: number,
  pairsCharacterized: number,
): Price {
  let instructions = 0;
  let cycles = 0;
  const events = new Float64Array(eventCount);
  for (const block of graph.blocks) {
    const price = blocks[block.id]!;
    instructions += price.count * lengthOf(block);
    cycles += price.cycles;
    for (let event = 0; event < eventCount; event++) events[event]! += price.events[event]!;
  }
  return { instructions, cycles, events, blocks, pairsExecuted, pairsCharacterized };
}
