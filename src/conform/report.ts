// What `conform` reports: figures by model and for the whole suite, what was not run and why, and the first difference of
// each model with the instructions around it.
import Table from "cli-table3";
import type { Diagnostic } from "../base/diagnostic.ts";
import type { Difference } from "./compare.ts";

export interface ContextLine {
  readonly address: number;
  readonly assembly: string;
  /** Cycles; null when the recording has none, or the run never came there. */
  readonly expected: readonly [issue: number | null, completion: number | null];
  readonly found: readonly [issue: number | null, completion: number | null];
  readonly marked: boolean;
}

export interface ReportedDifference {
  readonly test: string;
  /** File and line of the recording. */
  readonly file: string;
  readonly line: number;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly context: readonly ContextLine[];
}

export interface TestFailure {
  readonly test: string;
  readonly stage: "load" | "run" | "function" | "time";
  readonly reason: string;
}

export interface ModelFigures {
  readonly model: string;
  /** Recorded cases of this model that could be run. */
  readonly tests: number;
  /** Of them: the description and the image were read, and the run ended as recorded or otherwise. */
  readonly loaded: number;
  readonly run: number;
  /** Run without any difference in function or time. */
  readonly passed: number;
  /** Recorded instructions with times, in the tests that ran. */
  readonly timed_instructions: number;
  readonly issue_times: number;
  readonly completion_times: number;
  readonly issue_matches: number;
  readonly completion_matches: number;
  /** Recorded instructions with times in tests that did not run. */
  readonly timed_not_run: number;
  /** Tests with a difference in registers, memory, path or accesses. */
  readonly functional_failures: number;
  readonly first_difference?: ReportedDifference;
  readonly failures: readonly TestFailure[];
}

export interface UnsupportedCase {
  readonly model: string;
  readonly test: string;
  readonly reason: string;
}

export interface ConformTotals {
  readonly tests: number;
  readonly loaded: number;
  readonly run: number;
  readonly passed: number;
  readonly run_pct: number;
  readonly timed_instructions: number;
  readonly timed_not_run: number;
  readonly issue_matches: number;
  readonly completion_matches: number;
  readonly issue_pct: number;
  readonly completion_pct: number;
}

export interface ConformReport {
  readonly schema: "blockwatt.conform/1";
  readonly models: readonly ModelFigures[];
  readonly unsupported: readonly UnsupportedCase[];
  readonly totals: ConformTotals;
}

export function totalsOf(models: readonly ModelFigures[]): ConformTotals {
  const sum = (get: (model: ModelFigures) => number): number =>
    models.reduce((total, model) => total + get(model), 0);
  const percent = (part: number, whole: number): number => (whole === 0 ? 100 : (100 * part) / whole);
  const tests = sum((model) => model.tests);
  const run = sum((model) => model.run);
  const issue = sum((model) => model.issue_matches);
  const completion = sum((model) => model.completion_matches);
  return {
    tests,
    loaded: sum((model) => model.loaded),
    run,
    passed: sum((model) => model.passed),
    run_pct: percent(run, tests),
    timed_instructions: sum((model) => model.timed_instructions),
    timed_not_run: sum((model) => model.timed_not_run),
    issue_matches: issue,
    completion_matches: completion,
    issue_pct: percent(
      issue,
      sum((model) => model.issue_times),
    ),
    completion_pct: percent(
      completion,
      sum((model) => model.completion_times),
    ),
  };
}

/** The report as a terminal shows it. */
export function conformText(report: ConformReport): string {
  const table = new Table({
    head: ["model", "tests", "run", "passed", "timed", "issue =", "completion ="],
    style: { head: [], border: [], compact: true },
    colAligns: ["left", "right", "right", "right", "right", "right", "right"],
  });
  for (const one of report.models) {
    table.push([
      one.model,
      one.tests,
      one.run,
      one.passed,
      one.timed_instructions,
      one.issue_matches,
      one.completion_matches,
    ]);
  }
  const { totals } = report;
  table.push([
    "all",
    totals.tests,
    totals.run,
    totals.passed,
    totals.timed_instructions,
    totals.issue_matches,
    totals.completion_matches,
  ]);
  const parts = [table.toString()];
  parts.push(
    `run: ${totals.run_pct.toFixed(2)} % of ${totals.tests} tests; equal issue times: ${totals.issue_pct.toFixed(3)} %, completion times: ${totals.completion_pct.toFixed(3)} %`,
  );
  const failures = report.models.flatMap((one) => one.failures.map((failure) => ({ one, failure })));
  if (failures.length > 0) {
    const lines = new Map<string, string[]>();
    for (const { one, failure } of failures) {
      const key = `${failure.stage}: ${failure.reason}`;
      lines.set(key, [...(lines.get(key) ?? []), `${one.model}/${failure.test}`]);
    }
    parts.push("", "Differences and failures:");
    for (const [reason, tests] of lines) parts.push(`  ${reason}\n    ${listed(tests)}`);
  }
  for (const { model, first_difference: first } of report.models) {
    if (first) parts.push("", firstDifferenceText(model, first));
  }
  if (report.unsupported.length > 0) {
    parts.push("", "Not run:", ...groupedText(report.unsupported));
  }
  return parts.join("\n");
}

/** Cases that are not run, by reason. */
export function groupedText(unsupported: readonly UnsupportedCase[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { model, test, reason } of unsupported)
    reasons.set(reason, [...(reasons.get(reason) ?? []), `${model}/${test}`]);
  return [...reasons].map(([reason, tests]) => `  ${reason} (${tests.length})\n    ${listed(tests)}`);
}

/** A fault in one line: the first diagnostic, and how many more there are. */
export function reasonOf(diagnostics: readonly Diagnostic[]): string {
  const [first] = diagnostics;
  if (!first) return "failed";
  const place = first.place ? ` (${first.place.file.replace(/^.*\//, "")}:${first.place.line ?? 0})` : "";
  const more = diagnostics.length > 1 ? `, and ${diagnostics.length - 1} more` : "";
  return `${first.code} ${first.message}${place}${more}`;
}

export function differenceText({ what, expected, found }: Difference): string {
  return `${what}: expected ${expected}, found ${found}`;
}

function listed(tests: readonly string[]): string {
  return tests.length > 8 ? `${tests.slice(0, 8).join(" ")} … ${tests.length - 8} more` : tests.join(" ");
}

function firstDifferenceText(model: string, first: ReportedDifference): string {
  const time = (value: number | null): string => (value === null ? "-" : String(value)).padStart(6);
  const lines = first.context.map(
    ({ address, assembly, expected, found, marked }) =>
      `  ${marked ? ">" : " "} 0x${address.toString(16).padEnd(8)} ${assembly.padEnd(28)} expected ${time(expected[0])} ${time(expected[1])}   found ${time(found[0])} ${time(found[1])}`,
  );
  return [
    `${model}/${first.test} (${first.file}:${first.line}): ${first.what}: expected ${first.expected}, found ${first.found}`,
    ...lines,
  ].join("\n");
}
