// Builds the C library: Debian's newlib-source, compiled file by file to bitcode for one core, with our runtime, into two
// modules: one whose printf knows floating point, one without. Built once per compiler, flags, newlib and recipe.

import { cpus } from "node:os";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fail } from "../base/diagnostic.ts";
import { cachedFolder, contentHash } from "./cache.ts";
import { projectFolder } from "./core.ts";
import type { CoreToolchain } from "./core.ts";
import { NO_USE_LISTS, bitcodeFlags, targetFlags } from "./flags.ts";
import { commonSources, configurationHeaders, formatSources, mathSources } from "./newlib-sources.ts";
import type { LibrarySource } from "./newlib-sources.ts";
import { runChecked } from "./process.ts";
import type { Tools } from "./tools.ts";

/** Part of the cache key: raise it when the way of building changes. */
const RECIPE = 4;
const SOURCE_FOLDER = "/usr/src/newlib";

export interface CLibrary {
  readonly folder: string;
  /** Header folder for user programs. */
  readonly include: string;
  /** Bitcode of library and runtime; `float` when the program uses floating point. */
  readonly bitcode: Readonly<Record<"integer" | "float", string>>;
  /** Entry point and system call stub, assembled. */
  readonly objects: readonly string[];
  readonly linkerScript: string;
  readonly newlibVersion: string;
  /** Changes whenever any part of the library does. */
  readonly key: string;
}

export interface BuildProgress {
  readonly progress?: (step: string) => void;
  readonly signal?: AbortSignal;
}

interface NewlibSource {
  readonly archive: string;
  readonly version: string;
}

/** newlib's source archive as Debian installs it. BLOCKWATT_NEWLIB names another one. Fails: BW0515. */
export function findNewlib(): NewlibSource {
  const own = process.env["BLOCKWATT_NEWLIB"];
  const archive =
    own !== undefined && own !== ""
      ? own
      : existsSync(SOURCE_FOLDER)
        ? readdirSync(SOURCE_FOLDER)
            .filter((name) => /^newlib-[\d.]+\.tar\./.test(name))
            .map((name) => join(SOURCE_FOLDER, name))
            .sort()
            .at(-1)
        : undefined;
  const version = /newlib-(\d[\d.]*\d)\.tar/.exec(archive ?? "")?.[1];
  if (archive === undefined || version === undefined || !existsSync(archive)) {
    fail(
      "BW0515",
      "newlib's source is not installed",
      "apt-get install newlib-source (or run: npm run setup)",
    );
  }
  return { archive, version };
}

function runtimeFiles(): { name: string; content: string }[] {
  const folder = join(projectFolder, "runtime");
  return readdirSync(folder)
    .filter((name) => /\.(c|h|S|ld)$/.test(name))
    .sort()
    .map((name) => ({ name, content: readFileSync(join(folder, name), "utf8") }));
}

/** Runs `work` on every item, as many at a time as there are processors (at most 8). */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) await work(items[next++]!);
  };
  const workers = Math.max(1, Math.min(8, cpus().length, items.length));
  await Promise.all(Array.from({ length: workers }, worker));
}

/** Unpacked newlib and its compiled bitcode for one core. */
async function newlibFolder(core: CoreToolchain, tools: Tools, newlib: NewlibSource, options: BuildProgress) {
  const sources = [...commonSources(), ...formatSources(false), ...formatSources(true)];
  const flags = [...bitcodeFlags(core, "include"), ...LIBRARY_FLAGS];
  const headers = configurationHeaders(newlib.version);
  const key = contentHash(JSON.stringify([RECIPE, tools.version, newlib.version, flags, sources, headers]));
  const folder = await cachedFolder("newlib", key, async (work) => {
    options.progress?.(`building the C library for ${core.core} (once, about a minute)`);
    await unpack(newlib, work, options);
    const include = join(work, "include");
    cpSync(join(work, "source", "libc", "include"), include, { recursive: true });
    for (const [name, text] of Object.entries(headers)) writeFileSync(join(include, name), text);
    mkdirSync(join(work, "o"));
    const math = mathSources(
      MATH_FOLDERS.flatMap((f) => readdirSync(join(work, "source", f)).map((name) => join(f, name))),
    );
    const all = [...sources, ...math];
    let done = 0;
    await inParallel(all, async (source) => {
      await compileLibraryFile(core, tools, work, source, options);
      if (++done % 50 === 0)
        options.progress?.(`building the C library for ${core.core}: ${done} of ${all.length}`);
    });
    for (const kind of ["integer", "float"] as const) {
      const parts = [...commonSources(), ...formatSources(kind === "float"), ...math].map((s) =>
        join("o", `${s.object}.bc`),
      );
      await runChecked({
        command: tools.path["llvm-link"],
        args: [NO_USE_LISTS, ...parts, "-o", `libc-${kind}.bc`],
        cwd: work,
        ...signalOf(options),
      });
    }
    rmSync(join(work, "o"), { recursive: true });
    rmSync(join(work, "source"), { recursive: true });
  });
  return { folder, key };
}

