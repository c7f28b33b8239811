// Characterization that is interrupted, killed, run twice at once, or finds its database damaged: the figures of the next
// run are those of a run that nothing happened to, and what was measured is not measured again.
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { buildCLibrary } from "../../src/toolchain/c-library.ts";
import { cacheFolder } from "../../src/toolchain/cache.ts";
import { defaultCore, loadCoreToolchain } from "../../src/toolchain/core.ts";
import { findTools } from "../../src/toolchain/tools.ts";
import type { Answer } from "./command-line.ts";
import { blockwatt, expectDiagnosed, inFolder } from "./command-line.ts";

const timeout = 900_000;

/** A program with enough of the C library in it that characterization takes a while. */
const text = '#include <stdio.h>\nint main(void) { printf("%d %s\\n", 42, "words"); return 0; }\n';

/** Rows of the database, or 0 while there is none. */
function measured(cache: string): number {
  const file = join(cache, "characterization.sqlite");
  if (!existsSync(file)) return 0;
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
      name: string;
    }[];
    const count = (table: string): number =>
      (db!.prepare(`SELECT count(*) AS n FROM "${table}"`).get() as { n: number }).n;
    return Math.max(0, ...tables.map(({ name }) => count(name)));
  } catch {
    return 0;
  } finally {
    db?.close();
  }
}

/** A cache of its own, in which only the C library is ready, and the program. */
async function inFreshCache(use: (folder: string, cache: string) => Promise<void>): Promise<void> {
  await inFolder({ "p.c": text, "cache/.keep": "" }, async (folder) => {
    const cache = join(folder, "cache");
    for (const name of ["library", "newlib"]) {
      if (existsSync(join(cacheFolder(), name))) symlinkSync(join(cacheFolder(), name), join(cache, name));
    }
    await use(folder, cache);
  });
}

interface Options {
  readonly folder: string;
  readonly cache: string;
  /** Ends the process with this signal once the database holds more than `after` rows. */
  readonly kill?: { readonly signal: NodeJS.Signals; readonly after: number };
}

async function command(name: string, { folder, cache, kill }: Options): Promise<Answer> {
  const args = [name, "p.c", "--json"];
  if (kill === undefined) {
    return await blockwatt({ args, cwd: folder, env: { BLOCKWATT_CACHE: cache }, timeoutMs: 800_000 });
  }
  let end: ((signal: NodeJS.Signals) => void) | undefined;
  const watch = setInterval(() => {
    if (end === undefined || measured(cache) <= kill.after) return;
    end(kill.signal);
    clearInterval(watch);
  }, 20);
  try {
    return await blockwatt({
      args,
      cwd: folder,
      env: { BLOCKWATT_CACHE: cache },
      timeoutMs: 800_000,
      onStart: (killer) => (end = killer),
    });
  } finally {
    clearInterval(watch);
  }
}

/** A run's figures without what the host's speed decides. */
function figures(answer: Answer): unknown {
  expectDiagnosed(answer);
  expect(answer.status).toBe(0);
  const report = JSON.parse(answer.stdout) as Record<string, unknown>;
  delete report["host"];
  return report;
}

describe("characterization survives", () => {
  let undisturbed: unknown;
  let rows = 0;

  beforeAll(async () => {
    await buildCLibrary(loadCoreToolchain(defaultCore()), await findTools(), {});
    await inFreshCache(async (folder, cache) => {
      undisturbed = figures(await command("run", { folder, cache }));
      rows = measured(cache);
    });
    expect(rows).toBeGreaterThan(100);
  }, timeout);

  it("Ctrl-C, kill -9, and goes on where it was", { timeout }, async () => {
    await inFreshCache(async (folder, cache) => {
      const options = { folder, cache };
      const first = await command("characterize", { ...options, kill: { signal: "SIGINT", after: 0 } });
      expect({ ...first, stdout: "" }).toEqual({
        status: 130,
        stdout: "",
        stderr: "interrupted; what was measured so far is kept\n",
      });
      const kept = measured(cache);
      expect(kept).toBeGreaterThan(0);
      expect(kept).toBeLessThan(rows);
      const second = await command("characterize", { ...options, kill: { signal: "SIGKILL", after: kept } });
      expect(second.status).toBe(137);
      const more = measured(cache);
      expect(more).toBeGreaterThan(kept);
      const last = await command("characterize", options);
      expectDiagnosed(last);
      expect((JSON.parse(last.stdout) as { reused: number }).reused).toBeGreaterThan(0);
      expect(figures(await command("run", options))).toEqual(undisturbed);
      expect(measured(cache)).toBe(rows);
    });
  });

  it("two processes at once", { timeout }, async () => {
    await inFreshCache(async (folder, cache) => {
      const both = await Promise.all([1, 2].map(() => command("run", { folder, cache })));
      expect(both.map(figures)).toEqual([undisturbed, undisturbed]);
    });
  });

  it("a database that is no database, with a diagnostic", { timeout }, async () => {
    await inFreshCache(async (folder, cache) => {
      writeFileSync(join(cache, "characterization.sqlite"), "this is no database\n".repeat(500));
      const answer = await command("run", { folder, cache });
      expectDiagnosed(answer);
      expect(answer.status).toBe(1);
      expect(answer.stderr).toMatch(/characterization\.sqlite: error BW0721: /);
    });
  });

  it("damaged build results in the cache, with a diagnostic", { timeout }, async () => {
    await inFreshCache(async (folder, cache) => {
      figures(await command("run", { folder, cache }));
      const [key] = readdirSync(join(cache, "programs")).filter((name) => /^[0-9a-f]{24}$/.test(name));
      const program = join(cache, "programs", key!);
      cpSync(program, join(folder, "whole"), { recursive: true });
      for (const [damaged, command, code] of [
        ["program.elf", "reference", "BW03"],
        ["final.bc", "run", "BW04"],
      ] as const) {
        cpSync(join(folder, "whole"), program, { recursive: true });
        truncateSync(join(program, damaged), readFileSync(join(program, damaged)).length >> 1);
        // What was prepared from the whole file would be used otherwise.
        rmSync(join(cache, "prepared"), { recursive: true, force: true });
        const answer = await blockwatt({
          args: [command, "p.c", "--json"],
          cwd: folder,
          env: { BLOCKWATT_CACHE: cache },
          timeoutMs: 300_000,
        });
        expectDiagnosed(answer);
        expect({ damaged, stderr: answer.stderr }).toEqual({
          damaged,
          stderr: expect.stringMatching(`error ${code}`),
        });
        expect(answer.status).toBe(1);
      }
    });
  });
});
