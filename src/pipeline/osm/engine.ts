// An engine of operation state machines: the generated code of a machine joined with a program's words and an oracle.
// Engines of the same machine share the generated text.
import { DiagnosticError } from "../../base/diagnostic.ts";
import { cacheAccess } from "../../iss/cache-array.ts";
import type { CacheArray } from "../../iss/cache-array.ts";
import type { MachineModel, MemoryResource } from "../../machine/model.ts";
import { endless } from "../expression.ts";
import { branchTarget } from "../static-code.ts";
import * as transactions from "../memory/transactions.ts";
import type { LevelCounts } from "../memory/request.ts";
import { createMemorySystem, portConfigurations } from "../memory/system.ts";
import type { MemoryHooks } from "../memory/system.ts";
import { createPredictors } from "../prediction-runtime.ts";
import { osmSource } from "./engine-source.ts";
import { FlatMemory } from "./flat-memory.ts";
import { createOsmLayout } from "./layout.ts";
import type { ExecutionMode, HazardRule, OsmLayout } from "./layout.ts";
import { BlockRuns } from "./block-runs.ts";
import type { Counts, ReplayStatistics } from "./replay.ts";
import { Replayer } from "./replay.ts";
import { RunTable, singleSteps } from "./run.ts";
import type { KnownInstruction, Run } from "./run.ts";
import { noOperand } from "./operands.ts";
import type { OsmOracle } from "./oracle.ts";
import { createWordDecoder } from "./static-code.ts";
import type { WordFacts } from "./static-code.ts";

/** Words of a program. */
export interface CodeWords {
  /** Range of addresses that is looked up fast; others are asked for one by one. */
  readonly start: number;
  readonly end: number;
  /** The 32 bits from an even address on. */
  word(address: number): number;
}

/** Issue and completion time of the instructions of the path, by position; the first cycle is 0. */
export interface OsmTrace {
  /** Positions below it are recorded; 0: nothing is. */
  limit: number;
  issued: Int32Array;
  completed: Int32Array;
}

export interface OsmOptions {
  readonly mode?: ExecutionMode;
  /** Default: "instruction", the manual's. */
  readonly hazards?: HazardRule;
  /** Tag arrays of caches, by name. */
  readonly cacheArray?: (name: string) => CacheArray | undefined;
  readonly hooks?: MemoryHooks;
  /**
   * Cycles without a retirement after which the machine is stuck: an error, or in safe mode the oldest instruction is thrown
   * away. Absent: what the description says.
   */
  readonly deadlockCycles?: number;
  /**
   * Whether what the pipeline did before is looked up when it comes again (default: "when_known", where the oracle has a
   * view). "through_numbers": so that every state goes through its numbers, to test that they are all of it.
   */
  readonly replay?: "never" | "when_known" | "through_numbers";
}

export interface OsmEngine {
  readonly layout: OsmLayout;
  readonly trace: OsmTrace;
  /** Records the times of the first `count` instructions. */
  record(count: number): void;
  reset(): void;
  /** Runs until the program has ended and the pipeline is empty (true), or until cycle `limit` (false). */
  run(limit?: number): boolean;
  /** Time of the last completion, plus one. */
  cycles(): number;
  instructions(): number;
  issued(): number;
  factsAt(address: number): WordFacts;
  /** What each memory and cache was asked for since reset; empty when no memory has queues or caches. */
  memoryCounts(): ReadonlyMap<string, LevelCounts>;
  /** What was looked up; undefined: nothing can be. */
  readonly replayed: ReplayStatistics | undefined;
  /** Text of the generated code. */
  readonly source: string;
}

/** Cycles without a retirement after which a machine counts as stuck when nothing else is said. */
const stuckCycles = 100_000;

interface Generated {
  reset(): void;
  run(limit: number, watched: boolean): number;
  counts(out: Counts): void;
  setCounts(from: Counts): void;
  readonly save: ((out: number[]) => boolean) | null;
  readonly load: ((data: ArrayLike<number>, cycle: number, index: number) => void) | null;
  resultsOf(known: KnownInstruction): readonly number[];
  lookup(address: number): KnownInstruction;
  makeStatic(fields: object): object;
  preemptedFetch(): void;
  cycles(): number;
  issued(): number;
  retired(): number;
}

type Maker = {
  readonly layout: OsmLayout;
  readonly source: string;
  readonly create: (rt: object) => Generated;
};

const makers = new WeakMap<MachineModel, Map<string, Maker>>();

