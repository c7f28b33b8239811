// Which back edges the hardware loop counter tells: of loops of several nodes that nothing else ends.
import { expect, test } from "vitest";
import { knownTurns } from "../../../src/annotate/loops/loop-turns.ts";
import { identityPlan } from "../../../src/annotate/plan.ts";
import { readModule } from "../../../src/bitcode/index.ts";
import { llvm } from "../../bitcode/llvm.ts";

/** Names of the loops' headers and of the blocks that their back edges leave. */
function known(blocks: string): [string | null, string | null][] {
  const text = `declare i1 @llvm.loop.decrement.i32(i32)
    define void @f(i1 %a, i1 %b) { entry: br label %head
    ${blocks}
    end: ret void }`;
  const fn = readModule(llvm("llvm-as", ["-", "-o", "-"], text)).functions.find(({ name }) => name === "f");
  if (fn === undefined) throw new Error("the text has no function f");
  const plan = identityPlan(fn);
  const name = (node: number | undefined): string | null => fn.blocks[node ?? -1]?.name ?? null;
  return [...knownTurns(fn, plan)].map(([header, edge]) => [name(header), name(plan.edges[edge]?.from)]);
}

const LATCH = `latch: %more = call i1 @llvm.loop.decrement.i32(i32 1)
  br i1 %more, label %head, label %end`;

test("a loop with a choice in it, ended by the counter", () => {
  expect(
    known(`head: br i1 %a, label %one, label %latch
      one: br label %latch
      ${LATCH}`),
  ).toEqual([["head", "latch"]]);
});

test("not where it is left elsewhere, goes round elsewhere, or has a loop in it", () => {
  expect(
    known(`head: br i1 %a, label %end, label %latch
      ${LATCH}`),
  ).toEqual([]);
  expect(
    known(`head: br i1 %a, label %one, label %latch
      one: br i1 %b, label %head, label %latch
      ${LATCH}`),
  ).toEqual([]);
  expect(
    known(`head: br label %one
      one: br i1 %b, label %one, label %latch
      ${LATCH}`),
  ).toEqual([]);
});

test("not where the counter's turn ends without a next one where it should go on", () => {
  expect(
    known(`head: br i1 %a, label %one, label %latch
      one: br label %latch
      latch: %more = call i1 @llvm.loop.decrement.i32(i32 1)
      br i1 %more, label %end, label %head`),
  ).toEqual([]);
});
