// Limits of a run: how many cycles, how much time on this machine. Only a module with live accounting knows what it has spent
// while it runs, and calls the host now and then; a run with limits uses one, whatever its mode.

import { LIVE_CYCLE } from "../annotate/layout.ts";
import { DiagnosticError } from "../base/diagnostic.ts";

/** Code of the diagnostic for a run that a limit ended. */
export const STOPPED = "BW0814";

export interface RunLimits {
  /** Target cycles. */
  readonly cycles?: number;
  /** Seconds on this machine. */
  readonly seconds?: number;
}

/** Cycles between two looks at the host's clock: some tens of microseconds. */
const CLOCK_PERIOD = 100_000;

/** Thrown through the program's frames by the module's call of the host. */
export class LimitReached extends Error {
  readonly cycles: number;
  readonly limit: keyof RunLimits;
  constructor(limit: keyof RunLimits, cycles: number) {
    super(limit);
    this.limit = limit;
    this.cycles = cycles;
  }
}

/** The module's import around the one that samples: ends the run when a limit is passed. Totals are raw. */
export function limited(
  sample: (cycles: number, energy: number) => number,
  limits: RunLimits,
): (cycles: number, energy: number) => number {
  const most = limits.cycles === undefined ? Infinity : limits.cycles * LIVE_CYCLE;
  const deadline = limits.seconds === undefined ? Infinity : performance.now() + 1000 * limits.seconds;
  const clock = limits.seconds === undefined ? Infinity : CLOCK_PERIOD * LIVE_CYCLE;
  let due = 0;
  return (cycles, energy) => {
    if (cycles >= most) throw new LimitReached("cycles", cycles / LIVE_CYCLE);
    if (performance.now() >= deadline) throw new LimitReached("seconds", cycles / LIVE_CYCLE);
    if (cycles >= due) due = sample(cycles, energy);
    return Math.min(due, most, cycles + clock);
  };
}

/** Where and when it was stopped. `place` is the loop or call where it was, `frames` the functions, the innermost first. */
export function stoppedDiagnostic(
  reached: LimitReached,
  limits: RunLimits,
  place: string | undefined,
  frames: readonly string[],
): DiagnosticError {
  const why =
    reached.limit === "cycles"
      ? `${String(limits.cycles)} cycles (--max-cycles)`
      : `${String(limits.seconds)} seconds (--timeout)`;
  const [innermost] = frames;
  const where = [
    ...(innermost === undefined ? [] : [`in ${innermost}`]),
    ...(place === undefined ? [] : [`at ${place}`]),
  ].join(" ");
  const shown = frames.slice(0, 12);
  return new DiagnosticError([
    {
      code: STOPPED,
      severity: "error",
      message: `stopped after ${why}: ${where === "" ? "" : `${where}, `}${String(Math.round(reached.cycles))} cycles so far`,
      ...(shown.length > 1
        ? { help: `called from: ${shown.slice(1).join(" ← ")}${frames.length > shown.length ? " ← …" : ""}` }
        : {}),
    },
  ]);
}
