// Runs a target ELF under qemu-ppc: an implementation of the instruction set that shares nothing with ours, for the
// comparison of outputs, and the functional simulator that everybody has, for the comparison of speed.
//
// qemu-ppc hands the program's system calls to this machine. The program runs in a folder of its own, which has copies of
// the mounts, and its C library asks the system only for paths below that folder; but a program that makes system calls by
// itself is as free as any program of the user: run only what you would run natively.

import { cpSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { buildProgram } from "./build.ts";
import { cachedFolder, contentHash, writeAtomically } from "./cache.ts";
import type { CoreToolchain } from "./core.ts";
import { executeProgram } from "./execute.ts";
import type { MountSpec } from "./mounts.ts";
import type { ProgramRun } from "./native.ts";
import type { ProgramSpec } from "./spec.ts";

const RUN_LIMIT_MS = 600_000;

export interface QemuOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** The program's environment and mounts. */
  readonly files?: Pick<ProgramSpec, "environment" | "mounts">;
  /** Called with the program's root folder after the run, before that is removed. */
  readonly after?: (folder: string) => string;
}

/**
 * Runs an ELF to its end on a CPU that qemu-ppc knows. Its seconds are the process's wall time, qemu-ppc's own start included. Fails: BW0502 without qemu-ppc, BW0507 time-out, BW0508 cancelled.
 */
export async function runQemu(
  cpu: string,
  elfPath: string,
  args: readonly string[],
  stdin: Uint8Array,
  options: QemuOptions = {},
): Promise<ProgramRun & { readonly after?: string }> {
  const { environment = [], mounts = [] } = options.files ?? {};
  let after: string | undefined;
  const result = await executeProgram({
    command: "qemu-ppc",
    // QEMU gives the program its variables in the opposite order.
    args: ["-cpu", cpu, ...environment.toReversed().flatMap((text) => ["-E", text]), elfPath, ...args],
    before: (folder) => copyMounts(mounts, folder),
    after: (folder) => (after = options.after?.(folder)),
    stdin,
    timeoutMs: options.timeoutMs ?? RUN_LIMIT_MS,
    what: "the program under qemu-ppc",
    package: "qemu-user",
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return {
    seconds: result.seconds,
    stdout: result.stdout,
    exitCode: result.exitCode,
    ...(after === undefined ? {} : { after }),
  };
}

/** What the program finds at its root: `/tmp`, and the mounts. Links that lead out of a mount are left out. */
function copyMounts(mounts: readonly MountSpec[], folder: string): void {
  mkdirSync(join(folder, "tmp"));
  for (const { host, guest } of mounts) {
    const to = join(folder, guest);
    mkdirSync(dirname(to), { recursive: true });
    const filter = (path: string): boolean =>
      isWithin(host, path) && (statSync(path).isFile() || statSync(path).isDirectory());
    cpSync(host, to, { recursive: true, dereference: true, preserveTimestamps: true, filter });
  }
}

function isWithin(top: string, path: string): boolean {
  try {
    const from = relative(top, realpathSync(path));
    return from !== ".." && !from.startsWith("../");
  } catch {
    return false;
  }
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
