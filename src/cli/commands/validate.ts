// `blockwatt validate`: is the estimate right? Each program runs host-compiled, on the functional simulator, on the
// reference model and on qemu-ppc; outputs must be equal bit for bit, block and edge counts must be equal, and the
// errors of time and energy against the reference model are reported.
import { fail } from "../../base/diagnostic.ts";
import { verifyCounts } from "../../match/verify.ts";
import { mean } from "../../report/figures.ts";
import type { ValidateReport, ValidateResult } from "../../report/schema.ts";
import { validateText } from "../../report/text.ts";
import { runQemu } from "../../toolchain/qemu.ts";
import { benchmarkNames } from "../../toolchain/spec.ts";
import type { ProgramSize } from "../../toolchain/spec.ts";
import type { CommandContext } from "../context.ts";
import { noticeSignalsWatching } from "../default-signals.ts";
import { estimateProgram } from "../estimate.ts";
import { inputOf, runFunctional, runReference, sha256 } from "../executors.ts";
import { hostLoad, recordHistory } from "../history.ts";
import type { Core } from "../open-core.ts";
import { copiedMounts, mountsDigest } from "../host-files.ts";
import { openCore, realCores } from "../open-core.ts";
import { printReport } from "../output.ts";
import { loadElf, prepareProgram } from "../prepare.ts";
import { programSpec } from "../program-arguments.ts";
import type { ProgramOptions } from "../program-options.ts";
import type { Progress } from "../progress.ts";
import { createProgress } from "../progress.ts";

export interface ValidateOptions extends ProgramOptions {
  readonly all?: boolean;
  readonly core: string;
  readonly allCores?: boolean;
  readonly json?: boolean;
  readonly size: ProgramSize;
  readonly tolerance: number;
  readonly record?: boolean;
}

export async function validateCommand(
  context: CommandContext,
  names: readonly string[],
  options: ValidateOptions,
): Promise<void> {
  const programs = options.all === true ? benchmarkNames() : names;
  if (programs.length === 0)
    fail("BW0907", "no program to validate", "name programs, or say --all for every benchmark");
  const json = options.json ?? false;
  const load = hostLoad();
  const progress = createProgress(json);
  const results: ValidateResult[] = [];
  try {
    for (const coreName of options.allCores === true ? realCores() : [options.core]) {
      const core = await openCore(coreName);
      for (const program of programs)
        results.push(await validateOne(context, program, core, options, progress));
    }
  } finally {
    progress.finish();
  }
  const report: ValidateReport = { schema: "blockwatt.validate/1", results, summary: summarize(results) };
  if (options.record === true) await recordHistory(report, load);
  printReport(report, json, validateText);
  const { summary } = report;
  const good =
    summary.all_outputs_identical &&
    summary.all_counts_equal &&
    summary.max_abs_timing_error_pct <= options.tolerance &&
    summary.max_abs_energy_error_pct <= options.tolerance;
  if (!good) context.setStatus(1);
}

async function validateOne(
  context: CommandContext,
  program: string,
  core: Core,
  options: ValidateOptions,
  progress: Progress,
): Promise<ValidateResult> {
  const { signal } = context;
  const { size } = options;
  const spec = await programSpec(program, [], size, context.programArguments, options);
  const prepared = await prepareProgram(spec, core, { progress, signal });
  progress.step(`${spec.name}: host-compiled run`);
  const host = await estimateProgram(prepared, { signal, progress });
  const elf = loadElf(prepared.built);
  progress.step(`${spec.name}: functional simulator`);
  await noticeSignalsWatching(signal);
  const functional = runFunctional(core, elf, spec, true);
  const check = verifyCounts(host.code, host.machine, functional.iss.profile);
  progress.step(`${spec.name}: qemu-ppc`);
  const qemu = await runQemu(core.toolchain.qemu_cpu, prepared.built.elfPath, spec.args, inputOf(spec), {
    signal,
    files: spec,
    after: (folder) => mountsDigest(copiedMounts(spec.mounts, folder)),
  });
  progress.step(`${spec.name}: reference model`);
  const reference = await runReference(core, elf, spec, {
    signal,
    cycles: (done) => progress.update(done, host.report.cycles),
  });
  const outcome = (stdout: Uint8Array, exitCode: number, files: string): string =>
    `${sha256(stdout)} ${exitCode}${files === "" ? "" : ` ${files}`}`;
  const outputs = {
    annotated: outcome(host.stdout, host.report.exit_code, host.files),
    functional: outcome(functional.stdout, functional.exitCode, functional.files),
    reference: outcome(reference.stdout, reference.exitCode, reference.files),
    qemu: outcome(qemu.stdout, qemu.exitCode, qemu.after ?? ""),
  };
  const { report } = host;
  const { result } = reference;
  const error = (estimated: number, real: number): number => 100 * (estimated / real - 1);
  return {
    program: spec.name,
    core: core.name,
    size,
    output_identical: new Set(Object.values(outputs)).size === 1,
    outputs,
    block_counts_equal: check.differences.every((difference) => difference.kind !== "block"),
    edge_counts_equal:
      check.differences.every((difference) => difference.kind !== "edge") &&
      check.unknownTransfers.length === 0,
    timing_error_pct: error(host.price.cycles, result.cycles),
    energy_error_pct: error(report.energy_j, result.energyJoules),
    instruction_error_pct: error(report.instructions, functional.iss.instructions),
    reference: {
      instructions: result.instructions,
      cycles: result.cycles,
      energy_j: result.energyJoules,
      mips: result.instructions / reference.seconds / 1e6,
    },
    estimate: {
      instructions: report.instructions,
      cycles: report.cycles,
      energy_j: report.energy_j,
      mips: report.host.mips,
    },
  };
}

function summarize(results: readonly ValidateResult[]): ValidateReport["summary"] {
  const timing = results.map((result) => Math.abs(result.timing_error_pct));
  const energy = results.map((result) => Math.abs(result.energy_error_pct));
  return {
    programs: results.length,
    mean_abs_timing_error_pct: mean(timing),
    max_abs_timing_error_pct: Math.max(...timing),
    mean_abs_energy_error_pct: mean(energy),
    max_abs_energy_error_pct: Math.max(...energy),
    all_outputs_identical: results.every((result) => result.output_identical),
    all_counts_equal: results.every((result) => result.block_counts_equal && result.edge_counts_equal),
  };
}
