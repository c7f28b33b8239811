// Numbers for everything that the generated engine names: states, stages, operands, paths, memories, attributes.
import { InternalError, fail } from "../base/diagnostic.ts";
import type { Expression } from "../machine/action.ts";
import type { MachineModel, MemoryPort, StateMachine } from "../machine/model.ts";
import { operandNames } from "./classes.ts";
import { createEventTable } from "./events.ts";
import type { EventTable } from "./events.ts";
import { numberHazardUnits } from "./hazards.ts";
import type { HazardUnits } from "./hazards.ts";
import { allBindings } from "./classes.ts";
import { forEachMethodCall, valuesTaken } from "./method-calls.ts";
import { createCauseTable } from "./stalls.ts";
import type { CauseTable } from "./stalls.ts";

export interface MemoryPortLayout {
  readonly name: string;
  /** Number among the memories and then the caches of the pipeline, and number of the port, in order of names. */
  readonly resource: number;
  readonly port: number;
  readonly readLatency: number;
  readonly writeLatency: number;
  readonly addressBandwidth: number;
  readonly dataBandwidth: number;
  readonly maxRequests: number;
  readonly readCounter: number;
  /** Bytes that one transfer moves at most. */
  readonly rowBytes: number;
  readonly writeCounter: number;
}

export interface StateCode {
  readonly classIndex: number;
  readonly state: string;
  /** Stage index; -1: the issue stage. */
  readonly stage: number;
}

export interface EngineLayout {
  readonly model: MachineModel;
  readonly units: HazardUnits;
  readonly events: EventTable;
  readonly causes: CauseTable;
  /** All (class, state) pairs that have code; their position is the state's code. */
  readonly codes: readonly StateCode[];
  /** Code of the initial state of each class. */
  readonly initial: readonly number[];
  /** Most operands that a class has. */
  readonly operands: number;
  readonly values: number;
  readonly attributesOf: readonly number[];
  readonly memories: readonly MemoryPortLayout[];
  operandIndex(classIndex: number, name: string): number;
  /** Slot of an operand whose value() the class takes. */
  valueSlot(classIndex: number, name: string): number;
  /** Operands, by slot, whose value() the class takes. */
  valueOperands(classIndex: number): readonly string[];
  stageIndex(name: string): number;
  stageSize(stage: number): number;
  isRigid(stage: number): boolean;
  stageOfState(classIndex: number, state: string): number;
  /** -2 for the initial state: the instruction leaves the pipeline. */
  stateCode(classIndex: number, state: string): number | undefined;
  semaphoreIndex(name: string): number;
  semaphoreCount(index: number): number;
  isFlag(semaphore: number): boolean;
  memoryIndex(name: string): number;
  memory(index: number): MemoryPortLayout;
  pathIndex(name: string): number;
  isPredictor(name: string): boolean;
  /** Whether there are caches on buses. */
  readonly hasBus: boolean;
  /** Whether energy events count changing bits. */
  readonly hasSignals: boolean;
  /** Text that puts an instruction's values on the signals of a stage. */
  signalsAt(stage: number): string;
  isRegister(name: string): boolean;
  /** Name of a constant array of a register's units. */
  registerUnits(name: string, mask: number): string;
  /** Constant arrays asked for so far: name → units. */
  readonly constants: ReadonlyMap<string, readonly number[]>;
  attributeMask(name: string): number;
  classNumber(name: string): number;
  /** Name of the inquiry function for a set of forwarding paths. */
  forwardReader(paths: readonly number[]): string;
  /** Name of the function that looks for a recorded operand on forwarding paths. */
  availableReader(paths: readonly number[]): string;
  readonly forwardReaders: ReadonlyMap<string, readonly number[]>;
  /** Text that counts register-file reads and writes of an operand. */
  countReads(operand: number): string;
  countWrites(operand: number): string;
  usesValues(expression: Expression): boolean;
}

