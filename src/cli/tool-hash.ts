// Identity of Blockwatt itself, for cache keys: a changed tool never reads what another version made.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { contentHash } from "../toolchain/cache.ts";
import { projectFolder } from "../toolchain/core.ts";

let hash: string | undefined;

/** Hash of all files under src/. */
export function toolHash(): string {
  if (hash === undefined) {
    const parts: (string | Uint8Array)[] = [];
    const visit = (folder: string): void => {
      for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
        a.name < b.name ? -1 : 1,
      )) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) visit(path);
        else parts.push(entry.name, readFileSync(path));
      }
    };
    visit(join(projectFolder, "src"));
    hash = contentHash(...parts);
  }
  return hash;
}
