// `blockwatt characterize P`: fills the database for P and says how much was there already.
import type { CommandContext } from "../context.ts";
import { openCore } from "../open-core.ts";
import { printReport } from "../output.ts";
import { databasePath, prepareProgram } from "../prepare.ts";
import { programSpec } from "../program-arguments.ts";
import { createProgress } from "../progress.ts";

export async function characterizeCommand(
  context: CommandContext,
  program: string,
  more: readonly string[],
  options: { core: string; json?: boolean },
): Promise<void> {
  const json = options.json ?? false;
  const core = await openCore(options.core);
  const spec = await programSpec(program, more, "small");
  const progress = createProgress(json);
  const prepared = await prepareProgram(spec, core, { progress, signal: context.signal }).finally(
    progress.finish,
  );
  const { statistics } = prepared;
  printReport(
    {
      schema: "blockwatt.characterize/1",
      program: spec.name,
      core: core.name,
      database: databasePath(),
      blocks: prepared.bundle.code.blocks.length,
      pairs: prepared.bundle.code.edges.length,
      contexts: prepared.bundle.costs.edges.length,
      latency_sites: prepared.bundle.costs.latencies.length,
      measured: statistics?.measured ?? 0,
      reused: statistics?.fromDatabase ?? prepared.bundle.costs.edges.length,
      seconds: prepared.seconds,
    },
    json,
    (report) =>
      [
        `${report.program} on ${report.core}: ${report.blocks} blocks, ${report.pairs} pairs in ${report.contexts} contexts`,
        `  measured now ${report.measured}, reused ${report.reused}; ${report.latency_sites} instructions with operand-dependent latency`,
        `  database ${report.database}`,
      ].join("\n"),
  );
}
