// Runs cases one after another in a second process, so that a hang costs one program; each may take two minutes. A program that
// hangs or kills its process counts as failed. What differs is handed to the caller, to be kept.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ProgramSpec } from "../../src/toolchain/spec.ts";
import { cacheFolder } from "../../src/toolchain/cache.ts";
import type { Verdict } from "./compare-executors.ts";

const ONE_PROGRAM_MS = 120_000;

/** One program on one core; what the worker gets as a line of JSON. */
export interface Case {
  /** Names the case in the output and in what is kept. */
  readonly name: string;
  readonly core: string;
  readonly level: string;
  readonly spec: ProgramSpec;
  /** Build it for the host as well. */
  readonly host: boolean;
  readonly reference: boolean;
}

export interface Answer extends Omit<Verdict, "kind"> {
  readonly kind: Verdict["kind"] | "failed";
}

/**
 * Runs all cases and prints a line for each and the sums.
 * @param keep takes a case that is neither the same nor skipped
 * @returns the exit status: 0 when none of them was different or failed
 */
export async function supervise(
  cases: Iterable<Case>,
  keep: (one: Case, kind: string, detail: string) => void,
): Promise<number> {
  const cache = scratchCache();
  const tally = new Map<string, number>();
  let worker = startWorker(cache);
  try {
    for (const one of cases) {
      const begun = performance.now();
      const answer = await worker.ask(one);
      const dead = answer.kind === "failed" && answer.detail === "";
      if (dead) worker = startWorker(cache);
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      tally.set(answer.kind, (tally.get(answer.kind) ?? 0) + 1);
      const what = dead ? "no answer" : answer.detail;
      console.log(
        `${one.name} ${one.core} ${one.level}: ${answer.kind} (${String(answer.instructions)} instructions, ${seconds} s) ${what}`,
      );
      if (answer.kind !== "same" && answer.kind !== "skipped") keep(one, answer.kind, what);
    }
  } finally {
    worker.stop();
    rmSync(cache, { recursive: true, force: true });
  }
  console.log([...tally].map(([kind, count]) => `${kind} ${String(count)}`).join(", "));
  return (tally.get("different") ?? 0) + (tally.get("failed") ?? 0) > 0 ? 1 : 0;
}

/** A cache of its own that shares the C library with the user's: thousands of programs are of no use to anybody. */
function scratchCache(): string {
  const folder = mkdtempSync(join(tmpdir(), "blockwatt-fuzz-cache-"));
  for (const name of ["library", "newlib", "sources", "tools.json"]) {
    const known = join(cacheFolder(), name);
    if (existsSync(known)) symlinkSync(known, join(folder, name));
  }
  return folder;
}

function startWorker(cache: string): { ask(one: Case): Promise<Answer>; stop(): void } {
  const [loader, worker] = ["../../bin/typescript.mjs", "worker.ts"].map(
    (name) => new URL(name, import.meta.url),
  );
  const child = spawn(process.execPath, ["--import", loader!.href, fileURLToPath(worker!)], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, BLOCKWATT_CACHE: cache },
  });
  const none: Answer = { kind: "failed", detail: "", instructions: 0 };
  let answer: (given: Answer) => void = () => undefined;
  createInterface({ input: child.stdout }).on("line", (line) => answer(JSON.parse(line) as Answer));
  child.on("exit", () => answer(none));
  child.stdin.on("error", () => undefined);
  return {
    ask: (one) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => child.kill("SIGKILL"), ONE_PROGRAM_MS);
        answer = (given) => {
          clearTimeout(timer);
          resolve(given);
        };
        child.stdin.write(`${JSON.stringify(one)}\n`);
      }),
    stop: () => child.kill("SIGKILL"),
  };
}
