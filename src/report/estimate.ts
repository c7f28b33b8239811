// Runs an annotated program and prices its counts: cycles, joules, and which function they are for.
import type { FunctionCounts } from "../annotate/layout.ts";
import { fail, type DiagnosticError } from "../base/diagnostic.ts";
import type { MachineCode } from "../cfg/index.ts";
import type { EdgeCost } from "../characterize/cost-table.ts";
import type { EdgeCounts, LatencyCounts, Price } from "../characterize/price.ts";
import { createPricer } from "../characterize/price.ts";
import type { ProgramIo } from "../iss/index.ts";
import type { MachineCounts } from "../match/counts.ts";
import { machineCounts } from "../match/counts.ts";
import type { EnergyFigures, Prices } from "../pipeline/energy.ts";
import { priceEvents, ZERO_CELSIUS } from "../pipeline/energy.ts";
import type { RunResult } from "../run/index.ts";
import { runAnnotated, type MemoryGuard, type RunLimits } from "../run/index.ts";
import type { ProgramBundle } from "./bundle.ts";
import { openBundle } from "./bundle.ts";
import { powerOverTime } from "./power-over-time.ts";
import type { FunctionReport, RunReport } from "./schema.ts";

export interface Estimate {
  readonly code: MachineCode;
  readonly machine: MachineCounts;
  readonly price: Price;
  readonly exitCode: number;
  readonly report: Omit<RunReport, "stdout_sha256">;
}

export interface EstimateInput {
  readonly bundle: ProgramBundle;
  readonly wasm: Uint8Array;
  /** The same, compiled. */
  readonly compiled?: WebAssembly.Module;
  readonly io: ProgramIo;
  readonly prices: Prices;
  /** For live mode: the module was made with live accounting, at these prices. */
  readonly live?: { readonly prices: Prices };
  /** Ends the run; the module was made with live accounting. */
  readonly limits?: RunLimits;
  /** With it, accesses where the program has no memory are faults at once. */
  readonly guard?: MemoryGuard;
  /** Measures what the cost table should have for a run with these counts. */
  readonly measure?: (edges: EdgeCounts) => readonly EdgeCost[];
  /** Report although executed code has no cost. */
  readonly allowIncomplete?: boolean;
  /** The module's source map, read when the run does not end by itself. */
  readonly sourceMap?: () => string;
  /** With it, signals end the run with BW0816; ends the process with that from inside the module where nothing else can. */
  readonly interrupted?: (error: DiagnosticError) => never;
  /** What preparing took, for the report. */
  readonly prepared?: { readonly seconds: number; readonly steps: Readonly<Record<string, number>> };
}

/** Fails: BW0810 the program faulted; BW0812 executed code has no cost (unless allowed). */
export function estimate(input: EstimateInput): Estimate {
  const { bundle, wasm, io, prices } = input;
  const { code, mapping } = openBundle(bundle);
  const live = input.live && { clockHz: prices.frequencyHz };
  const run = runAnnotated({
    wasm,
    ...(input.compiled && { compiled: input.compiled }),
    layout: bundle.layout,
    elf: bundle.memory,
    ...io,
    ...(live && { live }),
    ...(input.limits && { limits: input.limits }),
    ...(input.guard && { guard: input.guard }),
    ...(input.sourceMap && { sourceMap: input.sourceMap }),
    ...(input.interrupted && {
      interruptible: {
        end: input.interrupted,
        spent: (counts: readonly FunctionCounts[], whole: boolean) => spentText(input, counts, whole),
      },
    }),
  });
  const machine = machineCounts(code, mapping, run.counts, bundle.layout.addressTaken, bundle.entryBlock);
  const more = input.measure?.(machine.edges) ?? [];
  const costs =
    more.length === 0 ? bundle.costs : { ...bundle.costs, edges: [...bundle.costs.edges, ...more] };
  const pricer = createPricer(code, bundle.entryBlock, costs);
  const price = pricer.price(machine.edges, latencyCounts(bundle, run.counts));
  const missing = missingCosts(bundle, machine, price);
  if (missing.length > 0 && input.allowIncomplete !== true) {
    fail(
      "BW0812",
      `executed code has no cost, so there is no total: ${missing.slice(0, 8).join("; ")}${missing.length > 8 ? " …" : ""}`,
      "--allow-incomplete reports what is known, marked as incomplete",
    );
  }
  const figures = priceEvents(prices, price.events, price.cycles);
  const report = {
    schema: "blockwatt.run/1" as const,
    program: bundle.program,
    core: bundle.core,
    mode: input.live ? ("live" as const) : ("counted" as const),
    clock_hz: prices.frequencyHz,
    voltage_v: prices.voltage,
    temperature_c: Number((prices.temperature - ZERO_CELSIUS).toFixed(6)),
    exit_code: run.exitCode,
    instructions: price.instructions,
    cycles: Math.round(price.cycles),
    seconds: figures.seconds,
    energy_j: figures.joules,
    average_power_w: figures.joules / figures.seconds,
    energy: figures.byEvent,
    host: {
      prepare_seconds: (input.prepared?.seconds ?? 0) + run.prepareSeconds,
      run_seconds: run.seconds,
      mips: price.instructions / run.seconds / 1e6,
      steps: { ...input.prepared?.steps, instantiate: run.prepareSeconds },
    },
    coverage: {
      pairs_executed: price.pairsExecuted,
      pairs_characterized: price.pairsCharacterized,
      blocks_unmatched: machine.unmatched.reduce(
        (sum, name) => sum + (code.functions.get(name)?.blocks.length ?? 1),
        0,
      ),
    },
    functions: functionReports(code, price, prices),
    ...(input.live && run.live && liveReports(run.live, prices, input.live.prices, price.cycles, figures)),
    ...(run.timeQuestions > 0 && !input.live
      ? {
          warnings: [
            `the program asked for the time (${run.timeQuestions} ×) and got a made-up one; --mode live tells it the target's`,
          ],
        }
      : {}),
  };
  return { code, machine, price, exitCode: run.exitCode, report };
}

