// Runs the cases of a suite and gathers the figures of each model.
import { DiagnosticError } from "../base/diagnostic.ts";
import type { Diagnostic } from "../base/diagnostic.ts";
import { imageOfDat, recordingOf } from "../dat/index.ts";
import type { RecordedInstruction } from "../dat/index.ts";
import { Comparison, compareTimes } from "./compare.ts";
import type { Difference } from "./compare.ts";
import { loadImage } from "./image.ts";
import { differenceText, reasonOf, totalsOf } from "./report.ts";
import type { ConformReport, ContextLine, ModelFigures, ReportedDifference, TestFailure } from "./report.ts";
import { loadSetup, simulate } from "./simulate.ts";
import type { Simulated } from "./simulate.ts";
import type { RunnableCase, Suite } from "./suite.ts";

/** What came of one case. */
export interface CaseOutcome {
  readonly model: string;
  readonly test: string;
  readonly loaded: boolean;
  readonly ran: boolean;
  readonly passed: boolean;
  readonly failures: readonly TestFailure[];
  readonly timed: number;
  readonly issueTimes: number;
  readonly completionTimes: number;
  readonly issueMatches: number;
  readonly completionMatches: number;
  readonly functionalDifferences: readonly Difference[];
  readonly firstDifference?: ReportedDifference;
  /** The run, when there was one. */
  readonly simulated?: Simulated;
}

/** Instructions after which a run without recorded instructions is ended, and those beyond the recorded ones. */
const longestRun = 5_000_000;
const moreInstructions = 100;

/** Instructions around the first difference that the report shows. */
const before = 4;
const after = 3;

/** Runs one case. Faults of the description, the image or the run are part of the outcome; nothing is thrown for them. */
export function runCase(one: RunnableCase, keepTrace = false): CaseOutcome {
  const { model, name: test } = one.case;
  const { instructions: completed, diagnostics } = recordingOf(one.recorded);
  const instructions = inOrderOfIssue(completed);
  const recorded = one.case.ignoreTiming
    ? instructions.map(
        (each) => ({ ...each, issue: undefined, complete: undefined }) as unknown as RecordedInstruction,
      )
    : instructions;
  const timed = recorded.filter((each) => each.issue !== undefined || each.complete !== undefined).length;
  const nothing = { timed, issueTimes: 0, completionTimes: 0, issueMatches: 0, completionMatches: 0 };
  const unable = (stage: "load" | "run", problems: readonly Diagnostic[] | string): CaseOutcome => ({
    model,
    test,
    loaded: stage === "run",
    ran: false,
    passed: false,
    failures: [{ test, stage, reason: typeof problems === "string" ? problems : reasonOf(problems) }],
    ...nothing,
    functionalDifferences: [],
  });
  const loaded = loadSetup(one.setup);
  if ("diagnostics" in loaded) return unable("load", loaded.diagnostics);
  const loadedImage = loadImage(one.inputs, loaded.model.isa, one.case.coreNames);
  const image = {
    ...loadedImage,
    // Caches that hold no data leave what memory has as it is.
    ...(one.setup.tagsOnly
      ? { cacheLines: loadedImage.cacheLines.map((line) => ({ ...line, words: [] })) }
      : {}),
    registers: [
      ...loadedImage.registers,
      ...(one.setup.script?.registers ?? []).map((register) => ({ ...register, line: 0 })),
    ],
  };
  const faults = [...diagnostics, ...image.diagnostics].filter((each) => each.severity === "error");
  if (faults.length > 0) return unable("load", faults);
  const comparison = new Comparison(recorded, {
    ignoredRegisters: new Set(one.case.ignoredRegisters),
    ignoredKinds: new Set(one.case.ignoredKinds),
  });
  let simulated: Simulated;
  try {
    simulated = simulate(loaded.model, one.setup, image, {
      timed: recorded.length,
      instructions: limitFor(one.setup.instructions, recorded.length),
      ...(recorded.length > 0 ? { cycles: cyclesFor(recorded) } : {}),
      trace: keepTrace,
      step: (executed, machine) => comparison.step(executed, machine),
    });
  } catch (error) {
    if (!(error instanceof DiagnosticError)) return unable("run", String((error as Error).message));
    return unable("run", error.diagnostics);
  }
  comparison.finish(imageOfDat(one.recorded, "", "results"), simulated.machine);
  const times = compareTimes(recorded, simulated.issued, simulated.completed);
  const failures: TestFailure[] = [];
  const [functional] = comparison.differences;
  if (functional) failures.push({ test, stage: "function", reason: differenceText(functional) });
  if (times.first) failures.push({ test, stage: "time", reason: `${times.first.what} differs` });
  const first = earliest(functional, times.first);
  return {
    model,
    test,
    loaded: true,
    ran: true,
    passed: failures.length === 0,
    failures,
    ...times,
    functionalDifferences: comparison.differences,
    ...(first ? { firstDifference: reported(one, recorded, simulated, first) } : {}),
    simulated,
  };
}

