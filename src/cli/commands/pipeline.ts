// `blockwatt pipeline P`: issue and completion cycle of each instruction on the reference pipeline.
import { readFileSync } from "node:fs";
import { readElf } from "../../elf/index.ts";
import { createDisassembler } from "../../isa/index.ts";
import { createIss } from "../../iss/index.ts";
import type { Oracle } from "../../pipeline/index.ts";
import { codeOfElf, createIssOracle, createPipeline } from "../../pipeline/index.ts";
import { buildProgram } from "../../toolchain/build.ts";
import type { CommandContext } from "../context.ts";
import { programStreams } from "../executors.ts";
import { openCore } from "../open-core.ts";
import { printReport } from "../output.ts";
import { programSpec } from "../program-arguments.ts";
import { fail } from "../../base/diagnostic.ts";

const maximum = 100_000;

export async function pipelineCommand(
  context: CommandContext,
  program: string,
  more: readonly string[],
  options: { core: string; json?: boolean; skip: number; count: number },
): Promise<void> {
  const { skip, count } = options;
  if (!Number.isInteger(skip) || !Number.isInteger(count) || skip < 0 || count < 1 || count > maximum) {
    fail("BW0909", `--skip and --count take whole numbers; --count from 1 to ${maximum}`);
  }
  const core = await openCore(options.core);
  const spec = await programSpec(program, more, "small", context.programArguments);
  const built = await buildProgram(spec, core.toolchain, { signal: context.signal });
  const elf = readElf(readFileSync(built.elfPath), built.elfPath);
  const iss = createIss(core.model, elf, programStreams(spec).io);
  if (skip > 0) iss.run(skip);
  const addresses: number[] = [];
  const pipeline = createPipeline(
    core.model,
    codeOfElf(elf),
    limited(createIssOracle(iss), count, addresses),
  );
  pipeline.record(count);
  pipeline.run();
  const { issued, completed } = pipeline.engine.trace;
  const disassembler = createDisassembler(core.model.isa);
  const wordAt = (address: number): number => iss.wordAt(address);
  printReport(
    {
      schema: "blockwatt.pipeline/1",
      program: spec.name,
      core: core.name,
      instructions: addresses.map((address, index) => ({
        address,
        text: disassembler.disassemble(wordAt(address), address),
        issue: issued[index]!,
        complete: completed[index]!,
      })),
    },
    options.json ?? false,
    (report) =>
      report.instructions
        .map(
          ({ address, text, issue, complete }) =>
            `${`0x${address.toString(16)}`.padEnd(10)} ${text.padEnd(32)} ${String(issue).padStart(6)} ${String(complete).padStart(6)}  ${" ".repeat(Math.min(60, issue % 60))}${"=".repeat(Math.min(40, complete - issue + 1))}`,
        )
        .join("\n"),
  );
}

/** The same path, ended after `count` instructions; the addresses that ran are kept. */
function limited(oracle: Oracle, count: number, addresses: number[]): Oracle {
  let done = 0;
  return {
    ...oracle,
    start: () => {
      const address = oracle.start();
      if (address !== -1) addresses.push(address);
      return address;
    },
    step: () => {
      const next = oracle.step();
      done++;
      if (next === -1 || done >= count) return -1;
      addresses.push(next);
      return next;
    },
  };
}
