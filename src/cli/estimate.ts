// Runs a prepared program host-compiled, with its input and output, at an operating point.
//
// The module takes the IR's word for alignment where it can be checked for free, and traps when the word was wrong. The
// program is then run again, from its start, with a module that does such accesses as the target does: runs are
// reproducible, so what the first one printed is left out of the second one's output.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DiagnosticError } from "../base/diagnostic.ts";
import type { OperatingPoint } from "../pipeline/energy.ts";
import { powerPrices } from "../pipeline/power-prices.ts";
import type { Estimate } from "../report/estimate.ts";
import { estimate } from "../report/estimate.ts";
import type { RunReport } from "../report/schema.ts";
import { beginWatching, UNALIGNED, type MemoryGuard, type RunLimits } from "../run/index.ts";
import { memoryGuard } from "../toolchain/memory-guard.ts";
import { endInterrupted, noticeSignalsWatching, withDefaultSignals } from "./default-signals.ts";
import { executedCosts } from "./executed-costs.ts";
import { programStreams, sha256, type ProgramStreams } from "./executors.ts";
import { prepareLive, prepareTolerant, type StoredModule } from "./module-variants.ts";
import { SOURCE_MAP, type PreparedProgram } from "./prepare.ts";
import { silentProgress, type Progress } from "./progress.ts";

export interface EstimateOptions {
  /** Signals that came while the run was prepared. */
  readonly signal: AbortSignal;
  /** Pass the program's output on as it comes. */
  readonly echo?: boolean;
  /** Write what the program changed in its mounts to the host. */
  readonly saveFiles?: boolean;
  /** Live mode: the module of `prepareLive`. */
  readonly live?: StoredModule;
  /** Ends the run; `module` is that of `prepareLive`, in whatever mode. */
  readonly limited?: { readonly limits: RunLimits; readonly module: StoredModule };
  readonly at?: OperatingPoint;
  /** Report although executed code has no cost. */
  readonly allowIncomplete?: boolean;
  readonly progress?: Progress;
}

export interface EstimatedRun extends Omit<Estimate, "report"> {
  readonly stdout: Buffer;
  /** See `ProgramStreams.filesDigest`. */
  readonly files: string;
  readonly report: RunReport;
}

/** Fails: the signal was aborted before; BW0810 the program faulted; BW0812 executed code has no cost (unless allowed). */
export async function estimateProgram(
  prepared: PreparedProgram,
  options: EstimateOptions,
): Promise<EstimatedRun> {
  const streams = programStreams(prepared.spec, options.echo);
  const sourceMap = (): string => readFileSync(join(prepared.folder, SOURCE_MAP), "utf8");
  const made = { wasm: prepared.wasm, layout: prepared.bundle.layout, sourceMap };
  const another = options.live ?? options.limited?.module;
  const compiled = another ? undefined : await prepared.compiled;
  const guard = await memoryGuard();
  await noticeSignalsWatching(options.signal);
  try {
    return runOnce(prepared, options, another ?? made, streams, guard, compiled);
  } catch (error) {
    const what = error instanceof DiagnosticError ? error.diagnostics[0] : undefined;
    if (what?.code !== UNALIGNED) throw error;
    const progress = options.progress ?? silentProgress;
    const tolerant =
      options.live || options.limited
        ? await prepareLive(prepared, progress, "any")
        : await prepareTolerant(prepared, progress);
    const passed = { stdout: streams.stdout().length, stderr: streams.stderr().length };
    const rest = programStreams(prepared.spec, options.echo, passed);
    await noticeSignalsWatching(options.signal);
    const again = runOnce(prepared, options, tolerant, rest, guard);
    const warning = `${what.message}; the program was run again with a module that tolerates it`;
    return {
      ...again,
      report: { ...again.report, warnings: [...(again.report.warnings ?? []), warning] },
    };
  }
}

function runOnce(
  prepared: PreparedProgram,
  options: EstimateOptions,
  { wasm, layout, sourceMap }: StoredModule,
  streams: ProgramStreams,
  guard: MemoryGuard | undefined,
  compiled?: WebAssembly.Module,
): EstimatedRun {
  const { power } = prepared.core.model;
  beginWatching();
  const result = withDefaultSignals(() =>
    estimate({
      bundle: { ...prepared.bundle, layout },
      wasm,
      sourceMap,
      ...(compiled && { compiled }),
      ...(guard && { guard }),
      interrupted: endInterrupted,
      io: streams.io,
      prices: powerPrices(power, options.at),
      prepared: { seconds: prepared.totalSeconds, steps: prepared.seconds },
      measure: (edges) => executedCosts(prepared, edges, options.progress ?? silentProgress),
      ...(options.live && { live: { prices: powerPrices(power) } }),
      ...(options.limited && { limits: options.limited.limits }),
      ...(options.allowIncomplete === undefined ? {} : { allowIncomplete: options.allowIncomplete }),
    }),
  );
  if (options.saveFiles === true) streams.saveFiles();
  const stdout = streams.stdout();
  return {
    ...result,
    stdout,
    files: streams.filesDigest(),
    report: { ...result.report, stdout_sha256: sha256(stdout) },
  };
}
