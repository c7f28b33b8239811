// Which branches around nothing become selections: rows of them, with equal and opposite conditions, copied by the back end, up to
// a return or to the first that must stay a branch; and that a path's number tells every edge that was taken.
import { expect, test } from "vitest";
import {
  flatRegions,
  type FlatLimits,
  type FlatRegion,
} from "../../../src/annotate/control/flat-branches.ts";
import { identityPlan, type FunctionPlan, type PlanEdge } from "../../../src/annotate/plan.ts";
import { readModule, type GlobalFunction } from "../../../src/bitcode/index.ts";
import { llvm } from "../../bitcode/llvm.ts";

/** The function of an IR text. */
function functionOf(body: string): GlobalFunction {
  const text = `define i32 @f(i32 %a, i32 %b, ptr %p) {\n${body}\n}\ndeclare i32 @g()\n`;
  const fn = readModule(llvm("llvm-as", ["-", "-o", "-"], text)).functions.find(({ name }) => name === "f");
  if (fn === undefined) throw new Error("the text has no function f");
  return fn;
}

/** A row of choices, one a line: `name` is the block where it is made, `condition` the comparison, the next line's name the join. */
function row(choices: readonly (readonly [name: string, condition: string])[], end: string): string {
  const names = [...choices.map(([name]) => name), "end"];
  const blocks = choices.map(([name, condition], i) => {
    const before =
      i === 0 ? "" : `  %v${i} = phi i32 [ %a, %${names[i - 1]} ], [ 7, %${names[i - 1]}.arm ]\n`;
    const branch = `  %c${i} = ${condition}\n  br i1 %c${i}, label %${names[i + 1]}, label %${name}.arm\n`;
    return `${name}:\n${before}${branch}${name}.arm:\n  br label %${names[i + 1]}\n`;
  });
  const last = names.at(-2) ?? "";
  return `${blocks.join("")}end:\n  %v = phi i32 [ %b, %${last} ], [ 1, %${last}.arm ]\n${end}`;
}

const anything: FlatLimits = { mayPass: () => true, isSame: () => true, isSelectable: () => true };

function regionsOf(fn: GlobalFunction, plan: FunctionPlan, limits: FlatLimits = anything): FlatRegion[] {
  const order = plan.nodes.map((_, node) => node);
  return [...flatRegions(fn, plan, order, limits).values()];
}

/** What a region is, by names of blocks. */
function summary(fn: GlobalFunction, plan: FunctionPlan, region: FlatRegion): object {
  const name = (node: number): string => `${fn.blocks[plan.nodes[node]?.irBlock ?? -1]?.name ?? "?"}#${node}`;
  return {
    head: name(region.head),
    end: region.end === null ? "returns" : name(region.end),
    bits: region.bits,
    choices: region.steps.map(({ choice }) => choice && `${choice.inverted ? "not " : ""}${choice.bit}`),
    inner: region.inner.map(name),
  };
}

/** The plan edges of one path, found by walking along the conditions; the last node, too. */
function walked(plan: FunctionPlan, region: FlatRegion, path: number): { edges: Set<number>; node: number } {
  const edges = new Set<number>();
  let node = region.head;
  const follow = (successor: number): void => {
    const at = plan.edges.findIndex(
      ({ from, successors }) => from === node && successors.includes(successor),
    );
    edges.add(at);
    node = plan.edges[at]?.to ?? -1;
  };
  for (const { choice, to } of region.steps) {
    const bit = choice === null ? 0 : (path >> (region.bits - 1 - choice.bit)) & 1;
    follow(choice === null ? 0 : Number(bit === Number(choice.inverted)));
    if (plan.nodes[node]?.irBlock !== to) follow(0);
  }
  return { edges, node };
}

function checkPaths(plan: FunctionPlan, region: FlatRegion): void {
  for (let path = 0; path < 1 << region.bits; path += 1) {
    const { edges, node } = walked(plan, region, path);
    const told = [...region.edges].filter(([, paths]) => paths.includes(path)).map(([edge]) => edge);
    expect(new Set(told)).toEqual(edges);
    if (region.end !== null) expect(node).toBe(region.end);
    else
      expect([...region.returns].filter(([, paths]) => paths.includes(path))).toEqual([
        [node, expect.anything()],
      ]);
  }
}

const LESS = "icmp slt i32 %a, %b";
const NOT_LESS = "icmp sge i32 %a, %b";
const ODD = "trunc i32 %a to i1";

