// Changing bits of buses, for energy: what instructions put on the signals of a power model as they enter stages, one after
// the other, and how many bits differ from what was there.
import type { Instruction, IsaModel, Signal, SignalSource } from "../machine/model.ts";
import { fieldOf, fieldValue } from "../isa/index.ts";
import type { EventTable } from "./events.ts";
import type { Oracle } from "./oracle.ts";
import type { WideRegisters, WideResult } from "./wide-registers.ts";
import { branchTarget, readField } from "./static-code.ts";

/** What one instruction word puts on a signal. */
export type SignalValue =
  | { readonly kind: "keep" }
  | { readonly kind: "constant"; readonly value: number; readonly field?: true }
  | { readonly kind: "before"; readonly register: string; readonly index: number }
  | {
      readonly kind: "after";
      readonly register: string;
      readonly index: number;
    }
  | { readonly kind: "address" };

export function signalValues(
  signals: readonly Signal[],
  isa: IsaModel,
  instruction: Instruction | undefined,
  word: number,
  address: number,
): SignalValue[] {
  return signals.map((signal): SignalValue => {
    for (const source of instruction ? signal.carries : []) {
      const value = valueOf(source, isa, instruction!, word, address);
      if (value) return value;
    }
    return signal.idle === "hold" ? { kind: "keep" } : { kind: "constant", value: 0 };
  });
}

function valueOf(
  source: SignalSource,
  isa: IsaModel,
  instruction: Instruction,
  word: number,
  address: number,
): SignalValue | undefined {
  switch (source.kind) {
    case "word":
      return { kind: "constant", value: word };
    case "cia":
      return { kind: "constant", value: address | 0 };
    case "target": {
      const to = branchTarget(isa, instruction, word, address);
      return to < 0 ? undefined : { kind: "constant", value: to | 0 };
    }
    case "pc": {
      const target = instruction.branch?.target;
      return target && "field" in target && target.relative
        ? { kind: "constant", value: address }
        : undefined;
    }
    case "address":
      return instruction.memory ? { kind: "address" } : undefined;
    case "field":
      return instruction.fields.includes(source.field)
        ? { kind: "constant", value: fieldValue(fieldOf(isa, source.field), word, 0) | 0, field: true }
        : undefined;
    case "register": {
      const use = instruction.sources.find(
        (one) => one.name === source.registerFile && one.field === source.field,
      );
      const index = readField(isa, word, source.field);
      if (!use || (use.unlessZero === true && index === 0)) return undefined;
      return { kind: "before", register: source.registerFile, index };
    }
    case "result": {
      const use = instruction.targets.find((one) => one.name in isa.registerFiles && one.field !== undefined);
      return use ? { kind: "after", register: use.name, index: readField(isa, word, use.field!) } : undefined;
    }
  }
}

/** What an instruction in the pipeline brings, filled in when it is issued. */
export interface CarriedValues {
  readonly now: Int32Array;
  /** Upper halves. */
  readonly upper: Int32Array;
  /** 1: leaves the signal as it is. */
  readonly keep: Uint8Array;
}

export interface SignalMeter {
  /** Room for one instruction's values. */
  carried(): CarriedValues;
  /** Around the oracle's step of an instruction of the path. */
  before(values: readonly SignalValue[], carried: CarriedValues, result: WideResult | undefined): void;
  after(values: readonly SignalValue[], carried: CarriedValues, result: WideResult | undefined): void;
  /** For an instruction of a wrong path: it reads registers and leaves no result. */
  wrong(values: readonly SignalValue[], carried: CarriedValues): void;
  /** An instruction enters the stage of that index in the model. */
  enter(stage: number, carried: CarriedValues): void;
  reset(): void;
}

