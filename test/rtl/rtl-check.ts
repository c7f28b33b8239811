// The command `npm run rtl-check`.
import Table from "cli-table3";
import { hostLoad, recordHistory } from "../../src/cli/history.ts";
import { loadCore } from "../../src/cli/load-core.ts";
import { checkMicro, checkMixed, checkPrograms, limits } from "./check.ts";
import type { MicroResult, ProgramResult, TraceResult } from "./check.ts";
import { energyRegions, modelEnergy, totalOf } from "./energy.ts";

export interface EnergyResult {
  readonly name: string;
  readonly measured_pj_per_cycle: number;
  readonly model_pj_per_cycle: number;
  readonly error_pct: number;
  readonly within: boolean;
}

export interface RtlReport {
  readonly schema: "blockwatt.rtl-check/1";
  readonly core: string;
  readonly limits: typeof limits;
  readonly micro: readonly MicroResult[];
  readonly programs: readonly ProgramResult[];
  /** Programs made by chance. */
  readonly mixed: readonly TraceResult[];
  readonly energy: readonly EnergyResult[];
  readonly within: boolean;
}

/** Arguments: `--json`; `--record` appends the figures to benchmarks/history.jsonl; names of micro-benchmarks or of programs made by
 *  chance leave the rest out. Returns the exit status. */
export async function rtlCheck(args: readonly string[]): Promise<number> {
  const names = args.filter((one) => !one.startsWith("--"));
  const load = hostLoad();
  const report = await rtlReport(names.length > 0 ? names : undefined);
  if (args.includes("--record")) await recordHistory(summary(report), load);
  if (args.includes("--json")) console.log(JSON.stringify(report, undefined, 1));
  else console.log(text(report));
  return report.within ? 0 : 1;
}

export async function rtlReport(only?: readonly string[]): Promise<RtlReport> {
  const { model } = loadCore("microwatt");
  const micro = await checkMicro(model, only);
  const programs = only ? [] : checkPrograms(model);
  const mixed = await checkMixed(model, only);
  const energy = only
    ? []
    : (
        await energyRegions(
          model,
          programs.map(({ name }) => name),
        )
      ).map((one): EnergyResult => {
        const measured = totalOf(one.measured);
        const own = modelEnergy(model, one);
        const error = 100 * (own / measured - 1);
        return {
          name: one.name,
          measured_pj_per_cycle: measured / one.cycles.rtl,
          model_pj_per_cycle: own / one.cycles.model,
          error_pct: error,
          within: Math.abs(error) <= limits.energy_pct,
        };
      });
  return {
    schema: "blockwatt.rtl-check/1",
    core: model.name,
    limits,
    micro,
    programs,
    mixed,
    energy,
    within: [...micro, ...programs, ...mixed, ...energy].every((one) => one.within),
  };
}

/** What the history keeps: counts and programs, and micro-benchmarks that are not exact. */
function summary(report: RtlReport) {
  const exact = (m: MicroResult): boolean => m.warm.rtl === m.warm.model && m.cold.rtl === m.cold.model;
  return {
    ...report,
    micro: {
      total: report.micro.length,
      exact: report.micro.filter(exact).length,
      others: report.micro.filter((one) => !exact(one)),
    },
  };
}

const signed = (value: number, digits = 2): string => `${value < 0 ? "" : "+"}${value.toFixed(digits)}`;

function text(report: RtlReport): string {
  const parts: string[] = [];
  const micro = new Table({
    head: ["micro-benchmark", "operations", "warm RTL", "model", "cold RTL", "model", ""],
    style: { head: [], border: [] },
  });
  for (const one of report.micro) {
    micro.push([
      one.name,
      one.operations,
      one.warm.rtl,
      one.warm.model === one.warm.rtl ? "=" : one.warm.model,
      one.cold.rtl,
      one.cold.model === one.cold.rtl ? "=" : one.cold.model,
      one.within ? "" : "beyond its limit",
    ]);
  }
  parts.push(micro.toString());
  for (const one of [...report.programs, ...report.mixed]) {
    const calls: ProgramResult["calls"] = "calls" in one ? (one as ProgramResult).calls : [];
    const told = calls.map((call) => `${call.model} (RTL ${call.rtl}, ${signed(call.error_pct, 3)} %)`);
    parts.push(
      `${one.name}: ${told.length > 0 ? `calls ${told.join(", ")}; ` : ""}${one.distances.equal} of ${one.distances.total} issue distances equal ` +
        `(${one.distances.equal_pct.toFixed(4)} %)${one.within ? "" : "  beyond its limit"}`,
      ...one.differences.map(
        (d) => `    ${d.from} to ${d.to}: RTL ${d.rtl}, model ${d.model}, ${d.times} times`,
      ),
    );
  }
  for (const one of report.energy) {
    parts.push(
      `${one.name}: ${one.model_pj_per_cycle.toFixed(0)} pJ a cycle, gates ${one.measured_pj_per_cycle.toFixed(0)} ` +
        `(${signed(one.error_pct)} %)${one.within ? "" : "  beyond its limit"}`,
    );
  }
  const exact = report.micro.filter((m) => m.warm.rtl === m.warm.model && m.cold.rtl === m.cold.model);
  parts.push(
    `${exact.length} of ${report.micro.length} micro-benchmarks exact, warm and cold; ` +
      (report.within ? "everything is within its limit" : "something is beyond its limit"),
  );
  return parts.join("\n");
}
