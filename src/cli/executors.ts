// Runs a built program on each executor and keeps what it printed: the reference model, the functional simulator.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";
import { fail, type DiagnosticError } from "../base/diagnostic.ts";
import type { ElfFile } from "../elf/index.ts";
import type { Iss, IssOptions, ProgramIo } from "../iss/index.ts";
import { createIss } from "../iss/index.ts";
import type { PipelineResult } from "../pipeline/index.ts";
import { codeOfElf, createIssOracle, createPipeline } from "../pipeline/index.ts";
import type { ProgramSpec } from "../toolchain/spec.ts";
import { beginWatching, whileWatching, type RunLimits } from "../run/index.ts";
import { interruptedSimulator, stoppedReference } from "./run-limits.ts";
import { endInterrupted, withDefaultSignals } from "./default-signals.ts";
import { tellingFaults } from "./program-fault.ts";
import { hostFiles, mountsDigest } from "./host-files.ts";
import type { Core } from "./open-core.ts";

/** A program's input and output: what it gets, and where what it prints goes. */
export interface ProgramStreams {
  readonly io: ProgramIo;
  /** Bytes written to standard output so far. */
  stdout(): Buffer;
  stderr(): Buffer;
  /** Hash of all mounted files as the program left them; empty without mounts. */
  filesDigest(): string;
  /** Writes what the program changed in its mounts to the host. */
  saveFiles(): void;
}

/** What was piped into this process, read when a program asks for it first; nothing from a terminal. */
let piped: Uint8Array | undefined;
function pipedInput(): Uint8Array {
  if (piped !== undefined) return piped;
  try {
    piped = isatty(0) ? new Uint8Array() : readFileSync(0);
  } catch {
    // Closed, or not readable.
    piped = new Uint8Array();
  }
  return piped;
}

/** The program's whole standard input. */
export function inputOf(spec: ProgramSpec): Uint8Array {
  const { stdin } = programStreams(spec).io;
  return (typeof stdin === "function" ? stdin() : stdin) ?? new Uint8Array();
}

/** The same program with this process's standard input, unless it has an input of its own. */
export function withPipedInput(spec: ProgramSpec): ProgramSpec {
  return spec.stdin === undefined ? { ...spec, input: pipedInput } : spec;
}

/** `echo`: pass the program's output on to ours as it comes, but for its first bytes, which an earlier run has passed on. */
export function programStreams(
  spec: ProgramSpec,
  echo = false,
  passed: { readonly stdout: number; readonly stderr: number } = { stdout: 0, stderr: 0 },
): ProgramStreams {
  let skipOut = passed.stdout;
  let skipErr = passed.stderr;
  const out: Uint8Array[] = [];
  const err: Uint8Array[] = [];
  let stdin: ProgramIo["stdin"] = spec.input;
  if (spec.stdin !== undefined) {
    try {
      stdin = readFileSync(spec.stdin);
    } catch (error) {
      fail("BW0904", `can't read the program's standard input: ${(error as Error).message}`, undefined, {
        file: spec.stdin,
      });
    }
  }
  const { files, save } = hostFiles(spec.mounts);
  return {
    io: {
      args: [spec.name, ...spec.args],
      environment: spec.environment ?? [],
      files,
      ...(stdin === undefined ? {} : { stdin }),
      write(descriptor, bytes) {
        (descriptor === 2 ? err : out).push(bytes.slice());
        if (!echo) return;
        if (descriptor === 2) {
          if (bytes.length > skipErr) passOn(process.stderr, bytes.subarray(skipErr));
          skipErr = Math.max(0, skipErr - bytes.length);
        } else {
          if (bytes.length > skipOut) passOn(process.stdout, bytes.subarray(skipOut));
          skipOut = Math.max(0, skipOut - bytes.length);
        }
      },
    },
    stdout: () => Buffer.concat(out),
    stderr: () => Buffer.concat(err),
    filesDigest: () => mountsDigest(files),
    saveFiles: save,
  };
}

