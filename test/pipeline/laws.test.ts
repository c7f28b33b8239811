// Laws of the account on random code: whatever is run, every instruction that enters leaves once, every cycle has one cause,
// and energy is the sum of its parts. Also: every instruction of the instruction set passes through every core.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createPathRunner,
  createPipeline,
  createScriptedOracle,
  powerPrices,
  priceEvents,
} from "../../src/pipeline/index.ts";
import { base, coreModel } from "./core-timing.ts";
import { generator, randomProgram, randomWord } from "./random-code.ts";

const cores = ["toy", "e200z3", "ppc440"];
describe.each(cores)("%s", (core) => {
  test("accounts add up on random code", () => {
    const model = coreModel(core);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
        const { words, path } = randomProgram(model, seed);
        const oracle = createScriptedOracle();
        oracle.load(path);
        const pipeline = createPipeline(model, { pieces: [{ address: base, words }] }, oracle);
        expect(pipeline.run({ maxCycles: 1e6 })).toBe(true);
        const result = pipeline.result();
        expect(result.retired).toBe(path.length);
        expect(result.issued).toBe(result.retired + result.squashed);
        expect(Object.values(result.stalls).reduce((sum, one) => sum + one, 0)).toBe(result.cycles);
        const prices = powerPrices(model.power);
        const counts = prices.names.map((name) => result.events[name]!);
        const sum = counts.reduce((total, count, index) => total + count * prices.joules[index]!, 0);
        const expected = sum + (prices.leakageWatts * result.cycles) / prices.frequencyHz;
        expect(result.energyJoules / expected).toBeCloseTo(1, 9);
        expect(priceEvents(prices, counts, result.cycles).joules / expected).toBeCloseTo(1, 9);
      }),
      { numRuns: 40 },
    );
  });

  test("a path runs the same again on a used engine, and forced base latencies change nothing", () => {
    const model = coreModel(core);
    for (let seed = 1; seed < 6; seed++) {
      const { words, path } = randomProgram(model, seed);
      const runner = createPathRunner(model, { pieces: [{ address: base, words }] });
      const first = { ...runner.run(path), events: [...runner.run(path).events] };
      runner.run(path.slice(0, 40));
      const bases = new Map<number, number>();
      path.forEach((address, at) => {
        const [latency] = runner.latencyOptions(address);
        if (latency !== undefined) bases.set(at, latency);
      });
      const again = runner.run(path, bases);
      expect({ cycles: again.cycles, events: [...again.events] }).toEqual(first);
    }
  });

  test("what an instruction adds depends on contextInstructions older instructions and no more", () => {
    const model = coreModel(core);
    for (let seed = 1; seed < 12; seed++) {
      const { words, path } = randomProgram(model, seed);
      const runner = createPathRunner(model, { pieces: [{ address: base, words }] });
      const added = (from: number, at: number): number => {
        const before = runner.run(path.slice(from, at)).cycles;
        return runner.run(path.slice(from, at + 1)).cycles - before;
      };
      for (let at = 60; at < 140; at += 7) {
        expect(added(at - runner.contextInstructions, at)).toBe(added(0, at));
      }
    }
  });

  test("every instruction of the instruction set passes through", () => {
    const model = coreModel(core);
    const random = generator(7);
    const words = Uint32Array.from(model.isa.instructions, (_, index) => randomWord(model, index, random));
    const runner = createPathRunner(model, { pieces: [{ address: base, words }] });
    for (let index = 0; index < words.length; index++) {
      const { cycles } = runner.run([base + 4 * index]);
      expect(cycles, model.isa.instructions[index]!.name).toBeLessThan(60);
    }
  });

  test("voltage scales dynamic energy with its square", () => {
    const { power } = coreModel(core);
    const nominal = power.nominalVoltage.value;
    const full = powerPrices(power);
    const half = powerPrices(power, { voltage: nominal / 2 });
    half.joules.forEach((joules, index) => expect(joules).toBeCloseTo(full.joules[index]! / 4, 20));
    expect(half.leakageWatts).toBeCloseTo(full.leakageWatts / 8, 12);
  });

  test("a temperature outside of the scaling expressions changes nothing, zero kelvin is refused", () => {
    const { power } = coreModel(core);
    const warm = powerPrices({ ...power, leakageScaling: "v/vn" }, { temperature: 400 });
    expect(warm.leakageWatts).toBe(power.leakage.value);
    expect(() => powerPrices(power, { temperature: 0 })).toThrow(/BW0711/);
  });
});