function ones(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Adds changed bits to the events' counters. A product of two signals is, for each, its changed bits times the ones of
 *  the other, before and after in the mean: what switches in an array of gates between them, such as a multiplier; with a
 *  limit it comes near it only. Both belong to one stage. `stages`: the pipeline's, by name. */
export function createSignalMeter(
  signals: readonly Signal[],
  stages: readonly { readonly name: string }[],
  events: EventTable,
  counters: Float64Array,
  oracle: Oracle,
  registers: WideRegisters,
): SignalMeter {
  const then = new Int32Array(signals.length);
  const thenUpper = new Int32Array(signals.length);
  const isWide = signals.map((signal) => signal.wide);
  const indexOf = (name: string): number => signals.findIndex((signal) => signal.name === name);
  const at = stages.map(({ name }) => ({
    signals: signals.flatMap((signal, index) =>
      signal.stage === name ? [{ index, counter: events.toggles.get(signal.name) ?? -1 }] : [],
    ),
    products: events.products.flatMap(({ signals: [first, second], limit, counter }) => {
      const a = indexOf(first);
      return signals[a]!.stage === name ? [{ a, b: indexOf(second), limit, counter }] : [];
    }),
  }));
  const read = (values: readonly SignalValue[], { now, upper, keep }: CarriedValues): void => {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      keep[i] = value.kind === "keep" ? 1 : 0;
      if (value.kind === "constant") now[i] = value.value;
      else if (value.kind === "before") now[i] = oracle.registerValue(value.register, value.index);
      upper[i] = 0;
      if (!isWide[i]) continue;
      if (value.kind === "before") upper[i] = registers.upper(value.register, value.index);
      else if (isField(value)) upper[i] = now[i]! >> 31;
    }
  };
  return {
    carried: () => ({
      now: new Int32Array(signals.length),
      upper: new Int32Array(signals.length),
      keep: new Uint8Array(signals.length),
    }),
    reset: () => {
      then.fill(0);
      thenUpper.fill(0);
      registers.reset();
    },
    before: (values, carried, result) => {
      read(values, carried);
      if (result) registers.before(result);
    },
    after: (values, { now, upper }, result) => {
      if (result) registers.after(result);
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        if (value.kind === "after") {
          now[i] = oracle.registerValue(value.register, value.index);
          upper[i] = isWide[i] ? registers.upper(value.register, value.index) : 0;
        } else if (value.kind === "address") now[i] = oracle.dataAddress();
      }
    },
    wrong: (values, carried) => {
      read(values, carried);
      for (let i = 0; i < values.length; i++) {
        const { kind } = values[i]!;
        if (kind === "after" || kind === "address") carried.keep[i] = 1;
      }
    },
    enter: (stage, { now, upper, keep }) => {
      const here = at[stage]!;
      for (const { a, b, limit, counter } of here.products) {
        const lowA = keep[a] !== 0 ? then[a]! : now[a]!;
        const highA = keep[a] !== 0 ? thenUpper[a]! : upper[a]!;
        const lowB = keep[b] !== 0 ? then[b]! : now[b]!;
        const highB = keep[b] !== 0 ? thenUpper[b]! : upper[b]!;
        const changedA = ones(lowA ^ then[a]!) + ones(highA ^ thenUpper[a]!);
        const changedB = ones(lowB ^ then[b]!) + ones(highB ^ thenUpper[b]!);
        const onesA = ones(lowA) + ones(highA) + ones(then[a]!) + ones(thenUpper[a]!);
        const onesB = ones(lowB) + ones(highB) + ones(then[b]!) + ones(thenUpper[b]!);
        const product = (changedA * onesB + changedB * onesA) / 2;
        counters[counter]! += limit === 0 ? product : product / (1 + product / limit);
      }
      for (const { index, counter } of here.signals) {
        if (keep[index] !== 0) continue;
        if (counter >= 0) {
          counters[counter]! += ones(now[index]! ^ then[index]!) + ones(upper[index]! ^ thenUpper[index]!);
        }
        then[index] = now[index]!;
        thenUpper[index] = upper[index]!;
      }
    },
  };
}

function isField(value: SignalValue): boolean {
  return value.kind === "constant" && value.field === true;
}
