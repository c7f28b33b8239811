import { describe, expect, test } from "vitest";
import { DiagnosticError } from "../../src/base/diagnostic.ts";
import {
  buildMachineCode,
  findJumpTables,
  flowOf,
  parseListing,
  placeFunction,
  type CodeImage,
  type MachineCode,
} from "../../src/cfg/index.ts";

const NOP = 0x60000000;
const BLR = 0x4e800020;
const BCTR = 0x4e800420;
const BCTRL = 0x4e800421;
const branch = (distance: number, link = false): number =>
  (0x48000000 | (distance & 0x03fffffc) | Number(link)) >>> 0;
const beq = (distance: number): number => (0x41820000 | (distance & 0xfffc)) >>> 0;
const bdnz = (distance: number): number => (0x42000000 | (distance & 0xfffc)) >>> 0;
const beqlr = 0x4d820020;
const trap = 0x7fe00008;

/** Functions laid out one after the other from 0x1000. */
function imageOf(functions: Readonly<Record<string, readonly number[]>>): CodeImage {
  const words = new Map<number, number>();
  let at = 0x1000;
  const symbols = Object.entries(functions).map(([name, code]) => {
    const start = at;
    for (const word of code) {
      words.set(at, word);
      at += 4;
    }
    return { name, start, end: at };
  });
  return { functions: symbols, wordAt: (address) => words.get(address) };
}

function summary(code: MachineCode): { blocks: string[]; edges: string[] } {
  return {
    blocks: code.blocks.map(
      (b) =>
        `${b.function} ${b.start.toString(16)}-${b.end.toString(16)} ${b.terminator}${b.callee ? ` ${b.callee}` : ""}`,
    ),
    edges: code.edges.map((e) => `${e.from}>${e.to} ${e.kind}`),
  };
}

describe("flow of an instruction", () => {
  test.each([
    [branch(-8), { kind: "branch", target: 0xff8 }],
    [branch(0x100, true), { kind: "call", target: 0x1100 }],
    [beq(8), { kind: "conditional", target: 0x1008 }],
    [bdnz(-4), { kind: "conditional", target: 0xffc }],
    [0x42800008, { kind: "branch", target: 0x1008 }], // bc 20,0: always
    [0x429f0005, { kind: "next" }], // bcl 20,31,.+4 reads the pc
    [0x4c00012c, { kind: "next" }], // isync
    [BLR, { kind: "return" }],
    [beqlr, { kind: "conditionalReturn" }],
    [BCTR, { kind: "indirect" }],
    [BCTRL, { kind: "indirectCall" }],
    [0x4e800021, { kind: "indirectCall" }], // blrl
    [trap, { kind: "trap" }],
    [0x44000002, { kind: "next" }], // sc
    [NOP, { kind: "next" }],
  ])("%i", (word, flow) => {
    expect(flowOf(word, 0x1000)).toEqual(flow);
  });
});

describe("blocks and edges", () => {
  test("calls end blocks; returns go from every exit of the callee to the return point", () => {
    const code = buildMachineCode(
      imageOf({
        main: [NOP, NOP, branch(0x10, true), beq(-8), BCTRL, trap],
        leaf: [NOP, beqlr, NOP, BLR],
      }),
      { indirectCallees: () => ["leaf"] },
    );
    expect(summary(code)).toEqual({
      blocks: [
        "main 1000-1004 fallthrough",
        "main 1004-100c call leaf",
        "main 100c-1010 conditional",
        "main 1010-1014 indirectCall",
        "main 1014-1018 exit",
        "leaf 1018-1020 conditionalReturn",
        "leaf 1020-1028 return",
      ],
      edges: [
        "0>1 fallthrough",
        "2>1 taken",
        "2>3 fallthrough",
        "5>6 fallthrough",
        "1>5 call",
        "5>2 return",
        "6>2 return",
        "3>5 call",
        "5>4 return",
        "6>4 return",
      ],
    });
    expect(code.functions.get("leaf")).toEqual({
      name: "leaf",
      start: 0x1018,
      end: 0x1028,
      entry: 5,
      blocks: [5, 6],
      exits: [5, 6],
    });
    expect(code.blockAt(0x101c)?.id).toBe(5);
    expect(code.blockAt(0x1028)).toBeUndefined();
    expect(code.blockAt(0xffc)).toBeUndefined();
  });

  test("calls of functions that never return have no return point", () => {
    const code = buildMachineCode(imageOf({ f: [branch(8, true), NOP], abort: [branch(0)] }), {
      noreturnFunctions: new Set(["abort"]),
    });
    expect(summary(code).edges).toEqual(["2>2 taken", "0>2 call"]);
    expect(code.blocks[0]!.returnPoint).toBeUndefined();
  });
});

describe("placing a listing", () => {
  const listing = (text: string) => parseListing(`\t.type\tf,@function\nf:\n${text}\t.size\tf, 4\n`, "p.s");

  test("jump tables are found through copies, stack slots and loops", () => {
    const text = [
      "\tlis 9, .LJTI0_0@ha",
      "\tla 9, .LJTI0_0@l(9)",
      "\tstw 9, 8(1)",
      ".LBB0_1:",
      "\tlwz 5, 8(1)",
      "\tslwi 4, 3, 2",
      "\tlwzx 4, 5, 4",
      "\tmtctr 4",
      "\tbctr",
      ".LBB0_2:",
      "\tb .LBB0_1",
      ".LBB0_3:",
      "\tblr",
      "\t.section x",
      "",
    ].join("\n");
    const parsed = listing(`${text}`);
    const image = imageOf({ f: [NOP, NOP, NOP, NOP, NOP, NOP, NOP, BCTR, branch(-20), BLR] });
    const fn = placeFunction(parsed.functions.get("f")!, image.functions[0]!, image, "p.s");
    const found = findJumpTables(fn, new Map([[".LJTI0_0", [".LBB0_3", ".LBB0_2", ".LBB0_3"]]]));
    const at = (name: string): number => fn.labels.get(name)!;
    const bctr = fn.flows.findIndex((flow) => flow?.kind === "indirect");
    expect(found).toEqual({
      targets: new Map([[bctr, [[at(".LBB0_3"), at(".LBB0_2"), at(".LBB0_3")]]]]),
      unknown: [],
    });
    const none = findJumpTables(fn, new Map());
    expect(none).toEqual({ targets: new Map(), unknown: [bctr] });
  });

  test.each([
    ["\tnop\n\tblr\n", [BLR], "it has more than 1 instructions"],
    ["\tblr\n", [NOP, BLR], "it has 1 words, the program has 2"],
    [".LBB0_0:\n\tnop\n\tb .LBB0_0\n", [NOP, branch(0)], ".LBB0_0 is not where the branch goes"],
    ["\tbeq 0, .LBB0_0\n.LBB0_0:\n\tblr\n", [NOP, BLR], "0x1000 is no branch but the listing has beq"],
  ])("a listing that does not fit is refused: %j", (text, words, message) => {
    const image = imageOf({ f: words });
    try {
      placeFunction(listing(text).functions.get("f")!, image.functions[0]!, image, "p.s");
      expect.unreachable();
    } catch (error) {
      expect((error as DiagnosticError).diagnostics).toEqual([
        {
          code: "BW0602",
          severity: "error",
          message: `the assembly of f does not fit the program: ${message}`,
          help: "build it again",
          place: { file: "p.s" },
        },
      ]);
    }
  });
});
