// Which induction variables are computed from another: with calls in the loop all that step alike, without calls those that start
// at constants.
import { expect, test } from "vitest";
import { derivedInductions } from "../../../src/annotate/loops/derived-inductions.ts";
import { readModule } from "../../../src/bitcode/index.ts";
import { llvm } from "../../bitcode/llvm.ts";

/** `name = [start +] leader * ratio + constant`, for all derived values of a loop of two blocks with something done in it. */
function derived(done: string): string[] {
  const text = `declare void @g()
    define void @f(i32 %n, ptr %p) {
    entry: br label %head
    head:
      %turn = phi i32 [ 2, %entry ], [ %turn.next, %latch ]
      %from7 = phi i32 [ 7, %entry ], [ %from7.next, %latch ]
      %down = phi i32 [ -3, %entry ], [ %down.next, %latch ]
      %odd = phi i32 [ 0, %entry ], [ %odd.next, %latch ]
      %at = phi ptr [ %p, %entry ], [ %at.next, %latch ]
      %turn.next = add i32 %turn, 1
      %from7.next = add i32 %from7, 8
      %down.next = add i32 %down, -1
      %odd.next = add i32 %odd, 5
      %at.next = getelementptr i8, ptr %at, i32 4
      br label %latch
    latch:
      ${done}
      %more = icmp ne i32 %turn.next, %n
      br i1 %more, label %head, label %end
    end: ret void }`;
  const fn = readModule(llvm("llvm-as", ["-", "-o", "-"], text)).functions.find(({ name }) => name === "f");
  if (fn === undefined) throw new Error("the text has no function f");
  const names = new Map(
    fn.blocks.flatMap(({ instructions }) => instructions.map((inst) => [inst.slot, inst.name])),
  );
  return [...derivedInductions(fn)].map(([slot, { start, leader, ratio, constant }]) => {
    const from = start === null ? "" : "start + ";
    return `${names.get(slot) ?? "?"} = ${from}${leader.name ?? "?"} * ${ratio} + ${constant}`;
  });
}

const FROM_CONSTANTS = [
  "from7 = turn * 8 + -9",
  "from7.next = turn * 8 + -1",
  "down = turn * -1 + -1",
  "down.next = turn * -1 + -2",
];

test("from constants, in a loop without calls", () => {
  expect(derived("")).toEqual(FROM_CONSTANTS);
});

test("from anything, in a loop with a call", () => {
  expect(derived("call void @g()")).toEqual([
    ...FROM_CONSTANTS,
    "at = start + turn * 4 + -8",
    "at.next = start + turn * 4 + -4",
  ]);
});
