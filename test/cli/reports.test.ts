// What commands print as JSON: field for field, and the laws that the figures obey. One small C program, both real cores.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { readElf } from "../../src/elf/index.ts";
import { createIss } from "../../src/iss/index.ts";
import { codeOfElf, createIssOracle, createPipeline } from "../../src/pipeline/index.ts";
import { main } from "../../src/cli/main.ts";
import { coreModel } from "../pipeline/core-timing.ts";

// Calls, a loop, a branch that data decide, divides by variables, a table, input from arguments.
const program = `#include <stdio.h>
#include <stdlib.h>
__attribute__((noinline)) static unsigned gcd(unsigned a, unsigned b) { while (b) { unsigned t = a % b; a = b; b = t; } return a; }
static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
int main(int argc, char **argv) {
  int table[40]; unsigned sum = argc > 1 ? atoi(argv[1]) : 0;
  for (int i = 0; i < 40; i++) table[i] = (i * 7919) % 101;
  qsort(table, 40, sizeof table[0], compare);
  for (int i = 1; i < 40; i++) sum += table[i] > 50 ? gcd(table[i], i) : table[i] / i;
  printf("%u %d\\n", sum, table[20]);
  return 7;
}
`;
const expectedOutput = "190 50\n";
const gcdCalls = 19;
/** The system call that ends the program does not return; the estimate counts the rest of its block all the same. */
const afterExit = 6;

const joules = z.number().nonnegative();
const count = z.number().int().nonnegative();
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const figures = {
  program: z.literal("sample"),
  core: z.string(),
  clock_hz: z.number().positive(),
  voltage_v: z.number().positive(),
  exit_code: z.literal(7),
  stdout_sha256: hash,
  instructions: count,
  cycles: count,
  seconds: z.number().positive(),
  energy_j: joules,
  average_power_w: z.number().positive(),
  energy: z.record(z.string(), joules),
};
const runReport = z.strictObject({
  schema: z.literal("blockwatt.run/1"),
  ...figures,
  temperature_c: z.number(),
  mode: z.enum(["counted", "live"]),
  host: z.strictObject({
    prepare_seconds: z.number(),
    run_seconds: z.number(),
    mips: z.number(),
    steps: z.record(z.string(), z.number()),
  }),
  coverage: z.strictObject({
    pairs_executed: count,
    pairs_characterized: count,
    blocks_unmatched: z.literal(0),
  }),
  functions: z.array(
    z.strictObject({ name: z.string(), calls: count, instructions: count, cycles: count, energy_j: joules }),
  ),
  lines: z.array(
    z.strictObject({
      file: z.string(),
      line: count,
      function: z.string(),
      instructions: count,
      cycles: count,
      energy_j: joules,
    }),
  ),
  live: z
    .strictObject({
      cycles: count,
      energy_j: joules,
      cycles_difference_pct: z.number(),
      energy_difference_pct: z.number(),
    })
    .optional(),
  power_over_time: z
    .array(z.strictObject({ seconds: z.number().positive(), power_w: z.number() }))
    .optional(),
  warnings: z.array(z.string()).optional(),
});
const referenceReport = z.strictObject({
  schema: z.literal("blockwatt.reference/1"),
  ...figures,
  stalls: z.record(z.string(), count),
  host: z.strictObject({ run_seconds: z.number(), mips: z.number() }),
});
const executions = z.strictObject({ instructions: count, cycles: count, energy_j: joules, mips: z.number() });
const validateReport = z.strictObject({
  schema: z.literal("blockwatt.validate/1"),
  results: z.array(
    z.strictObject({
      program: z.literal("sample"),
      core: z.string(),
      size: z.enum(["small", "full"]),
      output_identical: z.literal(true),
      outputs: z.strictObject({
        annotated: z.string(),
        functional: z.string(),
        reference: z.string(),
        qemu: z.string(),
      }),
      block_counts_equal: z.literal(true),
      edge_counts_equal: z.literal(true),
      timing_error_pct: z.number(),
      energy_error_pct: z.number(),
      instruction_error_pct: z.number(),
      reference: executions,
      estimate: executions,
    }),
  ),
  summary: z.strictObject({
    programs: count,
    mean_abs_timing_error_pct: z.number(),
    max_abs_timing_error_pct: z.number(),
    mean_abs_energy_error_pct: z.number(),
    max_abs_energy_error_pct: z.number(),
    all_outputs_identical: z.literal(true),
    all_counts_equal: z.literal(true),
  }),
});

