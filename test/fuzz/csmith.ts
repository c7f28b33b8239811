// `npm run fuzz -- --count N --seed S`: random programs on every executor. A program that hangs or kills its process counts as
// different; what is found is kept in a folder outside of the project, as a C file and the command that shows it.
//
// Programs run in a second process, one after another, so that a hang costs one program; each may take two minutes.
import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadCore } from "../../src/cli/load-core.ts";
import { cacheFolder } from "../../src/toolchain/cache.ts";
import { compareExecutors, type Verdict } from "./compare-executors.ts";
import { hasHost32 } from "./host-program.ts";
import { isByteOrderFree, LEVELS, randomProgram } from "./random-program.ts";

const ONE_PROGRAM_MS = 120_000;
/** Every so many programs run on the reference model as well; prime to the cores and levels that take turns. */
const EACH_ON_REFERENCE = 7;
/** Cores whose instructions include what keeps the compiler from branching where the IR does not (see docs/matching.md). */
const CORES = ["e200z3", "ppc440"];

interface Case {
  readonly seed: number;
  readonly core: string;
  readonly level: string;
}

interface Answer extends Omit<Verdict, "kind"> {
  readonly kind: Verdict["kind"] | "failed";
}

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    core: { type: "string" },
    opt: { type: "string" },
    save: { type: "string", default: join(tmpdir(), "blockwatt-fuzz") },
    worker: { type: "boolean", default: false },
  },
});

if (values.worker) await work();
else process.exitCode = await supervise();

/** Answers each case that comes on standard input with a line on standard output. */
async function work(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "blockwatt-fuzz-work-"));
  const host32 = hasHost32();
  try {
    for await (const line of createInterface({ input: process.stdin })) {
      const { seed, core, level } = JSON.parse(line) as Case;
      let answer: Answer;
      try {
        answer = await compareExecutors(loadCore(core), randomProgram(folder, seed, level), {
          host: host32 && isByteOrderFree(seed),
          reference: seed % EACH_ON_REFERENCE === 0,
        });
      } catch (error) {
        answer = { kind: "failed", detail: (error as Error).message, instructions: 0 };
      }
      rmSync(join(cacheFolder(), "programs"), { recursive: true, force: true });
      rmSync(join(cacheFolder(), "inputs"), { recursive: true, force: true });
      process.stdout.write(`${JSON.stringify(answer)}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs all cases; 0 when none of them showed a difference. */
async function supervise(): Promise<number> {
  const cores = values.core?.split(",") ?? CORES;
  const levels = values.opt === undefined ? LEVELS : values.opt.split(",");
  const cache = scratchCache();
  const tally = new Map<string, number>();
  let worker = startWorker(cache);
  try {
    for (let i = 0; i < Number(values.count); i += 1) {
      const seed = Number(values.seed) + i;
      const one: Case = {
        seed,
        core: cores[seed % cores.length] ?? "",
        level: levels[Math.floor(seed / cores.length) % levels.length] ?? "-O2",
      };
      const begun = performance.now();
      const answer = await worker.ask(one);
      if (answer.kind === "failed" && answer.detail === "") worker = startWorker(cache);
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      tally.set(answer.kind, (tally.get(answer.kind) ?? 0) + 1);
      const what = answer.kind === "failed" && answer.detail === "" ? "no answer" : answer.detail;
      console.log(
        `${String(seed)} ${one.core} ${one.level}: ${answer.kind} (${String(answer.instructions)} instructions, ${seconds} s) ${what}`,
      );
      if (answer.kind !== "same" && answer.kind !== "skipped") save(one, answer.kind, what);
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
  const child = spawn(process.execPath, ["--import", "tsx", fileURLToPath(import.meta.url), "--worker"], {
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

/** Keeps a case so that it can be looked at and run again. */
function save({ seed, core, level }: Case, kind: string, detail: string): void {
  const folder = join(values.save, `${String(seed)}-${core}${level}-${kind}`);
  mkdirSync(folder, { recursive: true });
  const spec = randomProgram(folder, seed, level);
  copyFileSync(spec.sources[0] ?? "", join(folder, `seed${String(seed)}.c`));
  const again = `npm run fuzz -- --count 1 --seed ${String(seed)} --core ${core} --opt ${level}`;
  writeFileSync(join(folder, "found.txt"), `${detail}\n\n${again}\n`);
}
