// What to build and run: a benchmark by name, C files, or a folder with program.json.

import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fail } from "../base/diagnostic.ts";
import { projectFolder } from "./core.ts";
import type { MountSpec } from "./mounts.ts";
import { loadProgramFile } from "./program-file.ts";
import { closestNames } from "./suggest.ts";

export type ProgramSize = "small" | "full";

export interface ProgramSpec {
  readonly name: string;
  /** Absolute paths of the C files. */
  readonly sources: readonly string[];
  readonly cflags: readonly string[];
  /** argv[1] and up. */
  readonly args: readonly string[];
  /** Absolute path of the file that is the program's standard input; none means empty input. */
  readonly stdin?: string;
  /** The same as bytes, asked for when the program reads; `stdin` comes first. */
  readonly input?: () => Uint8Array;
  /** `NAME=value`, in the order in which the program finds them. */
  readonly environment?: readonly string[];
  readonly mounts?: readonly MountSpec[];
  /** Take newlib's small printf and scanf instead of the full ones. */
  readonly nanoPrintf?: boolean;
}

const benchmarkFolder = (): string => join(projectFolder, "benchmarks", "programs");

/** Names of all benchmark programs, sorted. */
export function benchmarkNames(): string[] {
  if (!existsSync(benchmarkFolder())) return [];
  return readdirSync(benchmarkFolder())
    .filter((name) => existsSync(join(benchmarkFolder(), name, "program.json")))
    .sort();
}

/** Is this the name of a C or C++ file? */
export function isSourceName(name: string): boolean {
  return name.endsWith(".c") || isCxxName(name);
}

/** Is this the name of a C++ file? */
export function isCxxName(name: string): boolean {
  return /\.(?:cc|cpp|cxx)$/.test(name);
}

/** Loads what `p` names: a benchmark, one `.c` (`.cpp`, `.cc`, `.cxx`) file (or several, comma-separated by the caller's loop), a folder with
 *  program.json, or such a file by its own name. A path wins over a benchmark's name only when it contains a slash or ends in .c.
 *  Fails: BW0510 unknown program, BW0511 malformed program.json, BW0512 missing source. */
export async function loadProgramSpec(p: string, size: ProgramSize): Promise<ProgramSpec> {
  if (isSourceName(p)) return specOfSources([p]);
  const names = benchmarkNames();
  if (!p.includes("/") && names.includes(p)) return specOfFolder(join(benchmarkFolder(), p), size);
  if (existsSync(p) && statSync(p).isDirectory()) return specOfFolder(resolve(p), size);
  if (p.endsWith(".json") && existsSync(p)) return loadProgramFile(resolve(p), size);
  const near = closestNames(p, names);
  fail(
    "BW0510",
    `unknown program "${p}": no benchmark, C file or folder of that name`,
    `${near === undefined ? "" : `did you mean ${near}? `}benchmarks: ${names.join(", ")}`,
  );
}

/** A program made of C files, with no flags and arguments of its own. */
export function specOfSources(files: readonly string[]): ProgramSpec {
  const sources = files.map((file) => resolve(file));
  for (const source of sources) {
    if (!existsSync(source)) fail("BW0512", `no such file: ${source}`);
  }
  return { name: basename(sources[0]!).replace(/\.(?:c|cc|cpp|cxx)$/, ""), sources, cflags: [], args: [] };
}

function specOfFolder(folder: string, size: ProgramSize): Promise<ProgramSpec> {
  const file = join(folder, "program.json");
  if (!existsSync(file))
    fail("BW0510", `${folder} has no program.json`, 'it holds {"sources": ["main.c"]} at least');
  return loadProgramFile(file, size);
}
