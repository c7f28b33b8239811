// `blockwatt simulate IMAGE… --uadl FILE [--adl FILE]`: program images on any described machine.
import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { DiagnosticError, fail } from "../../base/diagnostic.ts";
import { loadImage, loadSetup, programSimulator, runsPrograms, simulate } from "../../conform/index.ts";
import { printDat, resultDocument } from "../../dat/index.ts";
import { readElf } from "../../elf/index.ts";
import type { ElfFile, ElfSymbol } from "../../elf/index.ts";
import { createDisassembler } from "../../isa/index.ts";
import type { ProgramIo } from "../../iss/index.ts";
import type { Simulated } from "../../conform/index.ts";
import type { IsaModel } from "../../machine/model.ts";
import type { CommandContext } from "../context.ts";
import { beginWatching, startWatching, whileWatching } from "../../run/index.ts";
import { noticeSignals, withDefaultSignals } from "../default-signals.ts";
import { printReport } from "../output.ts";
import { writeOutput } from "../output-file.ts";
import type { SourceFlags } from "../source-flags.ts";
import { definesOf } from "../source-flags.ts";

export interface SimulateOptions extends SourceFlags {
  readonly uadl: string;
  readonly adl?: string;
  readonly safeMode?: boolean;
  readonly instructions?: number;
  readonly maxCycles?: number;
  readonly timeout?: number;
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
  /** False: a limit ended the run. */
  readonly halted: boolean;
  /** What ended the run, a limit of cycles or time or Ctrl-C, and where the program was. */
  readonly stopped?: {
    readonly by: "max-cycles" | "timeout" | "signal";
    /** Of the instruction that would have been executed next, and its text. */
    readonly address: number;
    readonly instruction: string;
    /** The symbol that it is in, where the image names any. */
    readonly symbol?: string;
    readonly offset?: number;
  };
  readonly host: { readonly seconds: number; readonly mips: number };
}

/** Cycles that the engine can count. */
const MOST_CYCLES = 2 ** 31 - 2;

/** Exit status of a run that --max-cycles or --timeout ended, as that of timeout(1). */
const STOPPED_STATUS = 124;

/** Of one that Ctrl-C or SIGTERM ended. */
const INTERRUPTED_STATUS = 130;

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
  const { maxCycles, timeout } = options;
  if (maxCycles !== undefined && (!Number.isInteger(maxCycles) || maxCycles < 1 || maxCycles > MOST_CYCLES))
    fail("BW0909", `--max-cycles takes a whole number from 1 to ${MOST_CYCLES}`);
  if (timeout !== undefined && !(timeout > 0)) fail("BW0909", "--timeout takes a number of seconds above 0");
  startWatching();
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
  await noticeSignals(context.signal);
  const trace = options.trace !== undefined;
  const before = performance.now();
  const executes =
    runsPrograms(model.isa) && elf
      ? programSimulator(model.isa, elf, programIo(images[0]!, options, context.programArguments))
      : undefined;
  let asked = false;
  const simulated = (): Simulated =>
    simulate(model, setup, image, {
      stop: () => asked,
      timed: trace ? Math.min(limit, longestTrace) : 0,
      instructions: limit,
      trace,
      cycles: maxCycles ?? MOST_CYCLES,
      ...(timeout === undefined ? {} : { seconds: timeout }),
      ...(executes && { executes }),
    });
  beginWatching();
  const run = withDefaultSignals(() => whileWatching(() => (asked = true), simulated));
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
    ...(run.stopped ? { stopped: stoppedAt(run, run.stopped, model.isa, elf) } : {}),
    host: { seconds, mips: run.instructions / seconds / 1e6 },
  };
  printReport(report, options.json ?? false, simulateText);
  if (run.stopped) context.setStatus(run.stopped.by === "signal" ? INTERRUPTED_STATUS : STOPPED_STATUS);
}

/** Where the program was when a limit ended it. */
function stoppedAt(
  { machine }: Simulated,
  { by, address }: NonNullable<Simulated["stopped"]>,
  isa: IsaModel,
  elf: ElfFile | undefined,
): NonNullable<SimulateReport["stopped"]> {
  const word = machine.memoryWord(address, 4);
  const text = word === undefined ? undefined : createDisassembler(isa).disassemble(word, address);
  let inside: ElfSymbol | undefined;
  for (const symbol of elf?.symbols ?? []) {
    if (symbol.address <= address && (!inside || symbol.address >= inside.address) && symbol.name !== "")
      inside = symbol;
  }
  return {
    by: by === "cycles" ? "max-cycles" : by === "seconds" ? "timeout" : by,
    address,
    instruction: text ?? "",
    ...(inside ? { symbol: inside.name, offset: address - inside.address } : {}),
  };
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

function stoppedText({
  by,
  address,
  instruction,
  symbol,
  offset = 0,
}: NonNullable<SimulateReport["stopped"]>) {
  const where = symbol === undefined ? "" : ` in ${symbol}${offset === 0 ? "" : `+0x${offset.toString(16)}`}`;
  return `stopped by ${by === "signal" ? "a signal" : `--${by}`} before 0x${address.toString(16).padStart(8, "0")}${where}: ${instruction}`;
}

function simulateText({ core, instructions, cycles, halted, stopped, host }: SimulateReport): string {
  return [
    ...(stopped ? [stoppedText(stopped)] : []),
    `${core}: ${instructions} instructions in ${cycles} cycles (${(cycles / Math.max(1, instructions)).toFixed(3)} per instruction)${halted ? "" : ", not halted"}`,
    `host: ${host.seconds.toFixed(2)} s, ${host.mips.toFixed(2)} million instructions a second`,
  ].join("\n");
}
