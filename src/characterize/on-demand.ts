// Costs of what a run has executed. A large program has far more contexts than any run of it meets: a call through a pointer
// may lead to every function whose address is taken, and return from there. So they are measured when a run has told which
// edges were taken, and kept.
import { createContextFinder } from "./context.ts";
import type { EdgeCost } from "./cost-table.ts";
import type { FlowEdge, FlowGraph } from "./flow-graph.ts";
import { contextsOf, toEdgeCost } from "./measure.ts";
import { createMeter } from "./meter.ts";
import type { PathRunner } from "./path-runner.ts";
import type { EdgeCounts } from "./price.ts";
import type { CostStore } from "./store.ts";

/**
 * Contexts that are this rare among all executed edges count as the most frequent context of their edge. Costs of an edge's
 * contexts differ by a pipeline's length at most, so that all of them together move a total by far less than 0.1 %.
 */
const RARE = 2e-7;

export interface OnDemandOptions {
  readonly modelHash: string;
  /** What is known already. */
  readonly known: readonly EdgeCost[];
  /** Called now and then with edges done and their total. */
  readonly progress?: (done: number, total: number) => void;
}

/** Measures what of the executed edges' contexts is not known. The result has only the new costs. */
export function measureExecuted(
  graph: FlowGraph,
  entry: number,
  counts: EdgeCounts,
  runner: PathRunner,
  store: CostStore,
  options: OnDemandOptions,
): EdgeCost[] {
  const known = new Set(options.known.map(({ edge, previous }) => pairName(edge, previous)));
  const executed = graph.edges.filter((edge) => (counts[edge.id] ?? 0) > 0);
  const total = executed.reduce((sum, edge) => sum + counts[edge.id]!, 0);
  const finder = createContextFinder(graph);
  const meter = createMeter(runner, store, options.modelHash);
  const found: EdgeCost[] = [];
  executed.forEach((edge, done) => {
    for (const before of worthwhile(
      contextsOf(edge, finder, entry),
      counts[edge.id]!,
      counts,
      RARE * total,
    )) {
      const previous = before ? before.id : -1;
      if (known.has(pairName(edge.id, previous))) continue;
      const context = finder.addresses(edge, before, runner.contextInstructions);
      found.push(toEdgeCost(edge.id, previous, meter.cost(context, graph.blocks[edge.to]!)));
    }
    if ((done & 255) === 0) options.progress?.(done, executed.length);
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
