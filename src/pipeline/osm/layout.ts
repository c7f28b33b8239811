// Numbers for everything that the generated code of a machine of operation state machines names, and the choices that
// follow from the description as a whole.
import { fail, InternalError } from "../../base/diagnostic.ts";
import type { InstructionClass, MachineModel, MemoryInterface, StateMachine } from "../../machine/model.ts";
import { allBindings } from "../classes.ts";
import { numberHazardUnits } from "../hazards.ts";
import type { HazardUnits } from "../hazards.ts";
import type { Expression } from "../../machine/action.ts";
import { operandNames } from "./operands.ts";
import type { OperandWord } from "./operands.ts";
import { numberRegisters } from "./registers.ts";
import type { RegisterNumbers } from "./registers.ts";
import { unitNumbers } from "./word-hazards.ts";
import { valueExpressions } from "./value-expressions.ts";
import { stageOfState, stageOrder, statesBefore } from "./schedule.ts";

/** Two ways to see when an instruction executes: with its exec() in the pipeline, or as a whole when it is issued. */
export type ExecutionMode = "normal" | "safe";

/**
 * What instructions wait for: the registers that the instruction names, by the manual's rule; or the parts of registers that
 * its word uses.
 */
export type HazardRule = "instruction" | "word";

export interface StateCode {
  readonly classIndex: number;
  readonly state: string;
  /** Stage index; −1: the initial state. */
  readonly stage: number;
}

/** A memory or cache, or a port of one, under the name that code uses. */
export interface MemoryName {
  readonly name: string;
  /** Index into memories, then caches. */
  readonly level: number;
  readonly port: number;
}

export interface OsmLayout {
  readonly model: MachineModel;
  readonly mode: ExecutionMode;
  readonly registers: RegisterNumbers;
  /** Present by the rule "word". */
  readonly units: HazardUnits | undefined;
  readonly codes: readonly StateCode[];
  /** Code of the initial state of each class. */
  readonly initial: readonly number[];
  /** Stages in the order in which they act. */
  readonly order: readonly number[];
  /** The stage that instructions are issued from; −1: they are issued as they come from the fetch unit. */
  readonly issueStage: number;
  /** The stage that must have room before an instruction is taken from the fetch unit. */
  readonly entryStage: number;
  readonly hasShared: boolean;
  /** Memories need queues of numbers only. */
  readonly flat: boolean;
  readonly memories: readonly MemoryName[];
  readonly operandTables: readonly (readonly string[])[];
  readonly operands: number;
  /** By class: what its code makes of its operands' values. */
  readonly results: readonly (readonly Expression[])[];
  /** Of the class with the most. */
  readonly mostResults: number;
  readonly attributesOf: readonly number[];
  readonly minInstructionBytes: number;
  readonly maxInstructionBytes: number;
  machineOf(classIndex: number): StateMachine;
  /** −2 for the initial state; undefined when the class has no code for it. */
  codeOf(classIndex: number, state: string): number | undefined;
  stageIndex(name: string): number;
  memoryNamed(name: string): MemoryName | undefined;
  attributeMask(name: string): number;
  statesBefore(classIndex: number, state: string): readonly string[];
  /** Words of registers that code names itself: their position is their number. */
  readonly registerWords: OperandWord[];
  /** Names of inquiry functions made so far, with their forwarding paths. */
  readonly pathReaders: Map<string, readonly number[]>;
}

