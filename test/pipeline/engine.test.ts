// The engine on a hand-made machine: issue and completion cycles, stalls, wrong paths, and the laws of the account.
import { expect, test } from "vitest";
import type { MachineModel } from "../../src/machine/model.ts";
import { createPathRunner, createPipeline, createScriptedOracle } from "../../src/pipeline/index.ts";
import { small, smallModel } from "./small-model.ts";

const base = 0x1000;

function runPath(
  model: MachineModel,
  words: readonly number[],
  path: readonly number[],
  forced?: ReadonlyMap<number, number>,
) {
  const oracle = createScriptedOracle();
  oracle.load(
    path.map((index) => base + 4 * index),
    forced,
  );
  const image = { pieces: [{ address: base, words: Uint32Array.from(words) }] };
  const pipeline = createPipeline(model, image, oracle);
  pipeline.record(path.length);
  expect(pipeline.run({ maxCycles: 100_000 })).toBe(true);
  const result = pipeline.result();
  // The laws of the account hold for every run.
  expect(result.issued).toBe(result.retired + result.squashed);
  expect(result.retired).toBe(path.length);
  expect(Object.values(result.stalls).reduce((sum, cycles) => sum + cycles, 0)).toBe(result.cycles);
  expect(Object.values(result.energy).reduce((sum, joules) => sum + joules, 0)).toBeCloseTo(
    result.energyJoules,
    18,
  );
  const { issued, completed } = pipeline.engine.trace;
  return { issued: [...issued], completed: [...completed], result };
}

test("independent instructions flow one a cycle; the first completes after the pipeline's depth", () => {
  // Fetch is sent in cycle 1, ID acts in 3, EX in 4, WB in 5.
  const { issued, completed, result } = runPath(
    smallModel(),
    [small.add(1, 2, 3), small.add(4, 5, 6), small.add(7, 8, 9)],
    [0, 1, 2],
  );
  expect({ issued, completed }).toEqual({ issued: [2, 3, 4], completed: [5, 6, 7] });
  expect(result.stalls).toEqual({ retiring: 3, start: 4 });
});

test("a result is forwarded to the next instruction", () => {
  const { completed } = runPath(smallModel(), [small.add(1, 2, 3), small.add(4, 1, 1)], [0, 1]);
  expect(completed).toEqual([5, 6]);
});

test("a load is used one cycle later, and the cycle counts as an operand stall", () => {
  const { issued, completed, result } = runPath(smallModel(), [small.load(1, 2), small.add(4, 1, 1)], [0, 1]);
  expect({ issued, completed }).toEqual({ issued: [2, 3], completed: [5, 7] });
  expect(result.stalls).toEqual({ retiring: 2, start: 4, operand: 1 });
});

test("a younger writer of the same register is the one that counts", () => {
  const words = [small.load(1, 2), small.add(1, 3, 3), small.add(4, 1, 1)];
  expect(runPath(smallModel(), words, [0, 1, 2]).completed).toEqual([5, 6, 7]);
});

test("a forced latency holds the divider and everything behind it", () => {
  const words = [small.divide(1, 2, 3), small.add(4, 5, 6)];
  expect(runPath(smallModel(), words, [0, 1]).completed).toEqual([7, 8]);
  const slow = runPath(smallModel(), words, [0, 1], new Map([[0, 5]]));
  expect(slow.completed).toEqual([10, 11]);
  expect(slow.result.stalls).toEqual({ retiring: 2, start: 3, latency_divide: 6 });
  expect(slow.result.events["divide"]).toBe(6);
});

test("a taken branch that is not predicted fetches the wrong path and loses a cycle", () => {
  const words = [
    small.jump(16),
    small.add(1, 1, 1),
    small.add(2, 2, 2),
    small.add(3, 3, 3),
    small.add(5, 5, 5),
  ];
  const { issued, completed, result } = runPath(smallModel(), words, [0, 4]);
  expect({ issued, completed }).toEqual({ issued: [2, 4], completed: [5, 7] });
  expect(result.squashed).toBe(1);
  expect(result.stalls).toEqual({ retiring: 2, start: 4, redirect: 1 });
});

test("a predicted branch costs nothing; a wrong prediction does", () => {
  const words = [small.add(1, 1, 1), small.branch(-4), small.add(2, 2, 2)];
  const model = smallModel({ predictor: "BackwardTaken" });
  expect(runPath(model, words, [0, 1, 0, 1]).completed).toEqual([5, 6, 7, 8]);
  const left = runPath(model, words, [0, 1, 2]);
  expect(left.completed).toEqual([5, 6, 8]);
  expect(left.result.squashed).toBeGreaterThan(0);
});

test("the same engine runs paths one after the other, and costs of drained runs differ by the block's own", () => {
  const words = [small.load(1, 2), small.add(4, 1, 1), small.divide(1, 2, 3)];
  const image = { pieces: [{ address: base, words: Uint32Array.from(words) }] };
  const runner = createPathRunner(smallModel(), image);
  const cycles = (path: number[]) => runner.run(path.map((index) => base + 4 * index)).cycles;
  expect([cycles([0]), cycles([0, 1]), cycles([0]), cycles([0, 1])]).toEqual([5, 7, 5, 7]);
  expect(runner.latencyOptions(base)).toEqual([]);
  expect(runner.latencyOptions(base + 8)).toEqual([2, 5]);
  const before = runner.run([base]).events[1]!;
  expect(before).toBe(1);
});

test("an unknown word on the path is a diagnostic; on a wrong path it is not", () => {
  const unknown = 0xfc000000;
  expect(() => runPath(smallModel(), [unknown], [0])).toThrow(/BW0710/);
  const words = [small.jump(8), unknown, small.add(1, 1, 1)];
  expect(runPath(smallModel(), words, [0, 2]).completed).toEqual([5, 7]);
});