test("a row of choices is one region, equal and opposite conditions are one bit", () => {
  const fn = functionOf(
    row(
      [
        ["one", LESS],
        ["two", ODD],
        ["three", LESS],
        ["four", NOT_LESS],
      ],
      "  ret i32 %v",
    ),
  );
  const plan = identityPlan(fn);
  const regions = regionsOf(fn, plan);
  expect(regions.map((region) => summary(fn, plan, region))).toEqual([
    {
      head: "one#0",
      end: "end#8",
      bits: 2,
      choices: ["0", "1", "0", "not 0"],
      inner: ["one.arm#1", "two#2", "two.arm#3", "three#4", "three.arm#5", "four#6", "four.arm#7"],
    },
  ]);
  for (const region of regions) checkPaths(plan, region);
});

test("a block that calls, a choice that is none of values, and more than eight conditions end a region", () => {
  const many = Array.from({ length: 10 }, (_, i) => [`b${i}`, `icmp eq i32 %a, ${i}`] as const);
  const fn = functionOf(row(many, "  %r = call i32 @g()\n  ret i32 %r"));
  const plan = identityPlan(fn);
  const shape = (limits: FlatLimits): [number, number | null, number][] =>
    regionsOf(fn, plan, limits).map(({ head, end, bits }) => [head, end, bits]);
  expect(shape(anything)).toEqual([
    [0, 16, 8],
    [16, 20, 2],
  ]);
  const joins = fn.blocks.filter(({ name }) => name === "b2");
  expect(shape({ ...anything, isSelectable: (block) => !joins.includes(block) })).toEqual([
    [0, 2, 1],
    [4, 20, 8],
  ]);
  const checked = plan.edges.findIndex(({ from, to }) => from === 4 && to === 6);
  expect(shape({ ...anything, mayPass: (edge) => edge !== checked })).toEqual([
    [0, 4, 2],
    [6, 20, 7],
  ]);
  for (const region of regionsOf(fn, plan)) checkPaths(plan, region);
});

/** A plan of nodes given by their blocks' names, with the edges of each: where they go, by successor. */
function planOf(
  fn: GlobalFunction,
  nodes: readonly (readonly [block: string, to: readonly number[]])[],
): FunctionPlan {
  const edges = nodes.flatMap(([, to], from) =>
    to.map((node, i): PlanEdge => ({ from, to: node, successors: [i] })),
  );
  return {
    name: "f",
    nodes: nodes.map(([block]) => ({
      irBlock: fn.blocks.findIndex(({ name }) => name === block),
      calls: [],
    })),
    edges,
  };
}

test("copies of a block between two choices are one piece of code", () => {
  const fn = functionOf(
    row(
      [
        ["one", LESS],
        ["two", ODD],
      ],
      "  ret i32 %v",
    ),
  );
  const plan = planOf(fn, [
    ["one", [1, 2]],
    ["two", [4, 5]],
    ["one.arm", [3]],
    ["two", [4, 5]],
    ["end", []],
    ["two.arm", [4]],
  ]);
  const regions = regionsOf(fn, plan);
  expect(regions.map((region) => summary(fn, plan, region))).toEqual([
    {
      head: "one#0",
      end: "end#4",
      bits: 2,
      choices: ["0", "1"],
      inner: ["one.arm#2", "two#1", "two#3", "two.arm#5"],
    },
  ]);
  for (const region of regions) checkPaths(plan, region);
  // What must be done in one copy only cannot be done for both.
  expect(regionsOf(fn, plan, { ...anything, isSame: (node) => node !== 3 })).toEqual([]);
});

test("copies of a block that returns are one return", () => {
  const body = row([["one", LESS]], "  br label %done\ndone:\n  ret i32 %v");
  const fn = functionOf(body);
  const plan = planOf(fn, [
    ["one", [1, 2]],
    ["end", [3]],
    ["one.arm", [4]],
    ["done", []],
    ["end", [5]],
    ["done", []],
  ]);
  const regions = regionsOf(fn, plan);
  expect(regions.map((region) => summary(fn, plan, region))).toEqual([
    {
      head: "one#0",
      end: "returns",
      bits: 1,
      choices: ["0", null],
      inner: ["one.arm#2", "end#1", "end#4", "done#3", "done#5"],
    },
  ]);
  for (const region of regions) checkPaths(plan, region);
});

test("a loop around a choice, a choice between loops, and real branches are none", () => {
  const loop = `one:
  br label %head
head:
  %i = phi i32 [ 0, %one ], [ %j, %head ], [ %j, %arm ]
  %j = add i32 %i, 1
  %c = icmp slt i32 %j, %b
  br i1 %c, label %head, label %arm
arm:
  br label %head`;
  const two = `one:
  %c = ${LESS}
  br i1 %c, label %x, label %y
x:
  store i32 1, ptr %p
  br label %end
y:
  br label %end
end:
  ret i32 0`;
  for (const fn of [loop, two].map(functionOf)) expect(regionsOf(fn, identityPlan(fn))).toEqual([]);
});