export function createOsmLayout(model: MachineModel, mode: ExecutionMode, rule: HazardRule): OsmLayout {
  const { pipeline, isa } = model;
  if (pipeline.buses.length > 0) {
    fail(
      "BW0714",
      `the pipeline of ${model.name} has caches on a bus, which this engine does not have`,
      "blockwatt reference runs whole programs on it",
    );
  }
  const sorted = pipeline.stages.find(({ scheduler }) => scheduler === "in_order");
  if (sorted !== undefined) {
    fail(
      "BW0714",
      `the stage ${sorted.name} of ${model.name} puts instructions in order, which this engine does not`,
      "blockwatt reference runs whole programs on it",
    );
  }
  const units = rule === "word" ? numberHazardUnits(isa, allBindings(pipeline)) : undefined;
  const machines = new Map(pipeline.machines.map((machine) => [machine.name, machine]));
  const machineFor = (one: InstructionClass): StateMachine => {
    const machine = machines.get(one.machine) ?? pipeline.machines[0];
    if (!machine) throw new InternalError(`class ${one.name} has no machine`);
    return machine;
  };
  const stageNumbers = new Map(pipeline.stages.map((stage, index) => [stage.name, index]));
  const codes: StateCode[] = [];
  const codeTables = pipeline.classes.map((one, classIndex) => {
    const table = new Map<string, number>();
    const machine = machineFor(one);
    for (const state of Object.keys(one.action)) {
      const stage = stageOfState(one, machine, state);
      table.set(state, codes.length);
      codes.push({ classIndex, state, stage: stage === undefined ? -1 : (stageNumbers.get(stage) ?? -1) });
    }
    return table;
  });
  const initial = pipeline.classes.map((one, index) => {
    const code = codeTables[index]!.get(machineFor(one).initialState);
    return code ?? fail("BW0707", `instruction class ${one.name} has no action for its initial state`);
  });
  const order = stageOrder(pipeline, machineFor, rule === "word");
  const issueStage = pipeline.stages.findIndex((stage) => stage.issue);
  const attributes = new Map<string, number>();
  for (const one of pipeline.classes) {
    for (const name of one.attributes) if (!attributes.has(name)) attributes.set(name, 1 << attributes.size);
  }
  if (attributes.size > 31) fail("BW0707", "more than 31 attributes of instruction classes");
  const levels: readonly MemoryInterface[] = [...pipeline.memories, ...pipeline.caches];
  const memories = levels.flatMap((one, level): MemoryName[] => {
    const ports = [...one.ports].sort((a, b) => (a.name < b.name ? -1 : 1));
    return [
      { name: one.name, level, port: 0 },
      ...ports.map((port, at) => ({ name: `${one.name}.${port.name}`, level, port: at })),
    ];
  });
  const operandTables = pipeline.classes.map(operandNames);
  const results = pipeline.classes.map((one, index) =>
    valueExpressions(one, operandTables[index]!, pipeline),
  );
  const before = pipeline.classes.map((one) => statesBefore(one, machineFor(one)));
  const widths = isa.instructions.map((one) => (one.width ?? 32) / 8);
  return {
    model,
    mode,
    registers: units ? unitNumbers(isa, units) : numberRegisters(isa, pipeline),
    units,
    codes,
    initial,
    order,
    issueStage,
    entryStage: issueStage >= 0 ? issueStage : (order.at(-1) ?? -1),
    hasShared: pipeline.stages.some((stage) => stage.shared),
    flat: pipeline.caches.length === 0 && !pipeline.memories.some((memory) => memory.preemptive),
    memories,
    operandTables,
    operands: Math.max(2, ...operandTables.map((names) => names.length)),
    results,
    mostResults: Math.max(0, ...results.map((list) => list.length)),
    attributesOf: pipeline.classes.map((one) =>
      one.attributes.reduce((mask, name) => mask | attributes.get(name)!, 0),
    ),
    minInstructionBytes: Math.min(4, ...widths),
    maxInstructionBytes: Math.max(...widths),
    machineOf: (classIndex) => machineFor(pipeline.classes[classIndex]!),
    codeOf: (classIndex, state) =>
      state === machineFor(pipeline.classes[classIndex]!).initialState
        ? -2
        : codeTables[classIndex]!.get(state),
    stageIndex: (name) => stageNumbers.get(name) ?? -1,
    memoryNamed: (name) => memories.find((one) => one.name === name),
    attributeMask: (name) => attributes.get(name) ?? 0,
    statesBefore: (classIndex, state) => [...(before[classIndex]!.get(state) ?? [])],
    registerWords: [],
    pathReaders: new Map(),
  };
}
