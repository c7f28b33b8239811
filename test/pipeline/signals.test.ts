// Changing bits: what a signal's toggles and products add up to, instruction by instruction.
import { expect, test } from "vitest";
import { loadCore } from "../../src/cli/load-core.ts";
import type { MachineModel, Signal } from "../../src/machine/model.ts";
import { createEventTable } from "../../src/pipeline/events.ts";
import type { Oracle } from "../../src/pipeline/oracle.ts";
import { createSignalMeter, signalValues } from "../../src/pipeline/signals.ts";
import { WideRegisters, wideResult } from "../../src/pipeline/wide-registers.ts";

const toy = loadCore("toy").model;
const stage = toy.pipeline.stages[0]!.name;
const joule = { value: 1, unit: "J", source: { kind: "none" } } as const;

/** addi RT,RA,SI and add RT,RA,RB. */
const addi = (rt: number, ra: number, si: number): number =>
  ((14 << 26) | (rt << 21) | (ra << 16) | (si & 0xffff)) >>> 0;
const add = (rt: number, ra: number, rb: number): number =>
  ((31 << 26) | (rt << 21) | (ra << 16) | (rb << 11) | (266 << 1)) >>> 0;

function modelWith(signals: readonly Signal[], limit: number): MachineModel {
  return {
    ...toy,
    power: {
      ...toy.power,
      signals,
      wide: { sum: ["addi", "add"] },
      events: [
        { name: "first", trigger: { kind: "toggle", signal: "A" }, energy: joule },
        { name: "second", trigger: { kind: "toggle", signal: "B" }, energy: joule },
        { name: "product", trigger: { kind: "toggle_product", signals: ["A", "B"], limit }, energy: joule },
      ],
    },
  };
}

/** Changed bits of A and B and their product, after each word. */
function run(model: MachineModel, words: readonly number[]): number[][] {
  const { isa, power } = model;
  const registers = new Int32Array(32);
  const oracle = { registerValue: (_: string, index: number) => registers[index]! >>> 0 } as Oracle;
  const events = createEventTable(model);
  const counters = new Float64Array(events.counters);
  const wide = new WideRegisters(isa, oracle);
  const signals = power.signals ?? [];
  const meter = createSignalMeter(signals, model.pipeline.stages, events, counters, oracle, wide);
  return words.map((word) => {
    const name = word >>> 26 === 14 ? "addi" : "add";
    const instruction = isa.instructions.find((one) => one.name === name);
    const values = signalValues(signals, isa, instruction, word, 0);
    const result = wideResult(power, isa, instruction, word);
    const carried = meter.carried();
    const before = Float64Array.from(counters);
    meter.before(values, carried, result);
    const [rt, ra, rb] = [(word >>> 21) & 31, (word >>> 16) & 31, (word >>> 11) & 31];
    registers[rt] =
      name === "addi"
        ? (ra === 0 ? 0 : registers[ra]!) + ((word << 16) >> 16)
        : registers[ra]! + registers[rb]!;
    meter.after(values, carried, result);
    meter.enter(0, carried);
    return events.sums.map(([counter]) => counters[counter!]! - before[counter!]!);
  });
}

const carriesA = [{ kind: "register", registerFile: "GPR", field: "RA" }] as const;
const carriesB = [
  { kind: "register", registerFile: "GPR", field: "RB" },
  { kind: "field", field: "SI" },
] as const;

test("bits of operands, of fields, and nothing where an instruction has no register", () => {
  const signals: Signal[] = [
    { name: "A", stage, carries: carriesA, idle: "zero", wide: false },
    { name: "B", stage, carries: carriesB, idle: "zero", wide: false },
  ];
  expect(run(modelWith(signals, 0), [addi(3, 0, 15), addi(4, 3, -1), add(5, 3, 4), addi(6, 0, 0)])).toEqual([
    // 15 on B, nothing on A.
    [0, 4, 0],
    // 15 on A (4 bits), -1 on B (28 more): 4 × (32 + 4) / 2 + 28 × (4 + 0) / 2.
    [4, 28, 128],
    // A keeps 15; 14 on B: 29 bits: 29 × (4 + 4) / 2.
    [0, 29, 116],
    // Both to zero: 4 × 3 / 2 + 3 × 4 / 2.
    [4, 3, 12],
  ]);
});

test("upper halves of wide signals follow sums, and a limit bounds products", () => {
  const signals: Signal[] = [
    { name: "A", stage, carries: carriesA, idle: "zero", wide: true },
    { name: "B", stage, carries: carriesB, idle: "zero", wide: true },
  ];
  expect(run(modelWith(signals, 1024), [addi(3, 0, -1), addi(4, 3, 1), add(5, 4, 3)])).toEqual([
    // 64 ones on B.
    [0, 64, 0],
    // 64 ones on A; B from 64 ones to one: 64 × 65 / 2 + 63 × 64 / 2 = 4096, bounded.
    [64, 63, 4096 / (1 + 4096 / 1024)],
    // -1 + 1 is zero in both halves; B has 64 ones again: 64 × 65 / 2 + 63 × 64 / 2.
    [64, 63, 4096 / (1 + 4096 / 1024)],
  ]);
});
