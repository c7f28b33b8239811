// Energy events of a machine and the counters behind them. The generated engine only bumps counters; how often an
// event happened is a sum of counters, taken when somebody asks.
import { fail } from "../base/diagnostic.ts";
import type { EnergyEvent, MachineModel } from "../machine/model.ts";

export interface EventTable {
  /** Names of the energy events, in the model's order. */
  readonly names: readonly string[];
  /** Number of counters. */
  readonly counters: number;
  readonly issued: number;
  readonly retired: number;
  readonly squashed: number;
  readonly cycles: number;
  readonly fetches: number;
  /** First of the counters of instructions issued, one a class. */
  readonly classIssued: number;
  /** Stage index → counter of instruction-cycles in it, or -1 when no event needs it. */
  readonly occupancy: readonly number[];
  /** Stage index → first of one counter a class, or -1. */
  readonly classOccupancy: readonly number[];
  /** Register file or register → counters of reads and writes. */
  readonly reads: ReadonlyMap<string, number>;
  readonly writes: ReadonlyMap<string, number>;
  /** Memory or port → counters of read and write requests of instructions. */
  readonly memoryReads: ReadonlyMap<string, number>;
  readonly memoryWrites: ReadonlyMap<string, number>;
  /** Cache on a bus, or bus → counters of what goes on in it. */
  readonly traffic: ReadonlyMap<string, TrafficCounters>;
  /** Stage index → counter of cycles in which an instruction is held back there, or -1. */
  readonly held: readonly number[];
  /** Stage index → counter of entries of an instruction other than the last, or -1. */
  readonly changes: readonly number[];
  /** Signals that some event needs, and the counter of their changed bits; products of two. */
  readonly toggles: ReadonlyMap<string, number>;
  readonly products: readonly {
    readonly signals: readonly [string, string];
    readonly limit: number;
    readonly counter: number;
  }[];
  /** For each event, counters to take off. */
  readonly lessens: readonly (readonly number[])[];
  /** For each event, the counters that add up to it. */
  readonly sums: readonly (readonly number[])[];
}

/** Counters of a cache on a bus (hits, misses, lines loaded) or of a bus (rows read from and written to the memory behind it). */
export interface TrafficCounters {
  readonly hit: number;
  readonly miss: number;
  readonly refill: number;
  readonly read: number;
  readonly write: number;
}

