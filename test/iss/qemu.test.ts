// Second opinion on what instructions do: QEMU executes the same random instruction words over the same random states.
// `npm run compare-isa` does the same with many more of them.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { compareWithQemu } from "./support/compare.ts";
import { groupsOf, processorOf } from "./support/processors.ts";
import { testedInstructions } from "./support/random-cases.ts";

const hasQemu = spawnSync("qemu-ppc", ["--version"]).status === 0;

describe.skipIf(!hasQemu)("random instruction words give the same results as on QEMU", () => {
  it.each([...groupsOf(testedInstructions)])("%s", (_, instructions) => {
    const [first] = instructions;
    const few = first && processorOf(first).kind !== "integer";
    expect(compareWithQemu(instructions, few ? 1 : 3, few ? 16 : 32, 20260731)).toEqual([]);
  });
});
