// Sizes that the generated engine and its messages share.

/** Instructions in flight at once, at most; a power of two. */
export const ringSize = 256;
/** Cycles without a retirement after which the pipeline counts as stuck. */
export const watchdogCycles = 100_000;
