// Chooses the warmed context of a measurement: the instructions executed before a block.
//
// The cost of edge a→b is measured after every edge p→a that can precede it, and where it is frequent after the two edges before;
// further back one likely chain is enough, since what is between is the same for most contexts and what is older than
// `contextInstructions` shows at most as another turn of a loop (see passage-cost.ts).
// The likely predecessor is the one in the same function that is nearest behind (a loop's latch or the fall-through),
// so the chain of a loop body goes round the loop.
import type { FlowBlock, FlowEdge, FlowGraph } from "./flow-graph.ts";
import { incomingEdges, lengthOf } from "./flow-graph.ts";

export interface ContextFinder {
  /** Addresses of the last `limit` instructions executed before `edge` is taken, after the edges of `history`, the last one first. */
  addresses(edge: FlowEdge, history: readonly FlowEdge[], limit: number): number[];
  /** Instructions of one turn of the loop that these addresses come from; 0 when they come from none, or it has more than `limit`. */
  turn(edge: FlowEdge, history: readonly FlowEdge[], limit: number): number;
}

export function createContextFinder(graph: FlowGraph): ContextFinder {
  const incoming = incomingEdges(graph);
  const likely = graph.blocks.map((block) => likelyPredecessor(block, incoming[block.id]!, graph));
  /** The edges taken before `edge`, the last one first: `history`, then likely ones. */
  function* back(history: readonly FlowEdge[]): Generator<FlowEdge> {
    yield* history;
    let edge = history.at(-1) && likely[history.at(-1)!.from];
    while (edge) {
      yield edge;
      edge = likely[edge.from];
    }
  }
  return {
    addresses(edge, history, limit) {
      const reversed: number[] = [];
      const add = (block: FlowBlock): void => {
        for (let address = block.end - 4; address >= block.start && reversed.length < limit; address -= 4) {
          reversed.push(address);
        }
      };
      add(graph.blocks[edge.from]!);
      for (const before of back(history)) {
        if (reversed.length >= limit) break;
        add(graph.blocks[before.from]!);
      }
      return reversed.reverse();
    },
    turn(edge, history, limit) {
      const reached = new Map<FlowEdge, number>();
      let instructions = lengthOf(graph.blocks[edge.from]!);
      let known = history.length;
      for (const before of back(history)) {
        if (instructions > 2 * limit) break;
        const first = reached.get(before);
        if (first !== undefined)
          return first < limit && instructions - first <= limit ? instructions - first : 0;
        // What is known need not be on the likely way, which alone comes round.
        if (--known < 0) reached.set(before, instructions);
        instructions += lengthOf(graph.blocks[before.from]!);
      }
      return 0;
    },
  };
}

function likelyPredecessor(
  block: FlowBlock,
  edges: readonly FlowEdge[],
  graph: FlowGraph,
): FlowEdge | undefined {
  let best: FlowEdge | undefined;
  let bestScore = -Infinity;
  for (const edge of edges) {
    const from = graph.blocks[edge.from]!;
    const distance = block.start - from.end;
    // A back edge (latch behind the block) beats the fall-through, which beats anything farther or in another function.
    const score =
      from.function !== block.function
        ? -1e9
        : from.start >= block.start
          ? 1e6 - Math.abs(distance)
          : -Math.abs(distance);
    if (score > bestScore) {
      best = edge;
      bestScore = score;
    }
  }
  return best;
}
