// One engine: the generated code of a machine joined with the program's static code and an oracle. Engines of the same
// machine share the generated text; one engine is reused for many runs with reset().
import { DiagnosticError, InternalError } from "../base/diagnostic.ts";
import type { MachineModel } from "../machine/model.ts";
import { createBusSystem } from "./bus/system.ts";
import { createClassTable } from "./classes.ts";
import type { ResolvedOperand } from "./classes.ts";
import { watchdogCycles } from "./engine-size.ts";
import { engineSource } from "./engine-source.ts";
import { endless } from "./expression.ts";
import { latencyFunction, latencyRange } from "./latency.ts";
import type { LatencyFunction } from "./latency.ts";
import { countedPorts, createLayout } from "./layout.ts";
import type { EngineLayout } from "./layout.ts";
import type { Oracle } from "./oracle.ts";
import { WideRegisters, wideResult } from "./wide-registers.ts";
import { createSignalMeter, signalValues } from "./signals.ts";
import { createStaticDecoder } from "./static-code.ts";
import type { CodeImage, StaticCode } from "./static-code.ts";

/** Issue and completion cycle of the instructions of the path, by position; the first cycle is 1. */
export interface Trace {
  /** Positions below it are recorded. */
  limit: number;
  issued: Int32Array;
  completed: Int32Array;
}

export interface Engine {
  readonly layout: EngineLayout;
  /** Counters as `layout.events` numbers them. */
  readonly counters: Float64Array;
  /** Cycles by cause, as `layout.causes` numbers them. */
  readonly stalls: Float64Array;
  readonly trace: Trace;
  /** Empties the pipeline, clears counters and starts at the oracle's first instruction. */
  reset(): void;
  /** Runs until the path has ended and drained (true), or until `limit` cycles since reset (false). */
  run(limit: number): boolean;
  cycles(): number;
  /** Instructions of the path that have been issued. */
  position(): number;
  /** What is known of the word at an address; undefined outside the code. */
  staticAt(address: number): StaticCode | undefined;
  /** Latencies that depend on operand values: function and, by slot, the register or constant behind it. */
  latencyAt(address: number): SiteLatency | undefined;
}

/** The data-dependent latency of one instruction word. */
export interface SiteLatency {
  readonly latency: LatencyFunction;
  readonly inputs: readonly LatencyInput[];
  /** Latencies it can take, smallest first; the first is the base. */
  readonly options: readonly number[];
}

export type LatencyInput =
  | { readonly kind: "register"; readonly name: string; readonly index: number }
  | { readonly kind: "constant"; readonly value: number };

interface Generated {
  reset(): void;
  run(limit: number): boolean;
  makeStatic(fields: object): object;
  cycles(): number;
  position(): number;
}

const generated = new WeakMap<
  MachineModel,
  { readonly layout: EngineLayout; readonly create: (runtime: object) => Generated }
>();

/** JavaScript text of the engine of a machine; for tests and for reading. */
export function sourceOfEngine(model: MachineModel): string {
  return engineSource(createLayout(withFlags(model)));
}

/** Flags stand among the semaphores. */
function withFlags(model: MachineModel): MachineModel {
  const { pipeline } = model;
  const semaphores = [...pipeline.semaphores, ...pipeline.flags.map(({ name }) => ({ name, count: 1 }))];
  return { ...model, pipeline: { ...pipeline, semaphores } };
}

function generate(model: MachineModel) {
  let known = generated.get(model);
  if (!known) {
    const layout = createLayout(withFlags(model));
    const text = engineSource(layout);
    const create = new Function("rt", text) as (runtime: object) => Generated;
    known = { layout, create };
    generated.set(model, known);
  }
  return known;
}

