// The machine control-flow graph as characterization sees it: blocks of instruction addresses, and edges between them,
// calls and returns included.

export interface FlowBlock {
  readonly id: number;
  /** First instruction's address, and the address after the last. */
  readonly start: number;
  readonly end: number;
  readonly function: string;
}

export interface FlowEdge {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

export interface FlowGraph {
  /** Index = id. */
  readonly blocks: readonly FlowBlock[];
  /** Index = id. */
  readonly edges: readonly FlowEdge[];
}

/** Instructions of a block. */
export function lengthOf({ start, end }: FlowBlock): number {
  return (end - start) / 4;
}

/** Edges into each block, by block id. */
export function incomingEdges(graph: FlowGraph): FlowEdge[][] {
  const incoming: FlowEdge[][] = graph.blocks.map(() => []);
  for (const edge of graph.edges) incoming[edge.to]!.push(edge);
  return incoming;
}

/** What can precede an edge, of the edges into its block; undefined, the first: nothing, as at the start. */
export function contextsOf(
  edge: FlowEdge,
  incoming: readonly (readonly FlowEdge[])[],
  entry: number,
): (FlowEdge | undefined)[] {
  const contexts: (FlowEdge | undefined)[] = [...incoming[edge.from]!];
  if (contexts.length === 0 || edge.from === entry) contexts.unshift(undefined);
  return contexts;
}
