// The predictors of one engine, made from a pipeline's description, and the text by which the generated engine uses them.
import type { MachineModel } from "../machine/model.ts";
import type { WordFacts } from "./osm/static-code.ts";
import { createDynamicPredictor } from "./prediction-dynamic.ts";
import type { DynamicPredictor } from "./prediction-dynamic.ts";
import { createStaticPredictor, isStatic } from "./prediction-static.ts";
import { compileStateHook, registerOrField } from "./state-hooks.ts";
import type { RegisterReader } from "./state-hooks.ts";

/**
 * In the order of the model. `read` sees the registers as the functional model has them now, `factsAt` the program's words.
 * Fails: BW0705 for an unknown algorithm.
 */
export function createPredictors(
  model: MachineModel,
  read: RegisterReader,
  factsAt: (address: number) => WordFacts,
): DynamicPredictor[] {
  return model.pipeline.branchPredictors.map((resource) => {
    if (isStatic(resource)) return createStaticPredictor(model.isa, resource, factsAt);
    const enable = resource.enable ? compileStateHook(model, resource.enable, read) : undefined;
    const compared = (resource.registerCompares ?? []).map((name) => registerOrField(model, name, read));
    return createDynamicPredictor(resource, {
      readsRegisters: enable !== undefined || compared.length > 0,
      enabled: enable ? () => enable([]) !== 0 : () => true,
      compared: () => compared.map((one) => one()),
    });
  });
}

/**
 * Functions of the generated engine: what the fetch unit asks, what an instruction asks and tells. `ins.s.pc`, `ins.s.size`:
 * its address and size; `ins.taken`, `ins.next`: how it went.
 */
export const predictionText = `
function predictTaken(predictor, address) {
  return predictor.predict(address) === "taken" ? { address, target: predictor.target, size: predictor.size } : null;
}
// What \`predict().first\` is: Miss, Taken, NotTaken, NoPrediction.
function predictionNumber(predictor, ins) {
  switch (predictor.predict(ins.s.pc)) { case "miss": return 0; case "taken": return 1; case "not_taken": return 2; default: return 3; }
}
function predictedTaken(predictor, ins) { return predictor.predict(ins.s.pc) === "taken"; }
function lastPredictedTaken(predictor, ins, kind) { return predictor.lastTaken(ins.s.pc, kind); }
function updatePrediction(predictor, ins, kind) {
  predictor.update(ins.s.pc, ins.s.size, ins.taken, ins.next < 0 ? 0 : ins.next, kind);
}`;
