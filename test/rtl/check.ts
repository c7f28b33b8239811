// The reference model against the RTL, issue by issue: micro-benchmarks by the cycles of their passes, programs by the
// cycles of their calls and by every distance between two issues, programs made by chance by those distances.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readElf } from "../../src/elf/index.ts";
import type { MachineModel } from "../../src/machine/model.ts";
import { assembleAll, symbolAddress } from "./assemble.ts";
import {
  dataFolder,
  issueTrace,
  microMeasurements,
  mixedPrograms,
  programMeasurements,
} from "./measurements.ts";
import type { IssueTrace, ProgramMeasurement } from "./measurements.ts";
import { regionCycles, runModel } from "./model-run.ts";
import type { ModelRun } from "./model-run.ts";

export const limits = {
  /** Cycles for each 64 operations of a warm pass. */
  warm_cycles_per_64: 1,
  cold_pct: 3,
  call_pct: 1,
  equal_distances_pct: 99,
  energy_pct: 10,
} as const;

export interface MicroResult {
  readonly name: string;
  readonly operations: number;
  readonly cold: { readonly rtl: number; readonly model: number };
  readonly warm: { readonly rtl: number; readonly model: number };
  readonly within: boolean;
}

/** The distances from one issue to the next of a whole program. */
export interface TraceResult {
  readonly name: string;
  readonly distances: { readonly total: number; readonly equal: number; readonly equal_pct: number };
  /** The most frequent differences. */
  readonly differences: readonly {
    readonly from: string;
    readonly to: string;
    readonly rtl: number;
    readonly model: number;
    readonly times: number;
  }[];
  readonly within: boolean;
}

export interface ProgramResult extends TraceResult {
  readonly calls: readonly { readonly rtl: number; readonly model: number; readonly error_pct: number }[];
}

/** `only`: names; absent: all. */
export async function checkMicro(model: MachineModel, only?: readonly string[]): Promise<MicroResult[]> {
  const wanted = microMeasurements().filter(({ name }) => only === undefined || only.includes(name));
  const files = await assembleAll(
    join(dataFolder, "micro"),
    wanted.map(({ name }) => name),
  );
  return wanted.map(({ name, count, cold_cycles, warm_cycles }) => {
    const elf = files.get(name)!;
    const run = runModel(model, elf, 100_000);
    // The measurement leaves out m0 itself.
    const passes = regionCycles(run, symbolAddress(elf, "m0"), symbolAddress(elf, "m1")).map((c) => c - 1);
    const cold = { rtl: cold_cycles, model: passes[0]! };
    const warm = { rtl: warm_cycles.at(-1)!, model: passes[2]! };
    const room = Math.max(limits.warm_cycles_per_64, (count / 64) * limits.warm_cycles_per_64);
    return {
      name,
      operations: count,
      cold,
      warm,
      within:
        Math.abs(warm.model - warm.rtl) <= room &&
        Math.abs(cold.model - cold.rtl) <= (cold.rtl * limits.cold_pct) / 100,
    };
  });
}

export function checkProgram(model: MachineModel, program: ProgramMeasurement): ProgramResult {
  const file = join(dataFolder, `programs/${program.name}.elf`);
  const elf = readElf(readFileSync(file), file);
  const run = runModel(model, elf, 400_000);
  const cycles = regionCycles(run, symbolAddress(elf, "bench_call"), symbolAddress(elf, "bench_ret"));
  const calls = program.cycles.map((rtl, index) => ({
    rtl,
    model: cycles[index]!,
    error_pct: (100 * (cycles[index]! - rtl)) / rtl,
  }));
  const compared = compareTrace(program.name, run, issueTrace(`programs/${program.name}`), elf.entry);
  const instructions = program.instructions.reduce((sum, one) => sum + one, 0);
  return {
    ...compared,
    calls,
    within:
      compared.within &&
      calls.every((call) => Math.abs(call.error_pct) <= limits.call_pct) &&
      compared.distances.total >= instructions,
  };
}

/** Up to the program's last system call: the RTL goes on in the harness then. */
function compareTrace(name: string, run: ModelRun, trace: IssueTrace, entry: number): TraceResult {
  const begin = trace.addresses.indexOf(entry);
  const counts = new Map<string, { from: string; to: string; rtl: number; model: number; times: number }>();
  let equal = 0;
  let total = 0;
  for (let i = 0; i + 1 < run.addresses.length; i++) {
    if (trace.addresses[begin + i + 1] !== run.addresses[i + 1]) break;
    const rtl = trace.clocks[begin + i + 1]! - trace.clocks[begin + i]!;
    const own = run.issued[i + 1]! - run.issued[i]!;
    total++;
    if (rtl === own) {
      equal++;
      continue;
    }
    const from = run.addresses[i]!.toString(16);
    const to = run.addresses[i + 1]!.toString(16);
    const key = `${from} ${to} ${rtl} ${own}`;
    const known = counts.get(key) ?? { from, to, rtl, model: own, times: 0 };
    known.times++;
    counts.set(key, known);
  }
  const equalPct = (100 * equal) / total;
  return {
    name,
    distances: { total, equal, equal_pct: equalPct },
    differences: [...counts.values()].sort((a, b) => b.times - a.times).slice(0, 20),
    within: equalPct >= limits.equal_distances_pct,
  };
}

/** Programs made by chance, each whole. `only`: names; absent: all. */
export async function checkMixed(model: MachineModel, only?: readonly string[]): Promise<TraceResult[]> {
  const names = mixedPrograms().filter((name) => only === undefined || only.includes(name));
  const files = await assembleAll(join(dataFolder, "mixed"), names);
  return names.map((name) => {
    const elf = files.get(name)!;
    const run = runModel(model, elf, 100_000);
    const trace = issueTrace(`mixed/${name}`);
    const compared = compareTrace(name, run, trace, elf.entry);
    return {
      ...compared,
      within: compared.within && compared.distances.total + 1 === trace.addresses.length,
    };
  });
}

export function checkPrograms(model: MachineModel): ProgramResult[] {
  return programMeasurements().map((program) => checkProgram(model, program));
}
