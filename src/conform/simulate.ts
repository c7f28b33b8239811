// Loads a described machine and runs an image on it: the functional model says what executes, the pipeline says when.
// What each instruction did is handed on while it runs; times are there at the end.
import type { Diagnostic } from "../base/diagnostic.ts";
import { loadMachine } from "../adl/index.ts";
import type { DatImage, FinalRegister, TracedInstruction } from "../dat/index.ts";
import { createModelSimulator } from "../iss/index.ts";
import type { MachineModel, Moment } from "../machine/model.ts";
import {
  createOsmEngine,
  createSimulatorOracle,
  createTimedCaches,
  splitBytesOf,
  wordsOfSimulator,
} from "../pipeline/index.ts";
import type { CachedSimulator, OsmEngine, SteppedSimulator } from "../pipeline/index.ts";
import { adaptModel, readStandIns } from "./adapt.ts";
import type { ComparedMachine, ExecutedInstruction } from "./compare.ts";
import { comparedMachine, executedOf } from "./compared-machine.ts";
import { drivenSimulator } from "./driven.ts";
import { runsPrograms, withoutSystem } from "./program.ts";
import type { ModelSetup } from "./setup.ts";
import { createTracer } from "./tracer.ts";

export type LoadedModel = { readonly model: MachineModel } | { readonly diagnostics: readonly Diagnostic[] };

/** The machine of a setup. Repeated loads of the same description are quick. */
export function loadSetup(
  setup: Pick<ModelSetup, "adl" | "uadl" | "includes" | "defines" | "configuration">,
): LoadedModel {
  const { model, diagnostics } = loadMachine(setup.uadl, {
    ...(setup.adl === setup.uadl ? {} : { description: setup.adl }),
    ...(setup.configuration === undefined ? {} : { configuration: setup.configuration }),
    importFolders: setup.includes,
    defines: setup.defines,
  });
  const errors = diagnostics.filter((one) => one.severity === "error");
  return model && errors.length === 0 ? { model } : { diagnostics: errors };
}

/** A run's times; position i is the i-th executed instruction, −1 means never. */
export interface Simulated {
  readonly issued: Int32Array;
  readonly completed: Int32Array;
  /** Cycle after the last completion. */
  readonly cycles: number;
  readonly instructions: number;
  /** How much of the pipeline's work was looked up; undefined: none could be. */
  readonly replayed: OsmEngine["replayed"];
  /** What caches and memories were asked for, by name. */
  readonly memory: ReturnType<OsmEngine["memoryCounts"]>;
  /** The program halted; false: the limit of instructions, cycles or time was reached. */
  readonly halted: boolean;
  /** The limit of cycles or time that ended the run, and the instruction that would have been executed next. */
  readonly stopped?: { readonly by: "cycles" | "seconds" | "signal"; readonly address: number };
  readonly core: string;
  readonly machine: ComparedMachine;
  /** Bits of a register or of a register file's elements. */
  readonly widthOf: (register: string) => number;
  /** Present when asked for. */
  readonly trace?: readonly TracedInstruction[];
  /** Registers that are not 0 after the traced instructions, with `trace`. */
  readonly finals?: readonly FinalRegister[];
}

export interface SimulateOptions {
  /** Instructions whose times are kept. */
  readonly timed: number;
  /** Stops after so many instructions. */
  readonly instructions: number;
  /** Ends the run when it takes so many cycles. */
  readonly cycles?: number;
  /** Ends the run when it has taken so long on this machine. */
  readonly seconds?: number;
  /** Asked now and then; true ends the run. */
  readonly stop?: () => boolean;
  /** Keep what every timed instruction did. */
  readonly trace?: boolean;
  /** Called after each instruction. */
  readonly step?: (executed: ExecutedInstruction, machine: ComparedMachine) => void;
  /** Takes the place of the functional model. */
  readonly executes?: SteppedSimulator;
}

/** Cycles that an instruction may take on average before a run counts as stuck. */
const cyclesPerInstruction = 1000;

