// Which cores can be characterized block pair by block pair, and what is said of the others.
import { expect, test } from "vitest";
import { DiagnosticError } from "../../src/base/diagnostic.ts";
import { checkCharacterizable, remembered } from "../../src/characterize/remembers.ts";
import { loadCore, realCores } from "../../src/cli/load-core.ts";

test("the cores that programs are estimated on remember nothing", () => {
  for (const core of realCores()) expect([core, remembered(loadCore(core).model)]).toEqual([core, []]);
});

test("a core with caches, a predictor that learns and energy by values is refused by name", () => {
  let thrown: unknown;
  try {
    checkCharacterizable(loadCore("microwatt").model);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(DiagnosticError);
  expect((thrown as DiagnosticError).diagnostics).toEqual([
    {
      code: "BW0722",
      severity: "error",
      message:
        "microwatt cannot be characterized block pair by block pair: it has the caches ICache and DCache, " +
        "the branch predictor BTC, energy that depends on values",
      help: "blockwatt reference runs the whole program on its cycle-accurate model",
    },
  ]);
});
