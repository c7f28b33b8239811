// Checks a mapping against an execution: the machine counts that follow from the host's counts must be those that a simulator of
// the machine code observed in the same run, block by block and edge by edge.
import type { MachineCode } from "../cfg/index.ts";
import type { MachineCounts } from "./counts.ts";

/** What a simulator saw: executions of the instruction at an address, and control transfers by address. */
export interface ObservedProfile {
  executions(address: number): number;
  /** From the branch instruction's address to the next instruction's. */
  edges(): Iterable<{ readonly from: number; readonly to: number; readonly count: number }>;
}

export interface CountDifference {
  readonly kind: "block" | "edge";
  readonly function: string;
  /** A block's first address, or an edge's branch. */
  readonly address: number;
  /** Edges: the address that it goes to. */
  readonly to?: number;
  readonly expected: number;
  readonly observed: number;
}

export interface Verification {
  readonly blocks: number;
  readonly edges: number;
  /** Where the two sides differ, the largest first. Return edges of `sharedReturns` functions are not compared. */
  readonly differences: readonly CountDifference[];
  /** Transfers that the simulator saw and the control-flow graph does not have. */
  readonly unknownTransfers: readonly {
    readonly from: number;
    readonly to: number;
    readonly count: number;
  }[];
}

/** Compares `counts` with what was observed. Functions in `counts.unmatched` are left out. */
export function verifyCounts(
  code: MachineCode,
  counts: MachineCounts,
  observed: ObservedProfile,
): Verification {
  const skipped = new Set(counts.unmatched);
  const shared = new Set(counts.sharedReturns);
  const differences: CountDifference[] = [];
  let blocks = 0;
  let edges = 0;
  for (const block of code.blocks) {
    if (skipped.has(block.function)) continue;
    blocks++;
    const expected = Math.round(counts.blocks[block.id]! * 1e6) / 1e6;
    const seen = observed.executions(block.start);
    if (expected !== seen) {
      differences.push({
        kind: "block",
        function: block.function,
        address: block.start,
        expected,
        observed: seen,
      });
    }
  }
  // Edges by their two addresses: a branch to the next instruction has one transfer for its two edges.
  const expectedBy = new Map<string, { id: number; count: number }>();
  for (const edge of code.edges) {
    const from = code.blocks[edge.from]!;
    if (from.terminator === "fallthrough") continue;
    const key = `${from.end - 4},${code.blocks[edge.to]!.start}`;
    const known = expectedBy.get(key);
    if (known) known.count += counts.edges[edge.id]!;
    else expectedBy.set(key, { id: edge.id, count: counts.edges[edge.id]! });
  }
  const observedBy = new Map<string, number>();
  const unknownTransfers: { from: number; to: number; count: number }[] = [];
  for (const transfer of observed.edges()) {
    const key = `${transfer.from},${transfer.to}`;
    if (expectedBy.has(key)) observedBy.set(key, (observedBy.get(key) ?? 0) + transfer.count);
    else if (transfer.count > 0) unknownTransfers.push(transfer);
  }
  for (const [key, { id, count }] of expectedBy) {
    const edge = code.edges[id]!;
    const from = code.blocks[edge.from]!;
    if (skipped.has(from.function) || skipped.has(code.blocks[edge.to]!.function)) continue;
    if (edge.kind === "return" && shared.has(from.function)) continue;
    edges++;
    const seen = observedBy.get(key) ?? 0;
    if (Math.abs(count - seen) < 1e-6) continue;
    differences.push({
      kind: "edge",
      function: from.function,
      address: from.end - 4,
      to: code.blocks[edge.to]!.start,
      expected: count,
      observed: seen,
    });
  }
  differences.sort((a, b) => Math.abs(b.expected - b.observed) - Math.abs(a.expected - a.observed));
  return { blocks, edges, differences, unknownTransfers };
}
