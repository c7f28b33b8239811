// What every step of a build is handed: where to report progress, how it is cancelled, and how work is spread.

import { cpus } from "node:os";

export interface BuildOptions {
  /** Called with a short text when a step begins. */
  readonly progress?: (step: string) => void;
  /** Cancels the build: running tools are stopped, and nothing half is left. */
  readonly signal?: AbortSignal;
}

/** An options object with `signal` only when there is one (exactOptionalPropertyTypes). */
export function signalOf(options: BuildOptions): { signal?: AbortSignal } {
  return options.signal === undefined ? {} : { signal: options.signal };
}

/** Runs `work` on every item, as many at a time as there are processors (at most 8). */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) await work(items[next++]!);
  };
  const workers = Math.max(1, Math.min(8, cpus().length, items.length));
  await Promise.all(Array.from({ length: workers }, worker));
}
