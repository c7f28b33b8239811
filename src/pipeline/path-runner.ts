// Runs scripted paths of instructions on one engine, over and over: what characterization measures block pairs with.
import type { MachineModel } from "../machine/model.ts";
import { createEngine } from "./engine.ts";
import type { SiteLatency } from "./engine.ts";
import { sumEvents } from "./events.ts";
import { createScriptedOracle } from "./oracle.ts";
import type { CodeImage, StaticCode } from "./static-code.ts";

/** What a run of a path gives; the object is reused by the next run. */
export interface PathTiming {
  /** Cycles from reset until the last instruction of the path has completed. */
  cycles: number;
  /** Occurrences of each energy event, in the order of `eventNames`. */
  readonly events: Float64Array;
}

export interface PathPipeline {
  readonly eventNames: readonly string[];
  /** Instructions of context after which nothing older can matter. */
  readonly contextInstructions: number;
  /** `forced`: position in the path → latency, one of `latencyOptions`; others run at their base latency. */
  run(path: ArrayLike<number>, forced?: ReadonlyMap<number, number>): PathTiming;
  /** Issue and completion cycles of the last run, when `record` was called before. */
  readonly issued: Int32Array;
  readonly completed: Int32Array;
  record(limit: number): void;
  /** Everything about an instruction that timing and energy depend on, as text; empty outside the code. */
  signature(address: number): string;
  /** Addresses that are fetched by wrong prediction when `next` follows `address`, at most; [] when predicted right. */
  wrongPath(address: number, next: number): readonly number[];
  /** Latencies that the instruction can take, the base one first; [] when its latency does not depend on operands. */
  latencyOptions(address: number): readonly number[];
  /** The function behind `latencyOptions`, for evaluating it on operand values. */
  latencyAt(address: number): SiteLatency | undefined;
}

/** Fails: BW0710 when a path contains a word that no instruction class covers. */
export function createPathRunner(model: MachineModel, image: CodeImage): PathPipeline {
  const oracle = createScriptedOracle();
  const engine = createEngine(model, image, oracle);
  const { events } = engine.layout;
  const { fetchUnit, stages, classes } = model.pipeline;
  const timing: PathTiming = { cycles: 0, events: new Float64Array(events.names.length) };
  const buffer = Math.ceil((fetchUnit.entries * fetchUnit.entrySize) / 4);
  const capacity = stages.reduce((sum, stage) => sum + stage.size, 0);
  const overtaking = stages.some(({ scheduler }) => scheduler === "independent");
  const signatures = new Map<number, string>();
  const describe = (code: StaticCode): string => {
    const className = classes[code.classIndex]?.name ?? "unknown";
    const operands = code.operands
      .map((operand) => `${operand.units.join(".")}:${operand.immediate ? "" : operand.fieldValue}`)
      .join(" ");
    const direction = code.predictedNext === (code.address + 4) >>> 0 ? "" : " predicted taken";
    return `${code.instruction?.name ?? "?"} ${className} ${operands} ${code.accesses}${direction}`;
  };
  return {
    eventNames: events.names,
    // A full pipeline and the half of the buffer that is not being refilled; random code is exact with it (laws test). Where
    // instructions overtake each other, the oldest in the pipeline may still wait for what filled it before.
    contextInstructions: (overtaking ? 2 : 1) * capacity + Math.ceil(buffer / 2) + 4,
    run(path, forced) {
      oracle.load(path, forced);
      engine.reset();
      engine.run(Number.POSITIVE_INFINITY);
      timing.cycles = engine.cycles();
      sumEvents(events, engine.counters, timing.events);
      return timing;
    },
    get issued() {
      return engine.trace.issued;
    },
    get completed() {
      return engine.trace.completed;
    },
    record(limit) {
      engine.trace.limit = limit;
      engine.trace.issued = new Int32Array(limit);
      engine.trace.completed = new Int32Array(limit);
    },
    signature(address) {
      let text = signatures.get(address);
      if (text === undefined) {
        const code = engine.staticAt(address);
        text = code ? describe(code) : "";
        signatures.set(address, text);
      }
      return text;
    },
    wrongPath(address, next) {
      const start = engine.staticAt(address);
      if (!start) return [];
      // Fetch goes on in sequence until prediction acts, and along the prediction until the branch resolves.
      const found: number[] = [];
      const follow = (from: number, wrong: boolean): void => {
        let pc = from;
        for (let count = 0; count < buffer + capacity && wrong; count++) {
          const code = engine.staticAt(pc);
          if (!code) return;
          found.push(pc);
          pc = code.predictedNext;
        }
      };
      const sequential = (address + 4) >>> 0;
      follow(start.predictedNext, start.predictedNext !== next);
      follow(sequential, sequential !== next && start.predictedNext !== sequential);
      return found;
    },
    latencyOptions: (address) => engine.latencyAt(address)?.options ?? [],
    latencyAt: (address) => engine.latencyAt(address),
  };
}
