// The command `npm run rtl-fit-energy`.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Table from "cli-table3";
import { descriptionPath, loadCore } from "../../src/cli/load-core.ts";
import { energyRegions, totalOf } from "./energy.ts";
import type { EnergyRegion } from "./energy.ts";
import { energyBy, fit, withToggling, withoutToggling } from "./fit.ts";
import type { Energies } from "./fit.ts";

const CORE = "microwatt";

/** Arguments: `--write` stores the energies in the description, `--json`. Returns the exit status. */
export async function rtlFitEnergy(args: readonly string[]): Promise<number> {
  const { model } = loadCore(CORE);
  const regions = await energyRegions(model);
  const micro = regions.filter((one) => one.kind === "micro");
  const toggling = fit(micro, withToggling);
  const classes = fit(micro, withoutToggling(model.pipeline.classes.map(({ name }) => name)));
  const rows = regions.map((one) => ({
    name: one.name,
    kind: one.kind,
    measured_pj_per_cycle: totalOf(one.measured) / one.cycles.rtl,
    error_pct: errorOf(toggling, one),
    error_without_toggling_pct: errorOf(classes, one),
  }));
  if (args.includes("--write")) store(toggling);
  if (args.includes("--json")) {
    const report = {
      schema: "blockwatt.rtl-energy/1",
      energies_pj: Object.fromEntries(toggling),
      energies_without_toggling_pj: Object.fromEntries(classes),
      regions: rows,
    };
    console.log(JSON.stringify(report, undefined, 1));
    return 0;
  }
  const table = new Table({
    head: ["region", "pJ a cycle", "error %", "without toggling %"],
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    table.push([
      row.name,
      row.measured_pj_per_cycle.toFixed(0),
      row.error_pct.toFixed(1),
      row.error_without_toggling_pct.toFixed(1),
    ]);
  }
  console.log(table.toString());
  for (const [event, energy] of toggling) console.log(`${event.padEnd(20)} ${energy.toFixed(2)} pJ`);
  return 0;
}

function errorOf(energies: Energies, one: EnergyRegion): number {
  return 100 * (energyBy(energies, one) / totalOf(one.measured) - 1);
}

/** Puts the energies into the description, event by event. */
function store(energies: Energies): void {
  const file = join(dirname(descriptionPath(CORE)), "energy.uadl");
  let text = readFileSync(file, "utf8");
  for (const [event, energy] of energies) {
    const place = new RegExp(`(define \\(event=${event}\\) \\{[^}]*energy = )[0-9.]+ pJ`);
    if (!place.test(text)) throw new Error(`${file} has no event ${event}`);
    text = text.replace(place, `$1${energy.toFixed(2)} pJ`);
  }
  writeFileSync(file, text);
}
