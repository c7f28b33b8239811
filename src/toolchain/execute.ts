// Runs a whole program (not a tool) as a child process: its input is bytes, its output is bytes, its exit status is a
// result whatever it is, and wall time is measured. Tools go through process.ts, where a failure is a diagnostic.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { DiagnosticError } from "../base/diagnostic.ts";
import { onPath } from "./tools.ts";

export interface Execution {
  /** Path of the program, or its name on PATH. */
  readonly command: string;
  readonly args: readonly string[];
  readonly stdin: Uint8Array;
  /** Milliseconds; the program is killed afterwards. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called with the program's folder before it starts, and after it has ended. */
  readonly before?: (folder: string) => void;
  readonly after?: (folder: string) => void;
  /** How the program is called in messages. */
  readonly what: string;
  /** Debian package that provides `command`, named when it is missing. */
  readonly package?: string;
}

export interface ExecutionResult {
  /** Exit status; 128 + signal number when a signal ended it, as a shell has it. */
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** What was written to descriptor 3. */
  readonly side: string;
  /** Wall time from before the process was made to after its output was closed, in seconds. */
  readonly seconds: number;
}

/** Most that a program may print; more is a runaway program. */
const OUTPUT_LIMIT = 256 * 1024 * 1024;

/**
 * Runs a program to its end, in an empty folder of its own and with an empty environment, so that neither can change
 * what it does. Fails: BW0502 cannot be started, BW0504 printed too much, BW0507 time-out, BW0508 cancelled.
 */
export async function executeProgram(run: Execution): Promise<ExecutionResult> {
  if (run.signal?.aborted) throw fault("BW0508", "cancelled");
  // Looked up here, since a child process is looked up on its own, empty PATH.
  const command = run.command.includes("/") ? run.command : onPath(run.command);
  if (command === undefined) throw notInstalled(run);
  const folder = mkdtempSync(join(tmpdir(), "blockwatt-run-"));
  try {
    run.before?.(folder);
    const result = await executeIn(folder, { ...run, command });
    run.after?.(folder);
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function executeIn(folder: string, run: Execution): Promise<ExecutionResult> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(run.command, run.args, {
      cwd: folder,
      env: {},
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      // A process group of its own, so that what the program starts ends with it.
      detached: true,
    });
    let ended: DiagnosticError | undefined;
    const stop = (why: DiagnosticError): void => {
      ended ??= why;
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has just ended by itself.
      }
    };
    const seconds = run.timeoutMs / 1000;
    const timer = setTimeout(
      () => stop(fault("BW0507", `${run.what} did not finish in ${seconds} s`)),
      run.timeoutMs,
    );
    const onAbort = (): void => stop(fault("BW0508", "cancelled"));
    run.signal?.addEventListener("abort", onAbort, { once: true });
    let size = 0;
    const collect = (stream: Readable): Buffer[] => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > OUTPUT_LIMIT) stop(fault("BW0504", `${run.what} printed more than ${OUTPUT_LIMIT} bytes`));
        else chunks.push(chunk);
      });
      return chunks;
    };
    const out = collect(child.stdout);
    const err = collect(child.stderr);
    const side = collect(child.stdio[3] as Readable);
    // A program that ends without reading its input is no error.
    child.stdin.on("error", () => undefined);
    child.stdin.end(run.stdin);
    const finish = (): void => {
      clearTimeout(timer);
      run.signal?.removeEventListener("abort", onAbort);
    };
    child.on("error", (error: NodeJS.ErrnoException) => {
      finish();
      reject(startFault(run, error));
    });
    child.on("close", (code, killer) => {
      const elapsed = (performance.now() - started) / 1000;
      finish();
      if (ended) reject(ended);
      else {
        resolve({
          exitCode: code ?? 128 + (killer === null ? 0 : constants.signals[killer]),
          stdout: Buffer.concat(out),
          stderr: Buffer.concat(err),
          side: Buffer.concat(side).toString("utf8"),
          seconds: elapsed,
        });
      }
    });
  });
}

function startFault(run: Execution, error: NodeJS.ErrnoException): DiagnosticError {
  if (error.code !== "ENOENT" && error.code !== "EACCES") {
    return fault("BW0504", `${run.command} cannot be started: ${error.message}`);
  }
  return notInstalled(run);
}

function notInstalled(run: Execution): DiagnosticError {
  const help =
    run.package === undefined ? undefined : `apt-get install ${run.package} (or run: npm run setup)`;
  return fault("BW0502", `${run.command} is not installed or cannot be started`, help);
}

function fault(code: string, message: string, help?: string): DiagnosticError {
  return new DiagnosticError([{ code, severity: "error", message, ...(help === undefined ? {} : { help }) }]);
}