/** Fails: BW0701 to BW0708 for what the description asks and the engine does not have. */
export function createEngine(model: MachineModel, image: CodeImage, oracle: Oracle): Engine {
  const { layout, create } = generate(model);
  const classes = createClassTable(model.isa, model.pipeline);
  const decoder = createStaticDecoder(model.isa, model.pipeline, classes, layout.units);
  const counters = new Float64Array(layout.events.counters);
  const stalls = new Float64Array(layout.causes.names.length);
  const trace: Trace = { limit: 0, issued: new Int32Array(0), completed: new Int32Array(0) };
  const ports = countedPorts(layout.events);
  const numbers = new Map(model.isa.instructions.map((one, index) => [one, index]));
  const latencies = model.pipeline.classes.map((_, index) => latencyFunction(layout, index));
  const sites = new Map<string, SiteLatency>();

  const siteOf = (code: StaticCode): SiteLatency | undefined => {
    const latency = code.classIndex < 0 ? undefined : latencies[code.classIndex];
    if (!latency) return undefined;
    const inputs = latency.operands.map((name): LatencyInput => {
      const operand = code.operands[layout.operandIndex(code.classIndex, name)]!;
      const register = operand.registers[0];
      return operand.immediate || !register
        ? { kind: "constant", value: operand.fieldValue }
        : { kind: "register", name: register.name, index: register.index };
    });
    const fixed = inputs.map((input) => (input.kind === "constant" ? input.value : undefined));
    const key = `${code.classIndex}:${fixed.join()}`;
    const before = sites.get(key);
    const options = before ? before.options : latencyRange(latency, fixed);
    const site = { latency, inputs, options };
    if (!before) sites.set(key, site);
    return site;
  };

  const toRecord = (code: StaticCode): object => {
    const known = code.classIndex >= 0;
    const operand = (index: number): ResolvedOperand | undefined => code.operands[index];
    const list = Array.from({ length: layout.operands }, (_, index) => operand(index));
    const site = siteOf(code);
    const portCounts = (names: readonly [string, number][], role: number): number[][] =>
      list.map((one, index) =>
        names.map(([name]) => {
          // Reading "all operands" means the sources, writing them the targets.
          if ((index === 0 && role === 1) || (index === 1 && role === 0)) return 0;
          return one?.registers.filter((register) => register.name === name).length ?? 0;
        }),
      );
    return {
      pc: code.address,
      seq: (code.address + 4) >>> 0,
      cls: code.classIndex,
      init: known ? layout.initial[code.classIndex]! : -1,
      attrs: known ? layout.attributesOf[code.classIndex]! : 0,
      target: code.target,
      taken: code.predictedTaken,
      always: code.alwaysTaken,
      accesses: code.accesses,
      bytes: code.instruction?.memory?.bytes ?? 0,
      result: layout.hasSignals ? wideResult(model.power, model.isa, code.instruction, code.word) : undefined,
      number: code.instruction ? numbers.get(code.instruction)! : -1,
      signals: layout.hasSignals
        ? signalValues(model.power.signals ?? [], model.isa, code.instruction, code.word, code.address)
        : [],
      base: site ? site.options[0]! : -1,
      values: site
        ? site.inputs.map((input) =>
            input.kind === "register" ? { name: input.name, index: input.index } : { name: "", index: 0 },
          )
        : [],
      ops: list.map((one) => one?.units.slice() ?? []),
      fields: list.map((one) => one?.fieldValue ?? 0),
      immediate: list.map((one) => one?.immediate ?? true),
      reads: portCounts(ports.reads, 0),
      writes: portCounts(ports.writes, 1),
    };
  };

  const pieces = image.pieces.map((piece) => ({
    address: piece.address,
    end: piece.address + piece.words.length * 4,
    words: piece.words,
    records: new Array<object | undefined>(piece.words.length).fill(undefined),
    codes: new Array<StaticCode | undefined>(piece.words.length).fill(undefined),
  }));
  let recent = pieces[0];
  const pieceAt = (pc: number) => {
    if (recent && pc >= recent.address && pc < recent.end) return recent;
    const found = pieces.find((piece) => pc >= piece.address && pc < piece.end);
    if (found) recent = found;
    return found;
  };
  const staticAt = (pc: number): StaticCode | undefined => {
    const piece = pieceAt(pc);
    if (!piece || (pc & 3) !== 0) return undefined;
    const at = (pc - piece.address) >>> 2;
    return (piece.codes[at] ??= decoder.decode(pc, piece.words[at]!));
  };
  const lookup = (pc: number): object => {
    const piece = pieceAt(pc);
    if (!piece || (pc & 3) !== 0) throw new InternalError(`no code at 0x${pc.toString(16)}`);
    const at = (pc - piece.address) >>> 2;
    return (piece.records[at] ??= engine.makeStatic(toRecord(staticAt(pc)!)));
  };
  const wordsFrom = (pc: number): number => {
    const piece = (pc & 3) === 0 ? pieceAt(pc) : undefined;
    return piece ? (piece.end - pc) >>> 2 : 0;
  };
  const largest = pieces.reduce<(typeof pieces)[number] | undefined>(
    (best, piece) => (best && best.words.length >= piece.words.length ? best : piece),
    undefined,
  );
  const engine: Generated = create({
    K: counters,
    ST: stalls,
    oracle,
    lookup,
    wordsFrom,
    endless,
    bus: createBusSystem(
      model.pipeline,
      new Map([...layout.events.traffic].map(([name, places]) => [name, { ...places, counters }])),
    ),
    signals: createSignalMeter(
      model.power.signals ?? [],
      model.pipeline.stages,
      layout.events,
      counters,
      oracle,
      new WideRegisters(model.isa, oracle),
    ),
    records: largest?.records ?? [],
    codeStart: largest?.address ?? 0,
    codeEnd: largest?.end ?? 0,
    trace,
    fault: (kind: string, instruction: { s: { pc: number; cls: number } } | null) =>
      reportFault(model, kind, instruction, staticAt),
  });
  return {
    layout,
    counters,
    stalls,
    trace,
    reset: engine.reset,
    run: (limit) => {
      const done = engine.run(limit);
      counters[layout.events.cycles] = engine.cycles();
      return done;
    },
    cycles: engine.cycles,
    position: engine.position,
    staticAt,
    latencyAt: (address) => {
      const code = staticAt(address);
      return code ? siteOf(code) : undefined;
    },
  };
}