/** Register files or registers whose ports are counted, in a fixed order. */
export function countedPorts(events: EventTable): {
  readonly reads: readonly [string, number][];
  readonly writes: readonly [string, number][];
} {
  return { reads: [...events.reads], writes: [...events.writes] };
}

export function createLayout(model: MachineModel): EngineLayout {
  const { pipeline, isa } = model;
  const events = createEventTable(model);
  const units = numberHazardUnits(isa, allBindings(pipeline));
  const causes = createCauseTable(pipeline);
  const machines = new Map(pipeline.machines.map((machine) => [machine.name, machine]));
  const machineOf = (classIndex: number): StateMachine => {
    const one = pipeline.classes[classIndex]!;
    const machine = machines.get(one.machine) ?? pipeline.machines[0];
    if (!machine) throw new InternalError(`class ${one.name} has no machine`);
    return machine;
  };
  const stageNumbers = new Map(pipeline.stages.map((stage, index) => [stage.name, index]));
  const stageOfState = (classIndex: number, state: string): number => {
    const machine = machineOf(classIndex);
    const stage = machine.stageOf[state];
    if (state === machine.initialState || stage === undefined) return -1;
    const index = stageNumbers.get(stage);
    if (index === undefined) throw new InternalError(`state ${state} maps to an unknown stage ${stage}`);
    return index;
  };
  const codes: StateCode[] = [];
  const codeOf = pipeline.classes.map(() => new Map<string, number>());
  pipeline.classes.forEach((one, classIndex) => {
    for (const state of Object.keys(one.action)) {
      codeOf[classIndex]!.set(state, codes.length);
      codes.push({ classIndex, state, stage: stageOfState(classIndex, state) });
    }
  });
  const initial = pipeline.classes.map((one, classIndex) => {
    const code = codeOf[classIndex]!.get(machineOf(classIndex).initialState);
    if (code === undefined) {
      fail("BW0707", `instruction class ${one.name} has no action for its initial state`);
    }
    return code;
  });
  const operandTables = pipeline.classes.map((one) => operandNames(one));
  const operands = Math.max(2, ...operandTables.map((names) => names.length));
  if (operands > 30 || pipeline.semaphores.length > 30) {
    fail("BW0707", "an instruction class has more than 28 operands, or there are more than 30 semaphores");
  }
  const values = operandTables.map((names, classIndex) =>
    valuesTaken(pipeline.classes[classIndex]!.action, names),
  );
  const attributes = new Map<string, number>();
  for (const one of pipeline.classes) {
    for (const name of one.attributes) {
      if (!attributes.has(name)) attributes.set(name, 1 << attributes.size);
    }
  }
  if (attributes.size > 31) fail("BW0707", "more than 31 attributes of instruction classes");
  const memories: MemoryPortLayout[] = [];
  [...pipeline.memories, ...pipeline.caches].forEach((memory, resource) => {
    const latencies =
      "readLatency" in memory
        ? [memory.readLatency, memory.writeLatency]
        : [memory.numbers.read_hit_latency, memory.numbers.write_hit_latency];
    const [readLatency = 0, writeLatency = 0] = latencies;
    const whole = { ...memory, readLatency, writeLatency };
    const ports = [...memory.ports].sort((x, y) => (x.name < y.name ? -1 : 1));
    const add = (name: string, port: number, of: typeof whole | MemoryPort): void => {
      memories.push({
        name,
        resource,
        port,
        readLatency: of.readLatency > 0 ? of.readLatency : readLatency,
        writeLatency: of.writeLatency > 0 ? of.writeLatency : writeLatency,
        addressBandwidth: of.addressBandwidth,
        dataBandwidth: of.dataBandwidth,
        maxRequests: of.maxRequests,
        readCounter: events.memoryReads.get(name)!,
        rowBytes: memory.dataWidth / 8,
        writeCounter: events.memoryWrites.get(name)!,
      });
    };
    add(memory.name, 0, whole);
    ports.forEach((port, index) => add(`${memory.name}.${port.name}`, index, port));
  });
  const constants = new Map<string, readonly number[]>();
  const forwardReaders = new Map<string, readonly number[]>();
  const hasSignals = events.toggles.size > 0 || events.products.length > 0;
  const ports = countedPorts(events);
  const count = (list: readonly [string, number][], prefix: string, operand: number): string =>
    list.length === 0
      ? "0"
      : `(${list.map(([, counter], at) => `K[${counter}] += ins.s.${prefix}${operand}_${at}`).join(", ")})`;
  const predictors = new Set(pipeline.branchPredictors.map((predictor) => predictor.name));
  return {
    model,
    units,
    events,
    causes,
    codes,
    initial,
    operands,
    values: Math.max(1, ...values.map((list) => list.length)),
    attributesOf: pipeline.classes.map((one) =>
      one.attributes.reduce((mask, name) => mask | attributes.get(name)!, 0),
    ),
    memories,
    operandIndex: (classIndex, name) => operandTables[classIndex]!.indexOf(name),
    valueSlot: (classIndex, name) => values[classIndex]!.indexOf(name),
    valueOperands: (classIndex) => values[classIndex]!,
    stageIndex: (name) => stageNumbers.get(name) ?? -1,
    stageSize: (stage) => (stage < 0 ? 1 : pipeline.stages[stage]!.size),
    isRigid: (stage) => pipeline.stages[stage]!.rigid,
    stageOfState,
    stateCode: (classIndex, state) =>
      state === machineOf(classIndex).initialState ? -2 : codeOf[classIndex]!.get(state),
    semaphoreIndex: (name) => pipeline.semaphores.findIndex((semaphore) => semaphore.name === name),
    isFlag: (index) => pipeline.flags.some((flag) => flag.name === pipeline.semaphores[index]!.name),
    semaphoreCount: (index) => pipeline.semaphores[index]!.count,
    memoryIndex: (name) => memories.findIndex((memory) => memory.name === name),
    memory: (index) => memories[index]!,
    pathIndex: (name) => pipeline.forwardingPaths.findIndex((path) => path.name === name),
    isPredictor: (name) => predictors.has(name),
    hasBus: pipeline.buses.length > 0,
    hasSignals,
    signalsAt: (stage) => {
      const name = pipeline.stages[stage]!.name;
      const signals = (model.power.signals ?? []).some((one) => one.stage === name);
      const change = events.changes[stage]!;
      return (
        (hasSignals && signals ? `signals.enter(${stage}, ins.carried);` : "") +
        (change === -1
          ? ""
          : ` if (ins.s.number !== last_${stage}) { last_${stage} = ins.s.number; K[${change}]++; }`)
      );
    },
    isRegister: (name) => name in isa.registers || name in isa.registerFiles,
    registerUnits: (name, mask) => {
      const file = isa.registerFiles[name];
      const wanted = file
        ? Array.from({ length: file.size }, (_, index) => units.of(name, index, mask)).flat()
        : units.of(name, 0, mask);
      for (const [known, list] of constants) if (list.join() === wanted.join()) return known;
      const constant = `units_${constants.size}`;
      constants.set(constant, wanted);
      return constant;
    },
    constants,
    attributeMask: (name) => attributes.get(name) ?? 0,
    classNumber: (name) => pipeline.classes.findIndex((one) => `${one.name}_class` === name),
    forwardReader: (paths) => {
      const name = `canReadForward_${paths.join("_")}`;
      forwardReaders.set(name, paths);
      return name;
    },
    availableReader: (paths) => {
      const name = `available_${paths.join("_")}`;
      forwardReaders.set(name, paths);
      return name;
    },
    forwardReaders,
    countReads: (operand) => count(ports.reads, "r", operand),
    countWrites: (operand) => count(ports.writes, "w", operand),
    usesValues: (expression) => {
      let found = false;
      forEachMethodCall(expression, ({ method }) => {
        if (method === "value") found = true;
      });
      return found;
    },
  };
}
