// Images and recordings in `.dat` files, and results written by us read back.
import { describe, expect, test } from "vitest";
import {
  imageOfDat,
  joinImages,
  parseDat,
  printDat,
  recordingOf,
  resultDocument,
  sectionsOf,
} from "../../src/dat/index.ts";

const load = (text: string, cores?: ReadonlyMap<string, string>) => {
  const { document, diagnostics } = parseDat(text, "t.dat");
  expect(diagnostics).toEqual([]);
  return sectionsOf(document, cores);
};

const text = `TEST id=0
MD n=Mem ra=0x100 d=0x11223344
CORE n=:P
RD n=GPR i=3 d=7
RD n=PC d=0x100
RD n=Mode d=Slow
MD n=Mem ra=0x104 d=0xabcd s=2
CD n=L1 set=1 way=2 ra=0x40 valid=1 d=0x1,0x2
TD n=Tlb set=0 way=3 V=1 EPN=0x9
BP ea=0x4
TRACE
I ea=0x100 id=1
INSTR op=0x11223344 asm="one r1"
ITIME t=2
R n=GPR i=3 d=8
R n=GPR i=3 d=9
R a=read n=GPR i=4 d=1
D n=Mem t=write ea=0x200 nb=4
M n=Mem t=write ea=0x200 ra=0x200 d=0x9
CTIME t=5
INIT
RD n=GPR i=5 d=1
TRACE
I ea=0x104 id=2
INSTR op=0xabcd asm="two"
RESULTS
RD n=GPR i=3 d=9
TEST id=1
RD n=GPR i=3 d=99
`;

describe("a test's sections", () => {
  test("initial state of one core, from all INIT parts of the first test", () => {
    const image = imageOfDat(load(text), "P");
    expect(image).toEqual({
      memory: [
        { memory: "Mem", address: 0x100, bytes: new Uint8Array([0x11, 0x22, 0x33, 0x44]) },
        { memory: "Mem", address: 0x104, bytes: new Uint8Array([0xab, 0xcd]) },
      ],
      registers: [
        { name: "GPR", index: 3, value: 7n, line: 4 },
        { name: "PC", value: 0x100n, line: 5 },
        { name: "Mode", value: "Slow", line: 6 },
        { name: "GPR", index: 5, value: 1n, line: 22 },
      ],
      cacheLines: [{ name: "L1", set: 1, way: 2, fields: { ra: 0x40n, valid: 1n }, words: [1, 2], line: 8 }],
      translations: [{ name: "Tlb", set: 0, way: 3, fields: { V: 1n, EPN: 9n }, words: [], line: 9 }],
      others: ["BP"],
      diagnostics: [],
    });
  });

  test("final state", () => {
    const { registers } = imageOfDat(load(text), "P", "results");
    expect(registers).toEqual([{ name: "GPR", index: 3, value: 9n, line: 27 }]);
  });

  test("recorded instructions with times, last register values and other events", () => {
    const { instructions, diagnostics } = recordingOf(load(text));
    expect(diagnostics).toEqual([]);
    expect(
      instructions.map((one) => ({
        ...one,
        registers: Object.fromEntries(one.registers),
        events: one.events.map((event) => event.name),
      })),
    ).toEqual([
      {
        line: 12,
        address: 0x100,
        word: 0x11223344n,
        digits: 8,
        assembly: "one r1",
        issue: 2,
        complete: 5,
        registers: { GPR3: 9n },
        events: ["D", "M"],
      },
      { line: 24, address: 0x104, word: 0xabcdn, digits: 4, assembly: "two", registers: {}, events: [] },
    ]);
  });

  test("another core's registers are left out, its memory is everybody's", () => {
    const other = "CORE n=:A\nRD n=R d=1\nMD n=Mem ra=0 d=1\nMD n=Own ra=0 d=1\nCORE n=:B\nRD n=R d=2\n";
    const { registers, memory } = imageOfDat(load(other), "B");
    expect(registers.map((one) => one.value)).toEqual([2n]);
    expect(memory.map((one) => one.memory)).toEqual(["Mem"]);
    expect(imageOfDat(load(other, new Map([["A", "B"]])), "B").registers).toHaveLength(2);
  });

  test("numbers that are none, and addresses out of range, are told with their line", () => {
    const test = load(
      "MD n=Mem ra=0x10000000000000000 d=0\nMD ra=0 d=zero\nMD ra=0 d=1 s=1.5\nRD n=R d=1x\nCORE\n",
    );
    const all = [...test.diagnostics, ...imageOfDat(test).diagnostics];
    expect(all.map(({ severity, message, place }) => [severity, place?.line, message])).toEqual([
      ["error", 5, "CORE needs n=…"],
      ["error", 1, "MD: ra=0x10000000000000000 is not what is expected here"],
      ["error", 2, "MD: d=zero is not what is expected here"],
      ["warning", 3, "MD: s=1.5 is not what is expected here"],
      ["error", 4, "RD: d=1x is not what is expected here"],
    ]);
  });

  test("joined images keep their order", () => {
    const [a, b] = ["RD n=R d=1\n", "RD n=R d=2\n"].map((one) => imageOfDat(load(one)));
    expect(joinImages([a!, b!]).registers.map((one) => one.value)).toEqual([1n, 2n]);
  });
});

test("a result that we write reads back as the recording that it stands for", () => {
  const document = resultDocument(
    "P",
    [
      {
        address: 0x100,
        word: 0x11223344n,
        bytes: 4,
        assembly: "st r3,0(r4)",
        issue: 1,
        complete: 4,
        registers: [{ name: "GPR", index: 3, value: 9n }],
        accesses: [
          { kind: "write", address: 0x202, bytes: 2, words: [{ address: 0x200, value: 0xffff0009 }] },
        ],
        target: 0x80,
        exception: "Fault",
      },
    ],
    [{ name: "PC", value: 0x80n, width: 32 }],
    () => 32,
    ["a run"],
  );
  const printed = printDat(document);
  expect(printed).toBe(`# a run

CORE n=:P

TRACE

I ea=0x100 id=1
INSTR op=0x11223344 asm="st r3,0(r4)"
ITIME t=1
D n=Mem t=write ea=0x202 nb=2
M n=Mem t=write ea=0x200 ra=0x200 d=0xffff0009
R n=GPR i=3 d=0x00000009
B taken=1 ea=0x80
E n=Fault
CTIME t=4

RESULTS

RD n=PC d=0x00000080
`);
  const test = load(printed);
  expect(recordingOf(test).instructions).toMatchObject([{ address: 0x100, issue: 1, complete: 4 }]);
  expect(imageOfDat(test, "P", "results").registers).toMatchObject([{ name: "PC", value: 0x80n }]);
});
