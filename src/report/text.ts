// The same reports as text for a terminal. Limits of the estimate are printed beside the figures.
import Table from "cli-table3";
import { percent, si, thousands } from "./figures.ts";
import { sparkline } from "./power-over-time.ts";
import type { BenchReport, ReferenceReport, RunReport, ValidateReport } from "./schema.ts";

/** A table without lines; columns by `rightAligned`. */
export function plainTable(
  head: readonly string[],
  rightAligned: readonly boolean[],
): InstanceType<typeof Table> {
  return new Table({
    head: [...head],
    colAligns: rightAligned.map((right) => (right ? "right" : "left")),
    style: { head: [], border: [], compact: true },
    chars: {
      top: "",
      "top-mid": "",
      "top-left": "",
      "top-right": "",
      bottom: "",
      "bottom-mid": "",
      "bottom-left": "",
      "bottom-right": "",
      left: "",
      "left-mid": "",
      mid: "",
      "mid-mid": "",
      right: "",
      "right-mid": "",
      middle: "  ",
    },
  });
}

/** Joules by event, largest first, as a share of the whole. */
function energyLines(energy: Readonly<Record<string, number>>, total: number): string {
  const table = plainTable(["energy by event", "", ""], [false, true, true]);
  for (const [name, joules] of Object.entries(energy).sort((a, b) => b[1] - a[1])) {
    if (joules > 0) table.push([name, si(joules, "J"), `${((100 * joules) / total).toFixed(1)} %`]);
  }
  return table.toString();
}

export function runText(report: RunReport, functionLimit = 12): string {
  const lines = [
    `${report.program} on ${report.core} at ${si(report.clock_hz, "Hz")}, ${report.voltage_v} V, ${report.temperature_c} °C (exit status ${report.exit_code})`,
    `  instructions  ${thousands(report.instructions)}`,
    `  cycles        ${thousands(report.cycles)}   (${(report.cycles / report.instructions).toFixed(3)} cycles per instruction)`,
    `  time          ${si(report.seconds, "s")}`,
    `  energy        ${si(report.energy_j, "J")}`,
    `  mean power    ${si(report.average_power_w, "W")}`,
    `  simulated at  ${thousands(report.host.mips)} MIPS (run ${si(report.host.run_seconds, "s")}, preparation ${si(report.host.prepare_seconds, "s")})`,
    "",
  ];
  const table = plainTable(
    ["function", "calls", "instructions", "cycles", "share", "energy"],
    [false, true, true, true, true, true],
  );
  for (const f of report.functions.slice(0, functionLimit)) {
    table.push([
      f.name,
      thousands(f.calls),
      thousands(f.instructions),
      thousands(f.cycles),
      `${((100 * f.cycles) / report.cycles).toFixed(1)} %`,
      si(f.energy_j, "J"),
    ]);
  }
  lines.push(table.toString(), "", energyLines(report.energy, report.energy_j), "");
  if (report.live !== undefined && report.power_over_time !== undefined) {
    const watts = report.power_over_time.map((sample) => sample.power_w);
    lines.push(
      `power over time, 0 to ${si(Math.max(...watts), "W")} (lowest ${si(Math.min(...watts), "W")}):`,
      `  ${sparkline(report.power_over_time)}`,
      `live totals: ${thousands(report.live.cycles)} cycles (${percent(report.live.cycles_difference_pct)}), ${si(report.live.energy_j, "J")} (${percent(report.live.energy_difference_pct)}) against the priced counts`,
      "",
    );
  }
  for (const warning of report.warnings ?? []) lines.push(`Warning: ${warning}.`);
  const missing = report.coverage.pairs_executed - report.coverage.pairs_characterized;
  if (missing > 0 || report.coverage.blocks_unmatched > 0) {
    lines.push(
      `INCOMPLETE: ${missing} executed pairs without a cost, ${report.coverage.blocks_unmatched} blocks unmatched; figures are too low.`,
    );
  }
  lines.push(
    "Limits: flat memory latency (no caches), static branch prediction; energy per event is estimated, see targets/<core>/sources.md.",
  );
  return lines.join("\n");
}

