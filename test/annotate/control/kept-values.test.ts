// Which choices are of values that a loop keeps, by a condition that reads memory through them.
import { expect, test } from "vitest";
import { isKept } from "../../../src/annotate/control/kept-values.ts";
import { readModule, type Instruction } from "../../../src/bitcode/index.ts";
import { llvm } from "../../bitcode/llvm.ts";

/** Are the values that `%chosen` selects kept? `body` stands in a loop with the phis `%best` and `%i`. */
function kept(body: string, next: string): boolean {
  const text = `define ptr @f(ptr %first, ptr %other, i32 %n) {
  entry: br label %turn
  turn:
    %i = phi i32 [ 0, %entry ], [ %more, %turn ]
    %best = phi ptr [ %first, %entry ], [ ${next}, %turn ]
    %place = getelementptr i32, ptr %other, i32 %i
    ${body}
    %more = add i32 %i, 1
    %done = icmp eq i32 %more, %n
    br i1 %done, label %end, label %turn
  end: ret ptr ${next} }`;
  const [fn] = readModule(llvm("llvm-as", ["-", "-o", "-"], text)).functions;
  const selects = (fn?.blocks ?? []).flatMap(({ instructions }) =>
    instructions.filter((inst): inst is Extract<Instruction, { op: "select" }> => inst.op === "select"),
  );
  const chosen = selects[0];
  if (chosen === undefined) throw new Error("nothing is chosen");
  return isKept(chosen, [chosen.ifTrue, chosen.ifFalse], chosen.condition);
}

const LOADS = "%x = load i32, ptr %place %y = load i32, ptr %best".replace(" %y", "\n %y");
const CHOICE = "%chosen = select i1 %less, ptr %place, ptr %best";

test("the place of the least value so far is kept", () => {
  expect(kept(`${LOADS}\n %less = icmp slt i32 %x, %y\n ${CHOICE}`, "%chosen")).toBe(true);
});

test("a choice by what is not read through the value is not", () => {
  expect(kept(`%x = load i32, ptr %place\n %less = icmp slt i32 %x, 0\n ${CHOICE}`, "%chosen")).toBe(false);
  expect(kept(`%less = icmp ult ptr %place, %best\n ${CHOICE}`, "%chosen")).toBe(false);
});

test("a value that the next turn does not see is not", () => {
  expect(kept(`${LOADS}\n %less = icmp slt i32 %x, %y\n ${CHOICE}`, "%place")).toBe(false);
});