/**
 * A pipeline in which instructions overtake each other is recorded in the order of completion; ours executes in order, which
 * is the order of issue. What is issued together stays as it is listed.
 */
function inOrderOfIssue(recorded: readonly RecordedInstruction[]): readonly RecordedInstruction[] {
  if (recorded.some((one) => one.issue === undefined)) return recorded;
  return recorded.toSorted((a, b) => a.issue! - b.issue!);
}

/** A case's own limit counts what the original executes speculatively, too: never more than it recorded. */
function limitFor(own: number | undefined, recorded: number): number {
  if (own !== undefined) return recorded > 0 ? Math.min(own, recorded) : own;
  return recorded > 0 ? recorded + moreInstructions : longestRun;
}

/** A generous limit: a run that is much slower than recorded is not worth waiting for. */
function cyclesFor(recorded: readonly RecordedInstruction[]): number {
  const last = recorded.reduce((latest, one) => Math.max(latest, one.complete ?? 0), 0);
  return 10 * Math.max(last, 10 * recorded.length) + 2000;
}

function earliest(a: Difference | undefined, b: Difference | undefined): Difference | undefined {
  if (!a || !b) return a ?? b;
  const position = (one: Difference): number => (one.index < 0 ? Number.POSITIVE_INFINITY : one.index);
  return position(a) <= position(b) ? a : b;
}

function reported(
  one: RunnableCase,
  recorded: readonly RecordedInstruction[],
  simulated: Simulated,
  difference: Difference,
): ReportedDifference {
  const at = difference.index < 0 ? recorded.length - 1 : difference.index;
  const context: ContextLine[] = [];
  for (let index = Math.max(0, at - before); index <= Math.min(recorded.length - 1, at + after); index++) {
    const each = recorded[index]!;
    const cycle = (value: number | undefined): number | null =>
      value === undefined || value < 0 ? null : value;
    context.push({
      address: each.address ?? 0,
      assembly: each.assembly ?? "",
      expected: [each.issue ?? null, each.complete ?? null],
      found: [cycle(simulated.issued[index]), cycle(simulated.completed[index])],
      marked: index === difference.index,
    });
  }
  const { line, what, expected, found } = difference;
  const file = one.case.results.replace(/^.*\//, "");
  return { test: one.case.name, file, line, what, expected, found, context };
}

/** Runs all cases, one after the other. `progress` is called before each. */
export function runSuite(
  suite: Suite,
  progress: (one: RunnableCase, index: number) => void = () => {},
  done: (outcome: CaseOutcome, one: RunnableCase) => void = () => {},
  keepTraces = false,
): ConformReport {
  const outcomes = new Map<string, CaseOutcome[]>();
  suite.runnable.forEach((one, index) => {
    progress(one, index);
    const outcome = runCase(one, keepTraces);
    done(outcome, one);
    outcomes.set(outcome.model, [...(outcomes.get(outcome.model) ?? []), withoutRun(outcome)]);
  });
  const models = [...outcomes].map(([model, all]) => figuresOf(model, all));
  return { schema: "blockwatt.conform/1", models, unsupported: suite.unsupported, totals: totalsOf(models) };
}

/** The runs themselves are not kept: a suite has many. */
function withoutRun(outcome: CaseOutcome): CaseOutcome {
  const kept: { -readonly [Key in keyof CaseOutcome]: CaseOutcome[Key] } = { ...outcome };
  delete kept.simulated;
  return kept;
}

function figuresOf(model: string, outcomes: readonly CaseOutcome[]): ModelFigures {
  const ran = outcomes.filter((one) => one.ran);
  const sum = (all: readonly CaseOutcome[], get: (one: CaseOutcome) => number): number =>
    all.reduce((total, one) => total + get(one), 0);
  const first = outcomes.find((one) => one.firstDifference)?.firstDifference;
  return {
    model,
    tests: outcomes.length,
    loaded: outcomes.filter((one) => one.loaded).length,
    run: ran.length,
    passed: outcomes.filter((one) => one.passed).length,
    timed_instructions: sum(ran, (one) => one.timed),
    issue_times: sum(ran, (one) => one.issueTimes),
    completion_times: sum(ran, (one) => one.completionTimes),
    issue_matches: sum(ran, (one) => one.issueMatches),
    completion_matches: sum(ran, (one) => one.completionMatches),
    timed_not_run: sum(
      outcomes.filter((one) => !one.ran),
      (one) => one.timed,
    ),
    functional_failures: outcomes.filter((one) => one.functionalDifferences.length > 0).length,
    ...(first ? { first_difference: first } : {}),
    failures: outcomes.flatMap((one) => one.failures),
  };
}
