// The cost of a block after the edges that led to it. A pipeline that starts more than one instruction a cycle, or lets them
// overtake each other, may need a different number of cycles for each turn of a loop (3, 4, 3, 4, …), whatever ran before it.
// So a block whose context goes round a loop is measured after contexts of several lengths, a turn apart, and costs their mean.
import type { ContextFinder } from "./context.ts";
import type { EdgeCost } from "./cost-table.ts";
import type { FlowEdge, FlowGraph } from "./flow-graph.ts";
import type { Meter } from "./meter.ts";
import type { PathRunner } from "./path-runner.ts";
import type { Cost } from "./store.ts";

/** Turns after which costs are compared; the loops seen to alternate did so within them. */
const FIRST_TURNS = 4;
/** Turns that the mean is taken over: whole periods of two, three, four and six turns. */
const TURNS = 12;

/** An edge and the known edges before it, the last one first; none: nothing precedes, as at the start. */
export interface Passage {
  readonly edge: FlowEdge;
  readonly history: readonly FlowEdge[];
}

/** The cost of `passage`: cycles and events that the block entered adds. */
export function costOfPassage(
  passage: Passage,
  graph: FlowGraph,
  runner: PathRunner,
  meter: Meter,
  finder: ContextFinder,
): EdgeCost {
  const { edge, history } = passage;
  const block = graph.blocks[edge.to]!;
  const window = runner.contextInstructions;
  const after = (turns: number, length: number): Cost =>
    meter.cost(finder.addresses(edge, history, window + turns * length), block);
  const first = after(0, 0);
  const length = finder.turn(edge, history, window);
  const costs = [first];
  while (length > 0 && costs.length < FIRST_TURNS) costs.push(after(costs.length, length));
  if (costs.every((cost) => isSame(cost, first))) return toEdgeCost(passage, first);
  while (costs.length < TURNS) costs.push(after(costs.length, length));
  return toEdgeCost(passage, mean(costs));
}

function toEdgeCost({ edge, history: [previous, earlier] }: Passage, { cycles, events }: Cost): EdgeCost {
  return {
    edge: edge.id,
    previous: previous ? previous.id : -1,
    ...(earlier && { earlier: earlier.id }),
    cycles,
    events: Array.from(events),
  };
}

function isSame(a: Cost, b: Cost): boolean {
  return a.cycles === b.cycles && a.events.every((count, event) => count === b.events[event]);
}

function mean(costs: readonly Cost[]): Cost {
  const over = (value: (cost: Cost) => number): number =>
    costs.reduce((sum, cost) => sum + value(cost), 0) / costs.length;
  return {
    cycles: over(({ cycles }) => cycles),
    events: Float32Array.from(costs[0]!.events, (_, event) => over(({ events }) => events[event]!)),
  };
}
