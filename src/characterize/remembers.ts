// What keeps a core from being characterized block pair by block pair. A pair's cost is measured on its own, so it must
// not depend on what ran long before: lines in caches, branches in predictors, or on operand values in places other than
// latencies (changing bits). The whole program on the reference model has no such limits.
import { fail } from "../base/diagnostic.ts";
import type { MachineModel } from "../machine/model.ts";
import { isStatic } from "../pipeline/index.ts";

/** What a machine remembers, in words; empty when its block pairs can be measured one by one. */
export function remembered({ pipeline, power }: MachineModel): string[] {
  const found: string[] = [];
  const caches = [
    ...pipeline.memories.filter((memory) => memory.busCache !== undefined),
    ...pipeline.caches,
  ].map(({ name }) => name);
  if (caches.length > 0) found.push(`the caches ${caches.join(" and ")}`);
  const predictors = pipeline.branchPredictors.filter((one) => !isStatic(one)).map(({ name }) => name);
  if (predictors.length > 0) found.push(`the branch predictor ${predictors.join(" and ")}`);
  if (power.events.some((one) => one.trigger.kind === "toggle" || one.trigger.kind === "toggle_product"))
    found.push("energy that depends on values");
  return found;
}

/** Fails: BW0722 when block pairs of the core cannot be measured one by one. */
export function checkCharacterizable(model: MachineModel): void {
  const found = remembered(model);
  if (found.length === 0) return;
  fail(
    "BW0722",
    `${model.name} cannot be characterized block pair by block pair: it has ${found.join(", ")}`,
    "blockwatt reference runs the whole program on its cycle-accurate model",
  );
}
