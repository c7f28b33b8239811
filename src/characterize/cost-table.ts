// The cost table of one program on one core: for every machine edge and every edge that can precede it, what the block
// entered costs. Plain data; it is stored beside the annotated module, so that counts can be priced anywhere.

/** Cost of entering block `edge.to` through `edge` when `previous` was the edge before, and `earlier` the one before that. */
export interface EdgeCost {
  /** Machine edge id; -1 for the program's entry. */
  readonly edge: number;
  /** Machine edge id; -1 when nothing precedes. */
  readonly previous: number;
  /** Machine edge id of the edge before `previous`, where costs are known for each of these. */
  readonly earlier?: number;
  readonly cycles: number;
  readonly events: readonly number[];
}

/** Mean additional cost when an instruction takes a latency other than its base one. */
export interface LatencyCost {
  /** Address of the instruction. */
  readonly address: number;
  readonly block: number;
  /** The base option first. */
  readonly options: readonly number[];
  /** By option index: additional cycles and events; the base's are zero. */
  readonly cycles: readonly number[];
  readonly events: readonly (readonly number[])[];
}

export interface CostTable {
  readonly schema: "blockwatt.costs/1";
  readonly core: string;
  readonly modelHash: string;
  readonly eventNames: readonly string[];
  /** Instructions before a block that its costs were measured after. */
  readonly contextInstructions: number;
  readonly edges: readonly EdgeCost[];
  readonly latencies: readonly LatencyCost[];
  /** The edges' costs are measured when they have been executed. */
  readonly partial?: true;
}

/** Does every option cost the first one's surplus times its index? Then the sum of indexes prices all executions. */
export function isEvenlySpaced({ cycles, events }: LatencyCost): boolean {
  const near = (value: number, index: number, first: number): boolean =>
    Math.abs(value - index * first) < 1e-6;
  return cycles.every(
    (value, index) =>
      near(value, index, cycles[1] ?? 0) &&
      events[index]!.every((count, event) => near(count, index, events[1]?.[event] ?? 0)),
  );
}
