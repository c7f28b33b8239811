// Runs a bare program on a core's reference model and keeps when each of its instructions was issued into execute1.
import { createIss } from "../../src/iss/index.ts";
import type { ElfFile } from "../../src/elf/index.ts";
import type { MachineModel } from "../../src/machine/model.ts";
import { codeOfElf, createIssOracle, createPipeline } from "../../src/pipeline/index.ts";
import type { Oracle, Pipeline } from "../../src/pipeline/index.ts";

export interface ModelRun {
  /** Instructions of the path, in order: their addresses and the cycles of their issue. */
  readonly addresses: Uint32Array;
  readonly issued: Int32Array;
  readonly output: string;
}

/** Called before an instruction of the path executes. */
export type Watch = (position: number, address: number, pipeline: Pipeline) => void;

/** `limit`: most instructions that are recorded. */
export function runModel(model: MachineModel, elf: ElfFile, limit: number, watch?: Watch): ModelRun {
  const chunks: Uint8Array[] = [];
  const iss = createIss(model, elf, { args: ["program"], write: (_, bytes) => chunks.push(bytes) });
  const real = createIssOracle(iss);
  const addresses = new Uint32Array(limit);
  let position = 0;
  const oracle: Oracle = {
    ...real,
    step: () => {
      const address = iss.state.pc;
      if (position < limit) addresses[position] = address;
      watch?.(position, address, pipeline);
      position++;
      return real.step();
    },
  };
  const pipeline: Pipeline = createPipeline(model, codeOfElf(elf), oracle);
  pipeline.record(limit);
  pipeline.run();
  const count = Math.min(limit, position);
  return {
    addresses: addresses.subarray(0, count),
    issued: pipeline.engine.trace.issued.subarray(0, count),
    output: Buffer.concat(chunks).toString("latin1"),
  };
}

/** Cycles between the issue of `from` and the next issue of `to`, for each time that `from` was issued. */
export function regionCycles(run: ModelRun, from: number, to: number): number[] {
  const cycles: number[] = [];
  let start = -1;
  run.addresses.forEach((address, index) => {
    if (address === from) start = run.issued[index]!;
    else if (address === to && start >= 0) {
      cycles.push(run.issued[index]! - start);
      start = -1;
    }
  });
  return cycles;
}
