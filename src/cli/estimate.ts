// Runs a prepared program host-compiled, with its input and output, at an operating point.
import type { AnnotatedProgram } from "../annotate/index.ts";
import type { OperatingPoint } from "../pipeline/energy.ts";
import { powerPrices } from "../pipeline/power-prices.ts";
import type { Estimate } from "../report/estimate.ts";
import { estimate } from "../report/estimate.ts";
import type { RunReport } from "../report/schema.ts";
import { withDefaultSignals } from "./default-signals.ts";
import { programStreams, sha256 } from "./executors.ts";
import type { PreparedProgram } from "./prepare.ts";

export interface EstimateOptions {
  /** Pass the program's output on as it comes. */
  readonly echo?: boolean;
  /** Live mode: the module of `prepareLive`. */
  readonly live?: AnnotatedProgram;
  readonly at?: OperatingPoint;
  /** Report although executed code has no cost. */
  readonly allowIncomplete?: boolean;
}

export interface EstimatedRun extends Omit<Estimate, "report"> {
  readonly stdout: Buffer;
  readonly report: RunReport;
}

/** Fails: BW0810 the program faulted; BW0812 executed code has no cost (unless allowed). */
export function estimateProgram(prepared: PreparedProgram, options: EstimateOptions = {}): EstimatedRun {
  const streams = programStreams(prepared.spec, options.echo);
  const { live } = options;
  const { power } = prepared.core.model;
  const result = withDefaultSignals(() =>
    estimate({
      bundle: live ? { ...prepared.bundle, layout: live.layout } : prepared.bundle,
      wasm: live ? live.wasm : prepared.wasm,
      io: streams.io,
      prices: powerPrices(power, options.at),
      prepared: { seconds: prepared.totalSeconds, steps: prepared.seconds },
      ...(live && { live: { prices: powerPrices(power) } }),
      ...(options.allowIncomplete === undefined ? {} : { allowIncomplete: options.allowIncomplete }),
    }),
  );
  const stdout = streams.stdout();
  return { ...result, stdout, report: { ...result.report, stdout_sha256: sha256(stdout) } };
}
