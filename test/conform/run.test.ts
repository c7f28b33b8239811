// Cases run and compared, on a miniature of the suite that is ours. The times that chain.dat records were checked with the
// description language's original simulator.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  loadImage,
  loadSetup,
  readSuite,
  resultText,
  runCase,
  runSuite,
  simulate,
} from "../../src/conform/index.ts";
import { createReplay } from "../../src/conform/replay.ts";
import { parseDat, recordingOf, sectionsOf } from "../../src/dat/index.ts";
import { writeMiniature } from "./miniature.ts";

const root = writeMiniature([
  [1, 4],
  [2, 6],
  [4, 8],
  [6, 9],
  [7, 10],
]);
afterAll(() => rmSync(root, { recursive: true }));

describe("the miniature suite", () => {
  const report = runSuite(readSuite(root));

  test("counts by model", () => {
    const figures = report.models.map((one) => ({
      model: one.model,
      tests: one.tests,
      loaded: one.loaded,
      run: one.run,
      passed: one.passed,
      timed: one.timed_instructions,
      issue: one.issue_matches,
      completion: one.completion_matches,
      not_run: one.timed_not_run,
      functional: one.functional_failures,
    }));
    expect(figures).toEqual([
      {
        model: "mini",
        tests: 2,
        loaded: 2,
        run: 2,
        passed: 1,
        timed: 10,
        issue: 10,
        completion: 9,
        not_run: 0,
        functional: 1,
      },
      {
        model: "mini-safe",
        tests: 1,
        loaded: 1,
        run: 1,
        passed: 1,
        timed: 5,
        issue: 5,
        completion: 5,
        not_run: 0,
        functional: 0,
      },
      {
        model: "broken",
        tests: 1,
        loaded: 0,
        run: 0,
        passed: 0,
        timed: 0,
        issue: 0,
        completion: 0,
        not_run: 5,
        functional: 0,
      },
    ]);
    expect(report.totals).toMatchObject({ tests: 4, loaded: 3, run: 3, passed: 2, run_pct: 75 });
  });

  test("names each failure", () => {
    expect(report.models.flatMap((one) => one.failures)).toEqual([
      { test: "wrong", stage: "function", reason: "R3: expected 0x7, found 0x6" },
      { test: "wrong", stage: "time", reason: "completion time differs" },
      {
        test: "chain",
        stage: "load",
        reason: expect.stringMatching(/^BW0242 core P has no machine/) as string,
      },
    ]);
  });

  test("shows the first difference with what is around it", () => {
    expect(report.models[0]?.first_difference).toEqual({
      test: "wrong",
      file: "wrong.dat",
      line: 25,
      what: "R3",
      expected: "0x7",
      found: "0x6",
      context: [
        { address: 0x100, assembly: "word 0", expected: [1, 4], found: [1, 4], marked: false },
        { address: 0x104, assembly: "word 1", expected: [2, 6], found: [2, 6], marked: false },
        { address: 0x108, assembly: "word 2", expected: [4, 8], found: [4, 8], marked: false },
        { address: 0x10c, assembly: "word 3", expected: [6, 10], found: [6, 9], marked: true },
        { address: 0x110, assembly: "word 4", expected: [7, 10], found: [7, 10], marked: false },
      ],
    });
  });

  test("tells what cannot be run, and why", () => {
    expect(report.unsupported).toEqual([
      { model: "outside", test: "chain", reason: "is linked with C++ of the suite: memory.C" },
      { model: "mini", test: "absent", reason: "is not in the checkout: absent.dat" },
      { model: "mini", test: "chain#2", reason: "the recorded result is wrong on purpose" },
    ]);
  });

  test("is refused where there is none", () => {
    expect(() => readSuite(join(root, "tests"))).toThrow(/BW0940/);
  });
});

describe("one case", () => {
  const [one] = readSuite(root, { model: "mini", test: "chain" }).runnable;

  test("leaves a result that says the same as the recording", () => {
    const text = resultText(runCase(one!, true))!;
    const ours = recordingOf(sectionsOf(parseDat(text, "ours.dat").document)).instructions;
    const theirs = recordingOf(one!.recorded).instructions;
    const facts = (all: typeof ours) =>
      all.map(({ address, word, issue, complete }) => ({ address, word, issue, complete }));
    expect(facts(ours)).toEqual(facts(theirs));
    expect(ours[2]?.events.map((event) => event.name)).toEqual(["D", "M"]);
    expect([...ours[1]!.registers]).toEqual([["R2", 6n]]);
    expect(text).toContain("RESULTS\n\nRD n=R i=1 d=0x00000005\n");
  });

  test("keeps its times when a replay of the recording stands in for the functional model", () => {
    const loaded = loadSetup(one!.setup);
    if (!("model" in loaded)) throw new Error("does not load");
    const image = loadImage(one!.inputs, loaded.model.isa);
    const { instructions } = recordingOf(one!.recorded);
    const run = simulate(loaded.model, one!.setup, image, {
      timed: 5,
      instructions: 5,
      executes: createReplay(image, instructions),
    });
    expect([...run.completed]).toEqual([4, 6, 8, 9, 10]);
  });

  test("ends at a limit of instructions", () => {
    const loaded = loadSetup(one!.setup);
    if (!("model" in loaded)) throw new Error("does not load");
    const image = loadImage(one!.inputs, loaded.model.isa);
    const run = simulate(loaded.model, one!.setup, image, { timed: 5, instructions: 2 });
    expect([run.instructions, run.halted, run.cycles]).toEqual([2, false, 7]);
    expect([...run.completed].slice(0, 3)).toEqual([4, 6, -1]);
  });
});

describe("what a case adds", () => {
  const [one] = readSuite(root, { model: "mini", test: "chain" }).runnable;

  test("a function of its configuration runs at the end", () => {
    const configuration = join(root, "mini.ttc");
    const last = "post_sim = func() { R(7) = R(7) + 3; };";
    writeFileSync(configuration, `define (core = P) { define (config) { dyn_caches = L1; ${last} } }`);
    const loaded = loadSetup({ ...one!.setup, configuration });
    if (!("model" in loaded)) throw new Error("does not load");
    const image = loadImage(one!.inputs, loaded.model.isa);
    const run = simulate(loaded.model, one!.setup, image, { timed: 5, instructions: 5 });
    expect(run.machine.register("R", 7)).toBe(3n);
  });

  test("a recording in the order of completion is compared in the order of issue", () => {
    const text = readFileSync(one!.case.results, "latin1");
    const [head = "", ...blocks] = text.replace(/RESULTS[^]*/, "").split(/^(?=I ea=)/m);
    const [first, second, third, ...others] = blocks;
    const turned = [head, first, third, second, ...others].join("");
    const recorded = sectionsOf(parseDat(turned, "turned.dat").document);
    expect(runCase({ ...one!, recorded }).failures).toEqual([]);
  });
});

test("a file that is no .dat gives diagnostics, not an image", () => {
  const setup = readSuite(root, { model: "mini", test: "chain" }).runnable[0]!.setup;
  const loaded = loadSetup(setup);
  if (!("model" in loaded)) throw new Error("does not load");
  const image = loadImage([join(root, "tests", "uadl", "Makefile.am")], loaded.model.isa);
  expect(image.diagnostics.length).toBeGreaterThan(3);
  expect(readFileSync(join(root, "tests", "uadl", "Makefile.am"), "utf8")).not.toBe("");
});
