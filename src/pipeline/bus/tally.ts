// Counters of caches and buses for energy events: places in the engine's counters, or a list of their own.
import type { TrafficCounters } from "../events.ts";

export interface Tally extends TrafficCounters {
  readonly counters: Float64Array;
}

/** Counts for itself alone. */
export function ownTally(): Tally {
  return { counters: new Float64Array(5), hit: 0, miss: 1, refill: 2, read: 3, write: 4 };
}
