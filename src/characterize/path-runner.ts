// What characterization needs of the reference pipeline: run a straight path of instruction addresses from an empty
// pipeline until it has drained, and say how long that took and which energy events happened.

/** Latency forced on one instruction of a path: its position in the path → cycles. */
export type ForcedLatencies = ReadonlyMap<number, number>;

export interface PathMeasurement {
  /** Cycles from reset until the last instruction of the path has completed. */
  readonly cycles: number;
  /** Occurrences of each event, in the order of `eventNames`. */
  readonly events: ArrayLike<number>;
}

export interface PathRunner {
  readonly eventNames: readonly string[];
  /** Instructions of context after which nothing older can matter: covers the pipeline's depth and its buffers. */
  readonly contextInstructions: number;
  /** The returned object is reused by the next call. */
  run(path: ArrayLike<number>, forced?: ForcedLatencies): PathMeasurement;
  /**
   * The part of the instruction at `address` that timing depends on, as text: operation, registers, prediction
   * direction; immediates and displacements left out. Equal texts at equal alignment time equally.
   */
  signature(address: number): string;
  /** Addresses that the fetch unit may take up by wrong prediction when `next` follows `address`; [] when predicted right. */
  wrongPath(address: number, next: number): readonly number[];
  /** Latencies that the instruction can take depending on its operands, the base one first; [] when it is fixed. */
  latencyOptions(address: number): readonly number[];
}
