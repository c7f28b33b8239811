// Machine code with its look-ups, from its plain data: what the builder ends with, and what a stored program starts from.
import type {
  MachineBlock,
  MachineCode,
  MachineEdge,
  MachineEdgeKind,
  MachineFunction,
} from "./machine-code.ts";

/** The plain data of `MachineCode`. */
export interface MachineCodeData {
  /** Index = id, ascending by address. */
  readonly blocks: readonly MachineBlock[];
  readonly edges: readonly MachineEdge[];
  readonly functions: readonly MachineFunction[];
}

export function indexMachineCode({ blocks, edges, functions }: MachineCodeData): MachineCode {
  const outgoing: MachineEdge[][] = blocks.map(() => []);
  const incoming: MachineEdge[][] = blocks.map(() => []);
  for (const edge of edges) {
    outgoing[edge.from]!.push(edge);
    incoming[edge.to]!.push(edge);
  }
  const starts = Float64Array.from(blocks, (block) => block.start);
  return {
    blocks,
    edges,
    functions: new Map(functions.map((fn) => [fn.name, fn])),
    outgoing: (block) => outgoing[block] ?? [],
    incoming: (block) => incoming[block] ?? [],
    edgeBetween(from, to, kind) {
      // One of the two is short, even where a function has thousands of callers: a table of all edges takes longer to make.
      const leaving = outgoing[from] ?? [];
      const entering = incoming[to] ?? [];
      return leaving.length <= entering.length
        ? leaving.find((edge) => edge.to === to && edge.kind === kind)
        : entering.find((edge) => edge.from === from && edge.kind === kind);
    },
    blockAt(address) {
      let low = 0;
      let high = starts.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (starts[middle]! <= address) low = middle + 1;
        else high = middle;
      }
      const block = blocks[low - 1];
      return block !== undefined && address < block.end ? block : undefined;
    },
  };
}

/** There is at most one edge of each kind between two blocks. */
export function edgeKey(from: number, to: number, kind: MachineEdgeKind): string {
  return `${from},${to},${kind}`;
}