export function referenceText(report: ReferenceReport): string {
  const lines = [
    `${report.program} on ${report.core}, cycle-accurate reference model (exit status ${report.exit_code})`,
    `  instructions  ${thousands(report.instructions)}`,
    `  cycles        ${thousands(report.cycles)}   (${(report.cycles / report.instructions).toFixed(3)} cycles per instruction)`,
    `  time          ${si(report.seconds, "s")} at ${si(report.clock_hz, "Hz")}`,
    `  energy        ${si(report.energy_j, "J")}, mean power ${si(report.average_power_w, "W")}`,
    `  simulated at  ${report.host.mips.toFixed(2)} MIPS`,
    "",
  ];
  const stalls = plainTable(["cycles by cause", "", ""], [false, true, true]);
  for (const [cause, cycles] of Object.entries(report.stalls).sort((a, b) => b[1] - a[1])) {
    if (cycles > 0)
      stalls.push([cause, thousands(cycles), `${((100 * cycles) / report.cycles).toFixed(1)} %`]);
  }
  lines.push(stalls.toString(), "", energyLines(report.energy, report.energy_j));
  return lines.join("\n");
}

export function validateText(report: ValidateReport): string {
  const table = plainTable(
    [
      "program",
      "core",
      "output",
      "counts",
      "cycles (reference)",
      "cycles (estimate)",
      "timing",
      "energy",
      "MIPS ref.",
      "MIPS est.",
    ],
    [false, false, false, false, true, true, true, true, true, true],
  );
  for (const r of report.results) {
    table.push([
      r.program,
      r.core,
      r.output_identical ? "equal" : "DIFFERS",
      r.block_counts_equal && r.edge_counts_equal ? "equal" : "DIFFER",
      thousands(r.reference.cycles),
      thousands(r.estimate.cycles),
      percent(r.timing_error_pct),
      percent(r.energy_error_pct),
      r.reference.mips.toFixed(1),
      thousands(r.estimate.mips),
    ]);
  }
  const s = report.summary;
  return [
    table.toString(),
    "",
    `timing error: mean ${s.mean_abs_timing_error_pct.toFixed(3)} %, largest ${s.max_abs_timing_error_pct.toFixed(3)} %`,
    `energy error: mean ${s.mean_abs_energy_error_pct.toFixed(3)} %, largest ${s.max_abs_energy_error_pct.toFixed(3)} %`,
    "Errors are estimate against our own reference model, not against silicon.",
  ].join("\n");
}

export function benchText(report: BenchReport): string {
  const table = plainTable(
    ["program", "core", "native", "plain WASM", "annotated", "qemu-ppc", "vs native", "overhead", "MIPS"],
    [false, false, true, true, true, true, true, true, true],
  );
  for (const r of report.results) {
    table.push([
      r.program,
      r.core,
      si(r.native_seconds, "s"),
      si(r.plain_wasm_seconds, "s"),
      si(r.annotated_seconds, "s"),
      r.qemu_seconds === null ? "-" : si(r.qemu_seconds, "s"),
      `${r.slowdown_vs_native.toFixed(2)} x`,
      percent(r.annotation_overhead_pct),
      thousands(r.mips),
    ]);
  }
  const s = report.summary;
  return [
    table.toString(),
    "",
    `geometric means: ${s.geomean_slowdown_vs_native.toFixed(3)} x native, annotation overhead ${percent(s.geomean_annotation_overhead_pct)}`,
    `mean simulated speed ${thousands(s.mean_mips)} MIPS${s.reference_mips === null ? "" : `; reference model ${s.reference_mips.toFixed(2)} MIPS`}`,
  ].join("\n");
}
