// Runs one annotated module to its end, on the same system calls as the functional simulator.
//
// The module is compiled by V8's optimising compiler alone: a program's main loop is often one call that never returns,
// and V8 cannot replace the code of a running WebAssembly function.

import { fail, type DiagnosticError } from "../base/diagnostic.ts";
import { LIVE_GLOBALS, readCounts, type CounterLayout, type FunctionCounts } from "../annotate/layout.ts";
import { SystemCalls, type ProgramIo } from "../iss/index.ts";
import { explainFault } from "./faults.ts";
import { framesOf } from "./frames.ts";
import { chooseCompiler } from "./compiler-flags.ts";
import { fusedMultiplyAdd } from "./fused.ts";
import { GuardedMemory, type MemoryGuard } from "./memory-guard.ts";
import { HostMemory, placeArguments, type SegmentMap } from "./host-memory.ts";
import { reportStray, StrayWrites } from "./stray-writes.ts";
import {
  interruptedDiagnostic,
  lineOfFrame,
  LimitReached,
  limited,
  stoppedDiagnostic,
  type RunLimits,
} from "./limits.ts";
import { createSampler, liveTotals, type LiveTotals } from "./live.ts";
import { whileWatching, type SignalName } from "./watcher.ts";

export interface RunInput extends ProgramIo {
  readonly wasm: Uint8Array;
  /** What `compileModule` made of it; default: it is compiled now. */
  readonly compiled?: WebAssembly.Module;
  readonly layout: CounterLayout;
  readonly elf: SegmentMap;
  /** The module's source map, read when the run does not end by itself. */
  readonly sourceMap?: (() => string) | undefined;
  /**
   * Time in nanoseconds since the start, for clock system calls. Default: with `live`, the target's time; else a made-up
   * one that advances by `TIME_STEP` a question, so that every run gives the same.
   */
  readonly nanoseconds?: () => number;
  /** For modules with live accounting: the target's clock frequency. */
  readonly live?: { readonly clockHz: number };
  /** For modules with live accounting: the run ends with BW0814 when one is passed. */
  readonly limits?: RunLimits;
  /** With it, accesses where the program has no memory, and writes to its code, are faults at once. */
  readonly guard?: MemoryGuard | undefined;
  /** With it, Ctrl-C and SIGTERM end the run with BW0816, which says where it was. */
  readonly interruptible?: Interruptible;
}

export interface Interruptible {
  /**
   * What has been spent, in words. `whole`: the counts are; otherwise functions that have not returned may not have saved
   * theirs yet.
   */
  readonly spent: (counts: readonly FunctionCounts[], whole: boolean) => string;
  /** Ends the process with a diagnostic, from inside the module. */
  readonly end: (error: DiagnosticError) => never;
}

export interface RunResult {
  readonly exitCode: number;
  /** In `layout.functions`' order; empty for a plain module. */
  readonly counts: readonly FunctionCounts[];
  /** Host seconds inside the program (system calls included). */
  readonly seconds: number;
  /** The same in processor time of the whole process, for measurements on a busy host. */
  readonly cpuSeconds: number;
  /** Host seconds for compiling and instantiating the module. */
  readonly prepareSeconds: number;
  /** System calls that asked for the time, and reads of the time base. */
  readonly timeQuestions: number;
  /** With `RunInput.live`: what the module added up, and how it grew. */
  readonly live?: LiveTotals & { readonly samples: readonly LiveTotals[] };
}

/** Nanoseconds, or ticks of the time base, that made-up time advances whenever the program looks. */
export const TIME_STEP = 10_000;

/** Thrown through the program's frames to end it; they save their counters on the way. */
class ProgramEnd extends Error {}

/** Thrown likewise when a signal has come. */
class Interrupted extends Error {}

const PAGE = 4096;

/** Runs the program. Fails: BW0810 when the program faults (the message says where and why); BW0813 when an access is not
 *  aligned and the module was made to trap then. */