/** Fails: BW03xx the image does not fit the machine, or the program does what the simulator cannot; BW07xx the pipeline. */
export function simulate(
  described: MachineModel,
  setup: Pick<ModelSetup, "safeMode"> & Partial<Pick<ModelSetup, "parameters" | "deadlockCycles" | "script">>,
  image: DatImage,
  options: SimulateOptions,
): Simulated {
  const model = adaptModel(described, setup.parameters ?? {}, readStandIns());
  const { isa } = model;
  const timed = createTimedCaches(model);
  const programs = runsPrograms(isa);
  const plainImage = (): SteppedSimulator => {
    const made = createModelSimulator(isa, image, {
      cacheOperation: timed.cacheOperation,
      cycleHooks: false,
    });
    return programs ? withoutSystem(made, isa) : made;
  };
  const simulator = options.executes ?? plainImage();
  const machine = comparedMachine(isa, simulator);
  const tracer = options.trace ? createTracer(isa, machine) : undefined;
  let executed = 0;
  const counted = drivenSimulator(simulator, setup.script, () => executed >= options.instructions);
  const plain = createSimulatorOracle(
    counted,
    (name) => name in isa.registerFiles,
    {
      step: () => {
        executed++;
        if (!options.step && !tracer) return;
        const one = executedOf(counted, isa);
        options.step?.(one, machine);
        if (executed <= options.timed) tracer?.note(one);
      },
      ...(options.step || tracer
        ? {}
        : {
            several: {
              left: () => options.instructions - executed,
              executed: (count) => void (executed += count),
            },
          }),
    },
    splitBytesOf(model),
  );
  const [start, end] = rangeOf(image);
  const { oracle, ...memory } = isCached(simulator) ? timed.attach(simulator, plain) : { oracle: plain };
  const engine = createOsmEngine(model, wordsOfSimulator(simulator, start, end), oracle, {
    mode: setup.safeMode ? "safe" : "normal",
    hazards: programs ? "word" : "instruction",
    ...(setup.deadlockCycles === undefined ? {} : { deadlockCycles: setup.deadlockCycles }),
    ...memory,
  });
  engine.record(options.timed);
  const limit = Math.min(options.cycles ?? options.instructions * cyclesPerInstruction, 2 ** 31 - 2);
  const ending = runUntil(engine, limit, options);
  if (isa.machine?.moments.post_sim !== undefined && isModel(simulator)) simulator.cycle("post_sim");
  const { issued, completed } = engine.trace;
  return {
    issued,
    completed,
    cycles: engine.cycles(),
    instructions: executed,
    replayed: engine.replayed,
    memory: engine.memoryCounts(),
    halted: ending === "ended" && simulator.halted(),
    ...(ending === "ended" ? {} : { stopped: { by: ending, address: simulator.pc() } }),
    core: model.name,
    machine,
    widthOf: (name) => isa.registerFiles[name]?.width ?? isa.registers[name]?.width ?? 32,
    ...(tracer
      ? {
          finals: tracer.finals(),
          trace: tracer.instructions.map((one, index) => ({
            ...one,
            ...(issued[index]! >= 0 ? { issue: issued[index]! } : {}),
            ...(completed[index]! >= 0 ? { complete: completed[index]! } : {}),
          })),
        }
      : {}),
  };
}

/** Cycles between two looks at the clock: less than a second on any machine. */
const cyclesBetween = 100_000;

/** Runs to the end, to cycle `limit`, until so many seconds have gone by, or until it is asked to stop. */
function runUntil(
  engine: OsmEngine,
  limit: number,
  { seconds = Infinity, stop }: SimulateOptions,
): "ended" | "cycles" | "seconds" | "signal" {
  if (seconds === Infinity && !stop) return engine.run(limit) ? "ended" : "cycles";
  const end = performance.now() + 1000 * seconds;
  for (let cycle = cyclesBetween; ; cycle += cyclesBetween) {
    if (engine.run(Math.min(cycle, limit))) return "ended";
    if (cycle >= limit) return "cycles";
    if (performance.now() >= end) return "seconds";
    if (stop?.() === true) return "signal";
  }
}

/** Has the hooks of the description: not so what runs programs with an operating system. */
function isModel(
  simulator: SteppedSimulator,
): simulator is SteppedSimulator & { cycle(which: Moment): void } {
  return "cycle" in simulator;
}

function isCached(simulator: SteppedSimulator): simulator is SteppedSimulator & CachedSimulator {
  return "caches" in simulator;
}

/** The addresses between which most of an image's code lies: its longest run of words. */
function rangeOf(image: DatImage): readonly [number, number] {
  const pieces = image.memory
    .filter((piece) => piece.memory === "Mem")
    .map((piece) => [piece.address, piece.address + piece.bytes.length] as const)
    .sort((a, b) => a[0] - b[0]);
  let best: readonly [number, number] = [0, 0];
  let current = best;
  for (const [from, to] of pieces) {
    current =
      from <= current[1] + 4096 && from >= current[0] ? [current[0], Math.max(to, current[1])] : [from, to];
    if (current[1] - current[0] > best[1] - best[0]) best = current;
  }
  return best;
}
