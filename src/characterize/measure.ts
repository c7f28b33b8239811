// Measures every (predecessor, block) pair of a program in its contexts: what is in the database is taken from there, the
// rest runs on the reference pipeline.
//
// Cost of b after context c = run(c then b) − run(c), both from an empty pipeline until drained. Differences of drained
// runs add up along any path, so the sum over a whole execution is the execution's own time as far as the context reaches.
import type { ContextFinder } from "./context.ts";
import { createContextFinder } from "./context.ts";
import type { CostTable, EdgeCost, LatencyCost } from "./cost-table.ts";
import type { FlowBlock, FlowEdge, FlowGraph } from "./flow-graph.ts";
import { contextsOf, incomingEdges } from "./flow-graph.ts";
import { createMeter, type Meter } from "./meter.ts";
import { costOfPassage } from "./passage-cost.ts";
import type { ForcedLatencies, PathRunner } from "./path-runner.ts";
import type { Cost, CostStore } from "./store.ts";

export interface MeasureOptions {
  readonly core: string;
  readonly modelHash: string;
  /** Called now and then with edges done and their total. */
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Most contexts of an edge that are measured; default: all. 0: the edges are left to `measurePassages`. */
  readonly contextsPerEdge?: number;
}

export interface MeasureStatistics {
  readonly pairs: number;
  readonly contexts: number;
  readonly measured: number;
  readonly fromDatabase: number;
}

/** Contexts before and after a block over which the cost of a latency is averaged. */
const latencyContexts = 3;

/** Contexts of all edges together: what `characterize` measures. */
export function contextCount(graph: FlowGraph): number {
  const incoming = new Uint32Array(graph.blocks.length);
  for (const edge of graph.edges) incoming[edge.to]!++;
  return graph.edges.reduce((sum, edge) => sum + Math.max(1, incoming[edge.from]!), 0);
}

export async function characterize(
  graph: FlowGraph,
  entry: number,
  runner: PathRunner,
  store: CostStore,
  options: MeasureOptions,
): Promise<{ table: CostTable; statistics: MeasureStatistics }> {
  const meter = createMeter(runner, store, options.modelHash);
  const finder = createContextFinder(graph);
  const incoming = incomingEdges(graph);
  const edges: EdgeCost[] = [];
  const entryBlock = graph.blocks[entry]!;
  const { cycles, events } = meter.cost([], entryBlock);
  edges.push({ edge: -1, previous: -1, cycles, events: Array.from(events) });
  let done = 0;
  let fromDatabase = meter.measured() === 0 ? 1 : 0;
  const limit = options.contextsPerEdge ?? Number.POSITIVE_INFINITY;
  for (const edge of limit === 0 ? [] : graph.edges) {
    const previous = contextsOf(edge, incoming, entry);
    for (const before of previous.slice(0, limit)) {
      const measured = meter.measured();
      edges.push(costOfPassage({ edge, history: before ? [before] : [] }, graph, runner, meter, finder));
      if (meter.measured() === measured) fromDatabase += 1;
    }
    done++;
    if ((done & 255) === 0) {
      // Lets Ctrl-C and progress through, when what is measured so far is on disk.
      meter.flush();
      options.progress?.(done, graph.edges.length);
      options.signal?.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const latencies = measureLatencies(graph, runner, meter, finder);
  meter.flush();
  options.progress?.(graph.edges.length, graph.edges.length);
  return {
    table: {
      schema: "blockwatt.costs/1",
      core: options.core,
      modelHash: options.modelHash,
      eventNames: runner.eventNames,
      contextInstructions: runner.contextInstructions,
      edges,
      latencies,
      ...(limit === 0 ? { partial: true as const } : {}),
    },
    statistics: {
      pairs: graph.edges.length,
      contexts: edges.length,
      measured: meter.measured(),
      fromDatabase,
    },
  };
}

/**
 * What each non-base latency of each data-dependent instruction adds: to its own block and, since the wait may surface
 * only there, to the block that follows. Averaged over the first few contexts.
 */
function measureLatencies(
  graph: FlowGraph,
  runner: PathRunner,
  meter: Meter,
  finder: ContextFinder,
): LatencyCost[] {
  const incoming = incomingEdges(graph);
  const outgoing: FlowEdge[][] = graph.blocks.map(() => []);
  for (const edge of graph.edges) outgoing[edge.from]!.push(edge);
  const result: LatencyCost[] = [];
  for (const block of graph.blocks) {
    for (let address = block.start; address < block.end; address += 4) {
      const options = runner.latencyOptions(address);
      if (options.length < 2) continue;
      result.push(
        measureOneLatency(graph, runner, meter, finder, block, address, options, {
          into: incoming[block.id]!.slice(0, latencyContexts),
          out: outgoing[block.id]!.slice(0, latencyContexts),
        }),
      );
    }
  }
  return result;
}

function measureOneLatency(
  graph: FlowGraph,
  runner: PathRunner,
  meter: Meter,
  finder: ContextFinder,
  block: FlowBlock,
  address: number,
  options: readonly number[],
  around: { readonly into: readonly FlowEdge[]; readonly out: readonly FlowEdge[] },
): LatencyCost {
  const eventCount = runner.eventNames.length;
  const cycles = options.map(() => 0);
  const events = options.map(() => new Array<number>(eventCount).fill(0));
  let samples = 0;
  const into: (FlowEdge | undefined)[] = around.into.length > 0 ? [...around.into] : [undefined];
  const out: (FlowEdge | undefined)[] = around.out.length > 0 ? [...around.out] : [undefined];
  for (const before of into) {
    const context = before ? finder.addresses(before, [], runner.contextInstructions) : [];
    for (const after of out) {
      const position = context.length + (address - block.start) / 4;
      const base = twoBlocks(graph, meter, context, block, after, new Map([[position, options[0]!]]));
      samples++;
      for (let option = 1; option < options.length; option++) {
        const forced = new Map([[position, options[option]!]]);
        const cost = twoBlocks(graph, meter, context, block, after, forced);
        cycles[option]! += cost.cycles - base.cycles;
        for (let event = 0; event < eventCount; event++) {
          events[option]![event]! += cost.events[event]! - base.events[event]!;
        }
      }
    }
  }
  return {
    address,
    block: block.id,
    options,
    cycles: cycles.map((sum) => sum / samples),
    events: events.map((row) => row.map((sum) => sum / samples)),
  };
}

function twoBlocks(
  graph: FlowGraph,
  meter: Meter,
  context: readonly number[],
  block: FlowBlock,
  after: FlowEdge | undefined,
  forced: ForcedLatencies,
): Cost {
  if (!after) return meter.cost(context, block, forced);
  const follower = graph.blocks[after.to]!;
  const longer = [...context];
  for (let address = block.start; address < block.end; address += 4) longer.push(address);
  const own = meter.cost(context, block, forced);
  const next = meter.cost(longer, follower, forced);
  return {
    cycles: own.cycles + next.cycles,
    events: Float32Array.from(own.events, (value, index) => value + next.events[index]!),
  };
}