function reportFault(
  model: MachineModel,
  kind: string,
  instruction: { s: { pc: number; cls: number } } | null,
  staticAt: (pc: number) => StaticCode | undefined,
): never {
  const pc = instruction?.s.pc ?? -1;
  const name = staticAt(pc)?.instruction?.name ?? "unknown word";
  const className = model.pipeline.classes[instruction?.s.cls ?? -1]?.name ?? "none";
  const where = `${name} at 0x${pc.toString(16)} (class ${className})`;
  const messages: Record<string, [string, string]> = {
    full: [`${where} enters a stage that is full`, "test has_space() of the stage before change_state()"],
    state: [`${where} is in a state without action`, "give every state of the class's machine an action"],
    circle: [
      `${where} goes from state to state of one stage without end`,
      "let a state wait for the next cycle",
    ],
    held: [`${where} retires while it still owns target registers`, "write or deallocate its targets"],
    executed: [
      `a flush removes ${where}, which has already executed`,
      "call set_speculative() in the initial state of an instruction that flushes",
    ],
    speculative: [
      `${where} was fetched on the wrong path and retires`,
      "a branch that was predicted wrongly must call taken_flush()",
    ],
    outside: [
      `the program goes to 0x${pc.toString(16)}, outside its code`,
      "the program is damaged or jumps into data",
    ],
    unknown: [`the program executes ${where}, which no instruction class covers`, "add it to a class"],
    stuck: [
      `nothing has retired for ${watchdogCycles} cycles; the oldest instruction is ${where}`,
      "look for an inquiry that can never succeed",
    ],
  };
  const message = messages[kind];
  if (!message) throw new InternalError(`pipeline of ${model.name}: fault ${kind} at ${where}`);
  throw new DiagnosticError([
    {
      code: kind === "unknown" || kind === "outside" ? "BW0710" : kind === "circle" ? "BW0712" : "BW0709",
      severity: "error",
      message: `pipeline of ${model.name}: ${message[0]}`,
      help: message[1],
    },
  ]);
}