const folder = realpathSync(mkdtempSync(join(tmpdir(), "blockwatt-reports-")));
const file = join(folder, "sample.c");
beforeAll(() => {
  writeFileSync(file, program);
  // Each command listens for a closed pipe until the process ends.
  process.stdout.setMaxListeners(50);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The JSON that a command prints; nothing goes to standard error. In this process, which saves starting one each time. */
async function answer(args: readonly string[], status = 0): Promise<unknown> {
  const written = { stdout: "", stderr: "" };
  const restore = (["stdout", "stderr"] as const).map((name) => {
    const write = process[name].write;
    process[name].write = (text: string | Uint8Array): boolean => {
      written[name] += String(text);
      return true;
    };
    return () => void (process[name].write = write);
  });
  const actual = await main(args).finally(() => restore.forEach((undo) => undo()));
  expect({ status: actual, stderr: written.stderr }).toEqual({ status, stderr: "" });
  return JSON.parse(written.stdout) as unknown;
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
const sumOf = (record: Readonly<Record<string, number>>): number => sum(Object.values(record));

describe.each(["e200z3", "ppc440"])("on %s", (core) => {
  let run: z.infer<typeof runReport>;
  let reference: z.infer<typeof referenceReport>;
  beforeAll(async () => {
    run = runReport.parse(await answer(["run", file, "--core", core, "--json", "--", "100"]));
    reference = referenceReport.parse(
      await answer(["reference", file, "--core", core, "--json", "--", "100"]),
    );
  }, 300_000);

  test("run and reference print the same output, and count the same instructions", () => {
    const output = createHash("sha256").update(expectedOutput).digest("hex");
    expect({ run: run.stdout_sha256, reference: reference.stdout_sha256 }).toEqual({
      run: output,
      reference: output,
    });
    expect(run.instructions).toBe(reference.instructions + afterExit);
    expect({ core: run.core, clock: run.clock_hz, voltage: run.voltage_v }).toEqual({
      core,
      clock: reference.clock_hz,
      voltage: reference.voltage_v,
    });
  });

  test("run: functions add up to the whole", () => {
    expect(sum(run.functions.map((fn) => fn.instructions))).toBe(run.instructions);
    // Each function's cycles are rounded.
    const cycles = sum(run.functions.map((fn) => fn.cycles));
    expect(Math.abs(cycles - run.cycles)).toBeLessThanOrEqual(run.functions.length / 2 + 1);
    expect(sum(run.functions.map((fn) => fn.energy_j)) / run.energy_j).toBeCloseTo(1, 9);
    expect(run.functions.map((fn) => fn.cycles)).toEqual(
      run.functions.map((fn) => fn.cycles).sort((a, b) => b - a),
    );
    expect(run.functions.find((fn) => fn.name === "gcd")?.calls).toBe(gcdCalls);
    expect(run.functions.find((fn) => fn.name === "main")?.calls).toBe(1);
  });

  test("energy by event adds up to the energy; power and time follow", () => {
    for (const report of [run, reference]) {
      expect(sumOf(report.energy) / report.energy_j).toBeCloseTo(1, 9);
      expect(report.seconds * report.clock_hz).toBeCloseTo(report.cycles, 0);
      expect(report.average_power_w).toBeCloseTo(report.energy_j / report.seconds, 12);
    }
    expect(Object.keys(run.energy).sort()).toEqual(Object.keys(reference.energy).sort());
  });

  test("reference: every cycle has one cause", () => {
    expect(sumOf(reference.stalls)).toBe(reference.cycles);
  });

  test("run: everything executed has its cost", () => {
    expect(run.coverage.pairs_executed).toBeGreaterThan(100);
    expect(run.coverage.pairs_characterized).toBe(run.coverage.pairs_executed);
  });

  test("reference: what entered the pipeline left it, retired or squashed", async () => {
    const elfPath = join(folder, `${core}.elf`);
    const built = await answer(["build", file, "--core", core, "--json", "-o", elfPath]);
    expect(built).toMatchObject({ schema: "blockwatt.build/1", program: "sample", core, elf: elfPath });
    const elf = readElf(readFileSync(elfPath), elfPath);
    const model = coreModel(core);
    const iss = createIss(model, elf, { args: ["sample", "100"], write: () => undefined });
    const pipeline = createPipeline(model, codeOfElf(elf), createIssOracle(iss));
    expect(pipeline.run()).toBe(true);
    const result = pipeline.result();
    expect(result.issued).toBe(result.retired + result.squashed);
    expect(result.retired).toBe(iss.instructions);
    expect({ instructions: result.instructions, cycles: result.cycles, stalls: result.stalls }).toEqual({
      instructions: reference.instructions,
      cycles: reference.cycles,
      stalls: reference.stalls,
    });
  });

  test("validate: outputs and counts equal everywhere, errors small and consistent with the figures", async () => {
    const report = validateReport.parse(
      await answer(["validate", file, "--core", core, "--json", "--", "100"]),
    );
    const [result] = report.results;
    expect(report.results.length).toBe(1);
    expect(result!.outputs.annotated).toBe(`${run.stdout_sha256} 7`);
    expect({ cycles: result!.estimate.cycles, energy: result!.estimate.energy_j }).toEqual({
      cycles: run.cycles,
      energy: run.energy_j,
    });
    expect(result!.reference.cycles).toBe(reference.cycles);
    expect(result!.instruction_error_pct).toBeCloseTo((100 * afterExit) / reference.instructions, 9);
    expect(result!.timing_error_pct).toBeCloseTo(100 * (run.cycles / reference.cycles - 1), 1);
    expect(result!.energy_error_pct).toBeCloseTo(100 * (run.energy_j / reference.energy_j - 1), 6);
    expect(report.summary).toEqual({
      programs: 1,
      mean_abs_timing_error_pct: Math.abs(result!.timing_error_pct),
      max_abs_timing_error_pct: Math.abs(result!.timing_error_pct),
      mean_abs_energy_error_pct: Math.abs(result!.energy_error_pct),
      max_abs_energy_error_pct: Math.abs(result!.energy_error_pct),
      all_outputs_identical: true,
      all_counts_equal: true,
    });
    expect(report.summary.max_abs_timing_error_pct).toBeLessThanOrEqual(2);
    expect(report.summary.max_abs_energy_error_pct).toBeLessThanOrEqual(2);
  });

  test("a warmer core leaks more and switches the same", async () => {
    const warm = runReport.parse(
      await answer(["run", file, "--core", core, "--json", "--temperature", "61", "--", "100"]),
    );
    expect([run.temperature_c, warm.temperature_c]).toEqual([25, 61]);
    expect(warm.energy["leakage"]! / run.energy["leakage"]!).toBeCloseTo(Math.E, 6);
    expect(warm.energy["clock"]).toBe(run.energy["clock"]);
  });

  test("voltage and clock price the same counts anew", async () => {
    const slow = runReport.parse(
      await answer(["run", file, "--core", core, "--json", "--clock", String(run.clock_hz / 2), "--", "100"]),
    );
    expect({ cycles: slow.cycles, instructions: slow.instructions }).toEqual({
      cycles: run.cycles,
      instructions: run.instructions,
    });
    expect(slow.seconds).toBeCloseTo(2 * run.seconds, 12);
    expect(slow.energy["leakage"]! / run.energy["leakage"]!).toBeCloseTo(2, 6);
  });
});

describe("other reports", () => {
  test("cores", async () => {
    const core = z.strictObject({
      name: z.string(),
      description: z.string().min(10),
      clock_hz: z.number().positive(),
      voltage_v: z.number().positive(),
      stages: count.positive(),
      instructions: count.positive(),
    });
    const schema = z.strictObject({ schema: z.literal("blockwatt.cores/1"), cores: z.array(core) });
    const { cores } = schema.parse(await answer(["cores", "--json"]));
    expect(cores.map(({ name }) => name)).toEqual([
      "e200z3",
      "e200z6",
      "e500v2",
      "microwatt",
      "ppc440",
      "ppc603e",
      "toy",
    ]);
  });

  test("adl check: clean descriptions, and one with a fault", async () => {
    const targets = join(import.meta.dirname, "../../targets");
    const descriptions = ["e200z3", "microwatt", "ppc440", "toy"].map((core) =>
      join(targets, core, "core.uadl"),
    );
    expect(await answer(["adl", "check", ...descriptions, "--json"])).toMatchObject({
      schema: "blockwatt.adl-check/1",
      errors: 0,
      warnings: 0,
      diagnostics: [],
    });
    const wrong = join(folder, "wrong.adl");
    writeFileSync(wrong, "define (arch=x) {\n  define (reg=A) { width=; }\n}\n");
    const report = (await answer(["adl", "check", wrong, "--json"], 1)) as {
      errors: number;
      diagnostics: { code: string; severity: string; place: { file: string; line: number } }[];
    };
    expect(report.errors).toBeGreaterThan(0);
    expect(report.diagnostics[0]).toMatchObject({ severity: "error", place: { file: wrong, line: 2 } });
    expect(report.diagnostics[0]!.code).toMatch(/^BW01\d\d$/);
  });
});
