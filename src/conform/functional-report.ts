// What `conform --functional` reports: which descriptions load, and by model which runs end as recorded.
import Table from "cli-table3";
import type { TestFailure, UnsupportedCase } from "./report.ts";
import { groupedText } from "./report.ts";

export interface LoadFailure {
  readonly description: string;
  readonly reason: string;
}

export interface DescriptionFigures {
  readonly model: string;
  readonly tests: number;
  /** Of them: loaded and executed to the end. */
  readonly run: number;
  /** Of them: each instruction and the final state as recorded. */
  readonly passed: number;
  readonly instructions: number;
  /** The first difference or fault of each test that did not pass. */
  readonly failures: readonly TestFailure[];
}

export interface FunctionalTotals {
  readonly descriptions: number;
  readonly loaded: number;
  readonly tests: number;
  readonly run: number;
  readonly passed: number;
  readonly instructions: number;
}

export interface FunctionalReport {
  readonly schema: "blockwatt.conform-functional/1";
  readonly descriptions: { readonly total: number; readonly not_loaded: readonly LoadFailure[] };
  readonly models: readonly DescriptionFigures[];
  readonly unsupported: readonly UnsupportedCase[];
  readonly totals: FunctionalTotals;
}

export function functionalTotals(
  { total, not_loaded }: FunctionalReport["descriptions"],
  models: readonly DescriptionFigures[],
): FunctionalTotals {
  const sum = (get: (model: DescriptionFigures) => number): number =>
    models.reduce((result, model) => result + get(model), 0);
  return {
    descriptions: total,
    loaded: total - not_loaded.length,
    tests: sum((model) => model.tests),
    run: sum((model) => model.run),
    passed: sum((model) => model.passed),
    instructions: sum((model) => model.instructions),
  };
}

/** The report as a terminal shows it. */
export function functionalText({ descriptions, models, unsupported, totals }: FunctionalReport): string {
  const table = new Table({
    head: ["model", "tests", "run", "passed", "instructions"],
    style: { head: [], border: [], compact: true },
    colAligns: ["left", "right", "right", "right", "right"],
  });
  for (const one of models) table.push([one.model, one.tests, one.run, one.passed, one.instructions]);
  table.push(["all", totals.tests, totals.run, totals.passed, totals.instructions]);
  const parts = [table.toString(), `descriptions loaded: ${totals.loaded} of ${totals.descriptions}`];
  if (descriptions.not_loaded.length > 0) parts.push("", "Not loaded:");
  for (const { description, reason } of descriptions.not_loaded) parts.push(`  ${description}: ${reason}`);
  const failures = models.flatMap((one) => one.failures.map((failure) => ({ one, failure })));
  if (failures.length > 0) parts.push("", "Differences and failures:");
  for (const { one, failure } of failures)
    parts.push(`  ${one.model}/${failure.test}: ${failure.stage}: ${failure.reason}`);
  if (unsupported.length > 0) parts.push("", "Not run:", ...groupedText(unsupported));
  return parts.join("\n");
}
