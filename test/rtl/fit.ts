// Fits the energies of a description's events to the gate-level measurements of micro-benchmarks. Each part that was
// measured by itself (clock, logic, each multiplier) is fitted by the events that it can depend on, and an event's energy
// is the sum of its parts. Energies are not negative; errors count relative to a region's whole energy.
import type { EnergyRegion, MeasuredEnergy } from "./energy.ts";
import { totalOf } from "./energy.ts";

interface Part {
  readonly of: (measured: MeasuredEnergy) => number;
  readonly events: readonly string[];
}

const FLIP_FLOPS = [
  "clock",
  "front_moves",
  "back_moves",
  "load",
  "store",
  "divider",
  "long_multiplier",
] as const;

const LOGIC = [...FLIP_FLOPS, "instruction"] as const;

/** With changing bits: events of targets/microwatt/energy.uadl. */
export const withToggling: readonly Part[] = [
  { of: (m) => m.clock, events: FLIP_FLOPS },
  {
    of: (m) => m.withoutMultipliers,
    events: [
      ...LOGIC,
      "decode",
      "word_bits",
      "first_bits",
      "second_bits",
      "first_low_bits",
      "second_low_bits",
      "third_bits",
      "result_bits",
      "data_address_bits",
    ],
  },
  { of: (m) => m.multiplier32, events: ["multiplier_32", "first_low_bits", "second_low_bits"] },
  { of: (m) => m.multiplier64, events: ["multiplier_64", "first_bits", "second_bits"] },
];

/** By instruction class alone. */
export function withoutToggling(classes: readonly string[]): readonly Part[] {
  return [
    { of: (m) => m.clock, events: FLIP_FLOPS },
    { of: (m) => m.dynamicWithGlitches, events: [...LOGIC, ...classes.map((name) => `class ${name}`)] },
  ];
}

export type Energies = ReadonlyMap<string, number>;

/** Picojoules of each event. */
export function fit(regions: readonly EnergyRegion[], parts: readonly Part[]): Energies {
  const energies = new Map<string, number>();
  for (const { of, events } of parts) {
    const rows = regions.map((one) => {
      const weight = 1 / totalOf(one.measured);
      return {
        counts: events.map((event) => (one.events[event] ?? 0) * weight),
        wanted: of(one.measured) * weight,
      };
    });
    const solution = leastSquares(
      rows.map((row) => row.counts),
      rows.map((row) => row.wanted),
    );
    events.forEach((event, index) => energies.set(event, (energies.get(event) ?? 0) + solution[index]!));
  }
  return energies;
}

export function energyBy(energies: Energies, one: EnergyRegion): number {
  let sum = 0;
  for (const [event, energy] of energies) sum += energy * (one.events[event] ?? 0);
  return sum;
}

/** x ≥ 0 that minimises |Ax − b|², by turns over the coordinates, with columns scaled to length 1. */
export function leastSquares(rows: readonly (readonly number[])[], wanted: readonly number[]): number[] {
  const size = rows[0]?.length ?? 0;
  const lengths = Array.from({ length: size }, (_, j) =>
    Math.sqrt(rows.reduce((sum, row) => sum + row[j]! * row[j]!, 0)),
  );
  const gram = lengths.map((lengthI, i) =>
    lengths.map((lengthJ, j) =>
      lengthI * lengthJ === 0
        ? 0
        : rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / (lengthI * lengthJ),
    ),
  );
  const moment = lengths.map((length, j) =>
    length === 0 ? 0 : rows.reduce((sum, row, k) => sum + row[j]! * wanted[k]!, 0) / length,
  );
  const x = new Array<number>(size).fill(0);
  for (let turn = 0; turn < 200_000; turn++) {
    let largest = 0;
    for (let j = 0; j < size; j++) {
      if (lengths[j] === 0) continue;
      let rest = moment[j]!;
      for (let i = 0; i < size; i++) if (i !== j) rest -= gram[j]![i]! * x[i]!;
      const next = Math.max(0, rest);
      largest = Math.max(largest, Math.abs(next - x[j]!));
      x[j] = next;
    }
    if (largest < 1e-12) break;
  }
  return x.map((value, j) => (lengths[j] === 0 ? 0 : value / lengths[j]!));
}
