// Static branch prediction: a direction for each branch that depends on its word and address only.
// Branches to a register are never predicted: fetch goes on in sequence until they resolve.
// Algorithms of a `branch_predictor` resource: BackwardTaken (conditional branches backward taken, forward not; a hint bit
// reverses it), NeverTaken (also unconditional ones wait until they resolve). Dynamic ones will stand beside them.
import { fail } from "../base/diagnostic.ts";
import type { BranchPredictor, Instruction, IsaModel, PipelineModel } from "../machine/model.ts";
import { TARGET_CACHE } from "./bus/system.ts";
import { readField } from "./static-code.ts";

export type StaticPredictor = (
  instruction: Instruction,
  word: number,
  address: number,
  target: number,
) => boolean;

/**
 * The direction that the pipeline's predictor gives; without a predictor every branch is predicted not taken.
 * Parameters: `hint_field`, a field of the word; `always_mask`, bits of it that, all set, make the branch unconditional;
 * `hint_mask`, bits of it that, when set, reverse the static direction.
 * Fails: BW0705 for an unknown algorithm or more than one predictor.
 */
export function createPredictor(isa: IsaModel, pipeline: PipelineModel): StaticPredictor {
  // A branch target cache stands beside a static predictor and is asked by the fetch unit.
  const statics = pipeline.branchPredictors.filter((one) => one.algorithm !== TARGET_CACHE);
  const predictor: BranchPredictor | undefined = statics[0];
  if (!predictor || predictor.algorithm === "NeverTaken") return () => false;
  if (statics.length > 1) {
    fail("BW0705", "the pipeline has more than one branch predictor", "declare one branch_predictor");
  }
  return staticDirection(isa, predictor);
}

/** Algorithms that look at a branch's word and address only. */
export const staticAlgorithms = ["BackwardTaken", "NeverTaken"] as const;

/**
 * The direction that one static predictor gives; its parameters as `createPredictor` says. False for what is no branch and
 * for branches to a register (target −1). Fails: BW0705 for an unknown algorithm.
 */
export function staticDirection(isa: IsaModel, predictor: BranchPredictor): StaticPredictor {
  if (predictor.algorithm === "NeverTaken") return () => false;
  if (predictor.algorithm !== "BackwardTaken") {
    fail(
      "BW0705",
      `branch predictor ${predictor.name}: unknown algorithm ${predictor.algorithm}`,
      "known are BackwardTaken and NeverTaken",
    );
  }
  const field = text(predictor.parameters["hint_field"]);
  const always = number(predictor.parameters["always_mask"]);
  const hint = number(predictor.parameters["hint_mask"]);
  return (instruction, word, address, target) => {
    if (!instruction.branch || target < 0) return false;
    if (!instruction.branch.conditional) return true;
    const bits = field === "" ? 0 : readField(isa, word, field);
    if (always !== 0 && (bits & always) === always) return true;
    // The sign of the displacement: a branch to itself is not backward.
    const backward = target < address;
    return (bits & hint) !== 0 ? !backward : backward;
  };
}

function text(value: number | string | undefined): string {
  return value === undefined ? "" : String(value);
}

function number(value: number | string | undefined): number {
  return value === undefined ? 0 : Number(value);
}

/** True when the fetch unit consults a predictor that can say "taken". */
export function predictsAtFetch(pipeline: PipelineModel): boolean {
  return (
    pipeline.fetchUnit.branchPredictor !== undefined &&
    pipeline.branchPredictors.some((predictor) => predictor.algorithm !== "NeverTaken")
  );
}
