// Runs the functional cases of a suite: the described machine alone, instruction by instruction, without a pipeline. Each
// instruction is compared with the recorded one, and the final state with the recorded final state.
import { loadIsa } from "../adl/index.ts";
import { DiagnosticError } from "../base/diagnostic.ts";
import { imageOfDat, recordingOf } from "../dat/index.ts";
import { createModelSimulator } from "../iss/index.ts";
import type { IsaModel } from "../machine/model.ts";
import { adaptIsa } from "./adapt.ts";
import { Comparison } from "./compare.ts";
import { comparedMachine, executedOf } from "./compared-machine.ts";
import { functionalTotals } from "./functional-report.ts";
import type { DescriptionFigures, FunctionalReport, LoadFailure } from "./functional-report.ts";
import type { FunctionalSetup } from "./functional-setup.ts";
import type { FunctionalCase, FunctionalSuite } from "./functional-suite.ts";
import { loadImage } from "./image.ts";
import { differenceText, reasonOf } from "./report.ts";
import type { TestFailure } from "./report.ts";

/** Instructions after which a run without recorded instructions is ended, and those beyond the recorded ones. */
const LONGEST_RUN = 100_000;
const MORE_INSTRUCTIONS = 100;

/** What came of one case; without `failure` it is as recorded. */
export interface FunctionalOutcome {
  readonly model: string;
  readonly test: string;
  readonly instructions: number;
  readonly failure?: TestFailure;
}

type LoadedIsa = { readonly isa: IsaModel } | { readonly reason: string };

/** Runs one case. Faults of the description, the image or the run are part of the outcome; nothing is thrown for them. */
export function runFunctionalCase(
  one: FunctionalCase,
  load: (setup: FunctionalSetup) => LoadedIsa,
): FunctionalOutcome {
  const { model, name: test } = one.case;
  const { instructions: recorded, diagnostics } = recordingOf(one.recorded);
  let executed = 0;
  const outcome = (stage?: TestFailure["stage"], reason = ""): FunctionalOutcome => ({
    model,
    test,
    instructions: executed,
    ...(stage ? { failure: { test, stage, reason } } : {}),
  });
  const loaded = load(one.setup);
  if ("reason" in loaded) return outcome("load", loaded.reason);
  const isa = adaptIsa(loaded.isa, one.setup.parameters);
  try {
    const image = loadImage(one.inputs, isa, one.case.coreNames, one.setup.elfAsItStands);
    const faults = [...diagnostics, ...image.diagnostics].filter((each) => each.severity === "error");
    if (faults.length > 0) return outcome("load", reasonOf(faults));
    const entry = one.setup.entry;
    const simulator = createModelSimulator(isa, {
      ...image,
      registers: [
        ...image.registers,
        ...(one.setup.script?.registers ?? []),
        ...(entry === undefined ? [] : [{ name: isa.machine?.counters.nia ?? "NIA", value: entry }]),
      ],
    });
    const machine = comparedMachine(isa, simulator);
    const comparison = new Comparison(recorded, {
      ignoredRegisters: new Set(one.case.ignoredRegisters),
      ignoredKinds: new Set(one.case.ignoredKinds),
    });
    const limit =
      one.setup.instructions ?? (recorded.length > 0 ? recorded.length + MORE_INSTRUCTIONS : LONGEST_RUN);
    const events = one.setup.script?.events ?? [];
    // The original counts an exception as an instruction where it limits a run.
    let exceptions = 0;
    const counted = one.setup.instructions === undefined ? 0 : 1;
    while (!simulator.halted() && executed + counted * exceptions < limit) {
      for (const { after, kind, exception } of events) {
        if (after !== executed) continue;
        if (kind === "raise") simulator.interrupt(exception);
        else simulator.cancelInterrupt(exception);
        // The step that takes it, or keeps it waiting, executes no instruction.
        simulator.step();
      }
      simulator.step();
      executed++;
      // One that kept an instruction from being fetched is counted in its place.
      if (simulator.last.exception !== undefined && simulator.last.bytes > 0) exceptions++;
      comparison.step(executedOf(simulator, isa), machine);
    }
    if (isa.machine?.moments.post_sim !== undefined) simulator.cycle("post_sim");
    comparison.finish(imageOfDat(one.recorded, "", "results"), machine);
    const [first] = comparison.differences;
    return first ? outcome("function", differenceText(first)) : outcome();
  } catch (error) {
    return outcome(
      "run",
      error instanceof DiagnosticError ? reasonOf(error.diagnostics) : String((error as Error).message),
    );
  }
}

/** Loads every description and runs all cases, one after the other. `progress` is called before each. */
export function runFunctionalSuite(
  suite: FunctionalSuite,
  progress: (what: string, index: number, of: number) => void = () => {},
): FunctionalReport {
  const total = suite.descriptions.length + suite.runnable.length;
  const known = new Map<string, LoadedIsa>();
  const load = (setup: Loadable): LoadedIsa => {
    const key = JSON.stringify([setup.adl, setup.includes, setup.defines, setup.configuration]);
    let result = known.get(key);
    if (!result) known.set(key, (result = loadDescription(setup)));
    return result;
  };
  const notLoaded: LoadFailure[] = [];
  suite.descriptions.forEach((adl, index) => {
    const description = adl.replace(/^.*\//, "");
    progress(description, index, total);
    const loaded = load({ adl, includes: [adl.replace(/\/[^/]*$/, "")], defines: {} });
    if ("reason" in loaded) notLoaded.push({ description, reason: loaded.reason });
  });
  const outcomes = new Map<string, FunctionalOutcome[]>();
  suite.runnable.forEach((one, index) => {
    progress(`${one.case.model}/${one.case.name}`, suite.descriptions.length + index, total);
    const { model } = one.case;
    outcomes.set(model, [...(outcomes.get(model) ?? []), runFunctionalCase(one, load)]);
  });
  const models = [...outcomes].map(([model, all]): DescriptionFigures => {
    const failures = all.flatMap((one) => one.failure ?? []);
    const ran = failures.filter((one) => one.stage === "function").length + all.length - failures.length;
    return {
      model,
      tests: all.length,
      run: ran,
      passed: all.length - failures.length,
      instructions: all.reduce((sum, one) => sum + one.instructions, 0),
      failures,
    };
  });
  const descriptions = { total: suite.descriptions.length, not_loaded: notLoaded };
  return {
    schema: "blockwatt.conform-functional/1",
    descriptions,
    models,
    unsupported: suite.unsupported,
    totals: functionalTotals(descriptions, models),
  };
}

type Loadable = Pick<FunctionalSetup, "adl" | "includes" | "defines" | "configuration">;

function loadDescription(setup: Loadable): LoadedIsa {
  try {
    const { isa, diagnostics } = loadIsa(setup.adl, {
      importFolders: setup.includes,
      defines: setup.defines,
      ...(setup.configuration === undefined ? {} : { configuration: setup.configuration }),
    });
    const errors = diagnostics.filter((one) => one.severity === "error");
    return isa && errors.length === 0 ? { isa } : { reason: reasonOf(errors) };
  } catch (error) {
    // A fault of ours in one description is told like the others.
    return { reason: String((error as Error).message) };
  }
}
