// Limits of a run: how many cycles, how much time on this machine. Only a module with live accounting knows what it has spent
// while it runs, and calls the host now and then; a run with limits uses one, whatever its mode.

import { LIVE_CYCLE } from "../annotate/layout.ts";
import { DiagnosticError } from "../base/diagnostic.ts";
import type { WasmFrame } from "./frames.ts";
import { placeOfByte } from "./source-map.ts";
import type { SignalName } from "./watcher.ts";

/** Code of the diagnostic for a run that a limit ended. */
export const STOPPED = "BW0814";

/** Code of the diagnostic for a run that a signal ended. */
export const INTERRUPTED = "BW0816";

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
  const message = `stopped after ${why}: ${whereOf(frames, place)}${String(Math.round(reached.cycles))} cycles so far`;
  return ended(STOPPED, message, frames);
}

/** Where the run was when a signal came. `spent` tells what it had taken until then. */
export function interruptedDiagnostic(
  signal: SignalName | undefined,
  frames: readonly string[],
  place: string | undefined,
  spent: string,
): DiagnosticError {
  const what = `interrupted${signal === undefined ? "" : ` (${signal})`}`;
  return ended(INTERRUPTED, `${what}: ${whereOf(frames, place)}${spent}`, frames, 130);
}

/** "file.c:3", where the innermost of these frames is. */
export function lineOfFrame(
  [innermost]: readonly WasmFrame[],
  sourceMap: (() => string) | undefined,
): string | undefined {
  if (innermost === undefined || sourceMap === undefined) return undefined;
  const place = placeOfByte(sourceMap(), innermost.offset);
  return place && `${place.file}:${String(place.line)}`;
}

/** "in f at file.c:3, ", or as much of it as is known. */
function whereOf([innermost]: readonly string[], place: string | undefined): string {
  const where = [
    ...(innermost === undefined ? [] : [`in ${innermost}`]),
    ...(place === undefined ? [] : [`at ${place}`]),
  ].join(" ");
  return where === "" ? "" : `${where}, `;
}

function ended(
  code: string,
  message: string,
  frames: readonly string[],
  exitStatus?: number,
): DiagnosticError {
  const shown = frames.slice(0, 12);
  return new DiagnosticError([
    {
      code,
      severity: "error",
      message,
      ...(shown.length > 1
        ? { help: `called from: ${shown.slice(1).join(" ← ")}${frames.length > shown.length ? " ← …" : ""}` }
        : {}),
      ...(exitStatus === undefined ? {} : { exitStatus }),
    },
  ]);
}
