// The module for `run --mode live`: the same program with live accounting, made when it is first asked for.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AnnotatedProgram, CounterLayout } from "../annotate/index.ts";
import { livePlan } from "../annotate/live-plan.ts";
import { codeOfElf, createPathRunner } from "../pipeline/index.ts";
import { powerPrices } from "../pipeline/power-prices.ts";
import { cachedFolder, contentHash } from "../toolchain/cache.ts";
import { findLatencySites } from "./find-latency-sites.ts";
import type { PreparedProgram } from "./prepare.ts";
import { loadElf, mapBuilt, plansOf } from "./prepare.ts";
import type { Progress } from "./progress.ts";
import { toolHash } from "./tool-hash.ts";

/** Energies in the module are those of the core's own operating point; reports scale them. */
export async function prepareLive(
  { built, core, bundle, spec }: PreparedProgram,
  progress: Progress,
  alignment: "trap" | "any" = "trap",
): Promise<AnnotatedProgram> {
  const key = contentHash(built.key, core.model.hash, toolHash(), alignment);
  const folder = await cachedFolder("live", key, async (work) => {
    progress.step(`${spec.name}: emit the live module`);
    const elf = loadElf(built);
    const { module, mapped } = mapBuilt(built, elf);
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
    const { annotate } = await import("../annotate/annotate.ts");
    const plans = plansOf(mapped, linked);
    const { wasm, layout } = annotate(module, elf, { plans, frames: built.frames, live, alignment });
    writeFileSync(join(work, "program.wasm"), wasm);
    writeFileSync(join(work, "layout.json"), JSON.stringify(layout));
  });
  return {
    wasm: readFileSync(join(folder, "program.wasm")),
    layout: JSON.parse(readFileSync(join(folder, "layout.json"), "utf8")) as CounterLayout,
  };
}
