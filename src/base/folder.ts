// Makes a folder with its parents. Node's own recursive mkdir never returns on file systems that accept no new folder but
// answer "no such file" instead of "not permitted", such as /proc.
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Makes `path` and its missing parents. Throws the file system's error; nothing happens when the folder exists. */
export function makeFolder(path: string): void {
  if (makeOne(path)) return;
  makeFolder(dirname(path));
  if (!makeOne(path)) mkdirSync(path);
}

/** False when the parent is missing. */
function makeOne(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && statSync(path).isDirectory()) return true;
    if (code === "ENOENT" && dirname(path) !== path) return false;
    throw error;
  }
}
