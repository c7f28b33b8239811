// Laws of the account on random code: whatever is run, every instruction that enters leaves once, every cycle has one cause,
// and energy is the sum of its parts. Also: every instruction of the instruction set passes through every core.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encode } from "../../src/isa/index.ts";
import type { MachineModel } from "../../src/machine/model.ts";
import {
  createPathRunner,
  createPipeline,
  createScriptedOracle,
  powerPrices,
  priceEvents,
} from "../../src/pipeline/index.ts";
import { base, coreModel } from "./core-timing.ts";

const cores = ["toy", "e200z3", "ppc440"];
const length = 48;

/** A word of `instruction` with operand fields drawn from `random`. */
function randomWord(model: MachineModel, index: number, random: () => number): number {
  const instruction = model.isa.instructions[index]!;
  const values: Record<string, number> = {};
  for (const name of instruction.fields) {
    const { width } = model.isa.fields[name]!;
    values[name] = random() % 2 ** Math.min(width, 16);
  }
  return encode(model.isa, instruction, values);
}

function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}

/** Random code in which every fifth instruction is a conditional branch, and a random walk through it. */
function randomProgram(model: MachineModel, seed: number): { words: Uint32Array; path: number[] } {
  const random = generator(seed);
  const plain = model.isa.instructions.flatMap((one, index) => (one.branch ? [] : [index]));
  const branch = model.isa.instructions.find((one) => one.name === "bc")!;
  const targets = new Map<number, number>();
  const words = Uint32Array.from({ length }, (_, at) => {
    if (at % 5 !== 4 && at !== length - 1) return randomWord(model, plain[random() % plain.length]!, random);
    const target = random() % length;
    targets.set(at, target);
    const displacement = (target - at) & 0x3fff;
    return encode(model.isa, branch, { BO: random() % 32, BI: random() % 32, BD: displacement });
  });
  const path: number[] = [];
  let at = 0;
  for (let step = 0; step < 150; step++) {
    path.push(base + 4 * at);
    const target = targets.get(at);
    at = target !== undefined && (at === length - 1 || random() % 2 === 0) ? target : at + 1;
  }
  return { words, path };
}

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
});
