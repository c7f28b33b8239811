// One whole benchmark run.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pairedRatio } from "../../src/cli/commands/bench-measure.ts";
import type { BenchReport } from "../../src/report/schema.ts";
import { projectFolder } from "../../src/toolchain/core.ts";

describe("bench", () => {
  it("reports every variant of a program", { timeout: 600_000 }, () => {
    const script = join(projectFolder, "bin", "blockwatt.mjs");
    const args = [script, "bench", "bitcount", "--size", "small", "--repetitions", "2", "--json"];
    const run = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: "" });
    const report = JSON.parse(run.stdout) as BenchReport;
    const [result] = report.results;
    expect({ schema: report.schema, size: report.size, repetitions: report.repetitions }).toEqual({
      schema: "blockwatt.bench/1",
      size: "small",
      repetitions: 2,
    });
    const counts = Object.fromEntries(
      Object.entries(result!.samples).map(([name, values]) => [name, values.length]),
    );
    expect(counts).toEqual({
      native: 2,
      native_wall: 2,
      plain_wasm: 2,
      plain_wasm_wall: 2,
      annotated: 2,
      annotated_wall: 2,
      qemu: 2,
    });
    expect(result!.mips).toBeCloseTo(result!.instructions / result!.annotated_seconds / 1e6, 6);
    expect(result!.slowdown_vs_native).toBe(
      pairedRatio(result!.samples["annotated"]!, result!.samples["native"]!),
    );
  });
});