function makerOf(model: MachineModel, mode: ExecutionMode, rule: HazardRule): Maker {
  const known = makers.get(model) ?? new Map<string, Maker>();
  makers.set(model, known);
  const key = `${mode} ${rule}`;
  let maker = known.get(key);
  if (!maker) {
    const layout = createOsmLayout(model, mode, rule);
    const source = osmSource(layout);
    maker = { layout, source, create: new Function("rt", source) as Maker["create"] };
    known.set(key, maker);
  }
  return maker;
}

/** Fails: BW07xx for what the description asks and the engine does not have. */
export function createOsmEngine(
  model: MachineModel,
  code: CodeWords,
  oracle: OsmOracle,
  options: OsmOptions = {},
): OsmEngine {
  const { layout, source, create } = makerOf(
    model,
    options.mode ?? "normal",
    options.hazards ?? "instruction",
  );
  const decode = createWordDecoder(layout);
  const trace: OsmTrace = { limit: 0, issued: new Int32Array(0), completed: new Int32Array(0) };
  const facts = new Map<number, WordFacts>();
  const factsAt = (address: number): WordFacts => {
    let known = facts.get(address);
    if (!known) facts.set(address, (known = decode(address, code.word(address))));
    return known;
  };
  const span = Math.max(0, code.end - code.start);
  const records: (object | undefined)[] = new Array<object | undefined>(Math.min(span >>> 1, 1 << 24));
  const others = new Map<number, object>();
  /** By number; 0 is none. */
  const statics: object[] = [{}];
  const toRecord = (one: WordFacts): object => {
    const known = one.classIndex >= 0;
    const made = engine.makeStatic({
      id: statics.length,
      pc: one.address,
      size: one.bytes,
      word: one.word >>> (32 - 8 * Math.min(4, one.bytes)),
      shift: 32 - 8 * Math.min(4, one.bytes),
      fe: false,
      br: one.instruction?.branch !== undefined,
      cls: one.classIndex,
      init: known ? layout.initial[one.classIndex]! : -1,
      attrs: known ? layout.attributesOf[one.classIndex]! : 0,
      accesses: one.accesses,
      nv: known ? layout.results[one.classIndex]!.length : 0,
      fn: one.functions,
      target: one.instruction ? branchTarget(model.isa, one.instruction, one.word, one.address) : -1,
      operands: Array.from({ length: layout.operands }, (_, at) => one.operands[at] ?? noOperand),
    });
    statics.push(made);
    return made;
  };
  /** The record of an address whose word has changed. */
  const renew = (pc: number, word: number): object => {
    const one = decode(pc, word);
    facts.set(pc, one);
    const made = toRecord(one);
    const at = (pc - code.start) >>> 1;
    if (pc >= code.start && pc < code.end && at < records.length) records[at] = made;
    else others.set(pc, made);
    return made;
  };
  /** What goes through the pipeline in the place of instructions that cannot be fetched. */
  const faultRecord = (pc: number): object => {
    const cls = model.pipeline.classes.findIndex((one) =>
      one.instructions.some(({ instruction }) => instruction === "fetch_exception"),
    );
    return engine.makeStatic({
      id: 0,
      pc,
      size: 0,
      word: 0,
      shift: 0,
      fe: true,
      br: false,
      cls,
      init: layout.initial[cls] ?? -1,
      attrs: layout.attributesOf[cls] ?? 0,
      accesses: 0,
      nv: 0,
      fn: [],
      target: -1,
      operands: Array.from({ length: layout.operands }, () => noOperand),
    });
  };
  const lookup = (pc: number): object => {
    const at = (pc - code.start) >>> 1;
    const isNear = pc >= code.start && pc < code.end && at < records.length;
    const known = isNear ? records[at] : others.get(pc);
    if (known) return known;
    const made = toRecord(factsAt(pc));
    if (isNear) records[at] = made;
    else others.set(pc, made);
    return made;
  };
  const deadlock = options.deadlockCycles ?? model.pipeline.deadlockTimeout;
  const hooks: MemoryHooks = { ...options.hooks, preemptedFetch: () => engine.preemptedFetch() };
  const system = layout.flat
    ? undefined
    : createMemorySystem(model.pipeline, options.cacheArray ?? (() => undefined), hooks);
  const predictors = createPredictors(model, (name, index) => oracle.registerValue(name, index), factsAt);
  let replayer: Replayer | undefined;
  const engine: Generated = create({
    deadlock: deadlock ?? stuckCycles,
    breaks: deadlock !== undefined,
    oracle,
    faults: oracle.fetchFault !== undefined && model.isa.machine?.mmu !== undefined,
    fetchFault: (address: number, bytes: number) =>
      replayer ? replayer.fetchFault(address, bytes) : oracle.fetchFault!(address, bytes),
    nextRun: (known: KnownInstruction) => (replayer ? replayer.nextRun(known) : steps(known)),
    runNumber: (id: number) => replayer?.runNumber(id),
    note: (position: number, cycle: number, completed: boolean) => replayer?.note(position, cycle, completed),
    statics,
    trace,
    endless,
    records,
    codeStart: code.start,
    codeEnd: code.end,
    lookup,
    renew,
    faultRecord,
    words: oracle.word !== undefined,
    fault: (kind: string, at: { s: { pc: number; cls: number } } | null) =>
      reportFault(model, kind, at, factsAt, deadlock ?? stuckCycles),
    registerWords: layout.registerWords,
    T: transactions,
    fetchKind: cacheAccess.CacheIFetch,
    flat: layout.flat
      ? model.pipeline.memories.map((memory, at, all) => flatMemory(memory, at, all.length))
      : [],
    system,
    predictors,
  });
  const steps = singleSteps(oracle, (known) => engine.resultsOf(known), layout.flat);
  const replay = options.replay ?? "when_known";
  const { save, load } = engine;
  if (replay !== "never" && save && load && oracle.view && predictors.every((one) => one.isShort)) {
    const runs = new RunTable();
    const { blocks } = oracle;
    const blockRuns = blocks
      ? new BlockRuns(
          blocks.simulator,
          runs,
          (address) => engine.lookup(address),
          (known) => (known as KnownInstruction & { readonly nv: number }).nv !== 0,
          (known) => engine.resultsOf(known),
        )
      : undefined;
    const execute = (known: KnownInstruction | undefined): Run => {
      const run = blockRuns?.next(blocks!.left());
      if (run) {
        blocks!.executed(run.length);
        return run;
      }
      const at = known ?? engine.lookup(oracle.next!());
      return runs.intern(at.pc, steps(at));
    };
    replayer = new Replayer(
      { ...engine, save, load },
      oracle,
      runs,
      execute,
      trace,
      replay === "through_numbers",
    );
  }
  engine.reset();
  return {
    layout,
    source,
    replayed: replayer?.statistics,
    trace,
    record: (count) => {
      trace.limit = count;
      trace.issued = new Int32Array(count).fill(-1);
      trace.completed = new Int32Array(count).fill(-1);
      replayer?.reset();
    },
    reset: () => {
      replayer?.reset();
      engine.reset();
    },
    run: (limit = Number.POSITIVE_INFINITY) =>
      replayer ? replayer.run(limit) : engine.run(limit, false) === 1,
    cycles: () => engine.cycles(),
    instructions: () => engine.retired(),
    issued: () => engine.issued(),
    factsAt,
    memoryCounts: () => new Map(system?.levels.map((level) => [level.name, { ...level.counts }])),
  };
}

