// One program for one core, from C to a linked ELF with its final bitcode and the map between the two. Results are whole
// folders in the cache, named by the hash of everything that went in.

import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../base/diagnostic.ts";
import { makeFolder } from "../base/folder.ts";
import { cacheFolder, cachedFolder, contentHash, readJsonOr, writeAtomically } from "./cache.ts";
import { compileSources } from "./compile.ts";
import type { CoreToolchain, FloatingPoint } from "./core.ts";
import { makeFinalIr } from "./final-ir.ts";
import { bitcodeFlags, llcFlags } from "./flags.ts";
import type { FrameLayout } from "./frames.ts";
import { findFrames, makeMachineCode } from "./machine-code.ts";
import { signalOf } from "./build-options.ts";
import type { BuildOptions } from "./build-options.ts";
import { openCLibrary } from "./c-library.ts";
import type { CLibrary } from "./c-library.ts";
import type { ProbeLabel } from "./probes.ts";
import { findPins, withPins, type MappedBuild, type Pins } from "./pins.ts";
import { cacheFault, runChecked } from "./process.ts";
import type { ProgramSpec } from "./spec.ts";
import { findTools } from "./tools.ts";
import type { Tools } from "./tools.ts";

/** Part of every key: raise it when the steps below change what they produce. */
const RECIPE = 38;

const PRODUCTS = ["program.elf", "final.bc", "program.s"];

