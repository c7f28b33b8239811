// Runs annotated modules and reads their counts.

export { SIGNALS, UNALIGNED, signalText, type Signal } from "./faults.ts";
export { beginWatching, startWatching, whileWatching, type SignalName } from "./watcher.ts";
export { compileModule, runAnnotated, type Interruptible, type RunInput, type RunResult } from "./run.ts";
export { STOPPED, type RunLimits } from "./limits.ts";
export type { LiveTotals } from "./live.ts";
export type { MemoryGuard } from "./memory-guard.ts";
export type { SegmentMap } from "./host-memory.ts";
