// Costs that are measured for what a run has executed, and kept beside the prepared program, so that the next run finds them: all
// costs of large programs; what runs often, after each of the two edges before. A prepared folder is never changed otherwise; runs at the same time may overwrite what the other one added, and
// it is measured again, from the database.
import { join } from "node:path";
import { z } from "zod";
import type { EdgeCost } from "../characterize/cost-table.ts";
import { characterize } from "../characterize/measure.ts";
import { executedPassages, frequentPassages, measurePassages } from "../characterize/on-demand.ts";
import type { EdgeCounts } from "../characterize/price.ts";
import { codeOfElf, createPathRunner } from "../pipeline/index.ts";
import type { ProgramBundle } from "../report/bundle.ts";
import { readJsonOr, writeAtomically } from "../toolchain/cache.ts";
import { loadElf, openCostStore, type PreparedProgram } from "./prepare.ts";
import type { Progress } from "./progress.ts";
import { referenceModelHash } from "./tool-hash.ts";

const schema = z.array(
  z.object({
    edge: z.number(),
    previous: z.number(),
    earlier: z.number().optional(),
    cycles: z.number(),
    events: z.array(z.number()),
  }),
);

/** Costs that the run with these counts should have and the bundle lacks. */
export function executedCosts(
  prepared: PreparedProgram,
  counts: EdgeCounts,
  progress: Pick<Progress, "step" | "update">,
): readonly EdgeCost[] {
  const { bundle, core, built, folder, spec } = prepared;
  const file = join(folder, "executed-costs.json");
  const read = schema.safeParse(readJsonOr(file, []));
  const known = (read.success ? read.data : []) as readonly EdgeCost[];
  const { code, entryBlock, costs } = bundle;
  const passages = [
    ...(costs.partial === true ? executedPassages(code, entryBlock, counts, known) : []),
    ...frequentPassages(code, entryBlock, counts, costs.contextInstructions, known),
  ];
  if (passages.length === 0) return known;
  progress.step(`${spec.name}: characterize what was executed`);
  const runner = createPathRunner(core.model, codeOfElf(loadElf(built)));
  const store = openCostStore(core, runner);
  try {
    const found = measurePassages(code, passages, runner, store, {
      modelHash: referenceModelHash(core.model.hash),
      progress: progress.update,
    });
    const all = [...known, ...found];
    writeAtomically(file, JSON.stringify(all));
    return all;
  } finally {
    store.close();
  }
}

/** The bundle with a cost for every edge, for what has to know them before it runs: one context each where the program is large. */
export async function withAllEdges(
  { bundle, core, built, spec }: PreparedProgram,
  progress: Pick<Progress, "step" | "update">,
  signal?: AbortSignal,
): Promise<ProgramBundle> {
  if (bundle.costs.partial !== true) return bundle;
  progress.step(`${spec.name}: characterize every edge`);
  const runner = createPathRunner(core.model, codeOfElf(loadElf(built)));
  const store = openCostStore(core, runner);
  try {
    const { table } = await characterize(bundle.code, bundle.entryBlock, runner, store, {
      core: core.name,
      modelHash: referenceModelHash(core.model.hash),
      progress: progress.update,
      contextsPerEdge: 1,
      ...(signal === undefined ? {} : { signal }),
    });
    return { ...bundle, costs: table };
  } finally {
    store.close();
  }
}
