// The characterization database under bad conditions: two writers, a killed writer, a file that is no database.
import { spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import { openStore } from "../../src/characterize/store.ts";
import type { ModelRecord } from "../../src/characterize/store.ts";
import { diagnosticsOf } from "../toolchain/temporary-cache.ts";

const folder = mkdtempSync(join(tmpdir(), "blockwatt-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const model: ModelRecord = { hash: "h", name: "core", eventNames: ["fetch", "alu"], tool: "test" };
const key = (text: string): Buffer => Buffer.from(text.padEnd(16, "."));
const cost = (cycles: number, ...events: number[]) => ({ cycles, events: Float32Array.from(events) });

/** Content of a database as `key cycles events` lines, sorted. */
function rowsOf(path: string): string[] {
  const db = new Database(path, { readonly: true });
  const rows = db.prepare<[], { key: Buffer; cycles: number; events: Buffer }>("SELECT * FROM cost").all();
  db.close();
  return rows.map((row) => `${row.key.toString("hex")} ${row.cycles} ${row.events.toString("hex")}`).sort();
}

interface Child {
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves when the text has been printed, or the process has ended. */
  said(text: string): Promise<void>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>;
}

function start(script: string, ...args: string[]): Child {
  const path = join(import.meta.dirname, script);
  const child = spawn(process.execPath, ["--import", "./bin/typescript.mjs", path, ...args], {
    cwd: join(import.meta.dirname, "../.."),
  });
  let stdout = "";
  let stderr = "";
  const waiting: (() => void)[] = [];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    waiting.forEach((check) => check());
  });
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>(
    (resolve) => child.on("close", (code, signal) => resolve({ code, signal, stderr })),
  );
  return {
    kill: (signal) => child.kill(signal),
    said: (text) =>
      Promise.race([
        ended.then(() => undefined),
        new Promise<void>((resolve) => {
          const check = (): void => void (stdout.includes(text) && resolve());
          waiting.push(check);
          check();
        }),
      ]),
    ended,
  };
}

describe("a database", () => {
  test("gives back what was put in, across openings; the first of two values for a key stays", () => {
    const path = join(folder, "new", "folder", "a.sqlite");
    const store = openStore(path, model);
    store.put([
      { key: key("a"), cost: cost(3, 1, 0.5) },
      { key: key("b"), cost: cost(0, 0, 0) },
    ]);
    store.put([{ key: key("a"), cost: cost(9, 9, 9) }]);
    store.close();
    const again = openStore(path, model);
    expect(again.get(key("a"))).toEqual(cost(3, 1, 0.5));
    expect(again.get(key("b"))).toEqual(cost(0, 0, 0));
    expect(again.get(key("c"))).toBeUndefined();
    again.close();
  });

  test("records which model and tool measured", () => {
    const path = join(folder, "record.sqlite");
    openStore(path, model).close();
    openStore(path, { ...model, hash: "other", name: "other core" }).close();
    openStore(path, model).close();
    const db = new Database(path, { readonly: true });
    expect(db.prepare("SELECT * FROM model ORDER BY hash").all()).toEqual([
      { hash: "h", name: "core", event_names: '["fetch","alu"]', tool: "test" },
      { hash: "other", name: "other core", event_names: '["fetch","alu"]', tool: "test" },
    ]);
    db.close();
  });
});

/** The rows of a measurement that nothing disturbs. */
let undisturbed: Promise<string[]> | undefined;
const undisturbedRows = (): Promise<string[]> =>
  (undisturbed ??= (async () => {
    const path = join(folder, "alone.sqlite");
    expect(await start("measure-process.ts", path).ended).toEqual({ code: 0, signal: null, stderr: "" });
    return rowsOf(path);
  })());

describe("two processes", () => {
  test("measure the same program at once: both end well, and the rows are those of one alone", async () => {
    const shared = join(folder, "shared.sqlite");
    const answers = await Promise.all([
      start("measure-process.ts", shared).ended,
      start("measure-process.ts", shared).ended,
    ]);
    for (const answer of answers) expect(answer).toEqual({ code: 0, signal: null, stderr: "" });
    const rows = await undisturbedRows();
    expect(rows.length).toBeGreaterThan(300);
    expect(rowsOf(shared)).toEqual(rows);
  });
});

describe("a killed process", () => {
  test("loses nothing that was on disk, and resuming gives the rows of an uninterrupted measurement", async () => {
    const killed = join(folder, "killed.sqlite");
    const process = start("measure-process.ts", killed, "stop half way");
    await process.said("half");
    process.kill("SIGKILL");
    expect((await process.ended).signal).toBe("SIGKILL");
    const all = await undisturbedRows();
    const before = rowsOf(killed);
    expect(before.length).toBeGreaterThan(100);
    expect(before.length).toBeLessThan(all.length);
    expect(await start("measure-process.ts", killed).ended).toEqual({ code: 0, signal: null, stderr: "" });
    expect(rowsOf(killed)).toEqual(all);
  });
});

describe("a database that cannot be used is diagnosed", () => {
  const codes = async (action: () => unknown): Promise<string[]> =>
    (await diagnosticsOf(action)).map(({ code }) => code);

  test("a file that is no database", async () => {
    const path = join(folder, "text.sqlite");
    writeFileSync(path, "this is no database\n".repeat(100));
    expect(await codes(() => openStore(path, model))).toEqual(["BW0721"]);
    expect(readFileSync(path, "utf8")).toMatch(/^this is no database/);
  });

  test("a folder in its place, a file in its folder's place", async () => {
    mkdirSync(join(folder, "folder.sqlite"));
    expect(await codes(() => openStore(join(folder, "folder.sqlite"), model))).toEqual(["BW0721"]);
    writeFileSync(join(folder, "file"), "");
    expect(await codes(() => openStore(join(folder, "file", "a.sqlite"), model))).toEqual(["BW0721"]);
  });

  test("a database of something else", async () => {
    const path = join(folder, "other.sqlite");
    const db = new Database(path);
    db.exec("CREATE TABLE cost (price REAL)");
    db.close();
    expect(await codes(() => openStore(path, model))).toEqual(["BW0721"]);
  });

  test("a place where no file can be made", async () => {
    expect(await codes(() => openStore("/proc/blockwatt.sqlite", model))).toEqual(["BW0721"]);
  });

  // Root may write everywhere, whatever the permissions say.
  test.skipIf(process.getuid?.() === 0)("a read-only file", async () => {
    const path = join(folder, "readonly.sqlite");
    openStore(path, model).close();
    chmodSync(path, 0o444);
    expect(await codes(() => openStore(path, { ...model, hash: "new" }))).toEqual(["BW0721"]);
  });

  test("damage in the middle of the file shows when it is read or written, not as a crash", async () => {
    const path = join(folder, "damaged.sqlite");
    const store = openStore(path, model);
    const rows = Array.from({ length: 3000 }, (_, index) => ({
      key: key(`row ${index}`),
      cost: cost(index, 1, 2),
    }));
    store.put(rows);
    store.close();
    const bytes = readFileSync(path);
    // The first page stays whole, so the file opens.
    bytes.fill(0xaa, 3 * 4096);
    writeFileSync(path, bytes);
    const use = (): void => {
      const damaged = openStore(path, model);
      try {
        for (const row of rows) damaged.get(row.key);
        damaged.put(rows);
      } finally {
        damaged.close();
      }
    };
    expect(await codes(use)).toEqual(["BW0721"]);
    truncateSync(path, 5000);
    expect(await codes(use)).toEqual(["BW0721"]);
  });
});
