// A simulator that a script drives: exceptions come from outside after so many instructions, and the program counts as
// halted where the script stops it. An exception belongs to the instruction after which it is taken, as in recordings.
import type { ModelSimulator } from "../iss/index.ts";
import type { SteppedSimulator } from "../pipeline/index.ts";
import type { CommandScript } from "./command-script.ts";

/** `over` ends the program, whatever the script says. */
export function drivenSimulator(
  simulator: SteppedSimulator,
  script: CommandScript | undefined,
  over: () => boolean,
): SteppedSimulator {
  if (script === undefined) return limitedSimulator(simulator, over);
  let last = simulator.last;
  let executed = 0;
  let visits = 0;
  const raised = new Set<string>();
  const take = (exception: string): void => {
    if (!("interrupt" in simulator)) return;
    const model = simulator as unknown as ModelSimulator;
    const before = { ...model.last, accesses: [...model.last.accesses] };
    model.interrupt(exception);
    model.step();
    const taken = model.last.exception;
    last = { ...before, next: model.last.next, ...(taken === undefined ? {} : { exception: taken }) };
    // A level stays up until it is cancelled, an edge is gone once it is taken.
    const isLevel =
      model.isa.machine?.exceptions.find((one) => one.name === exception)?.sensitivity === "level";
    if (taken !== undefined && !isLevel) raised.delete(exception);
  };
  const react = (): void => {
    for (const event of script.events) {
      if (event.after !== executed) continue;
      if (event.kind === "raise") raised.add(event.exception);
      else raised.delete(event.exception);
    }
    for (const exception of [...raised]) if (!simulator.halted()) take(exception);
  };
  return {
    pc: () => simulator.pc(),
    halted: () => over() || (script.stop !== undefined && visits >= script.stop.times) || simulator.halted(),
    step: () => {
      simulator.step();
      last = simulator.last;
      executed++;
      if (last.address === script.stop?.address) visits++;
      react();
    },
    get last() {
      return last;
    },
    ...passedOn(simulator),
  };
}

/** Without a script: nothing between the pipeline and each step. */
function limitedSimulator(simulator: SteppedSimulator, over: () => boolean): SteppedSimulator {
  const step = (): void => simulator.step();
  const blocks = "executeBlock" in simulator ? (simulator as unknown as ModelSimulator) : simulator.blocks;
  const common = {
    ...(blocks && { blocks }),
    pc: () => simulator.pc(),
    halted: () => over() || simulator.halted(),
    step,
    ...passedOn(simulator),
  };
  // A model simulator has one object for its last step; others make new ones.
  if ("interrupt" in simulator) return { ...common, last: simulator.last };
  return {
    ...common,
    get last() {
      return simulator.last;
    },
  };
}

function passedOn(simulator: SteppedSimulator) {
  return {
    register: (name: string, index?: number) => simulator.register(name, index),
    readMemory: (address: number, bytes: number) => simulator.readMemory(address, bytes),
    ...(simulator.cycle ? { cycle: (which: "pre_cycle" | "post_cycle") => simulator.cycle!(which) } : {}),
    ...(simulator.instructionAddress
      ? { instructionAddress: (address: number) => simulator.instructionAddress!(address) }
      : {}),
    ...(simulator.lowBits && {
      lowBits: (name: string, index: number | undefined) => simulator.lowBits!(name, index),
    }),
    ...(simulator.view && { view: () => simulator.view!() }),
    ...(simulator.instructionChanges && {
      instructionChanges: (address: number) => simulator.instructionChanges!(address),
    }),
  };
}
