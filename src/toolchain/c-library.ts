// The C library as programs link it: newlib and our runtime in one bitcode module, the assembled entry point and system
// call stub, and the linker script.

import { copyFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inParallel, signalOf } from "./build-options.ts";
import type { BuildOptions } from "./build-options.ts";
import { cacheFolder, cachedFolder, contentHash } from "./cache.ts";
import { projectFolder } from "./core.ts";
import type { CoreToolchain } from "./core.ts";
import { NO_USE_LISTS, bitcodeFlags, targetFlags } from "./flags.ts";
import { findNewlib, openNewlib } from "./newlib.ts";
import { runChecked } from "./process.ts";
import type { Tools } from "./tools.ts";

export interface LibraryParts {
  /** The program uses floating point. */
  readonly float: boolean;
  /** newlib's small printf and scanf. */
  readonly nano: boolean;
  /** Wide characters, regular expressions, complex numbers … */
  readonly rare: boolean;
}

export interface CLibrary {
  /** Header folder for user programs. */
  readonly include: string;
  /** Library and runtime as one module, with the parts that a program needs; they are built on first use. */
  readonly bitcode: (parts: LibraryParts, options: BuildOptions) => Promise<string>;
  /** Builds what every program needs, objects and linker script included. */
  readonly build: (options: BuildOptions) => Promise<void>;
  /** Entry point and system call stub, assembled. */
  readonly objects: readonly string[];
  readonly linkerScript: string;
  readonly newlibVersion: string;
  /** Changes whenever any part of the library does. */
  readonly key: string;
}

/** Files of the runtime with functions that newlib has, too; ours take their place. */
const IN_PLACE_OF_NEWLIB: ReadonlySet<string> = new Set(["root.c"]);

function runtimeFiles(): { name: string; content: string }[] {
  const folder = join(projectFolder, "runtime");
  return readdirSync(folder)
    .filter((name) => /\.(c|h|S|ld)$/.test(name))
    .sort()
    .map((name) => ({ name, content: readFileSync(join(folder, name), "utf8") }));
}

/** The C library and runtime for one core, built when missing. Fails: BW0504, BW0505, BW0506, BW0508, BW0515. */
export async function buildCLibrary(
  core: CoreToolchain,
  tools: Tools,
  options: BuildOptions = {},
): Promise<CLibrary> {
  const library = await openCLibrary(core, tools, options);
  await library.build(options);
  return library;
}

/** The same, with only the headers there until something is built. */
export async function openCLibrary(
  core: CoreToolchain,
  tools: Tools,
  options: BuildOptions = {},
): Promise<CLibrary> {
  const source = findNewlib();
  const newlib = await openNewlib(core, tools, source, options);
  const runtime = runtimeFiles();
  const key = contentHash(newlib.key, JSON.stringify(runtime));
  const assembly = runtime.filter((file) => file.name.endsWith(".S"));
  const objectOf = (name: string): string => name.replace(/\.S$/, ".o");
  const folder = join(cacheFolder(), "library", key);
  const make = async (work: string, options: BuildOptions): Promise<void> => {
    const base = await newlib.base(options);
    options.progress?.(`building the runtime for ${core.core}`);
    for (const file of runtime) writeFileSync(join(work, file.name), file.content);
    const run = (command: string, args: readonly string[]) =>
      runChecked({ command, args, cwd: work, ...signalOf(options) });
    const c = runtime.filter((file) => file.name.endsWith(".c"));
    const moduleOf = (name: string): string => name.replace(/\.c$/, ".bc");
    await inParallel([...c, ...assembly], async ({ name }) => {
      if (name.endsWith(".S")) {
        await run(tools.path.clang, [...targetFlags(core), "-c", name, "-o", objectOf(name)]);
        return;
      }
      const flags = [...bitcodeFlags(core, newlib.include), "-fno-builtin", "-Wall", "-Werror"];
      const place = ["-ffile-prefix-map=.=runtime", "-fdebug-compilation-dir=."];
      await run(tools.path.clang, [...flags, ...place, name, "-o", moduleOf(name)]);
    });
    const own = c.filter(({ name }) => !IN_PLACE_OF_NEWLIB.has(name));
    const modules = own.map((file) => moduleOf(file.name));
    await run(tools.path["llvm-link"], [NO_USE_LISTS, ...modules, base.common, "-o", "common.bc"]);
    await run(tools.path["llvm-link"], [NO_USE_LISTS, "common.bc", base.integer, "-o", "integer.bc"]);
    copyFileSync(join(projectFolder, "runtime", "program.ld"), join(work, "program.ld"));
  };
  // Several steps of one build may want it at once; it is made once.
  let making: Promise<unknown> | undefined;
  const build = async (stepOptions: BuildOptions): Promise<void> => {
    making ??= cachedFolder("library", key, (work) => make(work, stepOptions));
    await making;
  };
  const bitcode = async ({ float, nano, rare }: LibraryParts, stepOptions: BuildOptions): Promise<string> => {
    const built = build(stepOptions);
    // Its failure is told below.
    built.catch(() => undefined);
    if (float || nano || rare) await Promise.all([newlib.math(stepOptions), built]);
    await built;
    if (!float && !nano && !rare) return join(folder, "integer.bc");
    const name = [nano ? "nano" : "float", ...(rare ? ["rare"] : [])].join("-");
    const made = await cachedFolder("library", `${key}-${name}`, async (work) => {
      const parts = [
        await (nano ? newlib.nano(stepOptions) : newlib.float(stepOptions)),
        await newlib.math(stepOptions),
        ...(rare ? [await newlib.rare(stepOptions)] : []),
      ];
      const ours = [...IN_PLACE_OF_NEWLIB].map(
        (name) => `--override=${join(folder, name.replace(/\.c$/, ".bc"))}`,
      );
      const all = [join(folder, "common.bc"), ...parts, ...ours];
      const args = [NO_USE_LISTS, ...all, "-o", join(work, "library.bc")];
      await runChecked({ command: tools.path["llvm-link"], args, ...signalOf(stepOptions) });
    });
    return join(made, "library.bc");
  };
  return {
    include: newlib.include,
    bitcode,
    build,
    objects: assembly.map((file) => join(folder, objectOf(file.name))),
    linkerScript: join(folder, "program.ld"),
    newlibVersion: source.version,
    key,
  };
}
