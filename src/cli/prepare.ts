// Prepares a program for a core: build, map, characterize, annotate. Each step's result is cached by what went into it.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InternalError } from "../base/diagnostic.ts";
import type { FunctionPlan } from "../annotate/index.ts";
import { planOf } from "../annotate/plan.ts";
import { refuseEarly } from "../annotate/refused.ts";
import type { LinkedSite } from "../annotate/counting/latency-sites.ts";
import { summedSites } from "../annotate/counting/latency-sites.ts";
import { isEvenlySpaced, type CostTable } from "../characterize/cost-table.ts";
import type { Module } from "../bitcode/index.ts";
import { characterize, contextCount } from "../characterize/measure.ts";
import type { PathRunner } from "../characterize/path-runner.ts";
import { checkCharacterizable } from "../characterize/remembers.ts";
import type { MeasureStatistics } from "../characterize/measure.ts";
import { openStore, type CostStore } from "../characterize/store.ts";
import type { ElfFile } from "../elf/index.ts";
import { readElf } from "../elf/index.ts";
import type { MappedProgram } from "../match/index.ts";
import { mapProgram } from "../match/index.ts";
import { codeOfElf, createPathRunner } from "../pipeline/index.ts";
import type { BundleSite, ProgramBundle } from "../report/bundle.ts";
import { machineCodeData, mappingData } from "../report/bundle.ts";
import type { BuiltProgram } from "../toolchain/build.ts";
import { buildProgram } from "../toolchain/build.ts";
import { cacheFolder, cachedFolder, contentHash } from "../toolchain/cache.ts";
import type { ProgramSpec } from "../toolchain/spec.ts";
import { floatKey, floatOptions } from "./float-options.ts";
import { findLatencySites } from "./find-latency-sites.ts";
import type { Core } from "./open-core.ts";
import { loadModule } from "./load-module.ts";
import { loadProgram, writeProgram, type LoadedProgram } from "./stored-program.ts";
import type { Progress } from "./progress.ts";
import { referenceModelHash, toolHash } from "./tool-hash.ts";

export interface PreparedProgram {
  readonly spec: ProgramSpec;
  readonly core: Core;
  readonly built: BuiltProgram;
  /** Folder of the cache with the module and the bundle. */
  readonly folder: string;
  readonly bundle: ProgramBundle;
  readonly wasm: Uint8Array;
  /** The module being compiled, where `PrepareOptions.compile` asked for it. */
  readonly compiled?: Promise<WebAssembly.Module>;
  /** Seconds by step; what came from the cache took none. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly totalSeconds: number;
  /** What characterization did; undefined when nothing was left to do. */
  readonly statistics: MeasureStatistics | undefined;
}

export interface PrepareOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Begin to compile the module, on other threads, while the rest is loaded: it will be run. */
  readonly compile?: boolean;
}

/** Name of a module's source map beside it. */
export const SOURCE_MAP = "program.map";

/** Programs with more contexts than this are measured where they have run (see `executedCosts`); it is about 20 seconds. */
const MOST_CONTEXTS = 60_000;

/** Path of the characterization database. */
export function databasePath(): string {
  return join(cacheFolder(), "characterization.sqlite");
}

