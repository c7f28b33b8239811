// The module for programs with accesses that are less aligned than their types say: the same program, with such accesses done
// as the target does them. Made when a run has come upon one.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AnnotatedProgram, CounterLayout } from "../annotate/index.ts";
import { codeOfElf, createPathRunner } from "../pipeline/index.ts";
import { cachedFolder, contentHash } from "../toolchain/cache.ts";
import { findLatencySites } from "./find-latency-sites.ts";
import type { PreparedProgram } from "./prepare.ts";
import { countedSites, loadElf, mapBuilt, plansOf } from "./prepare.ts";
import type { Progress } from "./progress.ts";
import { toolHash } from "./tool-hash.ts";

export async function prepareTolerant(
  { built, core, bundle, spec }: PreparedProgram,
  progress?: Pick<Progress, "step">,
): Promise<AnnotatedProgram> {
  const key = contentHash(built.key, core.model.hash, toolHash());
  const folder = await cachedFolder("tolerant", key, async (work) => {
    progress?.step(`${spec.name}: emit the module for unaligned accesses`);
    const elf = loadElf(built);
    const { module, mapped } = mapBuilt(built, elf);
    const runner = createPathRunner(core.model, codeOfElf(elf));
    const found = findLatencySites(module, mapped, built, core.model, runner);
    const plans = plansOf(mapped, countedSites(found, bundle.costs.latencies));
    const { annotate } = await import("../annotate/annotate.ts");
    const { wasm, layout } = annotate(module, elf, { plans, frames: built.frames, alignment: "any" });
    writeFileSync(join(work, "program.wasm"), wasm);
    writeFileSync(join(work, "layout.json"), JSON.stringify(layout));
  });
  return {
    wasm: readFileSync(join(folder, "program.wasm")),
    layout: JSON.parse(readFileSync(join(folder, "layout.json"), "utf8")) as CounterLayout,
  };
}
