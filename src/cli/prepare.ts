// Prepares a program for a core: build, map, characterize, annotate. Each step's result is cached by what went into it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CounterLayout, FunctionPlan } from "../annotate/index.ts";
import { annotate, planOf } from "../annotate/index.ts";
import type { LinkedSite } from "../annotate/latency-sites.ts";
import type { Module } from "../bitcode/index.ts";
import { readModule } from "../bitcode/index.ts";
import type { CostTable } from "../characterize/cost-table.ts";
import { characterize } from "../characterize/measure.ts";
import type { MeasureStatistics } from "../characterize/measure.ts";
import { openStore } from "../characterize/store.ts";
import type { ElfFile } from "../elf/index.ts";
import { readElf } from "../elf/index.ts";
import type { MappedProgram } from "../match/index.ts";
import { mapProgram } from "../match/index.ts";
import { codeOfElf, createPathRunner } from "../pipeline/index.ts";
import type { BuiltProgram } from "../toolchain/build.ts";
import { buildProgram } from "../toolchain/build.ts";
import { cacheFolder, cachedFolder, contentHash } from "../toolchain/cache.ts";
import type { ProgramSpec } from "../toolchain/spec.ts";
import { findLatencySites } from "./find-latency-sites.ts";
import type { Core } from "./load-core.ts";
import type { Progress } from "./progress.ts";
import { toolHash } from "./tool-hash.ts";

/** A site of the plan as it is stored: which instructions its classes' counts are for. */
export interface StoredSite {
  readonly function: string;
  /** Index among the function's plan sites. */
  readonly site: number;
  readonly addresses: readonly number[];
}

export interface PreparedProgram {
  readonly spec: ProgramSpec;
  readonly core: Core;
  readonly built: BuiltProgram;
  readonly elf: ElfFile;
  readonly mapped: MappedProgram;
  /** Block that execution begins with. */
  readonly entryBlock: number;
  readonly wasm: Uint8Array;
  readonly layout: CounterLayout;
  readonly table: CostTable;
  readonly sites: readonly StoredSite[];
  /** Machine blocks of functions that could not be mapped, by function. */
  readonly unmatched: ReadonlyMap<string, string>;
  /** Seconds by step; steps that came from the cache are missing. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly totalSeconds: number;
  readonly statistics: MeasureStatistics | undefined;
}

export interface PrepareOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Path of the characterization database. */
export function databasePath(): string {
  return join(cacheFolder(), "characterization.sqlite");
}

export async function prepareProgram(
  spec: ProgramSpec,
  core: Core,
  { progress, signal }: PrepareOptions,
): Promise<PreparedProgram> {
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
  const elf = readElf(readFileSync(built.elfPath), built.elfPath);
  const { module, mapped } = await time("match", () => {
    const read = readModule(readFileSync(built.bitcodePath));
    const listing = readFileSync(built.assemblyPath, "utf8");
    return {
      module: read,
      mapped: mapProgram({ module: read, elf, listing, listingFile: built.assemblyPath }),
    };
  });
  const entryBlock = mapped.code.blockAt(elf.entry)!.id;
  const key = contentHash(built.key, core.model.hash, toolHash());
  let statistics: MeasureStatistics | undefined;
  const folder = await cachedFolder("prepared", key, async (work) => {
    const runner = createPathRunner(core.model, codeOfElf(elf));
    const store = openStore(databasePath(), {
      hash: core.model.hash,
      name: core.name,
      eventNames: runner.eventNames,
      tool: toolHash(),
    });
    try {
      const result = await time("characterize", () =>
        characterize(mapped.code, entryBlock, runner, store, {
          core: core.name,
          modelHash: core.model.hash,
          progress: progress.update,
          signal,
        }),
      );
      statistics = result.statistics;
      writeFileSync(join(work, "costs.json"), JSON.stringify(result.table));
    } finally {
      store.close();
    }
    await time("emit", () => {
      const linked = findLatencySites(module, mapped, built, core.model, runner);
      const annotated = annotate(module, elf, { plans: plansOf(mapped, linked) });
      writeFileSync(join(work, "program.wasm"), annotated.wasm);
      writeFileSync(join(work, "layout.json"), JSON.stringify(annotated.layout));
      writeFileSync(join(work, "sites.json"), JSON.stringify(storedSites(linked)));
    });
  });
  const loaded = await time("load", () => ({
    wasm: readFileSync(join(folder, "program.wasm")),
    layout: JSON.parse(readFileSync(join(folder, "layout.json"), "utf8")) as CounterLayout,
    table: JSON.parse(readFileSync(join(folder, "costs.json"), "utf8")) as CostTable,
    sites: JSON.parse(readFileSync(join(folder, "sites.json"), "utf8")) as StoredSite[],
  }));
  return {
    spec,
    core,
    built,
    elf,
    mapped,
    entryBlock,
    ...loaded,
    unmatched: unmatchedFunctions(mapped),
    seconds,
    totalSeconds: (performance.now() - begun) / 1000,
    statistics,
  };
}

/** The annotated module without counters: the yardstick for their overhead. */
export async function preparePlain(
  module: Module,
  elf: ElfFile,
  mapped: MappedProgram,
  builtKey: string,
): Promise<{ wasm: Uint8Array; layout: CounterLayout }> {
  const key = contentHash(builtKey, toolHash(), "plain");
  const folder = await cachedFolder("plain", key, async (work) => {
    const plain = annotate(module, elf, { plans: plansOf(mapped, new Map()), counters: false });
    writeFileSync(join(work, "program.wasm"), plain.wasm);
    writeFileSync(join(work, "layout.json"), JSON.stringify(plain.layout));
  });
  return {
    wasm: readFileSync(join(folder, "program.wasm")),
    layout: JSON.parse(readFileSync(join(folder, "layout.json"), "utf8")) as CounterLayout,
  };
}

function plansOf(
  mapped: MappedProgram,
  linked: ReadonlyMap<string, readonly LinkedSite[]>,
): Map<string, FunctionPlan> {
  const plans = new Map<string, FunctionPlan>();
  for (const [name, mapping] of mapped.mapping.functions) {
    const plan = planOf(mapping);
    const sites = linked.get(name);
    if (plan) plans.set(name, sites ? { ...plan, sites: sites.map(({ site }) => site) } : plan);
  }
  return plans;
}

function storedSites(linked: ReadonlyMap<string, readonly LinkedSite[]>): StoredSite[] {
  return [...linked].flatMap(([name, sites]) =>
    sites.map(({ addresses }, site) => ({ function: name, site, addresses })),
  );
}

function unmatchedFunctions(mapped: MappedProgram): Map<string, string> {
  const unmatched = new Map<string, string>();
  for (const [name, { status }] of mapped.mapping.functions) {
    if (status.kind === "unmatched") unmatched.set(name, `${status.reason}: ${status.detail}`);
  }
  return unmatched;
}
