// Runs a target ELF under qemu-ppc: an implementation of the instruction set that shares nothing with ours, for the
// comparison of outputs, and the functional simulator that everybody has, for the comparison of speed.
//
// qemu-ppc hands the program's system calls to this machine. The program runs in an empty folder with an empty
// environment, but is otherwise as free as any program of the user: run only what you would run natively.

import { join } from "node:path";
import { buildProgram } from "./build.ts";
import { cachedFolder, contentHash, writeAtomically } from "./cache.ts";
import type { CoreToolchain } from "./core.ts";
import { executeProgram } from "./execute.ts";
import type { ProgramRun } from "./native.ts";

/** The default CPU lacks isel, which both compilers' output and the cores' instruction sets have. */
const CPU = "e500v2";

const RUN_LIMIT_MS = 600_000;

/** Starts measured for the median. */
const STARTS = 7;

/**
 * Runs an ELF to its end. `startSeconds` (see `qemuStartSeconds`) is taken off the process's wall time; by default nothing
 * is. Fails: BW0502 without qemu-ppc, BW0507 time-out, BW0508 cancelled.
 */
export async function runQemu(
  elfPath: string,
  args: readonly string[],
  stdin: Uint8Array,
  options: {
    readonly startSeconds?: number;
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
  } = {},
): Promise<ProgramRun> {
  const result = await executeProgram({
    command: "qemu-ppc",
    args: ["-cpu", CPU, elfPath, ...args],
    stdin,
    timeoutMs: options.timeoutMs ?? RUN_LIMIT_MS,
    what: "the program under qemu-ppc",
    package: "qemu-user",
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const seconds = Math.max(0, result.seconds - (options.startSeconds ?? 0));
  return { seconds, stdout: result.stdout, exitCode: result.exitCode };
}

/**
 * Seconds that a program which does nothing takes under qemu-ppc: the median of several starts, now, on this machine.
 * It is linked like every other program, so its library's start and end are in it too.
 */
export async function qemuStartSeconds(core: CoreToolchain, signal?: AbortSignal): Promise<number> {
  const text = "int main(void) { return 0; }\n";
  const folder = await cachedFolder("sources", contentHash("empty", text), async (work) => {
    writeAtomically(join(work, "empty.c"), text);
  });
  const source = join(folder, "empty.c");
  const empty = { name: "empty", sources: [source], cflags: [], args: [] };
  const built = await buildProgram(empty, core, signal === undefined ? {} : { signal });
  const samples: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const options = signal === undefined ? {} : { signal };
    samples.push((await runQemu(built.elfPath, [], new Uint8Array(), options)).seconds);
  }
  samples.sort((a, b) => a - b);
  return samples[STARTS >> 1]!;
}
