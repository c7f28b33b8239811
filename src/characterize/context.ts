// Chooses the warmed context of a measurement: the instructions executed before a block.
//
// The cost of edge a→b is measured after every edge p→a that can precede it; further back one likely chain is enough,
// since what is older than `contextInstructions` can't matter and what is between is the same for most contexts.
// The likely predecessor is the one in the same function that is nearest behind (a loop's latch or the fall-through),
// so the chain of a loop body goes round the loop.
import type { FlowBlock, FlowEdge, FlowGraph } from "./flow-graph.ts";
import { incomingEdges } from "./flow-graph.ts";

export interface ContextFinder {
  /** Addresses of the last `limit` instructions executed when `previous` and then the block `edge.from` have run. */
  addresses(edge: FlowEdge, previous: FlowEdge | undefined, limit: number): number[];
}

export function createContextFinder(graph: FlowGraph): ContextFinder {
  const incoming = incomingEdges(graph);
  const likely = graph.blocks.map((block) => likelyPredecessor(block, incoming[block.id]!, graph));
  return {
    addresses(edge, previous, limit) {
      const reversed: number[] = [];
      let block: FlowBlock | undefined = graph.blocks[edge.from];
      let before: FlowEdge | undefined = previous;
      while (block && reversed.length < limit) {
        for (let address = block.end - 4; address >= block.start && reversed.length < limit; address -= 4) {
          reversed.push(address);
        }
        if (!before) break;
        const up: FlowBlock = graph.blocks[before.from]!;
        before = likely[up.id];
        block = up;
      }
      return reversed.reverse();
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