export function runAnnotated(input: RunInput): RunResult {
  const { layout } = input;
  const prepareStart = performance.now();
  const asked: { signal?: SignalName } = {};
  const { instance, memory, system, timeQuestions, samples } = instantiate(input, asked);
  const prepareSeconds = (performance.now() - prepareStart) / 1000;

  const start = instance.exports[layout.start];
  if (typeof start !== "function") fail("BW0811", `the module does not export ${layout.start}`);
  const stack = placeArguments(memory, layout, input);
  const writes = new StrayWrites(memory, layout, input.elf);
  const run = (): void => (start as (stack: number) => void)(stack);
  const { interruptible } = input;
  const counted = (): FunctionCounts[] => {
    const cells = new BigUint64Array(memory.buffer, layout.counterBase, layout.cellCount);
    return layout.counters ? readCounts(layout, cells) : [];
  };
  const interrupted = (at: Error, { spent }: Interruptible, whole: boolean): DiagnosticError => {
    const text =
      input.live === undefined
        ? spent(counted(), whole)
        : `${String(Math.round(liveTotals(instance).cycles))} cycles so far`;
    const frames = framesOf(at);
    const names = frames.map(({ name }) => name);
    return interruptedDiagnostic(asked.signal, names, lineOfFrame(frames, input.sourceMap), text);
  };
  const guarded = new GuardedMemory(memory, layout, input.elf, input.guard);
  let passed: string | undefined;
  const cpuStart = process.cpuUsage();
  const runStart = performance.now();
  try {
    if (interruptible === undefined) run();
    else
      whileWatching((signal, late) => {
        asked.signal = signal;
        if (late) interruptible.end(interrupted(new Error(), interruptible, false));
      }, run);
  } catch (error) {
    if (error instanceof Interrupted && interruptible) throw interrupted(error, interruptible, true);
    if (error instanceof LimitReached) {
      const names = framesOf(error).map(({ name }) => name);
      throw stoppedDiagnostic(error, input.limits ?? {}, placeNow(instance, layout), names);
    }
    if (!(error instanceof ProgramEnd))
      throw explainFault(error, instance, input.sourceMap, () => guarded.faultText());
  } finally {
    passed = guarded.release();
  }
  const seconds = (performance.now() - runStart) / 1000;
  const cpu = process.cpuUsage(cpuStart);
  if (!system.exited) fail("BW0810", "the program returned to its entry point without an exit");
  const counts = counted();
  writes.check(counts);
  if (passed !== undefined) reportStray(`the program made ${passed}`);
  return {
    exitCode: system.exitCode,
    counts,
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    prepareSeconds,
    timeQuestions: timeQuestions(),
    ...(input.live === undefined ? {} : { live: { ...liveTotals(instance), samples: samples() } }),
  };
}

function instantiate(
  input: RunInput,
  asked: { readonly signal?: SignalName },
): {
  instance: WebAssembly.Instance;
  memory: WebAssembly.Memory;
  system: SystemCalls;
  timeQuestions: () => number;
  samples: () => readonly LiveTotals[];
} {
  const { layout, elf, live } = input;
  chooseCompiler();
  // Needs the module's memory, and the module needs the call.
  const made: { system?: SystemCalls } = {};
  const syscall = (number: number, a: number, b: number, c: number): number => {
    const { system } = made;
    if (system === undefined) return -38;
    if (asked.signal !== undefined) throw new Interrupted(asked.signal);
    const result = system.call(number, a, b, c);
    if (system.exited) throw new ProgramEnd("exit");
    return result.error ? -result.value : result.value;
  };
  let questions = 0;
  const time_base = (): bigint => {
    questions += 1;
    if (live === undefined) return BigInt(questions * TIME_STEP);
    return BigInt(Math.floor(liveTotals(instance).cycles));
  };
  const module = input.compiled ?? new WebAssembly.Module(input.wasm as BufferSource);
  const sampler = createSampler();
  const instance = new WebAssembly.Instance(module, {
    env: {
      syscall,
      fused: fusedMultiplyAdd,
      time_base,
      sample: input.limits ? limited(sampler.sample, input.limits) : sampler.sample,
    },
  });
  const memory = instance.exports["memory"];
  if (!(memory instanceof WebAssembly.Memory)) fail("BW0811", "the module does not export its memory");
  const end = elf.segments.reduce((most, segment) => Math.max(most, segment.address + segment.memorySize), 0);
  const now =
    input.nanoseconds ??
    (live === undefined
      ? (): number => questions * TIME_STEP
      : (): number => (liveTotals(instance).cycles / live.clockHz) * 1e9);
  const system = new SystemCalls({
    io: input,
    memory: new HostMemory(memory, layout.programBytes, elf),
    nanoseconds: () => {
      questions += 1;
      return now();
    },
    heapStart: Math.ceil(end / PAGE) * PAGE,
    heapEnd: layout.programBytes,
  });
  made.system = system;
  return { instance, memory, system, timeQuestions: () => questions, samples: sampler.samples };
}

/** The source line where a module with live accounting last told where it is. */
function placeNow(instance: WebAssembly.Instance, layout: CounterLayout): string | undefined {
  const place = instance.exports[LIVE_GLOBALS.place];
  const text = place instanceof WebAssembly.Global ? layout.places?.[Number(place.value)] : undefined;
  return text === "" ? undefined : text;
}
