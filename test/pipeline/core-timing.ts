// Times straight-line code on a core of targets/: instructions as text ("lwz RT=3 RA=4 D=8"), completion cycles out.
import { loadCore } from "../../src/cli/load-core.ts";
import { encode } from "../../src/isa/index.ts";
import type { MachineModel } from "../../src/machine/model.ts";
import { createPathRunner } from "../../src/pipeline/index.ts";

export const base = 0x1000;

const models = new Map<string, MachineModel>();

export function coreModel(core: string): MachineModel {
  let model = models.get(core);
  if (!model) {
    ({ model } = loadCore(core));
    models.set(core, model);
  }
  return model;
}

/** One word: the instruction's name, then raw field values. */
export function assemble(model: MachineModel, line: string): number {
  const [name, ...fields] = line.split(/\s+/);
  const instruction = model.isa.instructions.find((one) => one.name === name);
  if (!instruction) throw new Error(`no instruction ${name}`);
  const values = Object.fromEntries(
    fields.map((field) => {
      const [key, value] = field.split("=");
      return [key!, Number(value)];
    }),
  );
  return encode(model.isa, instruction, values);
}

export interface Timing {
  /** Completion cycles, by position on the path. */
  readonly completed: number[];
  /** Completion relative to the first instruction. */
  readonly relative: number[];
  readonly cycles: number;
  readonly events: Record<string, number>;
}

/** `path`: indices into `lines`; default: all in order. `forced`: position → latency. */
export function time(
  core: string,
  lines: readonly string[],
  path: readonly number[] = lines.map((_, index) => index),
  forced?: ReadonlyMap<number, number>,
): Timing {
  const model = coreModel(core);
  const words = Uint32Array.from(lines, (line) => assemble(model, line));
  const runner = createPathRunner(model, { pieces: [{ address: base, words }] });
  runner.record(path.length);
  const timing = runner.run(
    path.map((index) => base + 4 * index),
    forced,
  );
  const completed = [...runner.completed];
  return {
    completed,
    relative: completed.map((cycle) => cycle - completed[0]!),
    cycles: timing.cycles,
    events: Object.fromEntries(runner.eventNames.map((name, index) => [name, timing.events[index]!])),
  };
}
