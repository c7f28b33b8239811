// `blockwatt conform --suite DIR`: runs the recorded cases of the public description suite and compares function and time.
import { join } from "node:path";
import { fail } from "../../base/diagnostic.ts";
import {
  conformText,
  functionalText,
  readFunctionalSuite,
  readSuite,
  resultText,
  runFunctionalSuite,
  runSuite,
} from "../../conform/index.ts";
import type { CaseOutcome, SuiteFilter } from "../../conform/index.ts";
import type { CommandContext } from "../context.ts";
import { noticeSignals, withDefaultSignals } from "../default-signals.ts";
import { hostLoad, recordHistory } from "../history.ts";
import { printReport } from "../output.ts";
import { makeOutputFolder, writeOutput } from "../output-file.ts";
import { createProgress } from "../progress.ts";

export interface ConformOptions {
  readonly suite: string;
  readonly model?: string;
  readonly test?: string;
  readonly functional?: boolean;
  readonly json?: boolean;
  readonly record?: boolean;
  readonly writeTraces?: string;
}

/**
 * Exit status 0 when every case that could be run had no difference. Fails: BW0940 the folder is no checkout, BW0941 no
 * such case, BW0903 a trace cannot be written.
 */
export async function conformCommand(context: CommandContext, options: ConformOptions): Promise<void> {
  const filter = {
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.test === undefined ? {} : { test: options.test }),
  };
  if (options.functional === true) {
    return conformFunctional(context, options, filter);
  }
  const load = hostLoad();
  const suite = readSuite(options.suite, filter);
  if (suite.runnable.length === 0 && suite.unsupported.length === 0) {
    fail("BW0941", "the suite has no such case", "without --model and --test all are listed");
  }
  const progress = createProgress(options.json ?? false);
  try {
    await noticeSignals(context.signal);
    const report = withDefaultSignals(() =>
      runSuite(
        suite,
        (one, index) => {
          progress.step(`${one.case.model}/${one.case.name}`);
          progress.update(index, suite.runnable.length);
        },
        (outcome) => {
          if (options.writeTraces !== undefined) writeTrace(options.writeTraces, outcome);
        },
        options.writeTraces !== undefined,
      ),
    );
    progress.finish();
    printReport(report, options.json ?? false, conformText);
    if (options.record) await recordHistory(report, load);
    if (report.totals.passed !== report.totals.tests) context.setStatus(1);
  } finally {
    progress.finish();
  }
}

/** Descriptions alone and the simulators made from them; nothing has a time. */
async function conformFunctional(
  context: CommandContext,
  options: ConformOptions,
  filter: SuiteFilter,
): Promise<void> {
  const suite = readFunctionalSuite(options.suite, filter);
  if (suite.runnable.length === 0 && suite.unsupported.length === 0)
    fail("BW0941", "the suite has no such case", "without --model and --test all are listed");
  const progress = createProgress(options.json ?? false);
  try {
    await noticeSignals(context.signal);
    const report = withDefaultSignals(() =>
      runFunctionalSuite(suite, (what, index, of) => {
        progress.step(what);
        progress.update(index, of);
      }),
    );
    progress.finish();
    printReport(report, options.json ?? false, functionalText);
    const { totals } = report;
    if (totals.passed !== totals.tests || totals.loaded !== totals.descriptions) context.setStatus(1);
  } finally {
    progress.finish();
  }
}

function writeTrace(folder: string, outcome: CaseOutcome): void {
  const text = resultText(outcome);
  if (text === undefined) return;
  makeOutputFolder(folder);
  writeOutput(join(folder, `${outcome.model}.${outcome.test}.dat`), text);
}
