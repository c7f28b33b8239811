// Static branch prediction behind the interface of predictors that learn: the direction comes from the branch's word and
// address, the target from its word. Nothing is remembered.
import type { BranchPredictor, IsaModel } from "../machine/model.ts";
import type { WordFacts } from "./osm/static-code.ts";
import type { DynamicPredictor } from "./prediction-dynamic.ts";
import { staticAlgorithms, staticDirection } from "./prediction.ts";
import { branchTarget } from "./static-code.ts";

/** Whether the resource is one of the language's extensions that need no state. */
export function isStatic(resource: BranchPredictor): boolean {
  return staticAlgorithms.some((name) => name === resource.algorithm);
}

/** `factsAt` gives the program's words. Every branch that goes elsewhere than in sequence is known: nothing is a miss. */
export function createStaticPredictor(
  isa: IsaModel,
  resource: BranchPredictor,
  factsAt: (address: number) => WordFacts,
): DynamicPredictor {
  const direction = staticDirection(isa, resource);
  const predictor: DynamicPredictor = {
    target: 0,
    size: 4,
    reset: () => undefined,
    enabled: () => true,
    predict: (address) => {
      const { instruction, word, bytes } = factsAt(address);
      if (!instruction?.branch) return "not_taken";
      const target = branchTarget(isa, instruction, word, address);
      if (!direction(instruction, word, address, target)) return "not_taken";
      predictor.target = target;
      predictor.size = bytes;
      return "taken";
    },
    lastTaken: (address) => predictor.predict(address) === "taken",
    update: () => undefined,
    isShort: true,
    save: (out) => void out.push(predictor.target, predictor.size),
    load: (data, at) => {
      predictor.target = data[at]!;
      predictor.size = data[at + 1]!;
      return at + 2;
    },
  };
  return predictor;
}
