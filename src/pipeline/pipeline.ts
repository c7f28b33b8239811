// The reference pipeline of a whole program: an engine, an oracle and the figures that come out.
import type { MachineModel } from "../machine/model.ts";
import { createEngine } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { priceEvents } from "./energy.ts";
import { powerPrices } from "./power-prices.ts";
import type { OperatingPoint } from "./energy.ts";
import { sumEvents } from "./events.ts";
import type { Oracle } from "./oracle.ts";
import type { CodeImage } from "./static-code.ts";

export interface PipelineResult {
  /** Instructions of the correct path that have retired. */
  readonly instructions: number;
  readonly cycles: number;
  /** Cycles by cause; they add up to `cycles`. */
  readonly stalls: Readonly<Record<string, number>>;
  /** Energy events and how often each happened. */
  readonly events: Readonly<Record<string, number>>;
  /** Joules by event, and "leakage". */
  readonly energy: Readonly<Record<string, number>>;
  readonly energyJoules: number;
  /** Instructions that entered the pipeline: retired + squashed once it has drained. */
  readonly issued: number;
  readonly retired: number;
  readonly squashed: number;
}

export interface Pipeline {
  readonly engine: Engine;
  /** Runs on until the path has ended and drained (true) or `maxCycles` cycles in all have passed (false). */
  run(limits?: { readonly maxCycles?: number }): boolean;
  /** Figures so far, priced at an operating point (default: the model's). */
  result(at?: OperatingPoint): PipelineResult;
  /** Records issue and completion cycles of the first `count` instructions; call before `run`. */
  record(count: number): void;
}

/** A pipeline, reset to the oracle's first instruction. Throws DiagnosticError BW07xx for faults of the description. */
export function createPipeline(model: MachineModel, image: CodeImage, oracle: Oracle): Pipeline {
  const engine = createEngine(model, image, oracle);
  engine.reset();
  return {
    engine,
    run: (limits) => engine.run(limits?.maxCycles ?? Number.POSITIVE_INFINITY),
    result: (at) => {
      const { events, causes } = engine.layout;
      engine.counters[events.cycles] = engine.cycles();
      const counts = new Float64Array(events.names.length);
      sumEvents(events, engine.counters, counts);
      const cycles = engine.cycles();
      const figures = priceEvents(powerPrices(model.power, at), counts, cycles);
      const stalls: Record<string, number> = {};
      causes.names.forEach((name, index) => {
        if (engine.stalls[index]! > 0) stalls[name] = engine.stalls[index]!;
      });
      return {
        instructions: engine.counters[events.retired]!,
        cycles,
        stalls,
        events: Object.fromEntries(events.names.map((name, index) => [name, counts[index]!])),
        energy: figures.byEvent,
        energyJoules: figures.joules,
        issued: engine.counters[events.issued]!,
        retired: engine.counters[events.retired]!,
        squashed: engine.counters[events.squashed]!,
      };
    },
    record: (count) => {
      engine.trace.limit = count;
      engine.trace.issued = new Int32Array(count);
      engine.trace.completed = new Int32Array(count);
    },
  };
}
