// Runs annotated modules and reads their counts.

export { SIGNALS, UNALIGNED, signalText, type Signal } from "./faults.ts";
export { beginWatching, startWatching, whileWatching, type SignalName } from "./watcher.ts";
export { codeOfModule, restoreModule } from "./compiled-code.ts";
export { compileModule } from "./compiler-flags.ts";
export { runAnnotated, type Interruptible, type RunInput, type RunResult } from "./run.ts";
export { STOPPED, type RunLimits } from "./limits.ts";
export type { LiveTotals } from "./live.ts";
export type { MemoryGuard } from "./memory-guard.ts";
export type { SegmentMap } from "./host-memory.ts";
