// Predictors that learn. Expected predictions follow from the rules at the head of prediction-dynamic.ts.
import { expect, test } from "vitest";
import type { BranchPredictor } from "../../../src/machine/model.ts";
import { createDynamicPredictor } from "../../../src/pipeline/prediction-dynamic.ts";
import type { DynamicPredictor, PredictorState } from "../../../src/pipeline/prediction-dynamic.ts";

const always: PredictorState = { readsRegisters: false, enabled: () => true, compared: () => [] };

function predictor(
  algorithm: string,
  parameters: BranchPredictor["parameters"] = {},
  state = always,
): DynamicPredictor {
  return createDynamicPredictor({ name: "BP", algorithm, parameters }, state);
}

/** Tells the outcome, and returns what was predicted before it. */
function branch(one: DynamicPredictor, address: number, taken: boolean, target = 0x1000): string {
  const prediction = one.predict(address);
  one.update(address, 4, taken, target);
  return prediction;
}

test("counter: the first outcome is predicted next, then two of the other turn it", () => {
  const one = predictor("Counter");
  // A taken branch starts at 2 of 1 to 4, where 1 and 2 mean taken.
  expect(branch(one, 0x10, true)).toBe("miss");
  expect(branch(one, 0x10, true)).toBe("taken"); // 2, then 1
  expect(branch(one, 0x10, false)).toBe("taken"); // 1, then 2
  expect(branch(one, 0x10, false)).toBe("taken"); // 2, then 3
  expect(branch(one, 0x10, false)).toBe("not_taken"); // 3, then 4
  expect(branch(one, 0x10, true)).toBe("not_taken"); // 4, then 3
  expect(branch(one, 0x10, true)).toBe("not_taken"); // 3, then 2
  expect(branch(one, 0x10, true)).toBe("taken");
});

test("counter: a branch that starts not taken waits for one taken outcome", () => {
  const one = predictor("Counter");
  branch(one, 0x10, false); // 3
  expect(branch(one, 0x10, true)).toBe("not_taken"); // 3, then 2
  expect(branch(one, 0x10, true)).toBe("taken");
});

test("counter: the target is the last one; a full list drops its oldest entry", () => {
  const one = predictor("Counter", { size: 2 });
  branch(one, 0x10, true, 0x100);
  branch(one, 0x20, true, 0x200);
  branch(one, 0x10, true, 0x104);
  expect(one.predict(0x10)).toBe("taken");
  expect(one.target).toBe(0x104);
  branch(one, 0x30, true, 0x300); // 0x10 has been in the list longest, however lately used
  expect(one.predict(0x10)).toBe("miss");
  expect(one.predict(0x20)).toBe("taken");
  expect(one.lastTaken(0x20)).toBe(true);
  expect(one.target).toBe(0x200);
});

test("counter: off, or with other values of the compared registers, it says nothing", () => {
  let on = true;
  let value = 1;
  const one = predictor("Counter", {}, { readsRegisters: true, enabled: () => on, compared: () => [value] });
  branch(one, 0x10, true);
  expect(one.predict(0x10)).toBe("taken");
  value = 2;
  expect(one.predict(0x10)).toBe("miss");
  value = 1;
  on = false;
  expect(one.predict(0x10)).toBe("none");
  branch(one, 0x40, true);
  on = true;
  expect(one.predict(0x40)).toBe("miss"); // nothing is learned while it is off
});

test("link stack: a return goes where the last call came from", () => {
  const one = predictor("CounterLinkStack", { stack_size: 2 });
  const call = (address: number): void => one.update(address, 4, true, 0x500, "link");
  one.update(0x510, 4, true, 0, "return");
  call(0x100);
  call(0x200);
  expect(one.predict(0x510)).toBe("taken");
  expect(one.target).toBe(0x204);
  expect(one.predict(0x510)).toBe("taken");
  expect(one.target).toBe(0x104);
  expect(one.predict(0x510)).toBe("taken");
  expect(one.target).toBe(0); // the stack is empty
  expect(one.lastTaken(0x510, "return")).toBe(true);
  call(0x10);
  call(0x20);
  call(0x30); // the oldest falls out
  one.predict(0x510);
  one.predict(0x510);
  expect(one.target).toBe(0x24);
  one.predict(0x510);
  expect(one.target).toBe(0);
});

test("gshare learns a pattern that a counter alone cannot", () => {
  const pattern = (turn: number): boolean => turn % 2 === 0;
  const wrong = (one: DynamicPredictor): number => {
    let count = 0;
    for (let turn = 0; turn < 200; turn++) {
      const taken = pattern(turn);
      if ((branch(one, 0x10, taken) === "taken") !== taken && turn >= 100) count++;
    }
    return count;
  };
  expect(wrong(predictor("Gshare"))).toBe(0);
  expect(wrong(predictor("Bimodal"))).toBeGreaterThan(40);
});

test("an unknown algorithm is named", () => {
  expect(() => predictor("Oracle")).toThrow(/BP: unknown algorithm Oracle/);
});
