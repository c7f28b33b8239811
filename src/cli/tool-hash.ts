// Identity of Blockwatt itself, for cache keys: a changed tool never reads what another version made.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { contentHash } from "../toolchain/cache.ts";
import { projectFolder } from "../toolchain/core.ts";

const known = new Map<string, string>();

/** Hash of all files under src/. */
export function toolHash(): string {
  return sourceHash([""]);
}

/** What a measurement on the reference model runs through: reading the description, decoding, timing, measuring. */
const engineFolders = ["machine", "adl", "isa", "pipeline", "characterize"];

/**
 * Identity of the reference model of one core for characterization: the description and the engine that runs it. A
 * changed engine never reuses what another one measured; changes elsewhere (annotator, reports) keep all rows.
 */
export function referenceModelHash(modelHash: string): string {
  return contentHash(modelHash, sourceHash(engineFolders));
}

/** Hash of all files in folders of src/. */
export function sourceHash(folders: readonly string[]): string {
  const key = folders.join();
  const before = known.get(key);
  if (before !== undefined) return before;
  const parts: (string | Uint8Array)[] = [];
  const visit = (folder: string): void => {
    const entries = readdirSync(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else parts.push(entry.name, readFileSync(path));
    }
  };
  for (const folder of folders) visit(join(projectFolder, "src", folder));
  const hash = contentHash(...parts);
  known.set(key, hash);
  return hash;
}
