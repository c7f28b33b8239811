// Files that a command leaves for the user: whole or not at all, except where the name is a device or a pipe.
import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { fail } from "../base/diagnostic.ts";
import { makeFolder } from "../base/folder.ts";

/** Writes a file. One that is there keeps its permissions, and its old text until the new one is complete. Fails: BW0903. */
export function writeOutput(path: string, content: string): void {
  orFail(path, () => {
    const before = statSync(path, { throwIfNoEntry: false });
    if (before && !before.isFile()) {
      writeFileSync(path, content);
      return;
    }
    const target = before ? realpathSync(path) : path;
    const temporary = `${target}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, content);
      if (before) chmodSync(temporary, before.mode);
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

/** Makes a folder for outputs, with its parents. Fails: BW0903. */
export function makeOutputFolder(path: string): void {
  orFail(path, () => makeFolder(path));
}

function orFail(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    fail("BW0903", `can't write ${path}: ${(error as Error).message}`);
  }
}
