// `blockwatt cores`: the cores that programs can be simulated on.
import { coreNames } from "../../toolchain/core.ts";
import { si } from "../../report/figures.ts";
import type { CommandContext } from "../context.ts";
import { openCore } from "../open-core.ts";
import { printReport } from "../output.ts";

interface CoreReport {
  readonly name: string;
  readonly description: string;
  readonly clock_hz: number;
  readonly voltage_v: number;
  readonly stages: number;
  readonly instructions: number;
}

export async function coresCommand(_context: CommandContext, options: { json?: boolean }): Promise<void> {
  const cores: CoreReport[] = [];
  for (const name of coreNames()) {
    const { model } = await openCore(name);
    cores.push({
      name,
      description: model.description.trim().split("\n")[0] ?? "",
      clock_hz: model.power.frequency.value,
      voltage_v: model.power.voltage.value,
      stages: model.pipeline.stages.length,
      instructions: model.isa.instructions.length,
    });
  }
  printReport({ schema: "blockwatt.cores/1", cores }, options.json ?? false, (report) =>
    report.cores
      .map((core) => `${core.name.padEnd(10)} ${si(core.clock_hz, "Hz").padEnd(9)} ${core.description}`)
      .join("\n"),
  );
}