export async function prepareProgram(
  spec: ProgramSpec,
  core: Core,
  { progress, signal, compile }: PrepareOptions,
): Promise<PreparedProgram> {
  checkCharacterizable(core.model);
  const begun = performance.now();
  const seconds: Record<string, number> = {};
  const time = async <T>(step: string, work: () => T | Promise<T>): Promise<T> => {
    progress.step(`${spec.name}: ${step}`);
    const start = performance.now();
    const result = await work();
    seconds[step] = (performance.now() - start) / 1000;
    return result;
  };

  const built = await time("compile", () =>
    buildProgram(spec, core.toolchain, { signal, progress: progress.step }),
  );
  const key = contentHash(built.key, core.model.hash, ...floatKey(built), toolHash());
  let statistics: MeasureStatistics | undefined;
  const make = async (work: string): Promise<void> => {
    const elf = loadElf(built);
    const { module, mapped } = await time("match", () => built.mapped ?? mapBuilt(built, elf));
    refuseEarly(module);
    const entryBlock = mapped.code.blockAt(elf.entry)!.id;
    const runner = createPathRunner(core.model, codeOfElf(elf));
    const modelHash = referenceModelHash(core.model.hash);
    const store = openCostStore(core, runner);
    try {
      const { table, ...measured } = await time("characterize", () =>
        characterize(mapped.code, entryBlock, runner, store, {
          core: core.name,
          modelHash,
          progress: progress.update,
          signal,
          ...(contextCount(mapped.code) > MOST_CONTEXTS ? { contextsPerEdge: 0 } : {}),
        }),
      );
      statistics = measured.statistics;
      await time("emit", async () => {
        const { annotate } = await annotator();
        const linked = countedSites(
          findLatencySites(module, mapped, built, core.model, runner),
          table.latencies,
        );
        const { wasm, layout, map } = annotate(module, elf, {
          plans: plansOf(mapped, linked),
          ...floatOptions(built),
          frames: built.frames,
        });
        const bundle: ProgramBundle = {
          schema: "blockwatt.bundle/1",
          program: spec.name,
          core: core.name,
          memory: {
            segments: elf.segments.map(({ address, memorySize, writable }) => ({
              address,
              memorySize,
              writable,
            })),
          },
          layout,
          code: machineCodeData(mapped.code),
          mapping: mappingData(mapped.mapping),
          entryBlock,
          costs: table,
          sites: bundleSites(linked),
        };
        writeFileSync(join(work, SOURCE_MAP), map);
        writeProgram(work, wasm, bundle);
      });
    } finally {
      store.close();
    }
  };
  let folder = await cachedFolder("prepared", key, make);
  const load = (): LoadedProgram | undefined => loadProgram(folder, compile === true);
  let loaded = await time("load", load);
  if (loaded === undefined) {
    // Damaged on the disk, or half deleted.
    rmSync(folder, { recursive: true, force: true });
    folder = await cachedFolder("prepared", key, make);
    loaded = await time("load", load);
    if (loaded === undefined) throw new InternalError(`${folder} is not what was written there`);
  }
  return {
    spec,
    core,
    built,
    folder,
    ...loaded,
    seconds,
    totalSeconds: (performance.now() - begun) / 1000,
    statistics,
  };
}

/** The characterization database for a core. */
export function openCostStore(core: Core, runner: PathRunner): CostStore {
  return openStore(databasePath(), {
    hash: referenceModelHash(core.model.hash),
    name: core.name,
    eventNames: runner.eventNames,
    tool: toolHash(),
  });
}

/** Latency sites as counted modules have them: by their sum where that is enough. */
export function countedSites(
  found: ReadonlyMap<string, readonly LinkedSite[]>,
  latencies: CostTable["latencies"],
): Map<string, readonly LinkedSite[]> {
  const even = new Set(latencies.filter(isEvenlySpaced).map(({ address }) => address));
  return new Map(
    [...found].map(([name, sites]) => [name, summedSites(sites, (address) => even.has(address))]),
  );
}

/** Binaryen takes a while to load, and what is in the cache does not need it. */
export const annotator = (): Promise<typeof import("../annotate/annotate.ts")> =>
  import("../annotate/annotate.ts");

export function loadElf(built: BuiltProgram): ElfFile {
  return readElf(readFileSync(built.elfPath), built.elfPath);
}

export function mapBuilt(built: BuiltProgram, elf: ElfFile): { module: Module; mapped: MappedProgram } {
  const module = loadModule(built.bitcodePath);
  const listing = readFileSync(built.assemblyPath, "utf8");
  return { module, mapped: mapProgram({ module, elf, listing, listingFile: built.assemblyPath }) };
}

/** The plans of all functions that are mapped; `linked`: the latency sites that they count. */
export function plansOf(
  mapped: Pick<MappedProgram, "mapping">,
  linked: ReadonlyMap<string, readonly LinkedSite[]> = new Map(),
): Map<string, FunctionPlan> {
  const plans = new Map<string, FunctionPlan>();
  for (const [name, mapping] of mapped.mapping.functions) {
    const plan = planOf(mapping);
    const sites = linked.get(name);
    if (plan) plans.set(name, sites ? { ...plan, sites: sites.map(({ site }) => site) } : plan);
  }
  return plans;
}

function bundleSites(linked: ReadonlyMap<string, readonly LinkedSite[]>): BundleSite[] {
  return [...linked].flatMap(([name, sites]) =>
    sites.map(({ addresses }, site) => ({ function: name, site, addresses })),
  );
}
