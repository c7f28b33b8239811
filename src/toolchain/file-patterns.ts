// Names of several files at once, as program.json writes them: `src/*.c`, `lib/**/*.c`, `!src/main_windows.c`. Only what
// source lists need; the order is that of the names, so that every machine builds the same program.

import { readdirSync } from "node:fs";
import { join, relative } from "node:path";

/** Folders that are never looked into by `**`. */
const SKIPPED = new Set(["node_modules", ".git"]);

export function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}

/** Files below `root` whose path from there matches `pattern`, sorted. `*` and `?` stay within one name, `**` spans folders.
 *  Links to folders are not followed. */
export function matchingFiles(root: string, pattern: string): string[] {
  const expression = expressionOf(pattern);
  const found: string[] = [];
  const start = pattern.slice(0, pattern.search(/[*?]/));
  const visit = (folder: string): void => {
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) visit(path);
      } else if (expression.test(relative(root, path))) found.push(path);
    }
  };
  visit(join(root, start.slice(0, start.lastIndexOf("/") + 1)));
  return found.sort();
}

export function matchesPattern(path: string, pattern: string): boolean {
  return expressionOf(pattern).test(path);
}

function entriesOf(folder: string): ReturnType<typeof readFolder> {
  try {
    return readFolder(folder);
  } catch {
    return [];
  }
}

const readFolder = (folder: string) => readdirSync(folder, { withFileTypes: true });

function expressionOf(pattern: string): RegExp {
  const normal = pattern.replace(/^\.\//, "").replace(/\/+/g, "/");
  const text = normal.replace(/\*\*\/|\*\*|[*?]|[.+^${}()|[\]\\]/g, (part) => {
    if (part === "**/") return "(?:[^/]+/)*";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : `\\${part}`;
  });
  return new RegExp(`^${text}$`);
}
