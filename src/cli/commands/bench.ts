// `blockwatt bench`: how fast the annotated program runs, beside the same program natively, as a module without counters,
// and under qemu-ppc.
import { fail } from "../../base/diagnostic.ts";
import { geometricMean, mean, median } from "../../report/figures.ts";
import type { BenchReport, BenchResult } from "../../report/schema.ts";
import { benchText } from "../../report/text.ts";
import { buildEmptyProgram } from "../../toolchain/qemu.ts";
import type { ProgramSize, ProgramSpec } from "../../toolchain/spec.ts";
import { onPath } from "../../toolchain/tools.ts";
import { benchmarkNames, loadProgramSpec } from "../../toolchain/spec.ts";
import type { CommandContext } from "../context.ts";
import { estimateProgram } from "../estimate.ts";
import { runReference } from "../executors.ts";
import { hostLoad, recordHistory } from "../history.ts";
import { openCore, type Core } from "../open-core.ts";
import { printDiagnostics, printReport } from "../output.ts";
import type { PreparedProgram } from "../prepare.ts";
import { preparePlain } from "../module-variants.ts";
import { loadElf, prepareProgram } from "../prepare.ts";
import type { Progress } from "../progress.ts";
import { createProgress } from "../progress.ts";
import { measureProgram, pairedRatio } from "./bench-measure.ts";

export interface BenchOptions {
  readonly core: string;
  readonly size: ProgramSize;
  readonly repetitions: number;
  readonly json?: boolean;
  readonly record?: boolean;
}

/** Most paired repetitions that make sense; a larger number is a slip of the finger. */
const MOST_REPETITIONS = 1000;

export async function benchCommand(
  context: CommandContext,
  names: readonly string[],
  options: BenchOptions,
): Promise<void> {
  const { repetitions, size } = options;
  if (!Number.isInteger(repetitions) || repetitions < 1 || repetitions > MOST_REPETITIONS) {
    fail("BW0923", `--repetitions takes a whole number from 1 to ${MOST_REPETITIONS}`);
  }
  const json = options.json ?? false;
  const core = await openCore(options.core);
  const wanted = names.length > 0 ? names : benchmarkNames();
  const specs: { spec: ProgramSpec; small: ProgramSpec }[] = [];
  for (const name of wanted) {
    specs.push({ spec: await loadProgramSpec(name, size), small: await loadProgramSpec(name, "small") });
  }
  const load = hostLoad();
  const progress = createProgress(json);
  try {
    const emptyElf = await emptyElfOrNull(core, context.signal);
    const results: BenchResult[] = [];
    let reference: number | null = null;
    for (const { spec, small } of specs) {
      const prepared = await prepareProgram(spec, core, { progress, signal: context.signal });
      results.push(await benchProgram(prepared, emptyElf, repetitions, progress, context.signal));
      reference ??= await referenceMips(prepared, small, progress, context.signal);
    }
    progress.finish();
    const report = benchReport(size, repetitions, results, reference);
    printReport(report, json, benchText);
    if (options.record) await recordHistory(report, load);
  } finally {
    progress.finish();
  }
}

async function benchProgram(
  prepared: PreparedProgram,
  emptyElf: string | null,
  repetitions: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<BenchResult> {
  const { spec, core, built, wasm, bundle } = prepared;
  const plain = await preparePlain(built);
  const { price } = await estimateProgram(prepared, { signal, progress });
  progress.step(`${spec.name}: measure`);
  const samples = await measureProgram(
    {
      spec,
      elfPath: built.elfPath,
      qemuCpu: core.toolchain.qemu_cpu,
      plain,
      annotated: { wasm, layout: bundle.layout },
    },
    { repetitions, emptyElf, signal, progress: progress.update },
  );
  const annotatedSeconds = median(samples.annotated);
  return {
    program: spec.name,
    core: core.name,
    native_seconds: median(samples.native),
    plain_wasm_seconds: median(samples.plain_wasm),
    annotated_seconds: annotatedSeconds,
    qemu_seconds: emptyElf === null ? null : median(samples.qemu),
    slowdown_vs_native: pairedRatio(samples.annotated, samples.native),
    annotation_overhead_pct: 100 * (pairedRatio(samples.annotated, samples.plain_wasm) - 1),
    mips: price.instructions / annotatedSeconds / 1e6,
    instructions: price.instructions,
    samples,
  };
}

/** Without qemu-ppc there is one column less, and a warning. */
async function emptyElfOrNull(core: Core, signal: AbortSignal): Promise<string | null> {
  if (onPath("qemu-ppc") !== undefined) return await buildEmptyProgram(core.toolchain, signal);
  const message = "qemu-ppc is not installed; its column is left out";
  const help = "apt-get install qemu-user (or run: npm run setup)";
  printDiagnostics([{ code: "BW0502", severity: "warning", message, help }]);
  return null;
}

/** Speed of the reference model on the program's small size: enough to see it, at its speed. */
async function referenceMips(
  prepared: PreparedProgram,
  small: ProgramSpec,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const { core } = prepared;
  progress.step(`${small.name}: reference model`);
  const run = await runReference(core, loadElf(prepared.built), small, { signal });
  return run.result.instructions / run.seconds / 1e6;
}

function benchReport(
  size: ProgramSize,
  repetitions: number,
  results: readonly BenchResult[],
  reference: number | null,
): BenchReport {
  const overheads = results.map((r) => 1 + r.annotation_overhead_pct / 100);
  return {
    schema: "blockwatt.bench/1",
    size,
    repetitions,
    results,
    summary: {
      geomean_slowdown_vs_native: geometricMean(results.map((r) => r.slowdown_vs_native)),
      geomean_annotation_overhead_pct: 100 * (geometricMean(overheads) - 1),
      mean_mips: mean(results.map((r) => r.mips)),
      reference_mips: reference,
    },
  };
}
