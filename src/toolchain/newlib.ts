// newlib, compiled from Debian's newlib-source to bitcode for one core. In parts, each built once per compiler, flags, newlib
// and recipe, when a program first needs it: what every program may use; what only programs with floating point do (the
// mathematics library and a printf that knows it), which is half of the work; the small printf; what few programs name.

import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fail } from "../base/diagnostic.ts";
import { inParallel, signalOf } from "./build-options.ts";
import type { BuildOptions } from "./build-options.ts";
import { cachedFolder, contentHash } from "./cache.ts";
import { projectFolder } from "./core.ts";
import type { CoreToolchain } from "./core.ts";
import { NO_USE_LISTS, bitcodeFlags } from "./flags.ts";
import {
  commonSources,
  configurationHeaders,
  formatSources,
  mathSources,
  nanoSources,
  rareSources,
} from "./newlib-sources.ts";
import type { LibrarySource } from "./newlib-sources.ts";
import { runChecked } from "./process.ts";
import type { Tools } from "./tools.ts";

/** Part of the cache key: raise it when the way of building changes. */
const RECIPE = 7;
const SOURCE_FOLDER = "/usr/src/newlib";
const MATH_FOLDERS = ["libm/common", "libm/math"];
const RARE_MATH_FOLDERS = ["libm/complex", "libm/fenv"];

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

export interface NewlibSource {
  readonly archive: string;
  readonly version: string;
}

export interface Newlib {
  readonly key: string;
  /** Header folder. */
  readonly include: string;
  /** Everything but printf's and scanf's engines, and these engines without floating point. */
  readonly base: (options: BuildOptions) => Promise<{ readonly common: string; readonly integer: string }>;
  /** The engines with floating point; built on first use, with the mathematics library. */
  readonly float: (options: BuildOptions) => Promise<string>;
  readonly math: (options: BuildOptions) => Promise<string>;
  /** The small engines, in place of `float`. */
  readonly nano: (options: BuildOptions) => Promise<string>;
  /** Wide characters, regular expressions, complex numbers and more; needs `float`. */
  readonly rare: (options: BuildOptions) => Promise<string>;
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
    const help = "apt-get install newlib-source (or run: npm run setup)";
    fail("BW0515", "newlib's source is not installed", help);
  }
  return { archive, version };
}

/** newlib for one core: its headers are there, its modules are built when they are first asked for. Fails: BW0504, BW0505,
 *  BW0506, BW0508. */
export async function openNewlib(
  core: CoreToolchain,
  tools: Tools,
  newlib: NewlibSource,
  options: BuildOptions,
): Promise<Newlib> {
  const headers = configurationHeaders(newlib.version);
  // Headers that newlib leaves to the system.
  const ownHeaders = join(projectFolder, "runtime", "include");
  const own = readdirSync(ownHeaders, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [relative(ownHeaders, file), readFileSync(file, "utf8")]);
  const flags = [...bitcodeFlags(core, "include"), ...LIBRARY_FLAGS];
  const lists = [commonSources(), formatSources(false), formatSources(true), nanoSources(), rareSources()];
  const key = contentHash(
    JSON.stringify([RECIPE, tools.version, newlib.version, flags, lists, headers, own]),
  );
  const writeHeaders = (work: string): void => {
    const include = join(work, "include");
    cpSync(join(work, "source", "libc", "include"), include, { recursive: true });
    // It uses <stdint.h>'s types and does not include that; the compiler's own is whole.
    rmSync(join(include, "stdatomic.h"), { force: true });
    cpSync(ownHeaders, include, { recursive: true });
    for (const [file, text] of Object.entries(headers)) writeFileSync(join(include, file), text);
  };
  const part =
    (name: string, choose: (work: string) => Record<string, readonly LibrarySource[]>) =>
    async (stepOptions: BuildOptions): Promise<string> =>
      cachedFolder("newlib", `${key}-${name}`, async (work) => {
        const say = `building the C library for ${core.core} (${name} part, once)`;
        stepOptions.progress?.(say);
        await unpack(newlib, work, stepOptions);
        writeHeaders(work);
        mkdirSync(join(work, "o"));
        const modules = choose(work);
        const all = Object.values(modules).flat();
        let done = 0;
        await inParallel(all, async (source) => {
          await compile(core, tools, work, source, stepOptions);
          if (++done % 50 === 0) stepOptions.progress?.(`${say}: ${done} of ${all.length}`);
        });
        for (const [module, sources] of Object.entries(modules)) {
          const parts = sources.map((s) => join("o", `${s.object}.bc`));
          const args = [NO_USE_LISTS, ...parts, "-o", `${module}.bc`];
          await runChecked({ command: tools.path["llvm-link"], args, cwd: work, ...signalOf(stepOptions) });
        }
        rmSync(join(work, "o"), { recursive: true });
        rmSync(join(work, "source"), { recursive: true });
      });
  // On their own, so that programs can be compiled while the library is.
  const include = await cachedFolder("newlib", `${key}-include`, async (work) => {
    await unpack(newlib, work, options);
    writeHeaders(work);
    rmSync(join(work, "source"), { recursive: true });
  });
  const base = part("common", () => ({ common: commonSources(), integer: formatSources(false) }));
  const filesOf = (work: string, folders: readonly string[]): string[] =>
    folders.flatMap((f) => readdirSync(join(work, "source", f)).map((name) => join(f, name)));
  const float = part("float", (work) => ({
    float: formatSources(true),
    math: mathSources(filesOf(work, MATH_FOLDERS)),
  }));
  const nano = part("nano", () => ({ nano: nanoSources() }));
  const rare = part("rare", (work) => ({
    rare: [...rareSources(), ...mathSources(filesOf(work, RARE_MATH_FOLDERS))],
  }));
  return {
    key,
    include: join(include, "include"),
    base: async (stepOptions) => {
      const folder = await base(stepOptions);
      return { common: join(folder, "common.bc"), integer: join(folder, "integer.bc") };
    },
    float: async (stepOptions) => join(await float(stepOptions), "float.bc"),
    math: async (stepOptions) => join(await float(stepOptions), "math.bc"),
    nano: async (stepOptions) => join(await nano(stepOptions), "nano.bc"),
    rare: async (stepOptions) => join(await rare(stepOptions), "rare.bc"),
  };
}

async function unpack(newlib: NewlibSource, work: string, options: BuildOptions): Promise<void> {
  const source = join(work, "source");
  mkdirSync(source);
  const members = ["--strip-components=2", "--wildcards", "*/newlib/libc/*", "*/newlib/libm/*"];
  await runChecked({
    command: "tar",
    args: ["-xf", newlib.archive, "-C", source, ...members],
    package: "tar xz-utils",
    what: `unpacking ${newlib.archive} failed`,
    ...signalOf(options),
  });
}

async function compile(
  core: CoreToolchain,
  tools: Tools,
  work: string,
  source: LibrarySource,
  options: BuildOptions,
): Promise<void> {
  await runChecked({
    command: tools.path.clang,
    args: [
      ...bitcodeFlags(core, "include"),
      ...LIBRARY_FLAGS,
      ...source.defines.map((d) => `-D${d}`),
      `-Isource/${dirname(source.file)}`,
      ...["stdio", "stdlib", "string", "time", "locale", "ctype", "posix"].map((f) => `-Isource/libc/${f}`),
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
