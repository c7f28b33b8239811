// The user's cache: whole folders that appear in one step (built under a temporary name, then renamed), so that a build
// killed at any moment leaves either nothing or a finished result. Old temporary folders are swept.

import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import envPaths from "env-paths";
import { makeFolder } from "../base/folder.ts";
import { cacheFault } from "./process.ts";

/** The cache folder: BLOCKWATT_CACHE, or the user's cache folder for "blockwatt". It need not exist yet. */
export function cacheFolder(): string {
  const own = process.env["BLOCKWATT_CACHE"];
  return own !== undefined && own !== "" ? own : envPaths("blockwatt", { suffix: "" }).cache;
}

/** Hash of any number of strings and buffers, each delimited: 24 hex digits. */
export function contentHash(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part, "utf8") : part;
    hash.update(`${bytes.length}:`);
    hash.update(bytes);
  }
  return hash.digest("hex").slice(0, 24);
}

/** Parsed JSON file, or `otherwise` when it is missing or damaged (a cache record is never worth an error). */
export function readJsonOr(path: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as unknown;
  } catch {
    return otherwise;
  }
}

/** Writes a file under a temporary name and renames it. Fails: BW0505 disk full, BW0506 not writable. */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    makeFolder(dirname(path));
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    remove(temporary);
    throw cacheFault(error, dirname(path));
  }
}

/** Removes what is there; a failure to do so must not hide the failure that led here. */
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Left for a later sweep.
  }
}

const STALE_MS = 6 * 3600 * 1000;

function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.endsWith(".tmp")) continue;
    const path = join(parent, name);
    try {
      if (Date.now() - statSync(path).mtimeMs > STALE_MS) rmSync(path, { recursive: true, force: true });
    } catch {
      // Another process was faster.
    }
  }
}

/** The owner touches its lock this often, and one not touched for much longer is nobody's, whatever the process number
 *  in it says: numbers are used again. */
const LOCK_TOUCH_MS = 2000;
const LOCK_STALE_MS = 60_000;

/** Is the process that wrote this lock still at work? A lock without a process number is a moment old, or garbage. */
function lockIsHeld(lock: string): boolean {
  try {
    if (Date.now() - statSync(lock).mtimeMs > LOCK_STALE_MS) return false;
    const owner = Number(readFileSync(lock, "utf8"));
    if (!Number.isInteger(owner) || owner <= 0) return Date.now() - statSync(lock).mtimeMs < 5000;
    process.kill(owner, 0);
    return true;
  } catch (error) {
    // Not ours to signal, so it lives.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Takes the lock, or waits until it is free or the result is there (then false). */
async function takeLock(lock: string, final: string): Promise<boolean> {
  for (;;) {
    try {
      writeFileSync(lock, `${process.pid}`, { flag: "wx" });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (existsSync(final)) return false;
    if (lockIsHeld(lock)) await new Promise((resolve) => setTimeout(resolve, 100));
    else remove(lock);
  }
}

/** The folder `cache/kind/key`; when missing, `make` fills a temporary folder that is then renamed to it.
 *  When several processes want the same folder, one makes it and the others wait; should two make it after all (a lock
 *  left by a killed process was taken twice), both results are equal and the first stays. */
export async function cachedFolder(
  kind: string,
  key: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const parent = join(cacheFolder(), kind);
  const final = join(parent, key);
  if (existsSync(final)) return final;
  const temporary = join(parent, `${key}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`);
  const lock = join(parent, `${key}.lock.tmp`);
  let locked = false;
  const touch = setInterval(() => {
    const now = new Date();
    try {
      if (locked) utimesSync(lock, now, now);
    } catch {
      // Somebody cleaned the cache; the result still appears in one step.
    }
  }, LOCK_TOUCH_MS);
  try {
    makeFolder(parent);
    locked = await takeLock(lock, final);
    if (!locked || existsSync(final)) return final;
    mkdirSync(temporary);
    sweep(parent);
    await make(temporary);
    renameSync(temporary, final);
  } catch (error) {
    remove(temporary);
    if (existsSync(final)) return final;
    throw cacheFault(error, parent);
  } finally {
    clearInterval(touch);
    if (locked) remove(lock);
  }
  return final;
}
