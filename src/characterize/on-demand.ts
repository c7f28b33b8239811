// Costs of what a run has executed. A large program has far more contexts than any run of it meets: a call through a pointer
// may lead to every function whose address is taken, and return from there. So they are measured when a run has told which
// edges were taken, and kept.
import { createContextFinder } from "./context.ts";
import type { EdgeCost } from "./cost-table.ts";
import { contextsOf, incomingEdges } from "./flow-graph.ts";
import type { FlowEdge, FlowGraph } from "./flow-graph.ts";
import { toEdgeCost } from "./measure.ts";
import { createMeter } from "./meter.ts";
import type { PathRunner } from "./path-runner.ts";
import type { EdgeCounts } from "./price.ts";
import type { CostStore } from "./store.ts";

/**
 * Contexts that are this rare among all executed edges count as the most frequent context of their edge. Costs of an edge's
 * contexts differ by a pipeline's length at most, so that all of them together move a total by far less than 0.1 %.
 */
const RARE = 2e-7;

/** An edge and the edge before it; undefined: nothing. */
export interface Pair {
  readonly edge: FlowEdge;
  readonly before: FlowEdge | undefined;
}

/** What of the executed edges' contexts `known` does not have. */
export function executedPairs(
  graph: FlowGraph,
  entry: number,
  counts: EdgeCounts,
  known: readonly EdgeCost[],
): Pair[] {
  const names = new Set(known.map(({ edge, previous }) => pairName(edge, previous)));
  const executed = graph.edges.filter((edge) => (counts[edge.id] ?? 0) > 0);
  const total = executed.reduce((sum, edge) => sum + counts[edge.id]!, 0);
  const incoming = incomingEdges(graph);
  const pairs: Pair[] = [];
  for (const edge of executed) {
    const contexts = contextsOf(edge, incoming, entry);
    for (const before of worthwhile(contexts, counts[edge.id]!, counts, RARE * total)) {
      if (!names.has(pairName(edge.id, before ? before.id : -1))) pairs.push({ edge, before });
    }
  }
  return pairs;
}

export interface OnDemandOptions {
  readonly modelHash: string;
  /** Called now and then with pairs done and their total. */
  readonly progress?: (done: number, total: number) => void;
}

/** Costs of `pairs`. */
export function measurePairs(
  graph: FlowGraph,
  pairs: readonly Pair[],
  runner: PathRunner,
  store: CostStore,
  options: OnDemandOptions,
): EdgeCost[] {
  const finder = createContextFinder(graph);
  const meter = createMeter(runner, store, options.modelHash);
  const found = pairs.map(({ edge, before }, done) => {
    if ((done & 255) === 0) options.progress?.(done, pairs.length);
    const context = finder.addresses(edge, before, runner.contextInstructions);
    return toEdgeCost(edge.id, before ? before.id : -1, meter.cost(context, graph.blocks[edge.to]!));
  });
  meter.flush();
  return found;
}

/** The contexts that were executed and are not rare; the most frequent one always. */
function worthwhile(
  contexts: readonly (FlowEdge | undefined)[],
  count: number,
  counts: EdgeCounts,
  least: number,
): readonly (FlowEdge | undefined)[] {
  const times = (context: FlowEdge | undefined): number => (context ? (counts[context.id] ?? 0) : 0);
  const sum = contexts.reduce((all, context) => all + times(context), 0);
  const most = contexts.reduce(
    (best, context) => (times(context) > times(best) ? context : best),
    contexts[0],
  );
  return contexts.filter(
    (context) =>
      context === most || (times(context) > 0 && (count * times(context)) / Math.max(sum, 1) >= least),
  );
}

function pairName(edge: number, previous: number): string {
  return `${edge} ${previous}`;
}
