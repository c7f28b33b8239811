// Faults of a description: each is a diagnostic that names the instruction, its class and the way out.
import { expect, test } from "vitest";
import type { Statement } from "../../src/machine/action.ts";
import type { InstructionClass, MachineModel } from "../../src/machine/model.ts";
import { DiagnosticError } from "../../src/base/diagnostic.ts";
import { createPathRunner, powerPrices } from "../../src/pipeline/index.ts";
import { act, call, constant, go, small, smallModel, when } from "./small-model.ts";

const base = 0x1000;

/** The small machine with some states of one class replaced. */
function changed(
  className: string,
  action: Record<string, readonly Statement[]>,
  more: Partial<InstructionClass> = {},
): MachineModel {
  const model = smallModel();
  const classes = model.pipeline.classes.map((one) =>
    one.name === className ? { ...one, ...more, action: { ...one.action, ...action } } : one,
  );
  return { ...model, pipeline: { ...model.pipeline, classes } };
}

function faultOf(model: MachineModel, words: readonly number[], path = words.map((_, at) => at)): string[] {
  try {
    const image = { pieces: [{ address: base, words: Uint32Array.from(words) }] };
    createPathRunner(model, image).run(path.map((at) => base + 4 * at));
  } catch (error) {
    if (error instanceof DiagnosticError) {
      return error.diagnostics.map((one) => `${one.code} ${one.message} [${one.help ?? ""}]`);
    }
    throw error;
  }
  return [];
}

const add = small.add(1, 2, 3);

test("entering a full stage", () => {
  const model = changed("simple", { S_INIT: [go("S_ID")], S_EX: [] });
  expect(faultOf(model, [add, add])).toEqual([
    "BW0709 pipeline of small: add at 0x1004 (class simple) enters a stage that is full " +
      "[test has_space() of the stage before change_state()]",
  ]);
});

test("an inquiry that never succeeds", () => {
  const model = changed("simple", { S_EX: [] });
  expect(faultOf(model, [add])).toEqual([
    "BW0709 pipeline of small: nothing has retired for 100000 cycles; the oldest instruction is add at 0x1000 " +
      "(class simple) [look for an inquiry that can never succeed]",
  ]);
});

test("retiring with targets still owned", () => {
  const model = changed("simple", { S_WB: [go("S_INIT")] });
  expect(faultOf(model, [add])).toEqual([
    "BW0709 pipeline of small: add at 0x1000 (class simple) retires while it still owns target registers " +
      "[write or deallocate its targets]",
  ]);
});

test("a wrongly predicted branch that does not flush", () => {
  const model = changed("branch", { S_ID: [when(call("mEX", "has_space"), [go("S_EX")])] });
  expect(faultOf(model, [small.jump(8), add, add], [0, 2])).toEqual([
    "BW0709 pipeline of small: add at 0x1004 (class simple) was fetched on the wrong path and retires " +
      "[a branch that was predicted wrongly must call taken_flush()]",
  ]);
});

test("a flush of what has executed", () => {
  const model = changed("simple", { S_EX: [act(call("", "flush")), go("S_WB")] });
  expect(faultOf(model, [add, add])).toEqual([
    "BW0709 pipeline of small: a flush removes add at 0x1004 (class simple), which has already executed " +
      "[call set_speculative() in the initial state of an instruction that flushes]",
  ]);
});

test("a path that leaves the code", () => {
  expect(faultOf(smallModel(), [small.jump(0x100)], [0, 64])).toEqual([
    "BW0710 pipeline of small: the program goes to 0x1100, outside its code " +
      "[the program is damaged or jumps into data]",
  ]);
});

test("instructions without a class, or in two", () => {
  const model = smallModel();
  const without = model.pipeline.classes.filter((one) => one.name !== "branch");
  expect(faultOf({ ...model, pipeline: { ...model.pipeline, classes: without } }, [add])).toEqual([
    "BW0703 no instruction class covers jump, branch (2 of 5 instructions) " +
      "[add each to a class, or add default_instruction to one]",
  ]);
  const twice = changed(
    "load",
    {},
    {
      instructions: [
        { instruction: "load", constraints: {} },
        { instruction: "add", constraints: {} },
      ],
    },
  );
  expect(faultOf(twice, [add])).toEqual([
    "BW0704 the instruction add is in two classes, simple and load [leave it in one of them]",
  ]);
});

test("names and methods that do not exist", () => {
  expect(faultOf(changed("simple", { S_EX: [act(call("mWB", "shuffle")), go("S_WB")] }), [add])).toEqual([
    "BW0702 instruction class simple, state S_EX: a pipeline stage has no method shuffle []",
  ]);
  expect(faultOf(changed("simple", { S_EX: [go("S_NOWHERE")] }), [add])).toEqual([
    "BW0702 instruction class simple, state S_EX: there is no state S_NOWHERE []",
  ]);
});

test("operand values may decide a latency only", () => {
  const model = changed("divide", {
    S_EX: [
      when({ ...call("A", "value"), type: { width: 32, signed: false } }, [
        act(call("", "set_latency", constant(3))),
      ]),
      go("S_EXp"),
    ],
  });
  expect(faultOf(model, [add])).toEqual([
    "BW0708 instruction class divide: operand values may decide a latency only, in one set_latency " +
      "[pass value() to a helper function that returns the latency]",
  ]);
});

test("an operating point that is none", () => {
  expect(() => powerPrices(smallModel().power, { voltage: 0 })).toThrow(/BW0711/);
});

test("code that loops without end", () => {
  const model = smallModel();
  const forever: Statement = { kind: "while", test: constant(1), body: [] };
  const steps = { ...model.pipeline.helpers["steps"]!, body: [forever] };
  const looping = { ...model, pipeline: { ...model.pipeline, helpers: { steps } } };
  expect(faultOf(looping, [small.divide(1, 2, 3)])).toEqual([
    "BW0712 a loop in microarchitecture code does not end [it went round 100000 times]",
  ]);
  const circle = changed("divide", { S_EX: [go("S_EXp")], S_EXp: [go("S_EX")] });
  expect(faultOf(circle, [small.divide(1, 2, 3)])).toEqual([
    "BW0712 pipeline of small: divide at 0x1000 (class divide) goes from state to state of one stage without end " +
      "[let a state wait for the next cycle]",
  ]);
});
