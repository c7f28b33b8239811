// The characterization database: SQLite through better-sqlite3, the only file that speaks SQL.
// Rows are written in transactions of a few hundred, so a killed process loses at most the last unfinished batch, and two
// processes may measure at once: both write the same value for the same key, the first one stays.
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { fail } from "../base/diagnostic.ts";
import { makeFolder } from "../base/folder.ts";

/** What one block adds after one context. */
export interface Cost {
  /** Cycles from the completion of the context to the completion of the block; may be 0 when fully overlapped. */
  readonly cycles: number;
  /** Occurrences of each energy event, in the order of the runner's `eventNames`. */
  readonly events: Float32Array;
}

export interface CostStore {
  get(key: Buffer): Cost | undefined;
  put(rows: readonly { readonly key: Buffer; readonly cost: Cost }[]): void;
  close(): void;
}

export interface ModelRecord {
  readonly hash: string;
  readonly name: string;
  readonly eventNames: readonly string[];
  readonly tool: string;
}

const schema = new URL("../../characterization/schema.sql", import.meta.url);

/**
 * Opens (and creates) the database at `path` for one model.
 * Fails: BW0721 when the file can't be opened, is read-only, damaged or no database of ours; `get` and `put` fail so, too.
 */
export function openStore(path: string, model: ModelRecord): CostStore {
  const guard = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      return refuse(path, error);
    }
  };
  const db = guard(() => open(path, model));
  const { select, insert } = guard(() => ({
    select: db.prepare<[Buffer], { cycles: number; events: Buffer }>(
      "SELECT cycles, events FROM cost WHERE key = ?",
    ),
    insert: db.prepare("INSERT OR IGNORE INTO cost (key, cycles, events) VALUES (?, ?, ?)"),
  }));
  const insertAll = db.transaction((rows: readonly { key: Buffer; cost: Cost }[]) => {
    for (const { key, cost } of rows) {
      insert.run(
        key,
        cost.cycles,
        Buffer.from(cost.events.buffer, cost.events.byteOffset, cost.events.byteLength),
      );
    }
  });
  return {
    get: (key) =>
      guard(() => {
        const row = select.get(key);
        return row && { cycles: row.cycles, events: new Float32Array(new Uint8Array(row.events).buffer) };
      }),
    put: (rows) => guard(() => insertAll(rows)),
    close() {
      db.close();
    },
  };
}

function open(path: string, model: ModelRecord): Database.Database {
  makeFolder(dirname(path));
  const db = new Database(path, { timeout: 20_000 });
  try {
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = NORMAL");
    db.exec(readFileSync(schema, "utf8"));
    db.prepare("INSERT OR IGNORE INTO model (hash, name, event_names, tool) VALUES (?, ?, ?, ?)").run(
      model.hash,
      model.name,
      JSON.stringify(model.eventNames),
      model.tool,
    );
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

function refuse(path: string, error: unknown): never {
  const text = error instanceof Error ? error.message : String(error);
  return fail(
    "BW0721",
    `the characterization database can't be used: ${text}`,
    "check that the folder is writable and the disk has room, or set BLOCKWATT_CACHE to another folder; " +
      "nothing measured so far is lost",
    { file: path },
  );
}
