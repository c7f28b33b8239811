// A part of `npm run rtl-check` that takes seconds: a micro-benchmark of each mechanism, and the smallest program whole.
import { beforeAll, describe, expect, test } from "vitest";
import { loadCore } from "../../src/cli/load-core.ts";
import type { MachineModel } from "../../src/machine/model.ts";
import { checkMicro, checkMixed, checkProgram } from "./check.ts";
import { leastSquares } from "./fit.ts";
import { programMeasurements } from "./measurements.ts";

describe("microwatt against its RTL", () => {
  let model: MachineModel;
  beforeAll(() => {
    ({ model } = loadCore("microwatt"));
  });

  test("micro-benchmarks take the RTL's cycles, cold and warm", async () => {
    const names = [
      "add_rc_dep",
      "mulli_dep",
      "divw_dep",
      "lwzu_chain",
      "lwz_cross_dword",
      "stw_lwz_dep",
      "cmp_bc_taken_fwd",
      "bdnz_loop1",
      "alt_branch",
      "mtctr_bctr",
      "sync",
      "lwarx_stwcx",
      "dcbz",
      "mfxer",
      "lwz_miss_second_word",
    ];
    const results = await checkMicro(model, names);
    expect(results.map(({ name, cold, warm }) => [name, cold.model, warm.model])).toEqual(
      results.map(({ name, cold, warm }) => [name, cold.rtl, warm.rtl]),
    );
    expect(results).toHaveLength(names.length);
  });

  test("programs made by chance issue at the RTL's distances", async () => {
    const names = ["cache_operations", "barriers", "carry_overflow", "branches_memory"];
    const results = await checkMixed(model, names);
    expect(results.map(({ differences, within }) => [differences, within])).toEqual(
      names.map(() => [[], true]),
    );
  });

  test("every issue of matmul is at the RTL's distance from the one before", () => {
    const program = programMeasurements().find(({ name }) => name === "matmul")!;
    const result = checkProgram(model, program);
    expect(result.calls.map((call) => call.model)).toEqual(program.cycles);
    expect(result.differences).toEqual([]);
    expect(result.distances.equal).toBe(result.distances.total);
  });
});

test("the fit finds energies that are not negative", () => {
  const rows = [
    [1, 0, 2],
    [1, 3, 0],
    [1, 1, 1],
    [1, 5, 2],
  ];
  const exact = leastSquares(
    rows,
    rows.map(([a, b, c]) => 4 * a! + 2 * b! + 0.5 * c!),
  );
  expect(exact.map((value) => Number(value.toFixed(6)))).toEqual([4, 2, 0.5]);
  const bounded = leastSquares(
    rows,
    rows.map(([a, b]) => 4 * a! - b!),
  );
  expect(bounded[1]).toBe(0);
});