/** Ends the process when nobody reads on (`blockwatt run … | head`): a program that prints for ever would not end. */
function passOn(stream: NodeJS.WriteStream, bytes: Uint8Array): void {
  stream.write(bytes);
  // The stream's error event comes only after the program, which runs in one go.
  if ((stream.errored as NodeJS.ErrnoException | null)?.code === "EPIPE") process.exit(0);
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The functional simulator's option for a core's alignment exceptions. */
function alignmentOf({ model }: Core): Pick<IssOptions, "wordAligned"> {
  const { wordAligned } = model.pipeline;
  return wordAligned === undefined ? {} : { wordAligned };
}

export interface FunctionalRun {
  readonly iss: Iss;
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** See `ProgramStreams.filesDigest`. */
  readonly files: string;
  readonly seconds: number;
}

/**
 * Runs the program on the functional simulator, counting every control-flow edge. `interruptible`: a signal ends the process,
 * saying where the program was.
 */
export function runFunctional(
  core: Core,
  elf: ElfFile,
  spec: ProgramSpec,
  interruptible = false,
): FunctionalRun {
  const streams = programStreams(spec);
  const iss = createIss(core.model, elf, streams.io, { profile: true, ...alignmentOf(core) });
  const start = performance.now();
  const run = (): void =>
    tellingFaults(
      elf,
      () => iss.state.pc,
      () => {
        iss.run();
      },
    );
  if (interruptible) {
    beginWatching();
    withDefaultSignals(() =>
      whileWatching((signal) => endInterrupted(interruptedSimulator(elf, iss.state.pc, signal)), run),
    );
  } else withDefaultSignals(run);
  return {
    iss,
    exitCode: iss.exitCode,
    stdout: streams.stdout(),
    files: streams.filesDigest(),
    seconds: (performance.now() - start) / 1000,
  };
}

export interface ReferenceRun {
  readonly result: PipelineResult;
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** See `ProgramStreams.filesDigest`. */
  readonly files: string;
  readonly seconds: number;
}

/** Cycles between two looks at signals and the clock: a fraction of a second. */
const cyclesAtOnce = 200_000;

/** Runs the program on the cycle-accurate reference model. */
export async function runReference(
  core: Core,
  elf: ElfFile,
  spec: ProgramSpec,
  options: {
    signal: AbortSignal;
    echo?: boolean;
    saveFiles?: boolean;
    cycles?: (done: number) => void;
    limits?: RunLimits;
  },
): Promise<ReferenceRun> {
  const streams = programStreams(spec, options.echo);
  let now = (): number => 0;
  const clock = core.model.power.frequency.value;
  // The program's clock is the simulated one; its time base counts cycles.
  const iss = createIss(core.model, elf, streams.io, {
    nanoseconds: () => (now() / clock) * 1e9,
    timeBase: () => BigInt(Math.floor(now())),
    ...alignmentOf(core),
  });
  const pipeline = createPipeline(core.model, codeOfElf(elf), createIssOracle(iss));
  now = () => pipeline.engine.cycles();
  const start = performance.now();
  const { cycles = Infinity, seconds: most = Infinity } = options.limits ?? {};
  const runTo = (limit: number): boolean =>
    tellingFaults(
      elf,
      () => iss.state.pc,
      () => pipeline.run({ maxCycles: limit }),
    );
  for (let limit = Math.min(cyclesAtOnce, cycles); !runTo(limit);) {
    options.cycles?.(limit);
    const late = performance.now() - start > 1000 * most;
    const stopped = (why: Parameters<typeof stoppedReference>[3]): DiagnosticError =>
      stoppedReference(elf, iss.state.pc, pipeline.engine.cycles(), why);
    if (limit >= cycles || late) throw stopped({ limits: options.limits ?? {}, late });
    limit = Math.min(limit + cyclesAtOnce, cycles);
    if (options.signal.aborted) throw stopped({ joules: pipeline.result().energyJoules });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const seconds = (performance.now() - start) / 1000;
  if (options.saveFiles === true) streams.saveFiles();
  return {
    result: pipeline.result(),
    exitCode: iss.exitCode,
    stdout: streams.stdout(),
    files: streams.filesDigest(),
    seconds,
  };
}
