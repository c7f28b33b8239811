// Finds the source files that a program's line table names. The compiler records paths relative to each source's folder, so
// that results do not depend on where the sources are; here they get their place back.
import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { projectFolder } from "../toolchain/core.ts";
import type { ProgramSpec } from "../toolchain/spec.ts";

export interface SourceFiles {
  /** Path relative to the current folder, or as recorded when there is no such file (the C library's). */
  pathOf(recorded: string): string;
  /** Text of a line of a file that `pathOf` gave; undefined when the file or the line is not there. */
  lineOf(path: string, line: number): string | undefined;
}

export function sourceFiles(spec: ProgramSpec): SourceFiles {
  const folders = [...new Set(spec.sources.map((source) => dirname(source))), projectFolder];
  const texts = new Map<string, readonly string[]>();
  return {
    pathOf(recorded) {
      const candidates = isAbsolute(recorded) ? [recorded] : folders.map((folder) => join(folder, recorded));
      const found = candidates.find((path) => existsSync(path));
      return found === undefined ? recorded : relative(process.cwd(), found);
    },
    lineOf(path, line) {
      let lines = texts.get(path);
      if (lines === undefined) {
        lines = readLines(path);
        texts.set(path, lines);
      }
      return lines[line - 1];
    },
  };
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}