/** Fails: BW0706 when an event names a class, stage, register file or memory that the model does not have. */
export function createEventTable(model: MachineModel): EventTable {
  const { pipeline, power } = model;
  let next = 0;
  const issued = next++;
  const retired = next++;
  const squashed = next++;
  const cycles = next++;
  const fetches = next++;
  const classIssued = next;
  next += pipeline.classes.length;
  const occupancy = pipeline.stages.map(() => -1);
  const classOccupancy = pipeline.stages.map(() => -1);
  const held = pipeline.stages.map(() => -1);
  const changes = pipeline.stages.map(() => -1);
  const toggles = new Map<string, number>();
  const products: { signals: readonly [string, string]; limit: number; counter: number }[] = [];
  const lessens = power.events.map((): number[] => []);
  const tables = {
    reads: new Map<string, number>(),
    writes: new Map<string, number>(),
    memoryReads: new Map<string, number>(),
    memoryWrites: new Map<string, number>(),
  };
  const counterOf = (table: Map<string, number>, name: string): number => {
    let counter = table.get(name);
    if (counter === undefined) {
      counter = next++;
      table.set(name, counter);
    }
    return counter;
  };
  for (const memory of [...pipeline.memories, ...pipeline.caches]) {
    for (const name of [memory.name, ...memory.ports.map((port) => `${memory.name}.${port.name}`)]) {
      counterOf(tables.memoryReads, name);
      counterOf(tables.memoryWrites, name);
    }
  }
  const traffic = new Map<string, TrafficCounters>();
  const busCaches = pipeline.memories.filter((one) => one.busCache);
  for (const { name } of [...busCaches, ...pipeline.buses]) {
    traffic.set(name, { hit: next++, miss: next++, refill: next++, read: next++, write: next++ });
  }
  const classIndex = (event: EnergyEvent, name: string): number => {
    const index = pipeline.classes.findIndex((one) => one.name === name);
    return index >= 0 ? index : unknown(event, "instruction class", name);
  };
  const sums = power.events.map((event, position): number[] => {
    const { trigger } = event;
    switch (trigger.kind) {
      case "cycle":
        return [cycles];
      case "fetch":
        return [fetches];
      case "issue":
        return trigger.classes.length === 0
          ? pipeline.classes.map((_, index) => classIssued + index)
          : trigger.classes.map((name) => classIssued + classIndex(event, name));
      case "occupy": {
        const stage = pipeline.stages.findIndex((one) => one.name === trigger.stage);
        if (stage < 0) unknown(event, "stage", trigger.stage);
        if (trigger.classes.length === 0) {
          if (occupancy[stage] === -1) occupancy[stage] = next++;
          return [occupancy[stage]!];
        }
        if (classOccupancy[stage] === -1) {
          classOccupancy[stage] = next;
          next += pipeline.classes.length;
        }
        return trigger.classes.map((name) => classOccupancy[stage]! + classIndex(event, name));
      }
      case "advance": {
        const stage = pipeline.stages.findIndex((one) => one.name === trigger.stage);
        if (stage < 0) unknown(event, "stage", trigger.stage);
        if (held[stage] === -1) held[stage] = next++;
        lessens[position] = [held[stage]!];
        return [cycles];
      }
      case "change": {
        const stage = pipeline.stages.findIndex((one) => one.name === trigger.stage);
        if (stage < 0) unknown(event, "stage", trigger.stage);
        if (changes[stage] === -1) changes[stage] = next++;
        return [changes[stage]!];
      }
      case "toggle":
        return [counterOf(toggles, trigger.signal)];
      case "toggle_product": {
        const counter = next++;
        products.push({ signals: trigger.signals, limit: trigger.limit, counter });
        return [counter];
      }
      case "read":
      case "write": {
        const name = trigger.registerFile;
        if (!(name in model.isa.registerFiles) && !(name in model.isa.registers)) {
          unknown(event, "register file", name);
        }
        return [counterOf(trigger.kind === "read" ? tables.reads : tables.writes, name)];
      }
      case "hit":
      case "miss":
      case "refill":
        return [
          traffic.get(trigger.cache)?.[trigger.kind] ?? unknown(event, "cache on a bus", trigger.cache),
        ];
      case "memory_read":
      case "memory_write": {
        const bus = pipeline.buses.some((one) => one.name === trigger.memory);
        if (bus) return [traffic.get(trigger.memory)![trigger.kind === "memory_read" ? "read" : "write"]];
        const table = trigger.kind === "memory_read" ? tables.memoryReads : tables.memoryWrites;
        // A memory with ports: all its ports together.
        const names = [...table.keys()].filter(
          (name) => name === trigger.memory || name.startsWith(`${trigger.memory}.`),
        );
        if (names.length === 0) unknown(event, "memory", trigger.memory);
        return names.map((name) => table.get(name)!);
      }
    }
  });
  return {
    names: power.events.map((event) => event.name),
    counters: next,
    issued,
    retired,
    squashed,
    cycles,
    fetches,
    classIssued,
    occupancy,
    classOccupancy,
    ...tables,
    traffic,
    held,
    changes,
    toggles,
    products,
    lessens,
    sums,
  };
}

function unknown(event: EnergyEvent, what: string, name: string): never {
  return fail("BW0706", `energy event ${event.name}: there is no ${what} named ${name}`);
}

/** Writes how often each event happened into `out`. */
export function sumEvents(table: EventTable, counters: Float64Array, out: Float64Array): void {
  for (let event = 0; event < table.sums.length; event++) {
    let sum = 0;
    for (const counter of table.sums[event]!) sum += counters[counter]!;
    for (const counter of table.lessens[event]!) sum -= counters[counter]!;
    out[event] = sum;
  }
}
