// What to build and run: a benchmark by name, C files, or a folder with program.json.

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { z } from "zod";
import { fail } from "../base/diagnostic.ts";
import { issueText, projectFolder } from "./core.ts";
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
}

const words = z.array(z.string());
const bySize = z.union([words, z.strictObject({ small: words, full: words })]);
const schema = z.strictObject({
  sources: words.min(1),
  cflags: bySize.optional(),
  args: bySize.optional(),
  stdin: z.union([z.string(), z.strictObject({ small: z.string(), full: z.string() })]).nullish(),
});

const benchmarkFolder = (): string => join(projectFolder, "benchmarks", "programs");

/** Names of all benchmark programs, sorted. */
export function benchmarkNames(): string[] {
  if (!existsSync(benchmarkFolder())) return [];
  return readdirSync(benchmarkFolder())
    .filter((name) => existsSync(join(benchmarkFolder(), name, "program.json")))
    .sort();
}

/** Loads what `p` names: a benchmark, one `.c` file (or several, comma-separated by the caller's loop), or a folder
 *  with program.json. A path wins over a benchmark's name only when it contains a slash or ends in .c.
 *  Fails: BW0510 unknown program, BW0511 malformed program.json, BW0512 missing source. */
export async function loadProgramSpec(p: string, size: ProgramSize): Promise<ProgramSpec> {
  if (p.endsWith(".c")) return specOfSources([p]);
  const names = benchmarkNames();
  if (!p.includes("/") && names.includes(p)) return specOfFolder(join(benchmarkFolder(), p), size);
  if (existsSync(p) && statSync(p).isDirectory()) return specOfFolder(resolve(p), size);
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
  return { name: basename(sources[0]!, ".c"), sources, cflags: [], args: [] };
}

function specOfFolder(folder: string, size: ProgramSize): ProgramSpec {
  const file = join(folder, "program.json");
  if (!existsSync(file))
    fail("BW0510", `${folder} has no program.json`, 'it holds {"sources": ["main.c"]} at least');
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    fail("BW0511", `not valid JSON: ${(error as Error).message}`, undefined, { file });
  }
  const checked = schema.safeParse(parsed);
  if (!checked.success) {
    fail("BW0511", issueText(checked.error), "fields: sources, cflags, args, stdin", { file });
  }
  const { sources, cflags, args, stdin } = checked.data;
  const pick = (list: z.infer<typeof bySize> | undefined): readonly string[] =>
    list === undefined ? [] : Array.isArray(list) ? list : list[size];
  const inside = (path: string): string => {
    const whole = resolve(folder, path);
    if (!isInside(folder, whole)) {
      fail("BW0511", `"${path}" leads out of ${folder}`, "give the files on the command line instead", {
        file,
      });
    }
    return whole;
  };
  const paths = sources.map(inside);
  for (const [i, path] of paths.entries()) {
    if (!existsSync(path))
      fail("BW0512", `source ${sources[i]} is missing in ${folder}`, undefined, { file });
  }
  const input =
    stdin === undefined || stdin === null ? undefined : typeof stdin === "string" ? stdin : stdin[size];
  const inputPath = input === undefined ? undefined : inside(input);
  if (inputPath !== undefined && !existsSync(inputPath)) {
    fail("BW0512", `input file ${input} is missing in ${folder}`, undefined, { file });
  }
  return {
    name: basename(folder),
    sources: paths,
    cflags: pick(cflags),
    args: pick(args),
    ...(inputPath === undefined ? {} : { stdin: inputPath }),
  };
}

/** True when `file` is inside `folder`, by its name. */
function isInside(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path !== "" && path !== ".." && !path.startsWith("../") && !isAbsolute(path);
}