/** What a run has spent that was interrupted, as far as its counts tell. */
function spentText(
  { bundle, prices }: EstimateInput,
  counts: readonly FunctionCounts[],
  whole: boolean,
): string {
  const { code, mapping } = openBundle(bundle);
  const machine = machineCounts(code, mapping, counts, bundle.layout.addressTaken, bundle.entryBlock);
  // Counts that are not saved yet leave gaps, in which the others contradict each other.
  const edges = machine.edges.map((count) => Math.max(0, count));
  const price = createPricer(code, bundle.entryBlock, bundle.costs).price(
    edges,
    latencyCounts(bundle, counts),
  );
  const { joules } = priceEvents(prices, price.events, price.cycles);
  const least = whole && price.pairsCharacterized === price.pairsExecuted ? "" : "at least ";
  return `${least}${String(Math.round(price.cycles))} cycles and ${joules.toExponential(3)} J so far`;
}

/** Live totals at the operating point; the module adds up energy at the prices that it was made with. */
function liveReports(
  live: NonNullable<RunResult["live"]>,
  prices: Prices,
  made: Prices,
  cycles: number,
  exact: EnergyFigures,
): Pick<RunReport, "live" | "power_over_time"> {
  const event = made.joules.findIndex((joules) => joules > 0);
  const scale = event < 0 ? 1 : prices.joules[event]! / made.joules[event]!;
  const joules = live.picojoules * 1e-12 * scale + (prices.leakageWatts * live.cycles) / prices.frequencyHz;
  return {
    live: {
      cycles: Math.round(live.cycles),
      energy_j: joules,
      cycles_difference_pct: 100 * (live.cycles / cycles - 1),
      energy_difference_pct: 100 * (joules / exact.joules - 1),
    },
    power_over_time: powerOverTime(live.samples, live, prices, scale),
  };
}

/** Counts of latency options by instruction address; copies of one instruction share evenly. */
function latencyCounts(bundle: ProgramBundle, counts: readonly FunctionCounts[]): LatencyCounts {
  const byName = new Map(counts.map((fn) => [fn.name, fn]));
  const result = new Map<number, number[]>();
  for (const { function: name, site, addresses } of bundle.sites) {
    const classes = byName.get(name)?.sites[site];
    if (!classes) continue;
    for (const address of addresses) {
      const sum = result.get(address) ?? classes.map(() => 0);
      classes.forEach((count, option) => (sum[option]! += Number(count) / addresses.length));
      result.set(address, sum);
    }
  }
  return result;
}

function missingCosts(bundle: ProgramBundle, machine: MachineCounts, price: Price): string[] {
  const statuses = new Map(bundle.mapping.map((fn) => [fn.function, fn.status]));
  const missing = machine.unmatched.map((name) => {
    const status = statuses.get(name);
    return `function ${name} could not be mapped (${status?.kind === "unmatched" ? `${status.reason}: ${status.detail}` : "no mapping"})`;
  });
  missing.push(...machine.contradictions);
  const pairs = price.pairsExecuted - price.pairsCharacterized;
  if (pairs > 0) missing.push(`${pairs} executed block pairs were never characterized`);
  return missing;
}

function functionReports(code: MachineCode, price: Price, prices: Prices): FunctionReport[] {
  const reports: FunctionReport[] = [];
  for (const fn of code.functions.values()) {
    let instructions = 0;
    let cycles = 0;
    const events = new Float64Array(price.events.length);
    for (const id of fn.blocks) {
      const block = code.blocks[id]!;
      const cost = price.blocks[id]!;
      if (cost.count === 0) continue;
      instructions += (cost.count * (block.end - block.start)) / 4;
      cycles += cost.cycles;
      for (let event = 0; event < events.length; event++) events[event]! += cost.events[event]!;
    }
    if (instructions === 0) continue;
    reports.push({
      name: fn.name,
      calls: price.blocks[fn.entry]!.count,
      instructions,
      cycles: Math.round(cycles),
      energy_j: priceEvents(prices, events, cycles).joules,
    });
  }
  return reports.sort((a, b) => b.cycles - a.cycles);
}
