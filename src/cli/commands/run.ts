// `blockwatt run P`: the main job. Compiles, maps, characterizes and annotates what is not cached, runs, prices.
import { fail } from "../../base/diagnostic.ts";
import { readLineTable } from "../../elf/index.ts";
import { ZERO_CELSIUS } from "../../pipeline/energy.ts";
import { powerPrices } from "../../pipeline/power-prices.ts";
import { lineReports, linesText } from "../../report/lines.ts";
import { runText } from "../../report/text.ts";
import { startWatching } from "../../run/index.ts";
import type { ProgramSize } from "../../toolchain/spec.ts";
import type { CommandContext } from "../context.ts";
import { estimateProgram } from "../estimate.ts";
import { withPipedInput } from "../executors.ts";
import { openCore } from "../open-core.ts";
import { printReport } from "../output.ts";
import { loadElf, prepareProgram } from "../prepare.ts";
import { prepareLive } from "../module-variants.ts";
import { programSpec } from "../program-arguments.ts";
import type { ProgramOptions } from "../program-options.ts";
import { createProgress } from "../progress.ts";
import { orStopped, runLimits } from "../run-limits.ts";
import { sourceFiles } from "../source-files.ts";

export interface RunOptions extends ProgramOptions {
  readonly core: string;
  readonly size: ProgramSize;
  readonly mode: "counted" | "live";
  readonly json?: boolean;
  readonly allowIncomplete?: boolean;
  readonly voltage?: number;
  readonly clock?: number;
  /** Degrees Celsius. */
  readonly temperature?: number;
  /** Lines to print; true: the default number. */
  readonly lines?: number | true;
  readonly maxCycles?: number;
  /** Seconds. */
  readonly timeout?: number;
}

const defaultLines = 20;

export async function runCommand(
  context: CommandContext,
  program: string,
  more: readonly string[],
  options: RunOptions,
): Promise<void> {
  const json = options.json ?? false;
  for (const [name, value] of [
    ["--voltage", options.voltage],
    ["--clock", options.clock],
  ] as const) {
    if (value !== undefined && !(value > 0)) fail("BW0906", `${name} takes a number greater than zero`);
  }
  if (options.temperature !== undefined && !(options.temperature > -ZERO_CELSIUS)) {
    fail("BW0906", "--temperature takes degrees Celsius above absolute zero");
  }
  const lineLimit = options.lines === true ? defaultLines : options.lines;
  if (lineLimit !== undefined && !(Number.isInteger(lineLimit) && lineLimit > 0)) {
    fail("BW0906", "--lines takes a whole number greater than zero");
  }
  const limits = runLimits(options);
  startWatching();
  const core = await openCore(options.core);
  const spec = withPipedInput(
    await programSpec(program, more, options.size, context.programArguments, options),
  );
  const progress = createProgress(json);
  const prepare = async () => {
    const another = options.mode === "live" || limits !== undefined;
    const prepared = await prepareProgram(spec, core, {
      progress,
      signal: context.signal,
      compile: !another,
    });
    const live = another ? await prepareLive(prepared, progress) : undefined;
    return { prepared, live };
  };
  const { prepared, live } = await prepare().finally(progress.finish);
  const at = {
    ...(options.voltage === undefined ? {} : { voltage: options.voltage }),
    ...(options.clock === undefined ? {} : { frequencyHz: options.clock }),
    ...(options.temperature === undefined ? {} : { temperature: options.temperature + ZERO_CELSIUS }),
  };
  const run = estimateProgram(prepared, {
    signal: context.signal,
    echo: !json,
    saveFiles: true,
    ...(live && options.mode === "live" && { live }),
    ...(live && limits && { limited: { limits, module: live } }),
    allowIncomplete: options.allowIncomplete ?? false,
    at,
  });
  const estimated = await orStopped(run, context);
  if (estimated === null) return;
  const { report, code, price } = estimated;
  // The line table is read only for those who want it.
  if (!json && lineLimit === undefined) {
    printReport(report, json, runText);
    return;
  }
  const files = sourceFiles(spec);
  const table = readLineTable(loadElf(prepared.built));
  const lines = lineReports(code, price, powerPrices(core.model.power, at), table, files.pathOf);
  printReport(
    { ...report, lines },
    json,
    (whole) =>
      `${runText(whole)}\n\n${linesText(lines, report.cycles, lineLimit ?? defaultLines, files.lineOf)}`,
  );
}
