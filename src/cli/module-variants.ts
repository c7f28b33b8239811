// Further modules of a prepared program, made when they are first asked for and kept in the cache: without counters, with
// live accounting, for accesses that are less aligned than their types say.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AnnotatedProgram, CounterLayout } from "../annotate/index.ts";
import { livePlan } from "../annotate/counting/live-plan.ts";
import type { Module } from "../bitcode/index.ts";
import type { ElfFile } from "../elf/index.ts";
import type { MappedProgram } from "../match/index.ts";
import { codeOfElf, createPathRunner } from "../pipeline/index.ts";
import { powerPrices } from "../pipeline/power-prices.ts";
import type { BuiltProgram } from "../toolchain/build.ts";
import { cachedFolder, contentHash } from "../toolchain/cache.ts";
import { withAllEdges } from "./executed-costs.ts";
import { floatKey, floatOptions } from "./float-options.ts";
import { findLatencySites } from "./find-latency-sites.ts";
import type { Core } from "./open-core.ts";
import type { PreparedProgram } from "./prepare.ts";
import { annotator, countedSites, loadElf, mapBuilt, plansOf, SOURCE_MAP } from "./prepare.ts";
import type { Progress } from "./progress.ts";
import { toolHash } from "./tool-hash.ts";

interface ReadProgram {
  readonly elf: ElfFile;
  readonly module: Module;
  readonly mapped: MappedProgram;
}

/** A module in the cache. */
export interface StoredModule {
  readonly wasm: Uint8Array;
  readonly layout: CounterLayout;
  /** Reads its source map. */
  readonly sourceMap: () => string;
}

/** The module without counters: the yardstick for their overhead. */
export function preparePlain(built: BuiltProgram): Promise<StoredModule> {
  return cachedModule("plain", built, [], async ({ elf, module, mapped }) => {
    const { annotate } = await annotator();
    const plans = plansOf(mapped, new Map());
    return annotate(module, elf, { plans, ...floatOptions(built), frames: built.frames, counters: false });
  });
}

/** The module that does accesses as the target does them, whatever their alignment. */
export function prepareTolerant(
  { built, core, bundle, spec }: PreparedProgram,
  progress: Pick<Progress, "step">,
): Promise<StoredModule> {
  return cachedModule("tolerant", built, [core.model.hash], async ({ elf, module, mapped }) => {
    progress.step(`${spec.name}: emit the module for unaligned accesses`);
    const runner = createPathRunner(core.model, codeOfElf(elf));
    const found = findLatencySites(module, mapped, built, core.model, runner);
    const { annotate } = await annotator();
    const plans = plansOf(mapped, countedSites(found, bundle.costs.latencies));
    return annotate(module, elf, {
      plans,
      ...floatOptions(built),
      ...alignedNumbers(core),
      frames: built.frames,
      alignment: "any",
    });
  });
}

/** The module for `run --mode live`. Its energies are those of the core's own operating point; reports scale them. */
export function prepareLive(
  prepared: PreparedProgram,
  progress: Pick<Progress, "step" | "update">,
  alignment: "trap" | "any" = "trap",
): Promise<StoredModule> {
  const { built, core, spec } = prepared;
  return cachedModule("live", built, [core.model.hash, alignment], async ({ elf, module, mapped }) => {
    const bundle = await withAllEdges(prepared, progress);
    progress.step(`${spec.name}: emit the live module`);
    const runner = createPathRunner(core.model, codeOfElf(elf));
    const linked = findLatencySites(module, mapped, built, core.model, runner);
    const live = livePlan({
      code: mapped.code,
      mapping: mapped.mapping,
      costs: bundle.costs,
      joules: powerPrices(core.model.power).joules,
      entryBlock: bundle.entryBlock,
      sites: new Map([...linked].map(([name, sites]) => [name, sites.map(({ addresses }) => addresses)])),
    });
    const { annotate } = await annotator();
    const plans = plansOf(mapped, linked);
    return annotate(module, elf, {
      plans,
      ...floatOptions(built),
      ...alignedNumbers(core),
      frames: built.frames,
      live,
      alignment,
    });
  });
}

/** Does the core take an alignment exception for floating-point numbers that are not aligned to words? */
function alignedNumbers({ model }: Core): { alignedNumbers: boolean } {
  return { alignedNumbers: model.pipeline.wordAligned?.includes("lfd") ?? false };
}

async function cachedModule(
  kind: string,
  built: BuiltProgram,
  key: readonly string[],
  make: (program: ReadProgram) => Promise<AnnotatedProgram>,
): Promise<StoredModule> {
  const folder = await cachedFolder(
    kind,
    contentHash(built.key, ...key, ...floatKey(built), toolHash()),
    async (work) => {
      const elf = loadElf(built);
      const { wasm, layout, map } = await make({ elf, ...mapBuilt(built, elf) });
      writeFileSync(join(work, "program.wasm"), wasm);
      writeFileSync(join(work, SOURCE_MAP), map);
      writeFileSync(join(work, "layout.json"), JSON.stringify(layout));
    },
  );
  return {
    wasm: readFileSync(join(folder, "program.wasm")),
    layout: JSON.parse(readFileSync(join(folder, "layout.json"), "utf8")) as CounterLayout,
    sourceMap: () => readFileSync(join(folder, SOURCE_MAP), "utf8"),
  };
}
