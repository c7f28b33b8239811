// Energy of regions that were measured gate by gate, and the events that the model counts there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readElf } from "../../src/elf/index.ts";
import type { ElfFile } from "../../src/elf/index.ts";
import type { MachineModel } from "../../src/machine/model.ts";
import { powerPrices } from "../../src/pipeline/index.ts";
import type { Pipeline } from "../../src/pipeline/index.ts";
import { assembleAll, symbolAddress } from "./assemble.ts";
import { dataFolder } from "./measurements.ts";
import { runModel } from "./model-run.ts";

/** Picojoules of a region on the clock-gated netlist. */
export interface MeasuredEnergy {
  readonly clock: number;
  readonly dynamicWithGlitches: number;
  readonly withoutMultipliers: number;
  readonly multiplier32: number;
  readonly multiplier64: number;
}

export interface EnergyRegion {
  readonly name: string;
  readonly kind: "micro" | "program";
  readonly cycles: { readonly rtl: number; readonly model: number };
  readonly instructions: { readonly rtl: number; readonly model: number };
  readonly measured: MeasuredEnergy;
  /** Energy events by name, and `class NAME`: instructions of a class. */
  readonly events: Readonly<Record<string, number>>;
}

interface Entry {
  readonly cycles: number;
  readonly instructions: number;
  readonly pj_per_cycle: Readonly<Record<string, number>>;
  readonly units_pj_per_cycle: Readonly<Record<string, number>>;
}

/** Clock and dynamic energy with glitches: what the model's sum is compared with. */
export function totalOf(measured: MeasuredEnergy): number {
  return measured.clock + measured.dynamicWithGlitches;
}

/** All regions: the fourth pass of each micro-benchmark, the second call of each program. `only`: names. */
export async function energyRegions(model: MachineModel, only?: readonly string[]): Promise<EnergyRegion[]> {
  const data = JSON.parse(readFileSync(join(dataFolder, "energy/energy.json"), "utf8")) as {
    clock_gated: Record<"micro" | "programs", Record<string, Entry>>;
  };
  const wanted = (name: string): boolean => only === undefined || only.includes(name);
  const micro = Object.entries(data.clock_gated.micro).filter(([name]) => wanted(name));
  const files = await assembleAll(
    join(dataFolder, "energy/micro"),
    micro.map(([name]) => name),
  );
  const regions = micro.map(([name, entry]) => {
    const elf = files.get(name)!;
    return region(model, elf, name, entry, "micro", [symbolAddress(elf, "m0"), symbolAddress(elf, "m1"), 4]);
  });
  for (const [name, entry] of Object.entries(data.clock_gated.programs)) {
    if (!wanted(name)) continue;
    const file = join(dataFolder, `programs/${name}.elf`);
    const elf = readElf(readFileSync(file), file);
    const bounds = [symbolAddress(elf, "bench_call"), symbolAddress(elf, "bench_ret"), 2] as const;
    regions.push(region(model, elf, name, entry, "program", bounds));
  }
  return regions;
}

function region(
  model: MachineModel,
  elf: ElfFile,
  name: string,
  entry: Entry,
  kind: EnergyRegion["kind"],
  [from, to, turn]: readonly [number, number, number],
): EnergyRegion {
  let seen = 0;
  let first: { position: number; counts: Record<string, number> } | undefined;
  let last: typeof first;
  const run = runModel(model, elf, 400_000, (position, address, pipeline) => {
    if (address === from && ++seen === turn) first = { position, counts: countsOf(model, pipeline) };
    if (address === to && seen === turn) last ??= { position, counts: countsOf(model, pipeline) };
  });
  if (!first || !last) throw new Error(`${name} never gets to its ${turn}th pass`);
  const { counts: before } = first;
  const per = (value: number | undefined): number => (value ?? 0) * entry.cycles;
  return {
    name,
    kind,
    cycles: { rtl: entry.cycles, model: run.issued[last.position]! - run.issued[first.position]! },
    instructions: { rtl: entry.instructions, model: last.position - first.position },
    measured: {
      clock: per(entry.pj_per_cycle["clock"]),
      dynamicWithGlitches: per(entry.pj_per_cycle["dynamic_with_glitches"]),
      withoutMultipliers: per(entry.pj_per_cycle["dynamic_without_multipliers"]),
      multiplier32: per(entry.units_pj_per_cycle["ex.mul32"]),
      multiplier64: per(entry.units_pj_per_cycle["ex.mul64"]),
    },
    events: Object.fromEntries(
      Object.entries(last.counts).map(([event, count]) => [event, count - before[event]!]),
    ),
  };
}

function countsOf(model: MachineModel, pipeline: Pipeline): Record<string, number> {
  const { engine } = pipeline;
  const counts: Record<string, number> = { ...pipeline.result().events };
  model.pipeline.classes.forEach((one, index) => {
    counts[`class ${one.name}`] = engine.counters[engine.layout.events.classIssued + index]!;
  });
  return counts;
}

/** The description's energy of a region, without leakage. Unit: picojoules. */
export function modelEnergy(model: MachineModel, one: EnergyRegion): number {
  const prices = powerPrices(model.power);
  return prices.names.reduce((sum, name, index) => sum + one.events[name]! * prices.joules[index]! * 1e12, 0);
}
