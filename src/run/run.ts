// Runs one annotated module to its end, on the same system calls as the functional simulator.
//
// The module is compiled by V8's optimising compiler alone: a program's main loop is often one call that never returns,
// and V8 cannot replace the code of a running WebAssembly function.

import v8 from "node:v8";
import { DiagnosticError, fail } from "../base/diagnostic.ts";
import {
  LIVE_GLOBALS,
  readCounts,
  TRAPPED_GLOBAL,
  TRAPS,
  type CounterLayout,
  type FunctionCounts,
} from "../annotate/layout.ts";
import { SystemCalls, type ProgramIo } from "../iss/index.ts";
import { allowRelaxedSimd, fusedMultiplyAdd } from "./fused.ts";
import { HostMemory, placeArguments, type SegmentMap } from "./host-memory.ts";
import { StrayWrites } from "./stray-writes.ts";
import { LimitReached, limited, stoppedDiagnostic, type RunLimits } from "./limits.ts";
import { createSampler, liveTotals, type LiveTotals } from "./live.ts";

export interface RunInput extends ProgramIo {
  readonly wasm: Uint8Array;
  readonly layout: CounterLayout;
  readonly elf: SegmentMap;
  /**
   * Time in nanoseconds since the start, for clock system calls. Default: with `live`, the target's time; else a made-up
   * one that advances by `TIME_STEP` a question, so that every run gives the same.
   */
  readonly nanoseconds?: () => number;
  /** For modules with live accounting: the target's clock frequency. */
  readonly live?: { readonly clockHz: number };
  /** For modules with live accounting: the run ends with BW0814 when one is passed. */
  readonly limits?: RunLimits;
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
  /** System calls that asked for the time. */
  readonly timeQuestions: number;
  /** With `RunInput.live`: what the module added up, and how it grew. */
  readonly live?: LiveTotals & { readonly samples: readonly LiveTotals[] };
}

/** Nanoseconds that made-up time advances whenever the program looks. */
export const TIME_STEP = 10_000;

/** Thrown through the program's frames to end it; they save their counters on the way. */
class ProgramEnd extends Error {}

const PAGE = 4096;

/** Code of the diagnostic for an access that is not aligned, in a module that does not tolerate it. */
export const UNALIGNED = "BW0813";

/** Code of the diagnostic for a full stack. */
const STACK_OVERFLOW = "BW0815";

/** Runs the program. Fails: BW0810 when the program faults (the message says where and why); BW0813 when an access is not
 *  aligned and the module was made to trap then. */
