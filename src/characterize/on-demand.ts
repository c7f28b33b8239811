// Costs of what a run has executed. A large program has far more contexts than any run of it meets: a call through a pointer
// may lead to every function whose address is taken, and return from there. So they are measured when a run has told which
// edges were taken, and kept.
import { createContextFinder } from "./context.ts";
import type { EdgeCost } from "./cost-table.ts";
import { contextsOf, incomingEdges, lengthOf } from "./flow-graph.ts";
import type { FlowEdge, FlowGraph } from "./flow-graph.ts";
import { createMeter } from "./meter.ts";
import { costOfPassage, type Passage } from "./passage-cost.ts";
import type { PathRunner } from "./path-runner.ts";
import type { EdgeCounts } from "./price.ts";
import type { CostStore } from "./store.ts";

/**
 * Contexts that are this rare among all executed edges count as the most frequent context of their edge. Costs of an edge's
 * contexts differ by a pipeline's length at most, so that all of them together move a total by far less than 0.1 %.
 */
const RARE = 2e-7;

/**
 * Passages that make up this share of all executed edges are measured after each of the two edges before: in a pipeline that is
 * out of order, or holds back instructions for long, what ran two blocks ago shows.
 */
const FREQUENT = 1e-4;

/**
 * Passages that one run has measured at most, some ten seconds' worth. A jump with a thousand targets that all jump back has a
 * million contexts; what is measured of them is a sample, and pricing takes its mean.
 */
const MOST_PASSAGES = 100_000;

/** What of the executed edges' contexts `known` does not have. */
export function executedPassages(
  graph: FlowGraph,
  entry: number,
  counts: EdgeCounts,
  known: readonly EdgeCost[],
  most = MOST_PASSAGES,
): Passage[] {
  const has = new Set(known.map((cost) => passageName(cost.edge, cost.previous)));
  return sample(executedPairs(graph, incomingEdges(graph), entry, counts, RARE), most).filter(
    ({ edge, history: [before] }) => !has.has(passageName(edge.id, before ? before.id : -1)),
  );
}

/**
 * Frequent passages after each of the two edges before, where these are fewer than `window` instructions, that `known` does not have.
 */
export function frequentPassages(
  graph: FlowGraph,
  entry: number,
  counts: EdgeCounts,
  window: number,
  known: readonly EdgeCost[],
  most = MOST_PASSAGES,
): Passage[] {
  const has = new Set(known.map((cost) => passageName(cost.edge, cost.previous, cost.earlier)));
  const length = (block: number): number => lengthOf(graph.blocks[block]!);
  const incoming = incomingEdges(graph);
  const found: SharedPassage[] = [];
  for (const { edge, history, share } of executedPairs(graph, incoming, entry, counts, FREQUENT)) {
    const [before] = history;
    if (!before || share < FREQUENT || length(edge.from) + length(before.from) >= window) continue;
    for (const earlier of incoming[before.from]!) {
      const times = counts[earlier.id] ?? 0;
      if (times > 0) found.push({ edge, history: [before, earlier], share: share * times });
    }
  }
  return sample(found, most).filter(
    ({ edge, history: [before, earlier] }) => !has.has(passageName(edge.id, before!.id, earlier!.id)),
  );
}

/** `share`: how often it is passed, compared with others. */
interface SharedPassage extends Passage {
  readonly share: number;
}

/**
 * At most `most` passages: of each edge the most frequent one, then what is most frequent of all. Of equally frequent ones each edge
 * has others, by chance, so that they stand for all.
 */
function sample(passages: readonly SharedPassage[], most: number): readonly Passage[] {
  if (passages.length <= most) return passages;
  const chance = ({ edge, history }: Passage): number =>
    Math.imul(Math.imul((history.at(-1)?.id ?? 0) + 1, 0x9e3779b1) ^ edge.id, 0x85ebca6b) >>> 0;
  const ranked = passages
    .map((passage) => ({ passage, chance: chance(passage), first: false }))
    .sort((a, b) => b.passage.share - a.passage.share || a.chance - b.chance);
  const seen = new Set<number>();
  for (const one of ranked) {
    one.first = !seen.has(one.passage.edge.id);
    seen.add(one.passage.edge.id);
  }
  ranked.sort((a, b) => Number(b.first) - Number(a.first));
  return ranked.slice(0, most).map(({ passage }) => passage);
}

/**
 * Executed edges after each edge before, and their share of all executed edges, where that is at least `least`; after the most
 * frequent one always.
 */
function executedPairs(
  graph: FlowGraph,
  incoming: readonly (readonly FlowEdge[])[],
  entry: number,
  counts: EdgeCounts,
  least: number,
): SharedPassage[] {
  const executed = graph.edges.filter((edge) => (counts[edge.id] ?? 0) > 0);
  const total = executed.reduce((sum, edge) => sum + counts[edge.id]!, 0);
  const times = (context: FlowEdge | undefined): number => (context ? (counts[context.id] ?? 0) : 0);
  return executed.flatMap((edge) => {
    const contexts = contextsOf(edge, incoming, entry);
    const sum = contexts.reduce((all, context) => all + times(context), 0);
    const most = contexts.reduce(
      (best, context) => (times(context) > times(best) ? context : best),
      contexts[0],
    );
    return contexts
      .map((before) => ({
        edge,
        history: before ? [before] : [],
        share: (counts[edge.id]! * times(before)) / Math.max(sum, 1) / total,
      }))
      .filter(({ history: [before], share }) => before === most || (share > 0 && share >= least));
  });
}

export interface OnDemandOptions {
  readonly modelHash: string;
  /** Called now and then with passages done and their total. */
  readonly progress?: (done: number, total: number) => void;
}

/** Costs of `passages`. */
export function measurePassages(
  graph: FlowGraph,
  passages: readonly Passage[],
  runner: PathRunner,
  store: CostStore,
  options: OnDemandOptions,
): EdgeCost[] {
  const finder = createContextFinder(graph);
  const meter = createMeter(runner, store, options.modelHash);
  const found = passages.map((passage, done) => {
    if ((done & 255) === 0) options.progress?.(done, passages.length);
    return costOfPassage(passage, graph, runner, meter, finder);
  });
  meter.flush();
  return found;
}

function passageName(edge: number, previous: number, earlier = -1): string {
  return `${edge} ${previous} ${earlier}`;
}
