// As qemu.test.ts, with the number of cases that `npm run compare-isa` has: 16 words of each instruction over 64 states.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { compareWithQemu } from "./support/compare.ts";
import { testedInstructions } from "./support/random-cases.ts";

const hasQemu = spawnSync("qemu-ppc", ["--version"]).status === 0;

describe.skipIf(!hasQemu)("1,024 cases of every instruction give the same results as on QEMU", () => {
  it.each(testedInstructions.map((i) => [i.name, i] as const))("%s", (_, instruction) => {
    expect(compareWithQemu([instruction], 16, 64, 20260802)).toEqual([]);
  });
});
