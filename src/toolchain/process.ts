// The one door to child processes: runs a tool, keeps what it printed, and turns every way in which that can go wrong
// (missing tool, failure, out of disk, time-out, cancellation) into a diagnostic with the tool's own words in it.

import { spawn } from "node:child_process";
import { DiagnosticError, fail } from "../base/diagnostic.ts";

export interface ToolRun {
  /** File name or path of the program. */
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds; the tool is killed afterwards. Default 10 minutes: no single step takes long. */
  readonly timeoutMs?: number;
  /** Debian package that provides the tool, named when it is missing. */
  readonly package?: string;
}

export interface ToolResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const OUTPUT_LIMIT = 256 * 1024 * 1024;

/** Runs a tool to its end. Resolves with any exit status; fails (BW0502, BW0507, BW0508) only when there is none. */
export async function runTool(run: ToolRun): Promise<ToolResult> {
  const { signal } = run;
  if (signal?.aborted) fail("BW0508", "cancelled");
  return new Promise((resolve, reject) => {
    const child = spawn(run.command, run.args, {
      cwd: run.cwd,
      env: run.env === undefined ? process.env : { ...process.env, ...run.env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let size = 0;
    let ended: "timeout" | "cancelled" | "output" | undefined;
    const stop = (why: NonNullable<typeof ended>): void => {
      ended ??= why;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => stop("timeout"), run.timeoutMs ?? 600_000);
    const onAbort = (): void => stop("cancelled");
    signal?.addEventListener("abort", onAbort, { once: true });
    const collect = (into: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length;
      if (size > OUTPUT_LIMIT) stop("output");
      else into.push(chunk);
    };
    child.stdout.on("data", collect(out));
    child.stderr.on("data", collect(err));
    // A tool that ends without reading its input is no error of ours.
    child.stdin.on("error", () => undefined);
    child.stdin.end(run.input ?? "");
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    child.on("error", (error: NodeJS.ErrnoException) => {
      finish();
      reject(startFailure(run, error));
    });
    child.on("close", (code, killed) => {
      finish();
      const stderr = Buffer.concat(err).toString("utf8");
      if (ended === "cancelled") reject(diagnostic("BW0508", "cancelled"));
      else if (ended === "timeout") {
        reject(
          diagnostic("BW0507", `${run.command} did not finish in ${(run.timeoutMs ?? 600_000) / 1000} s`),
        );
      } else if (ended === "output") reject(diagnostic("BW0504", `${run.command} printed too much`));
      else if (killed !== null && code === null) {
        // LLVM's tools abort when they can't write.
        const message = `${run.command} was killed by ${killed}${stderr ? `:\n${stderr.trimEnd()}` : ""}`;
        if (DISK_FULL.test(stderr)) reject(diagnostic("BW0505", `the disk is full: ${message}`, SPACE_HELP));
        else reject(diagnostic("BW0504", message));
      } else resolve({ status: code ?? 1, stdout: Buffer.concat(out).toString("utf8"), stderr });
    });
  });
}

/** Runs a tool that must succeed; its messages are in the diagnostic (`code`, default BW0504) when it does not. */
export async function runChecked(
  run: ToolRun & { readonly code?: string; readonly what?: string },
): Promise<ToolResult> {
  const result = await runTool(run);
  if (result.status === 0) return result;
  const text = (result.stderr.trim() || result.stdout.trim() || `exit status ${result.status}`).trimEnd();
  // Of many complaints, the first that tells why.
  const full = text.split("\n").find((line) => DISK_FULL.test(line));
  if (full !== undefined) throw diagnostic("BW0505", `the disk is full: ${full.trim()}`, SPACE_HELP);
  fail(run.code ?? "BW0504", `${run.what ?? `${run.command} failed`}:\n${text}`);
}

const DISK_FULL = /No space left on device|Disk quota exceeded/i;
const SPACE_HELP = "free some space, or set BLOCKWATT_CACHE to a folder on another disk";

function diagnostic(code: string, message: string, help?: string): DiagnosticError {
  return new DiagnosticError([{ code, severity: "error", message, ...(help === undefined ? {} : { help }) }]);
}

function startFailure(run: ToolRun, error: NodeJS.ErrnoException): DiagnosticError {
  if (error.code === "ENOENT" || error.code === "EACCES") {
    const help =
      run.package === undefined ? undefined : `apt-get install ${run.package} (or run: npm run setup)`;
    return diagnostic("BW0502", `${run.command} is not installed or cannot be started`, help);
  }
  return diagnostic("BW0504", `${run.command} cannot be started: ${error.message}`);
}

/** Turns a failed file operation in the cache into a diagnostic: BW0505 disk full, BW0506 not writable. */
export function cacheFault(error: unknown, folder: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return diagnostic("BW0505", `the disk is full while writing to ${folder}`, SPACE_HELP);
  }
  if (
    code === "EROFS" ||
    code === "EACCES" ||
    code === "EPERM" ||
    code === "ENOTDIR" ||
    code === "ENOENT" ||
    code === "EEXIST"
  ) {
    return diagnostic(
      "BW0506",
      `the cache folder ${folder} cannot be written (${code})`,
      "set BLOCKWATT_CACHE to a folder that you can write",
    );
  }
  return error;
}
