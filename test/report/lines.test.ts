// Cycles and energy by source line: shared evenly over a block's instructions, complete, sorted.
import { expect, test } from "vitest";
import { indexMachineCode } from "../../src/cfg/index-code.ts";
import { lineReports, linesText } from "../../src/report/lines.ts";

// f: two blocks, the first with an instruction of no line at its start; g: assembly.
const code = indexMachineCode({
  blocks: [
    { id: 0, start: 0x100, end: 0x110, function: "f", terminator: "fallthrough" },
    { id: 1, start: 0x110, end: 0x118, function: "f", terminator: "return" },
    { id: 2, start: 0x118, end: 0x11c, function: "g", terminator: "return" },
  ],
  edges: [],
  functions: [
    { name: "f", start: 0x100, end: 0x118, entry: 0, blocks: [0, 1], exits: [1] },
    { name: "g", start: 0x118, end: 0x11c, entry: 2, blocks: [2], exits: [2] },
  ],
});
const rows = new Map([
  [0x100, { file: "a.c", line: 0 }],
  [0x104, { file: "a.c", line: 3 }],
  [0x108, { file: "a.h", line: 7 }],
  [0x10c, { file: "a.c", line: 0 }],
  [0x110, { file: "a.c", line: 3 }],
  [0x114, { file: "a.c", line: 4 }],
]);
const table = { find: (address: number) => rows.get(address) };
const block = (count: number, cycles: number, event: number) => ({
  count,
  cycles,
  events: Float64Array.of(event),
});
const price = {
  instructions: 64,
  cycles: 100,
  events: Float64Array.of(100),
  blocks: [block(10, 80, 60), block(10, 12, 20), block(4, 8, 20)],
  pairsExecuted: 0,
  pairsCharacterized: 0,
};
const prices = {
  names: ["cycle"],
  joules: [1e-9],
  leakageWatts: 0,
  frequencyHz: 1e6,
  voltage: 1,
  temperature: 300,
};

const nano = (joules: number): number => Math.round(joules * 1e12) / 1e3;

test("lines share their blocks evenly, and nothing is lost", () => {
  const lines = lineReports(code, price, prices, table, (file) => `src/${file}`);
  expect(lines.map((line) => ({ ...line, energy_j: nano(line.energy_j) }))).toEqual([
    { file: "src/a.c", line: 3, function: "f", instructions: 30, cycles: 46, energy_j: 40 },
    { file: "src/a.h", line: 7, function: "f", instructions: 20, cycles: 40, energy_j: 30 },
    { file: "", line: 0, function: "g", instructions: 4, cycles: 8, energy_j: 20 },
    { file: "src/a.c", line: 4, function: "f", instructions: 10, cycles: 6, energy_j: 10 },
  ]);
});

test("the table shows the source text, shortened, and how many lines are left out", () => {
  const lines = lineReports(code, price, prices, table, (file) => file);
  const text = linesText(lines, 100, 2, (file, line) =>
    file === "a.c" && line === 3 ? `  for (;;)\t${"x".repeat(80)}` : undefined,
  );
  expect(text.split("\n").map((line) => line.trim().replaceAll(/\s+/g, " "))).toEqual([
    "line function instructions cycles share energy source",
    `a.c:3 f 30 46 46.0 % 40.0 nJ for (;;) ${"x".repeat(50)}…`,
    "a.h:7 f 20 40 40.0 % 30.0 nJ",
    "2 more lines (--lines 4)",
  ]);
});