export function runAnnotated(input: RunInput): RunResult {
  const { layout } = input;
  const prepareStart = performance.now();
  const { instance, memory, system, timeQuestions, samples } = instantiate(input);
  const prepareSeconds = (performance.now() - prepareStart) / 1000;

  const start = instance.exports[layout.start];
  if (typeof start !== "function") fail("BW0811", `the module does not export ${layout.start}`);
  const stack = placeArguments(memory, layout, input);
  const writes = new StrayWrites(memory, layout, input.elf);
  const cpuStart = process.cpuUsage();
  const runStart = performance.now();
  try {
    (start as (stack: number) => void)(stack);
  } catch (error) {
    if (error instanceof LimitReached)
      throw stoppedDiagnostic(error, input.limits ?? {}, placeNow(instance, layout), framesOf(error));
    if (!(error instanceof ProgramEnd)) throw explain(error, instance);
  }
  const seconds = (performance.now() - runStart) / 1000;
  const cpu = process.cpuUsage(cpuStart);
  if (!system.exited) fail("BW0810", "the program returned to its entry point without an exit");
  const cells = new BigUint64Array(memory.buffer, layout.counterBase, layout.cellCount);
  const counts = layout.counters ? readCounts(layout, cells) : [];
  writes.check(counts);
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

function instantiate(input: RunInput): {
  instance: WebAssembly.Instance;
  memory: WebAssembly.Memory;
  system: SystemCalls;
  timeQuestions: () => number;
  samples: () => readonly LiveTotals[];
} {
  const { layout, elf, live } = input;
  allowRelaxedSimd();
  v8.setFlagsFromString("--experimental-wasm-branch-hinting");
  v8.setFlagsFromString("--no-liftoff");
  v8.setFlagsFromString("--no-wasm-lazy-compilation");
  // Needs the module's memory, and the module needs the call.
  const made: { system?: SystemCalls } = {};
  const syscall = (number: number, a: number, b: number, c: number): number => {
    const { system } = made;
    if (system === undefined) return -38;
    const result = system.call(number, a, b, c);
    if (system.exited) throw new ProgramEnd("exit");
    return result.error ? -result.value : result.value;
  };
  const module = new WebAssembly.Module(input.wasm as BufferSource);
  const sampler = createSampler();
  const instance = new WebAssembly.Instance(module, {
    env: {
      syscall,
      fused: fusedMultiplyAdd,
      sample: input.limits ? limited(sampler.sample, input.limits) : sampler.sample,
    },
  });
  const memory = instance.exports["memory"];
  if (!(memory instanceof WebAssembly.Memory)) fail("BW0811", "the module does not export its memory");
  const end = elf.segments.reduce((most, segment) => Math.max(most, segment.address + segment.memorySize), 0);
  let questions = 0;
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

/** The program's functions that were active when an error was thrown, the innermost first. */
function framesOf(error: Error): string[] {
  const names = [...(error.stack ?? "").matchAll(/at ([^\s(]+) \(wasm:/g)].map((match) => match[1] ?? "");
  return names.filter((name) => !name.startsWith("bw:"));
}

/** What went wrong, in the user's terms. */
function explain(error: unknown, instance: WebAssembly.Instance): unknown {
  const help = "the same program faults on the target, or has undefined behaviour; try it under `reference`";
  // A jump that no function was there to catch; it is no Error.
  if (Object.prototype.toString.call(error) === "[object WebAssembly.Exception]")
    fail("BW0810", "the program faulted: longjmp to a function that has returned", help);
  if (!(error instanceof Error)) return error;
  const [frame] = framesOf(error);
  const where = frame === undefined ? "" : ` in ${frame}`;
  const told = (code: string, message: string, help: string): DiagnosticError =>
    new DiagnosticError([{ code, severity: "error", message, help }]);
  const flag = instance.exports[TRAPPED_GLOBAL];
  const trap: unknown = flag instanceof WebAssembly.Global ? flag.value : TRAPS.own;
  // The host's own stack is far larger than the target's, so that this is a program without end, too.
  if (error instanceof RangeError || trap === TRAPS.stackOverflow) {
    return told(
      STACK_OVERFLOW,
      `the stack overflowed${where}; on the target, ${SIGNALS.memory}`,
      "a recursion without end, or local variables that are too large",
    );
  }
  // Anything else is not the program's doing.
  if (error.constructor !== WebAssembly.RuntimeError) return error;
  if (/unreachable/.test(error.message) && trap === 0) {
    return told(
      UNALIGNED,
      `an access is not aligned${where}, though its type says so`,
      'the target does not mind; a module made with `alignment: "any"` (annotate --unaligned) does not either',
    );
  }
  return told("BW0810", `the program faulted${where}: ${faultName(error.message)}`, help);
}

/** How programs end on the target by a signal, with the exit status that a shell tells. */
const SIGNALS = {
  trap: "SIGTRAP (exit status 133)",
  memory: "SIGSEGV (exit status 139)",
} as const;

/** The program's fault behind one of V8's messages for a trap. */
function faultName(message: string): string {
  if (/memory access out of bounds/.test(message))
    return `an access outside memory; on the target, ${SIGNALS.memory}`;
  if (/signature mismatch|null function|table index/.test(message))
    return "a call through a pointer to no function, or to one of another type";
  if (/unreachable/.test(message))
    return `a trap (unreachable code or a failed check); on the target, ${SIGNALS.trap}`;
  return message;
}
