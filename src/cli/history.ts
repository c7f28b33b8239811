// The record of measurements, benchmarks/history.jsonl: one line a run, with everything that a later reader needs to
// judge the figures. Lines are only ever appended.

import { appendFileSync, readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { fail } from "../base/diagnostic.ts";
import { projectFolder } from "../toolchain/core.ts";
import { runTool } from "../toolchain/process.ts";
import { findTools } from "../toolchain/tools.ts";

/** Load of the machine when a measurement started, over the last minute. */
export function hostLoad(): number {
  return loadavg()[0] ?? 0;
}

/** Appends one line with `report` (its `schema` says what it is). `load` is `hostLoad()` from before the measurement.
 *  Fails: BW0922 when the file can't be written. */
export async function recordHistory(report: { readonly schema: string }, load: number): Promise<void> {
  const line = {
    schema: "blockwatt.history/1",
    date: new Date().toISOString(),
    ...(await revision()),
    tools: { ...process.versions, clang: (await findTools()).version, qemu: await qemuVersion() },
    host: { cpu: cpuModel(), cpus: availableParallelism(), load },
    report,
  };
  const file = join(projectFolder, "benchmarks", "history.jsonl");
  try {
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  } catch (error) {
    fail("BW0922", `cannot append to ${file}: ${(error as Error).message}`);
  }
}

/** The commit that was measured, and whether files differed from it; null outside a git work tree. */
async function revision(): Promise<{ revision: string | null; changed: boolean | null }> {
  try {
    const git = (...args: string[]): ReturnType<typeof runTool> =>
      runTool({ command: "git", args: ["-C", projectFolder, ...args] });
    const head = await git("rev-parse", "HEAD");
    if (head.status !== 0) return { revision: null, changed: null };
    const status = await git("status", "--porcelain", "--", "src", "adl", "targets", "benchmarks/programs");
    return { revision: head.stdout.trim(), changed: status.stdout !== "" };
  } catch {
    return { revision: null, changed: null };
  }
}

async function qemuVersion(): Promise<string | null> {
  try {
    const { stdout } = await runTool({ command: "qemu-ppc", args: ["--version"] });
    return /version (\S+)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}

function cpuModel(): string {
  try {
    return /^model name\s*:\s*(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "unknown";
  } catch {
    return "unknown";
  }
}