export interface BuiltProgram {
  /** Hash of sources, headers, flags, tools, library: equal keys mean equal bytes. */
  readonly key: string;
  readonly folder: string;
  readonly elfPath: string;
  /** The final bitcode, one pseudo probe per block. */
  readonly bitcodePath: string;
  readonly assemblyPath: string;
  readonly probes: readonly ProbeLabel[];
  /** Where each function's stack variables are, by function name. */
  readonly frames: Readonly<Record<string, FrameLayout>>;
  /** What computes with floating-point numbers on the core that this was built for. */
  readonly floatingPoint: FloatingPoint;
  readonly versions: Readonly<Record<string, string>>;
  /** What block mapping found, of a program that was built just now. */
  readonly mapped?: MappedBuild;
  /** Seconds that each step took when this was built. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Functions that the back end may call while the program is linked again; more rounds mean a bug or a missing function. */
const ROUNDS = 6;

/** Times that code is generated again with pins: with some, then with all in what is left. */
const PIN_ROUNDS = 2;

/** Builds a program, or finds it in the cache. Arguments and input are no part of the build.
 *  Fails: BW0501 C errors, BW0502 missing tool, BW0504 a tool failed, BW0505 disk full, BW0506 cache not writable,
 *  BW0508 cancelled, BW0512 missing source, BW0514 undefined function, BW0515 no newlib, BW0516 unsupported construct. */
export async function buildProgram(
  spec: ProgramSpec,
  core: CoreToolchain,
  options: BuildOptions = {},
): Promise<BuiltProgram> {
  for (const source of spec.sources) {
    if (!existsSync(source)) fail("BW0512", `no such file: ${source}`);
  }
  const tools = await findTools();
  const library = await openCLibrary(core, tools, options);
  const recipe = JSON.stringify([
    RECIPE,
    core,
    tools.version,
    library.key,
    bitcodeFlags(core, ""),
    llcFlags(core),
  ]);
  const record = join(
    cacheFolder(),
    "inputs",
    `${contentHash(recipe, JSON.stringify([spec.sources, spec.cflags, spec.nanoPrintf]))}.json`,
  );
  const known = readJsonOr(record, undefined) as { dependencies?: unknown } | undefined;
  if (Array.isArray(known?.dependencies)) {
    const key = programKey(recipe, spec, known.dependencies as string[]);
    const folder = key === undefined ? undefined : join(cacheFolder(), "programs", key);
    if (folder !== undefined && isWhole(folder)) return loadBuilt(folder);
  }
  const chosen: CLibrary = {
    ...library,
    bitcode: (parts, stepOptions) =>
      library.bitcode({ ...parts, nano: spec.nanoPrintf === true }, stepOptions),
  };
  return await buildFresh(spec, core, chosen, tools, recipe, record, options);
}

/** Hash of everything that decides the result, or undefined when a file is gone. */
function programKey(recipe: string, spec: ProgramSpec, dependencies: readonly string[]): string | undefined {
  try {
    const base = spec.sources.map((s) => s.slice(s.lastIndexOf("/") + 1));
    const contents = dependencies.map((file) => contentHash(readFileSync(file)));
    return contentHash(recipe, JSON.stringify([base, spec.cflags, spec.nanoPrintf, contents]));
  } catch {
    return undefined;
  }
}

async function buildFresh(
  spec: ProgramSpec,
  core: CoreToolchain,
  library: CLibrary,
  tools: Tools,
  recipe: string,
  record: string,
  options: BuildOptions,
): Promise<BuiltProgram> {
  const seconds: Record<string, number> = {};
  const time = async <T>(step: string, action: () => Promise<T>): Promise<T> => {
    options.progress?.(`${spec.name}: ${step}`);
    const start = performance.now();
    try {
      return await action();
    } finally {
      seconds[step] = Math.round((seconds[step] ?? 0) * 1000 + performance.now() - start) / 1000;
    }
  };
  const scratch = makeScratch();
  try {
    const compiled = await time("compile", () =>
      whileBuilding(library, spec, options, (stepOptions) =>
        compileSources(spec.sources, spec.cflags, core, library, tools, scratch, stepOptions),
      ),
    );
    const key = programKey(recipe, spec, compiled.dependencies);
    if (key === undefined) fail("BW0512", `a source file of ${spec.name} disappeared during the build`);
    const place = join(cacheFolder(), "programs", key);
    if (existsSync(place) && !isWhole(place)) rmSync(place, { recursive: true, force: true });
    let mapped: MappedBuild | undefined;
    const folder = await cachedFolder("programs", key, async (work) => {
      const made = await finish(compiled.bitcode, core, library, tools, scratch, options, time);
      const { probes, frames } = made;
      mapped = made.mapped;
      for (const name of PRODUCTS) renameSync(join(scratch, name), join(work, name));
      writeFileSync(join(work, "probes.json"), JSON.stringify(probes));
      writeFileSync(join(work, "frames.json"), JSON.stringify(frames));
      const versions = { clang: tools.version, newlib: library.newlibVersion };
      writeFileSync(
        join(work, "build.json"),
        JSON.stringify({
          program: spec.name,
          core: core.core,
          floatingPoint: core.floating_point,
          versions,
          seconds,
        }),
      );
    });
    writeAtomically(record, JSON.stringify({ dependencies: compiled.dependencies }));
    return { ...loadBuilt(folder), ...(mapped && { mapped }) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Compiles a program while the C library is built: programs are often one long file, libraries many short ones. A source that
 * speaks of floating point, as far as a glance tells, has the library's part for it built at once, too.
 */
async function whileBuilding<T>(
  library: CLibrary,
  spec: ProgramSpec,
  options: BuildOptions,
  compile: (options: BuildOptions) => Promise<T>,
): Promise<T> {
  const nano = spec.nanoPrintf === true;
  const float = spec.sources.some(speaksOfFloats);
  const building = background(options, async (stepOptions) => {
    if (float) await library.bitcode({ float, nano, rare: false }, stepOptions);
    else await library.build(stepOptions);
  });
  const compiling = background(options, compile);
  try {
    const [compiled] = await Promise.all([compiling.result, building.result]);
    return compiled;
  } catch (error) {
    await Promise.all([compiling.cancel(), building.cancel()]);
    throw error;
  }
}

function speaksOfFloats(source: string): boolean {
  try {
    return /\b(?:double|float|math\.h)\b/.test(readFileSync(source, "latin1"));
  } catch {
    // The compiler says what is wrong with it.
    return false;
  }
}

/** Final IR and machine code; repeated when the code turns out to call library functions that nothing kept. */
async function finish(
  sources: readonly string[],
  core: CoreToolchain,
  library: CLibrary,
  tools: Tools,
  work: string,
  options: BuildOptions,
  time: <T>(step: string, action: () => Promise<T>) => Promise<T>,
): Promise<Pick<BuiltProgram, "probes" | "frames"> & { readonly mapped: MappedBuild }> {
  const extra = new Set<string>();
  for (let round = 0; ; round++) {
    const ir = await makeFinalIr(sources, [...extra].sort(), core, library, tools, work, options, time);
    const chosenAtStart = /^@"?([^" ]+)"? = .*\bifunc\b/m.exec(ir.text)?.[1];
    if (chosenAtStart !== undefined) {
      fail(
        "BW0516",
        `${chosenAtStart}: functions with the ifunc attribute are not supported`,
        "they need a dynamic loader; call one of the variants by its name",
      );
    }
    const generate = (bitcode: string) =>
      makeMachineCode(ir, bitcode, core, library, tools, work, options, time);
    let bitcode = ir.bitcode;
    let code = await generate(bitcode);
    let pins: Pins = new Map();
    for (let round = 0; code.kind === "linked"; round++) {
      const { elf, assembly, probes } = code;
      // Where the stack variables are takes long to tell, beside the mapping, and is of no use if that wants other code.
      const frames = background(options, (stepOptions) =>
        findFrames(bitcode, assembly, core, tools, work, stepOptions, time),
      );
      const found = await time("map", async () => {
        await nextTurn();
        return findPins({ bitcode: ir.bitcode, elf, assembly, probes }, pins);
      }).catch(async (error: unknown) => {
        await frames.cancel();
        throw error;
      });
      const { pins: more } = found;
      if (more === pins || round === PIN_ROUNDS)
        return { probes, frames: await frames.result, mapped: found };
      await frames.cancel();
      pins = more;
      options.progress?.(`again, with pins in ${[...pins.keys()].join(", ")}`);
      writeFileSync(join(work, "pinned.ll"), withPins(ir.text, pins));
      const args = ["pinned.ll", "-o", "pinned.bc"];
      await runChecked({ command: tools.path["llvm-as"], args, cwd: work, ...signalOf(options) });
      bitcode = "pinned.bc";
      code = await generate(bitcode);
    }
    options.progress?.(`again with ${code.functions.join(", ")}`);
    const unknown = code.functions.filter((name) => extra.has(name) || !/^[\w.$]+$/.test(name));
    if (unknown.length > 0 || round === ROUNDS) {
      fail(
        "BW0514",
        `undefined: ${unknown.join(", ")}\n${code.message}`,
        "the C library here is newlib without processes, threads and sockets",
      );
    }
    for (const name of code.functions) extra.add(name);
  }
}

/** Work that goes on beside other work until its result is wanted, or not any more. */
function background<T>(
  options: BuildOptions,
  work: (options: BuildOptions) => Promise<T>,
): { readonly result: Promise<T>; readonly cancel: () => Promise<void> } {
  const control = new AbortController();
  const signals = [control.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const result = work({ ...options, signal: AbortSignal.any(signals) });
  // Whoever wants the result hears of its failure.
  result.catch(() => undefined);
  return {
    result,
    cancel: async () => {
      control.abort();
      await Promise.allSettled([result]);
    },
  };
}

/** Lets processes start before a long computation. */
const nextTurn = (): Promise<void> => new Promise((done) => setImmediate(done));

/** Is everything there? Somebody may have cleaned the cache by hand. */
function isWhole(folder: string): boolean {
  return [...PRODUCTS, "probes.json", "frames.json", "build.json"].every((name) =>
    existsSync(join(folder, name)),
  );
}

function makeScratch(): string {
  const parent = join(cacheFolder(), "scratch");
  try {
    makeFolder(parent);
    return mkdtempSync(join(parent, "build-"));
  } catch (error) {
    throw cacheFault(error, parent);
  }
}

function loadBuilt(folder: string): BuiltProgram {
  const build = JSON.parse(readFileSync(join(folder, "build.json"), "utf8")) as Pick<
    BuiltProgram,
    "versions" | "seconds" | "floatingPoint"
  >;
  return {
    key: folder.slice(folder.lastIndexOf("/") + 1),
    folder,
    elfPath: join(folder, "program.elf"),
    bitcodePath: join(folder, "final.bc"),
    assemblyPath: join(folder, "program.s"),
    probes: JSON.parse(readFileSync(join(folder, "probes.json"), "utf8")) as ProbeLabel[],
    frames: JSON.parse(readFileSync(join(folder, "frames.json"), "utf8")) as BuiltProgram["frames"],
    floatingPoint: build.floatingPoint,
    versions: build.versions,
    seconds: build.seconds,
  };
}
