// One description, two engines: the cycle engine for whole programs and the engine of operation state machines give every
// instruction the same times. See docs/decisions/0004-two-cycle-engines.md.
import { describe, expect, test } from "vitest";
import { simulate } from "../../src/conform/simulate.ts";
import { DiagnosticError } from "../../src/base/diagnostic.ts";
import type { CodeImage } from "../../src/pipeline/index.ts";
import { pathWithValues, timesOfMachines, timesOfPipeline } from "./both-engines.ts";
import { assemble, base, coreModel } from "./core-timing.ts";
import { randomProgram } from "./random-code.ts";

const nop = "ori RS=0 RA=0 UI=0";
const noInstruction = "";
const cores = ["toy", "e200z3", "ppc440"];

describe.each(cores)("%s", (core) => {
  const model = coreModel(core);
  const imageOf = (words: Uint32Array): CodeImage => ({ pieces: [{ address: base, words }] });

  test.each([1, 2, 3, 4, 5, 6])("random code %i: equal issue and completion times", (seed) => {
    const { words, path } = randomProgram(model, seed);
    // A block clear asks memory more often than a path of addresses says that it accesses it.
    const image = imageOf(words.map((word) => (isBlockClear(word) ? assemble(model, nop) : word)));
    const expected = timesOfPipeline(model, image, pathWithValues(path), path.length);
    expect(expected.instructions).toBe(path.length);
    for (const mode of ["normal", "safe"] as const) {
      expect(timesOfMachines(model, image, pathWithValues(path), path.length, mode)).toEqual(expected);
    }
  });

  test.each(Object.entries(programs))("%s: what `simulate` runs takes the same cycles", (_name, lines) => {
    const words = Uint32Array.from(lines, (line) => (line === noInstruction ? 0 : assemble(model, line)));
    const bytes = Uint8Array.from(
      [...words].flatMap((one) => [24, 16, 8, 0].map((at) => (one >>> at) & 255)),
    );
    const path: number[] = [];
    const run = simulate(
      model,
      { safeMode: false },
      {
        memory: [{ memory: "Mem", address: base, bytes }],
        registers: [{ name: "NIA", value: BigInt(base), line: 0 }],
        cacheLines: [],
        translations: [],
        others: [],
        diagnostics: [],
      },
      { timed: 2000, instructions: 2000, step: ({ address }) => void path.push(address) },
    );
    expect(run.halted).toBe(true);
    const found = timesOfPipeline(model, imageOf(words), pathWithValues(path), path.length);
    expect({
      cycles: run.cycles,
      issued: [...run.issued.slice(0, run.instructions)],
      completed: [...run.completed.slice(0, run.instructions)],
    }).toEqual({ cycles: found.cycles, issued: found.issued, completed: found.completed });
  });
});

/** Programs that end with a system call; nothing follows them, so that wrong paths meet words that are none. */
const end = ["addi RT=0 RA=0 SI=1", "sc"];
const programs: Readonly<Record<string, readonly string[]>> = {
  "a counted loop with a load and a store": [
    "addi RT=4 RA=0 SI=20",
    "mtspr RS=4 SPRN=9",
    "addi RT=5 RA=0 SI=8192",
    "lwzu RT=6 RA=5 D=4",
    "add RT=6 RA=6 RB=4",
    "stw RS=6 RA=5 D=64",
    "bc BO=16 BI=0 BD=16381",
    ...end,
  ],
  "a call, a branch either way, a multiply": [
    "addi RT=3 RA=0 SI=9",
    "bl LI=6",
    "addic. RT=3 RA=3 SI=65535",
    "bc BO=12 BI=1 BD=16382",
    "addi RT=0 RA=0 SI=1",
    "sc",
    nop,
    "mullw RT=4 RA=3 RB=3",
    "andi. RS=4 RA=5 UI=1",
    "bc BO=12 BI=2 BD=2",
    "addi RT=6 RA=6 SI=1",
    "bclr BO=20 BI=0 BH=0",
  ],
  "a jump over a word that is no instruction": [
    "b LI=2",
    noInstruction,
    "lmw RT=28 RA=0 D=8192",
    "isync",
    ...end,
  ],
};

test("a pipeline with caches on a bus is refused", () => {
  const model = coreModel("microwatt");
  const image = { pieces: [{ address: base, words: Uint32Array.of(0) }] };
  let codes: readonly string[] = [];
  try {
    timesOfMachines(model, image, pathWithValues([base]), 1);
  } catch (error) {
    codes = (error as DiagnosticError).diagnostics.map((one) => one.code);
  }
  expect(codes).toEqual(["BW0714"]);
});

function isBlockClear(word: number): boolean {
  return word >>> 26 === 31 && ((word >>> 1) & 0x3ff) === 1014;
}
