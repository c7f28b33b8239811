// Runs annotated modules and reads their counts.

export { runAnnotated, UNALIGNED, type RunInput, type RunResult } from "./run.ts";
export { STOPPED, type RunLimits } from "./limits.ts";
export type { LiveTotals } from "./live.ts";
export type { SegmentMap } from "./host-memory.ts";