function flatMemory(memory: MemoryResource, index: number, count: number): FlatMemory {
  return new FlatMemory(
    portConfigurations(memory).map((port) => ({
      ...port,
      readLatency: port.readLatency || memory.readLatency,
      writeLatency: port.writeLatency || memory.writeLatency,
    })),
    index,
    count,
  );
}

function reportFault(
  model: MachineModel,
  kind: string,
  at: { s: { pc: number; cls: number } } | null,
  factsAt: (address: number) => WordFacts,
  deadlock: number,
): never {
  const pc = at?.s.pc ?? -1;
  const name = pc < 0 ? "none" : (factsAt(pc).instruction?.name ?? "unknown word");
  const where = `${name} at 0x${pc.toString(16)} (class ${model.pipeline.classes[at?.s.cls ?? -1]?.name ?? "none"})`;
  const messages: Readonly<Record<string, readonly [string, string, string]>> = {
    full: ["BW0709", `${where} enters a stage that is full`, "test has_space() before change_state()"],
    state: ["BW0709", `${where} is in a state without action`, "give every state that is reached an action"],
    circle: ["BW0712", `${where} goes round within one stage`, "let a state wait for the next cycle"],
    speculative: ["BW0709", `${where} was fetched on the wrong path and retires`, "call taken_flush()"],
    path: ["BW0709", `${where} is issued where the program is elsewhere`, "a change of flow was not flushed"],
    unknown: ["BW0710", `the program executes ${where}, which no instruction class covers`, "add it to one"],
    stuck: [
      "BW0709",
      `nothing has retired for ${deadlock} cycles; the oldest instruction is ${where}`,
      "look for an inquiry that can never succeed",
    ],
  };
  const [code, message, help] = messages[kind] ?? ["BW0709", `${kind} at ${where}`, ""];
  throw new DiagnosticError([
    { code, severity: "error", message: `pipeline of ${model.name}: ${message}`, help },
  ]);
}
