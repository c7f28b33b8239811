// Runs `validate` in this process and gives its report.
import { expect } from "vitest";
import { main } from "../../src/cli/main.ts";
import type { ValidateReport } from "../../src/report/schema.ts";

/** Percent, for every program on every core, and on average. */
export const limits = { each: 2, mean: 1 } as const;

/** Instructions that a pipeline may hold when the program ends: the reference model has not retired them. */
const IN_FLIGHT = 8;

export async function validate(args: readonly string[]): Promise<ValidateReport> {
  const write = process.stdout.write;
  let text = "";
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    text += String(chunk);
    return true;
  };
  try {
    // The exit status repeats what the report says.
    await main(["validate", ...args, "--json"]);
  } finally {
    process.stdout.write = write;
  }
  expect(text).not.toBe("");
  return JSON.parse(text) as ValidateReport;
}

/** Everything that is wrong with a report, as lines that name program and core. */
export function faults(report: ValidateReport): string[] {
  const found: string[] = [];
  for (const result of report.results) {
    const where = `${result.program} on ${result.core} (${result.size})`;
    if (!result.output_identical) found.push(`${where}: outputs differ ${JSON.stringify(result.outputs)}`);
    if (!result.block_counts_equal) found.push(`${where}: block counts differ`);
    if (!result.edge_counts_equal) found.push(`${where}: edge counts differ`);
    for (const name of ["timing_error_pct", "energy_error_pct"] as const) {
      if (!(Math.abs(result[name]) <= limits.each)) found.push(`${where}: ${name} ${result[name]}`);
    }
    const unretired = result.estimate.instructions - result.reference.instructions;
    if (!(unretired >= 0 && unretired <= IN_FLIGHT) && !(Math.abs(result.instruction_error_pct) <= 0.01)) {
      found.push(`${where}: instruction_error_pct ${result.instruction_error_pct}`);
    }
  }
  const { mean_abs_timing_error_pct: timing, mean_abs_energy_error_pct: energy } = report.summary;
  if (!(timing <= limits.mean)) found.push(`mean timing error ${timing} %`);
  if (!(energy <= limits.mean)) found.push(`mean energy error ${energy} %`);
  return found;
}
