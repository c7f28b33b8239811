// Descriptions written into a folder of their own for one test, and removed after it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Writes `files` (name → text) into a new folder, calls `use` with the path of the first, and removes the folder. */
export function withFiles<T>(files: Readonly<Record<string, string>>, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "blockwatt-adl-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return use(join(folder, Object.keys(files)[0] ?? ""));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
