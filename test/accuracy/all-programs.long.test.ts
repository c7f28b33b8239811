// The estimate against the reference model: every benchmark program on every real core, at the small size.
import { describe, expect, test } from "vitest";
import { realCores } from "../../src/cli/load-core.ts";
import { benchmarkNames } from "../../src/toolchain/spec.ts";
import { faults, validate } from "./validate.ts";

describe.each(realCores())("on %s", (core) => {
  test("output and counts are equal, errors within the limits, for every program", async () => {
    const report = await validate(["--all", "--core", core]);
    expect(report.results.map(({ program }) => program)).toEqual(benchmarkNames());
    expect(faults(report)).toEqual([]);
  });
});
