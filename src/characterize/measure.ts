// Measures every (predecessor, block) pair of a program in its contexts: what is in the database is taken from there, the
// rest runs on the reference pipeline.
//
// Cost of b after context c = run(c then b) − run(c), both from an empty pipeline until drained. Differences of drained
// runs add up along any path, so the sum over a whole execution is the execution's own time as far as the context reaches.
import { createHash } from "node:crypto";
import type { ContextFinder } from "./context.ts";
import { createContextFinder } from "./context.ts";
import type { CostTable, EdgeCost, LatencyCost } from "./cost-table.ts";
import type { FlowBlock, FlowEdge, FlowGraph } from "./flow-graph.ts";
import { incomingEdges } from "./flow-graph.ts";
import type { ForcedLatencies, PathRunner } from "./path-runner.ts";
import type { Cost, CostStore } from "./store.ts";

export interface MeasureOptions {
  readonly core: string;
  readonly modelHash: string;
  /** Called now and then with edges done and their total. */
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface MeasureStatistics {
  readonly pairs: number;
  readonly contexts: number;
  readonly measured: number;
  readonly fromDatabase: number;
}

const batch = 400;
/** Contexts before and after a block over which the cost of a latency is averaged. */
const latencyContexts = 3;

export async function characterize(
  graph: FlowGraph,
  entry: number,
  runner: PathRunner,
  store: CostStore,
  options: MeasureOptions,
): Promise<{ table: CostTable; statistics: MeasureStatistics }> {
  const meter = createMeter(runner, store, options.modelHash);
  const finder = createContextFinder(graph);
  const edges: EdgeCost[] = [];
  const entryBlock = graph.blocks[entry]!;
  edges.push(toEdgeCost(-1, -1, meter.cost([], entryBlock)));
  let done = 0;
  for (const edge of graph.edges) {
    const previous: (FlowEdge | undefined)[] = [...finder.predecessors(edge)];
    if (previous.length === 0 || edge.from === entry) previous.push(undefined);
    for (const before of previous) {
      const context = finder.addresses(edge, before, runner.contextInstructions);
      const cost = meter.cost(context, graph.blocks[edge.to]!);
      edges.push(toEdgeCost(edge.id, before ? before.id : -1, cost));
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
      edges,
      latencies,
    },
    statistics: {
      pairs: graph.edges.length,
      contexts: edges.length,
      measured: meter.measured(),
      fromDatabase: edges.length - Math.min(edges.length, meter.measured()),
    },
  };
}

interface Meter {
  cost(context: readonly number[], block: FlowBlock, forced?: ForcedLatencies): Cost;
  measured(): number;
  flush(): void;
}

function createMeter(runner: PathRunner, store: CostStore, modelHash: string): Meter {
  const signatures = new Map<number, string>();
  const signature = (address: number): string => {
    let text = signatures.get(address);
    if (text === undefined) {
      text = runner.signature(address);
      signatures.set(address, text);
    }
    return text;
  };
  const known = new Map<string, Cost>();
  // Runs of a context alone are shared by all successors; the map is cleared when it grows past what is recently used.
  const contexts = new Map<string, { cycles: number; events: Float64Array }>();
  let pending: { key: Buffer; cost: Cost }[] = [];
  let measured = 0;
  const flush = (): void => {
    if (pending.length > 0) store.put(pending);
    pending = [];
  };
  return {
    cost(context, block, forced) {
      const path = [...context];
      for (let address = block.start; address < block.end; address += 4) path.push(address);
      const text = pathText(path, context.length, runner, signature, forced);
      const key = createHash("sha256").update(modelHash).update(text).digest().subarray(0, 16);
      const name = key.toString("latin1");
      const seen = known.get(name);
      if (seen) return seen;
      const stored = store.get(key);
      if (stored && stored.events.length === runner.eventNames.length) {
        known.set(name, stored);
        return stored;
      }
      const prefixForced =
        forced && [...forced.keys()].some((at) => at < context.length) ? forced : undefined;
      const prefixName = context.join() + (prefixForced ? JSON.stringify([...prefixForced]) : "");
      let prefix = contexts.get(prefixName);
      if (!prefix) {
        if (context.length === 0) {
          prefix = { cycles: 0, events: new Float64Array(runner.eventNames.length) };
        } else {
          const run = runner.run(context, prefixForced);
          prefix = { cycles: run.cycles, events: Float64Array.from(run.events) };
        }
        if (contexts.size > 50_000) contexts.clear();
        contexts.set(prefixName, prefix);
      }
      const whole = runner.run(path, forced);
      const cost: Cost = {
        cycles: whole.cycles - prefix.cycles,
        events: Float32Array.from(whole.events, (count, index) => count - prefix.events[index]!),
      };
      measured++;
      known.set(name, cost);
      pending.push({ key, cost });
      if (pending.length >= batch) flush();
      return cost;
    },
    measured: () => measured,
    flush,
  };
}

/** Everything a measurement depends on, as text; the alignment is that of a 32-byte line, the widest fetch group. */
function pathText(
  path: readonly number[],
  contextLength: number,
  runner: PathRunner,
  signature: (address: number) => string,
  forced: ForcedLatencies | undefined,
): string {
  const parts: string[] = [`${contextLength}`];
  for (let index = 0; index < path.length; index++) {
    const address = path[index]!;
    const next = path[index + 1];
    if (index === 0 || address !== path[index - 1]! + 4) parts.push(`@${address & 31}`);
    parts.push(signature(address));
    if (next === undefined) continue;
    if (next !== address + 4) parts.push("taken");
    // Where a branch goes against its prediction, the instructions on the wrong path are fetched and cost energy.
    for (const wrong of runner.wrongPath(address, next)) parts.push("?" + signature(wrong));
  }
  if (forced) for (const [at, latency] of forced) parts.push(`F${at}=${latency}`);
  return parts.join("\n");
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
    const context = before ? finder.addresses(before, undefined, runner.contextInstructions) : [];
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

function toEdgeCost(edge: number, previous: number, cost: Cost): EdgeCost {
  return { edge, previous, cycles: cost.cycles, events: Array.from(cost.events) };
}
