// Runs a prepared program host-compiled and prices its counts.
import { runAnnotated } from "../run/index.ts";
import type { FunctionCounts } from "../annotate/index.ts";
import type { LatencyCounts, Price } from "../characterize/price.ts";
import { createPricer } from "../characterize/price.ts";
import { fail } from "../base/diagnostic.ts";
import type { MachineCounts } from "../match/counts.ts";
import { machineCounts } from "../match/counts.ts";
import type { OperatingPoint } from "../pipeline/energy.ts";
import { powerPrices, priceEvents } from "../pipeline/index.ts";
import type { FunctionReport, RunReport } from "../report/schema.ts";
import { programStreams, sha256 } from "./executors.ts";
import type { PreparedProgram } from "./prepare.ts";

export interface Estimate {
  readonly counts: readonly FunctionCounts[];
  readonly machine: MachineCounts;
  readonly price: Price;
  readonly stdout: Buffer;
  readonly report: RunReport;
}

export interface EstimateOptions {
  readonly echo?: boolean;
  readonly mode?: "counted" | "live";
  readonly at?: OperatingPoint;
  /** Report although executed code has no cost. */
  readonly allowIncomplete?: boolean;
}

/** Fails: BW0810 the program faulted; BW0905 executed code has no cost (unless allowed). */
export function estimate(prepared: PreparedProgram, options: EstimateOptions = {}): Estimate {
  const { spec, elf, wasm, layout, mapped, table, core } = prepared;
  const streams = programStreams(spec, options.echo);
  const run = runAnnotated({ wasm, layout, elf, ...streams.io });
  const machine = machineCounts(
    mapped.code,
    mapped.mapping,
    run.counts,
    layout.addressTaken,
    prepared.entryBlock,
  );
  const pricer = createPricer(mapped.code, prepared.entryBlock, table);
  const price = pricer.price(machine.edges, latencyCounts(prepared, run.counts));
  const missing = missingCosts(prepared, machine, price);
  if (missing.length > 0 && options.allowIncomplete !== true) {
    fail(
      "BW0905",
      `executed code has no cost, so there is no total: ${missing.slice(0, 8).join("; ")}${missing.length > 8 ? " …" : ""}`,
      "--allow-incomplete reports what is known, marked as incomplete",
    );
  }
  const prices = powerPrices(core.model.power, options.at);
  const figures = priceEvents(prices, price.events, price.cycles);
  const report: RunReport = {
    schema: "blockwatt.run/1",
    program: spec.name,
    core: core.name,
    mode: options.mode ?? "counted",
    clock_hz: prices.frequencyHz,
    voltage_v: prices.voltage,
    exit_code: run.exitCode,
    stdout_sha256: sha256(streams.stdout()),
    instructions: price.instructions,
    cycles: Math.round(price.cycles),
    seconds: figures.seconds,
    energy_j: figures.joules,
    average_power_w: figures.joules / figures.seconds,
    energy: figures.byEvent,
    host: {
      prepare_seconds: prepared.totalSeconds + run.prepareSeconds,
      run_seconds: run.seconds,
      mips: price.instructions / run.seconds / 1e6,
      steps: { ...prepared.seconds, instantiate: run.prepareSeconds },
    },
    coverage: {
      pairs_executed: price.pairsExecuted,
      pairs_characterized: price.pairsCharacterized,
      blocks_unmatched: machine.unmatched.length,
    },
    functions: functionReports(prepared, price, options.at),
  };
  return { counts: run.counts, machine, price, stdout: streams.stdout(), report };
}

/** Counts of latency options by instruction address; copies of one instruction share evenly. */
function latencyCounts(prepared: PreparedProgram, counts: readonly FunctionCounts[]): LatencyCounts {
  const byName = new Map(counts.map((fn) => [fn.name, fn]));
  const result = new Map<number, number[]>();
  for (const { function: name, site, addresses } of prepared.sites) {
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

function missingCosts(prepared: PreparedProgram, machine: MachineCounts, price: Price): string[] {
  const missing = machine.unmatched.map(
    (name) => `function ${name} could not be mapped (${prepared.unmatched.get(name) ?? "no mapping"})`,
  );
  missing.push(...machine.contradictions);
  const pairs = price.pairsExecuted - price.pairsCharacterized;
  if (pairs > 0) missing.push(`${pairs} executed block pairs were never characterized`);
  return missing;
}

function functionReports(
  prepared: PreparedProgram,
  price: Price,
  at: OperatingPoint | undefined,
): FunctionReport[] {
  const { code } = prepared.mapped;
  const prices = powerPrices(prepared.core.model.power, at);
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
