// `blockwatt simulate IMAGE… --uadl FILE [--adl FILE]`: program images on any described machine.
import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { DiagnosticError, fail } from "../../base/diagnostic.ts";
import { loadImage, loadSetup, programSimulator, runsPrograms, simulate } from "../../conform/index.ts";
import { printDat, resultDocument } from "../../dat/index.ts";
import { readElf } from "../../elf/index.ts";
import type { ElfFile } from "../../elf/index.ts";
import type { ProgramIo } from "../../iss/index.ts";
import type { CommandContext } from "../context.ts";
import { withDefaultSignals } from "../default-signals.ts";
import { printReport } from "../output.ts";
import { writeOutput } from "../output-file.ts";
import type { SourceFlags } from "../source-flags.ts";
import { definesOf } from "../source-flags.ts";

export interface SimulateOptions extends SourceFlags {
  readonly uadl: string;
  readonly adl?: string;
  readonly safeMode?: boolean;
  readonly instructions?: number;
  readonly trace?: string;
  readonly json?: boolean;
}

interface SimulateReport {
  readonly schema: "blockwatt.simulate/1";
  readonly core: string;
  readonly images: readonly string[];
  readonly instructions: number;
  /** Cycles until the last instruction completed, cycle 0 included. */
  readonly cycles: number;
  /** False: the limit of instructions ended the run. */
  readonly halted: boolean;
  readonly host: { readonly seconds: number; readonly mips: number };
}

/** Instructions whose traces are kept at most. */
const longestTrace = 1_000_000;

/** Fails: BW01xx and BW02xx faults of the description, BW0312 and BW036x of an image, BW0909 a wrong number, BW0903. */
export async function simulateCommand(
  context: CommandContext,
  images: readonly string[],
  options: SimulateOptions,
): Promise<void> {
  const { uadl, adl = uadl } = options;
  const limit = options.instructions ?? Number.MAX_SAFE_INTEGER;
  if (!Number.isInteger(limit) || limit < 1) fail("BW0909", "--instructions takes a whole number from 1");
  const setup = {
    adl: resolve(adl),
    uadl: resolve(uadl),
    includes: [...new Set([dirname(resolve(uadl)), dirname(resolve(adl)), ...(options.include ?? [])])],
    defines: definesOf(options),
    safeMode: options.safeMode ?? false,
    functionalMemory: false,
    tagsOnly: false,
    parameters: {},
  };
  const loaded = loadSetup(setup);
  if ("diagnostics" in loaded) throw new DiagnosticError(loaded.diagnostics);
  const { model } = loaded;
  const image = loadImage(images, model.isa);
  const errors = image.diagnostics.filter((one) => one.severity === "error");
  if (errors.length > 0) throw new DiagnosticError(errors);
  const elf = images.length === 1 ? executableOf(images[0]!) : undefined;
  context.signal.throwIfAborted();
  const trace = options.trace !== undefined;
  const before = performance.now();
  const executes =
    runsPrograms(model.isa) && elf
      ? programSimulator(model.isa, elf, programIo(images[0]!, options, context.programArguments))
      : undefined;
  const run = withDefaultSignals(() =>
    simulate(model, setup, image, {
      timed: trace ? Math.min(limit, longestTrace) : 0,
      instructions: limit,
      trace,
      ...(executes && { executes }),
    }),
  );
  const seconds = (performance.now() - before) / 1000;
  if (options.trace !== undefined) {
    const text = printDat(
      resultDocument(model.name, run.trace ?? [], run.finals ?? [], run.widthOf, [images.join(" ")]),
    );
    writeOutput(options.trace, text);
  }
  const report: SimulateReport = {
    schema: "blockwatt.simulate/1",
    core: model.name,
    images,
    instructions: run.instructions,
    cycles: run.cycles,
    halted: run.halted,
    host: { seconds, mips: run.instructions / seconds / 1e6 },
  };
  printReport(report, options.json ?? false, simulateText);
}

/** The executable in a file; undefined when it is something else. */
function executableOf(file: string): ElfFile | undefined {
  const bytes = readFileSync(file);
  return bytes[0] === 0x7f && bytes[1] === 0x45 ? readElf(bytes, file) : undefined;
}

/** The program is called as its file; what it writes goes on to our streams, unless a report in JSON stands there. */
function programIo(
  image: string,
  { json }: SimulateOptions,
  programArguments: readonly string[] = [],
): ProgramIo {
  const name = basename(image, ".elf");
  return {
    args: [name, ...programArguments],
    write: (descriptor, bytes) => {
      if (json !== true) (descriptor === 2 ? process.stderr : process.stdout).write(bytes);
    },
  };
}

function simulateText({ core, instructions, cycles, halted, host }: SimulateReport): string {
  return [
    `${core}: ${instructions} instructions in ${cycles} cycles (${(cycles / Math.max(1, instructions)).toFixed(3)} per instruction)${halted ? "" : ", not halted"}`,
    `host: ${host.seconds.toFixed(2)} s, ${host.mips.toFixed(2)} million instructions a second`,
  ].join("\n");
}
