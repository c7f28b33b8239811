// Our own descriptions are whole: nothing to report, strictly taken, and every instruction has what it needs or is named.
import { readdirSync } from "node:fs";
import { describe as group, expect, it } from "vitest";
import { coverageOf, coverageText } from "../../src/adl/check/coverage.ts";
import { checkDescriptions, describe } from "../../src/adl/index.ts";

const cores = readdirSync("targets").filter((name) => !name.includes("."));

group("our descriptions", () => {
  it.each(cores)("%s has no findings, and lacks nothing that is not named", (name) => {
    const path = `targets/${name}/core.uadl`;
    const { diagnostics, described } = checkDescriptions([path]);
    expect(diagnostics).toEqual([]);
    const coverage = coverageOf(described[0]!);
    if (!coverage) throw new Error("not loaded");
    const { instructions, unsupported, untested, sources } = coverage;
    expect(coverage).toEqual({
      name,
      instructions,
      semantics: instructions,
      class: instructions - unsupported.length,
      energy: instructions - unsupported.length,
      test: instructions - untested.length,
      unsupported,
      untested,
      sources,
    });
  });

  it("are summed up in a line", () => {
    const coverage = coverageOf(describe("adl/powerpc/powerpc.adl"));
    expect(coverage && coverageText(coverage)).toMatch(
      /^PowerPC: (\d+) instructions; semantics \1, test \d+ \(untested: sc\)$/,
    );
  });
});
