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

const RUN_LIMIT_MS = 600_000;

/**
 * Runs an ELF to its end on a CPU that qemu-ppc knows. Its seconds are the process's wall time, qemu-ppc's own start included. Fails: BW0502 without qemu-ppc, BW0507 time-out, BW0508 cancelled.
 */
export async function runQemu(
  cpu: string,
  elfPath: string,
  args: readonly string[],
  stdin: Uint8Array,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<ProgramRun> {
  const result = await executeProgram({
    command: "qemu-ppc",
    args: ["-cpu", cpu, elfPath, ...args],
    stdin,
    timeoutMs: options.timeoutMs ?? RUN_LIMIT_MS,
    what: "the program under qemu-ppc",
    package: "qemu-user",
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return { seconds: result.seconds, stdout: result.stdout, exitCode: result.exitCode };
}

/**
 * Builds a program that does nothing and returns its ELF: what it takes under qemu-ppc is the time that every program takes to
 * start and end there. It is linked like any other, so its library's part is in it too.
 */
export async function buildEmptyProgram(core: CoreToolchain, signal?: AbortSignal): Promise<string> {
  const text = "int main(void) { return 0; }\n";
  const folder = await cachedFolder("sources", contentHash("empty", text), async (work) => {
    writeAtomically(join(work, "empty.c"), text);
  });
  const empty = { name: "empty", sources: [join(folder, "empty.c")], cflags: [], args: [] };
  const built = await buildProgram(empty, core, signal === undefined ? {} : { signal });
  return built.elfPath;
}
