// Runs the same path of instructions on the engine for whole programs and on the engine of the public descriptions.
import type { MachineModel } from "../../src/machine/model.ts";
import { createOsmEngine, createPipeline, pathOracle } from "../../src/pipeline/index.ts";
import type { CodeImage, ExecutionMode, Oracle } from "../../src/pipeline/index.ts";

export interface EngineTimes {
  readonly cycles: number;
  readonly instructions: number;
  /** Cycles counted from 0, by position on the path. */
  readonly issued: readonly number[];
  readonly completed: readonly number[];
}

/** The cycle engine for whole programs. Its first cycle is 1. */
export function timesOfPipeline(
  model: MachineModel,
  image: CodeImage,
  oracle: Oracle,
  count: number,
): EngineTimes {
  const pipeline = createPipeline(model, image, oracle);
  pipeline.record(count);
  if (!pipeline.run({ maxCycles: 10_000_000 })) throw new Error("the run does not end");
  const { cycles, instructions } = pipeline.result();
  const { issued, completed } = pipeline.engine.trace;
  const kept = Math.min(count, instructions);
  const fromZero = (list: Int32Array): number[] => [...list.slice(0, kept)].map((cycle) => cycle - 1);
  return { cycles, instructions, issued: fromZero(issued), completed: fromZero(completed) };
}

/** The engine of operation state machines. */
export function timesOfMachines(
  model: MachineModel,
  image: CodeImage,
  oracle: Oracle,
  count: number,
  mode: ExecutionMode = "normal",
): EngineTimes {
  const [piece] = image.pieces;
  const start = piece!.address;
  const end = start + 4 * piece!.words.length;
  const words = { start, end, word: (address: number) => piece!.words[(address - start) / 4] ?? 0 };
  const engine = createOsmEngine(model, words, pathOracle(oracle), { mode, hazards: "word" });
  engine.record(count);
  if (!engine.run(10_000_000)) throw new Error("the run does not end");
  const kept = Math.min(count, engine.instructions());
  const { issued, completed } = engine.trace;
  return {
    cycles: engine.cycles(),
    instructions: engine.instructions(),
    issued: [...issued.slice(0, kept)],
    completed: [...completed.slice(0, kept)],
  };
}

/** A path of addresses on which every register holds a number that depends on the position only. */
export function pathWithValues(path: readonly number[]): Oracle {
  let position = 0;
  return {
    start: () => ((position = 0), path[0] ?? -1),
    step: () => path[++position] ?? -1,
    forcedLatency: () => -1,
    registerValue: (_name, index) => Math.imul(position + 1, 0x9e3779b1 + (index << 9)) >>> (position % 31),
    dataAddress: () => -1,
    jumped: () => false,
  };
}
