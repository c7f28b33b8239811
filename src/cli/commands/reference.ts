// `blockwatt reference P`: the whole program on the cycle-accurate reference model.
import { readFileSync } from "node:fs";
import { readElf } from "../../elf/index.ts";
import type { ReferenceReport } from "../../report/schema.ts";
import { referenceText } from "../../report/text.ts";
import { buildProgram } from "../../toolchain/build.ts";
import type { ProgramSize, ProgramSpec } from "../../toolchain/spec.ts";
import type { CommandContext } from "../context.ts";
import type { ReferenceRun } from "../executors.ts";
import { runReference, sha256, withPipedInput } from "../executors.ts";
import { openCore, type Core } from "../open-core.ts";
import { printReport } from "../output.ts";
import { programSpec } from "../program-arguments.ts";
import type { ProgramOptions } from "../program-options.ts";
import { createProgress } from "../progress.ts";
import { orStopped, runLimits, type LimitOptions } from "../run-limits.ts";

export async function referenceCommand(
  context: CommandContext,
  program: string,
  more: readonly string[],
  options: ProgramOptions & LimitOptions & { core: string; size: ProgramSize; json?: boolean },
): Promise<void> {
  const json = options.json ?? false;
  const limits = runLimits(options);
  const core = await openCore(options.core);
  const spec = withPipedInput(
    await programSpec(program, more, options.size, context.programArguments, options),
  );
  const progress = createProgress(json);
  try {
    const built = await buildProgram(spec, core.toolchain, {
      signal: context.signal,
      progress: progress.step,
    });
    progress.step(`${spec.name}: reference model`);
    const elf = readElf(readFileSync(built.elfPath), built.elfPath);
    const running = runReference(core, elf, spec, {
      signal: context.signal,
      echo: !json,
      saveFiles: true,
      ...(limits && { limits }),
    });
    const run = await orStopped(running, context).finally(progress.finish);
    if (run === null) return;
    printReport(referenceReport(spec, core, run), json, referenceText);
  } finally {
    progress.finish();
  }
}

export function referenceReport(spec: ProgramSpec, core: Core, run: ReferenceRun): ReferenceReport {
  const { result } = run;
  const clock = core.model.power.frequency.value;
  const seconds = result.cycles / clock;
  return {
    schema: "blockwatt.reference/1",
    program: spec.name,
    core: core.name,
    clock_hz: clock,
    voltage_v: core.model.power.voltage.value,
    exit_code: run.exitCode,
    stdout_sha256: sha256(run.stdout),
    instructions: result.instructions,
    cycles: result.cycles,
    seconds,
    energy_j: result.energyJoules,
    average_power_w: result.energyJoules / seconds,
    stalls: result.stalls,
    energy: result.energy,
    host: { run_seconds: run.seconds, mips: result.instructions / run.seconds / 1e6 },
  };
}