const MATH_FOLDERS = ["libm/common", "libm/math"];

/** Built-in knowledge of C's functions must not turn a function's body into a call of itself. */
const LIBRARY_FLAGS = [
  "-fno-builtin",
  "-w",
  "-D_COMPILING_NEWLIB",
  "-DHAVE_RENAME",
  "-DHAVE_BLKSIZE",
  "-Wno-error=implicit-function-declaration",
  "-std=gnu89",
];

async function unpack(newlib: NewlibSource, work: string, options: BuildProgress): Promise<void> {
  const source = join(work, "source");
  mkdirSync(source);
  await runChecked({
    command: "tar",
    args: [
      "-xf",
      newlib.archive,
      "-C",
      source,
      "--strip-components=2",
      "--wildcards",
      "*/newlib/libc/*",
      "*/newlib/libm/*",
    ],
    package: "tar xz-utils",
    what: `unpacking ${newlib.archive} failed`,
    ...signalOf(options),
  });
}

async function compileLibraryFile(
  core: CoreToolchain,
  tools: Tools,
  work: string,
  source: LibrarySource,
  options: BuildProgress,
): Promise<void> {
  await runChecked({
    command: tools.path.clang,
    args: [
      ...bitcodeFlags(core, "include"),
      ...LIBRARY_FLAGS,
      ...source.defines.map((d) => `-D${d}`),
      `-Isource/${dirname(source.file)}`,
      ...["stdio", "stdlib", "string", "time", "locale", "ctype"].map((f) => `-Isource/libc/${f}`),
      "-Isource/libm/common",
      "-ffile-prefix-map=source=newlib",
      "-fdebug-compilation-dir=.",
      `source/${source.file}.c`,
      "-o",
      join("o", `${source.object}.bc`),
    ],
    cwd: work,
    what: `newlib's ${source.file}.c does not compile`,
    ...signalOf(options),
  });
}

/** An options object with `signal` only when there is one (exactOptionalPropertyTypes). */
export function signalOf(options: { readonly signal?: AbortSignal }): { signal?: AbortSignal } {
  return options.signal === undefined ? {} : { signal: options.signal };
}

/** The C library and runtime for one core, built when missing. */
export async function buildCLibrary(
  core: CoreToolchain,
  tools: Tools,
  options: BuildProgress = {},
): Promise<CLibrary> {
  const newlib = findNewlib();
  const runtime = runtimeFiles();
  const base = await newlibFolder(core, tools, newlib, options);
  const key = contentHash(base.key, JSON.stringify(runtime));
  const include = join(base.folder, "include");
  const folder = await cachedFolder("library", key, async (work) => {
    options.progress?.(`building the runtime for ${core.core}`);
    for (const file of runtime) writeFileSync(join(work, file.name), file.content);
    const modules: string[] = [];
    await inParallel(runtime, async ({ name }) => {
      if (name.endsWith(".c")) {
        const output = name.replace(/\.c$/, ".bc");
        modules.push(output);
        const flags = [...bitcodeFlags(core, include), "-fno-builtin", "-Wall", "-Werror"];
        const place = ["-ffile-prefix-map=.=runtime", "-fdebug-compilation-dir=."];
        const args = [...flags, ...place, name, "-o", output];
        await runChecked({ command: tools.path.clang, args, cwd: work, ...signalOf(options) });
      } else if (name.endsWith(".S")) {
        const args = [...targetFlags(core), "-c", name, "-o", name.replace(/\.S$/, ".o")];
        await runChecked({ command: tools.path.clang, args, cwd: work, ...signalOf(options) });
      }
    });
    for (const kind of ["integer", "float"]) {
      const args = [
        NO_USE_LISTS,
        ...modules.sort(),
        join(base.folder, `libc-${kind}.bc`),
        "-o",
        `library-${kind}.bc`,
      ];
      await runChecked({ command: tools.path["llvm-link"], args, cwd: work, ...signalOf(options) });
    }
    copyFileSync(join(projectFolder, "runtime", "program.ld"), join(work, "program.ld"));
  });
  return {
    folder,
    include,
    bitcode: { integer: join(folder, "library-integer.bc"), float: join(folder, "library-float.bc") },
    objects: runtime
      .filter((f) => f.name.endsWith(".S"))
      .map((f) => join(folder, f.name.replace(/\.S$/, ".o"))),
    linkerScript: join(folder, "program.ld"),
    newlibVersion: newlib.version,
    key,
  };
}
