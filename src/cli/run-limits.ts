// `--max-cycles` and `--timeout`: what they take, and what a run that they end says.
import { DiagnosticError, fail } from "../base/diagnostic.ts";
import { readLineTable, type ElfFile } from "../elf/index.ts";
import { interruptedDiagnostic, LimitReached, stoppedDiagnostic } from "../run/limits.ts";
import { STOPPED, type RunLimits, type SignalName } from "../run/index.ts";
import type { CommandContext } from "./context.ts";
import { printDiagnostics } from "./output.ts";
import { functionAt } from "./program-fault.ts";

/** Exit status of a run that a limit ended; that of the `timeout` command. */
const STOPPED_STATUS = 124;

export interface LimitOptions {
  readonly maxCycles?: number;
  /** Seconds. */
  readonly timeout?: number;
}

/** The limits, or undefined when there are none. Fails: BW0906. */
export function runLimits({ maxCycles, timeout }: LimitOptions): RunLimits | undefined {
  if (maxCycles !== undefined && !(maxCycles > 0))
    fail("BW0906", "--max-cycles takes a number greater than zero");
  if (timeout !== undefined && !(timeout > 0)) fail("BW0906", "--timeout takes seconds, greater than zero");
  if (maxCycles === undefined && timeout === undefined) return undefined;
  return {
    ...(maxCycles === undefined ? {} : { cycles: maxCycles }),
    ...(timeout === undefined ? {} : { seconds: timeout }),
  };
}

/** The run's result; null when a limit ended it: then it has been said, and the exit status is set. */
export async function orStopped<T>(run: Promise<T>, context: CommandContext): Promise<T | null> {
  try {
    return await run;
  } catch (error) {
    if (!(error instanceof DiagnosticError) || error.diagnostics[0]?.code !== STOPPED) throw error;
    printDiagnostics(error.diagnostics);
    context.setStatus(STOPPED_STATUS);
    return null;
  }
}

/** The diagnostic of the functional simulator, ended by a signal with the next instruction at `pc`, or near it. */
export function interruptedSimulator(elf: ElfFile, pc: number, signal: SignalName): DiagnosticError {
  const { frames, place } = placeAt(elf, pc);
  return interruptedDiagnostic(signal, frames, place, "in the functional simulator");
}

/** Function and "file:line" at an address, as far as they are known. */
function placeAt(elf: ElfFile, pc: number): { frames: readonly string[]; place: string | undefined } {
  const line = readLineTable(elf).find(pc);
  const fn = functionAt(elf, pc);
  return {
    frames: fn === undefined ? [] : [fn],
    place: line === undefined ? undefined : `${line.file}:${String(line.line)}`,
  };
}

/**
 * The diagnostic of the reference model, stopped with the next instruction at `pc`: by a limit, or (null) by the user after so
 * many joules.
 */
export function stoppedReference(
  elf: ElfFile,
  pc: number,
  cycles: number,
  reached: { readonly limits: RunLimits; readonly late: boolean } | { readonly joules: number },
): DiagnosticError {
  const { frames, place } = placeAt(elf, pc);
  if ("joules" in reached) {
    const spent = `${String(cycles)} cycles and ${reached.joules.toExponential(3)} J so far`;
    return interruptedDiagnostic(undefined, frames, place, spent);
  }
  const { limits, late } = reached;
  return stoppedDiagnostic(new LimitReached(late ? "seconds" : "cycles", cycles), limits, place, frames);
}
