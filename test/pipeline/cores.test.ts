// What the manuals say about the cores, as cycles: each test names the rule it checks.
import { describe, expect, test } from "vitest";
import { time } from "./core-timing.ts";

const nop = "ori RS=0 RA=0 UI=0";
/** Independent instructions. */
const fill = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `addi RT=${at + 14} RA=0 SI=0`);

describe("toy", () => {
  test("ALU results are forwarded; loads take two cycles in EX, multiplies four", () => {
    expect(time("toy", ["addi RT=3 RA=0 SI=1", "add RT=4 RA=3 RB=3"]).relative).toEqual([0, 1]);
    expect(time("toy", ["lwz RT=3 RA=1 D=0", "add RT=4 RA=3 RB=3"]).relative).toEqual([0, 1]);
    expect(time("toy", [nop, "lwz RT=3 RA=1 D=0", nop]).relative).toEqual([0, 2, 3]);
    expect(time("toy", [nop, "mullw RT=3 RA=4 RB=5", nop]).relative).toEqual([0, 4, 5]);
  });

  test("a divide takes as long as its quotient", () => {
    const code = [nop, "divwu RT=3 RA=4 RB=5", nop];
    expect(time("toy", code).relative).toEqual([0, 4, 5]);
    expect(time("toy", code, [0, 1, 2], new Map([[1, 20]])).relative).toEqual([0, 21, 22]);
  });

  test("a taken branch costs one cycle", () => {
    expect(time("toy", [nop, "b LI=3", nop, nop, nop], [0, 1, 4]).relative).toEqual([0, 1, 3]);
  });
});

describe("e200z3", () => {
  const core = "e200z3";

  test("ALU, multiply and load results reach the next instruction", () => {
    expect(time(core, ["add RT=3 RA=4 RB=5", "add RT=6 RA=3 RB=3"]).relative).toEqual([0, 1]);
    expect(time(core, ["mullw RT=3 RA=4 RB=5", "add RT=6 RA=3 RB=3"]).relative).toEqual([0, 1]);
    expect(time(core, ["lwz RT=3 RA=4 D=0", "add RT=6 RA=3 RB=3"]).relative).toEqual([0, 1]);
  });

  test("a load's result as an address costs one bubble; as store data none", () => {
    expect(time(core, ["lwz RT=3 RA=4 D=0", "lwz RT=6 RA=3 D=0"]).relative).toEqual([0, 2]);
    expect(time(core, ["lwz RT=3 RA=4 D=0", nop, "lwz RT=6 RA=3 D=0"]).relative).toEqual([0, 1, 2]);
    expect(time(core, ["lwz RT=3 RA=4 D=0", "stw RS=3 RA=5 D=0"]).relative).toEqual([0, 1]);
    expect(time(core, ["lwzu RT=3 RA=4 D=4", "lwzu RT=6 RA=4 D=4"]).relative).toEqual([0, 1]);
  });

  test("divides take 6 to 16 cycles and block", () => {
    const code = [nop, "divw RT=3 RA=4 RB=5", nop];
    expect(time(core, code).relative).toEqual([0, 6, 7]);
    expect(time(core, code, [0, 1, 2], new Map([[1, 15]])).relative).toEqual([0, 16, 17]);
  });

  test("a branch on the compare just before: 1 cycle not taken, 2 taken", () => {
    const code = ["cmpi BF=0 RA=3 SI=0", "bc BO=12 BI=2 BD=3", nop, nop, nop];
    expect(time(core, code, [0, 1, 2]).relative).toEqual([0, 1, 2]);
    expect(time(core, code, [0, 1, 4]).relative).toEqual([0, 1, 3]);
  });

  test("a taken branch costs 2 cycles also when the instruction buffer is full", () => {
    const code = ["divw RT=3 RA=4 RB=5", ...fill(3), "b LI=3", ...fill(3)];
    expect(time(core, code, [0, 1, 2, 3, 4, 7]).relative).toEqual([0, 1, 2, 3, 4, 6]);
  });

  test("lmw and stmw move a word a cycle", () => {
    expect(time(core, [nop, "lmw RT=28 RA=1 D=0", nop]).relative).toEqual([0, 4, 5]);
    expect(time(core, [nop, "stmw RS=24 RA=1 D=0", nop]).relative).toEqual([0, 8, 9]);
  });

  test("isync lets the pipeline run empty and fetches again", () => {
    const { relative, events } = time(core, [nop, "isync", nop]);
    expect(relative).toEqual([0, 2, 4]);
    expect(events["fetch"]).toBe(3);
  });
});

describe("ppc440", () => {
  const core = "ppc440";

  test("two independent instructions complete together, dependent ones one after the other", () => {
    expect(time(core, ["add RT=3 RA=4 RB=5", "add RT=6 RA=7 RB=8"]).relative).toEqual([0, 0]);
    expect(time(core, ["add RT=3 RA=4 RB=5", "add RT=6 RA=3 RB=8"]).relative).toEqual([0, 1]);
    expect(time(core, fill(6)).relative).toEqual([0, 0, 1, 1, 2, 2]);
  });

  test("two of the load/store or of the complex class do not pair", () => {
    const load = (rt: number): string => `lwz RT=${rt} RA=1 D=0`;
    expect(time(core, [load(3), load(4)]).relative).toEqual([0, 1]);
    expect(time(core, ["cmpi BF=0 RA=3 SI=0", "cmpi BF=1 RA=4 SI=0"]).relative).toEqual([0, 1]);
    expect(time(core, ["cmpi BF=0 RA=3 SI=0", load(4)]).relative).toEqual([0, 0]);
    expect(time(core, [load(4), "cmpi BF=0 RA=3 SI=0"]).relative).toEqual([0, 0]);
  });

  // Completion of a user minus that of its producer, both at the pipe's depth: the latency less what pairing hides.
  test("latencies: load 3, multiply 3 and 2, divide 33, mfspr 2, mtcrf and mtctr 4", () => {
    expect(time(core, ["lwz RT=3 RA=1 D=0", "add RT=4 RA=3 RB=3"]).relative).toEqual([0, 3]);
    expect(time(core, ["mullw RT=3 RA=5 RB=6", "add RT=4 RA=3 RB=3"]).relative).toEqual([0, 3]);
    expect(time(core, ["mulli RT=3 RA=5 SI=6", "add RT=4 RA=3 RB=3"]).relative).toEqual([0, 2]);
    expect(time(core, [nop, "divw RT=3 RA=5 RB=6", "add RT=4 RA=3 RB=3"]).relative).toEqual([0, 30, 33]);
    expect(time(core, ["mfspr RT=3 SPRN=8", "add RT=4 RA=3 RB=3"]).relative).toEqual([0, 2]);
    expect(time(core, [nop, "mtspr RS=3 SPRN=9", "bcctr BO=20 BI=0 BH=0"]).relative).toEqual([0, 1, 4]);
    expect(time(core, [nop, "mtocrf RS=3 FXM=128", "bc BO=12 BI=2 BD=1"]).relative).toEqual([0, 1, 4]);
  });

  test("a store waits in AGEN for its data, and younger writers of the register do not confuse it", () => {
    expect(time(core, ["add RT=3 RA=4 RB=5", "stw RS=3 RA=2 D=0"]).relative).toEqual([0, 0]);
    const copy = ["lwz RT=3 RA=1 D=0", "stw RS=3 RA=2 D=0"];
    expect(time(core, copy).relative).toEqual([0, 2]);
    expect(time(core, [...copy, "addi RT=3 RA=0 SI=1", "add RT=4 RA=3 RB=3"]).relative).toEqual([0, 2, 1, 2]);
  });

  test("branches: predicted taken 1 bubble, wrong prediction 4 cycles, to a register not predicted", () => {
    const back = [...fill(8), "bc BO=16 BI=0 BD=16376"];
    const loop = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    // Without a branch 9 instructions take 4.5 cycles; the turn at PDCD costs a cycle.
    const once = time(core, back, loop).cycles;
    expect(time(core, back, [...loop, ...loop]).cycles - once).toBe(6);
    // The same with the instruction buffer full behind a divide.
    const full = ["divw RT=3 RA=4 RB=5", "add RT=3 RA=3 RB=3", "b LI=14", ...fill(14)];
    expect(time(core, full, [0, 1, 2, 16]).relative).toEqual([0, 3, 3, 4]);
    const forward = ["bc BO=12 BI=2 BD=4", nop, nop, nop, nop, nop];
    expect(time(core, forward, [0, 1]).relative).toEqual([0, 0]);
    expect(time(core, forward, [0, 4]).relative).toEqual([0, 5]);
    const hinted = ["bc BO=13 BI=2 BD=4", nop, nop, nop, nop, nop];
    expect(time(core, hinted, [0, 4]).relative).toEqual([0, 2]);
    expect(time(core, hinted, [0, 1]).relative).toEqual([0, 5]);
    expect(time(core, ["bclr BO=20 BI=0 BH=0", nop, nop, nop], [0, 3]).relative).toEqual([0, 5]);
  });
});

describe("e500v2", () => {
  const core = "e500v2";
  const chain = (line: string, count: number): readonly number[] =>
    time(core, new Array<string>(count).fill(line)).relative;

  test("two a cycle; dependent ones one after the other", () => {
    expect(time(core, fill(6)).relative).toEqual([0, 0, 1, 1, 2, 2]);
    expect(chain("add RT=3 RA=3 RB=4", 4)).toEqual([0, 1, 2, 3]);
  });

  test("latencies: load 3, multiply 4, floating point 4 and 6, each one a cycle", () => {
    expect(time(core, ["lwz RT=3 RA=1 D=0", "add RT=4 RA=3 RB=3"]).relative).toEqual([0, 1]);
    expect(chain("mullw RT=3 RA=3 RB=3", 3)).toEqual([0, 4, 8]);
    expect(chain("efsadd RT=3 RA=3 RB=3", 3)).toEqual([0, 4, 8]);
    expect(chain("efdadd RT=3 RA=3 RB=3", 3)).toEqual([0, 6, 12]);
    expect(time(core, ["efdmul RT=3 RA=4 RB=4", "efdmul RT=5 RA=4 RB=4"]).relative).toEqual([0, 1]);
    expect(chain("efddiv RT=3 RA=3 RB=4", 2)).toEqual([0, 32]);
  });

  test("both halves of a register are waited for", () => {
    const halves = ["efdadd RT=3 RA=4 RB=5", "evmergehi RT=6 RA=3 RB=3", "add RT=7 RA=3 RB=3"];
    expect(time(core, halves).relative).toEqual([0, 1, 1]);
    expect(time(core, ["evldd RT=3 RA=1 UD8=0", "efdadd RT=5 RA=3 RB=3"]).relative).toEqual([0, 6]);
  });

  test("younger instructions execute past a divide and complete behind it", () => {
    const past = ["efddiv RT=3 RA=4 RB=5", "mullw RT=6 RA=7 RB=7", "add RT=8 RA=6 RB=6", ...fill(3)];
    expect(time(core, past).relative).toEqual([0, 0, 1, 1, 2, 2]);
    // Of seventeen behind it eleven find room in the completion queue while the divide is under way.
    const many = time(core, ["efddiv RT=3 RA=4 RB=5", ...fill(17)]);
    expect(many.relative.slice(0, 13)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6]);
  });

  test("a register that is written again meanwhile: each reader gets its own writer's result", () => {
    const again = [
      "efddiv RT=3 RA=4 RB=5",
      "add RT=5 RA=3 RB=3",
      "addi RT=3 RA=0 SI=1",
      "mullw RT=6 RA=3 RB=3",
    ];
    expect(time(core, again).relative).toEqual([0, 1, 1, 2]);
  });

  test("branches: predicted while fetching; a wrong prediction costs five cycles", () => {
    const back = [...fill(8), "bc BO=16 BI=0 BD=16376"];
    const loop = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    const once = time(core, back, loop).cycles;
    expect(time(core, back, [...loop, ...loop]).cycles - once).toBe(5);
    const forward = ["bc BO=12 BI=2 BD=4", nop, nop, nop, nop, nop];
    expect(time(core, forward, [0, 1]).relative).toEqual([0, 0]);
    expect(time(core, forward, [0, 4]).relative).toEqual([0, 5]);
  });
});

describe("e200z6", () => {
  const core = "e200z6";

  test("latencies: load, multiply, floating point 3; one a cycle", () => {
    expect(time(core, ["add RT=3 RA=4 RB=5", "add RT=6 RA=3 RB=3"]).relative).toEqual([0, 1]);
    expect(time(core, ["lwz RT=3 RA=1 D=0", "add RT=4 RA=3 RB=3"]).relative).toEqual([0, 3]);
    expect(time(core, ["mullw RT=3 RA=4 RB=4", "add RT=4 RA=3 RB=3"]).relative).toEqual([0, 3]);
    expect(
      time(core, ["efsmul RT=3 RA=4 RB=4", "efsmul RT=5 RA=4 RB=4", "efsadd RT=6 RA=3 RB=3"]).relative,
    ).toEqual([0, 1, 3]);
    expect(time(core, ["efsdiv RT=3 RA=4 RB=4", nop]).relative).toEqual([0, 1]);
  });

  test("store data is wanted a cycle after the address", () => {
    expect(time(core, ["lwz RT=3 RA=1 D=0", "stw RS=3 RA=2 D=0"]).relative).toEqual([0, 2]);
    expect(time(core, ["lwz RT=3 RA=1 D=0", "stw RS=4 RA=3 D=0"]).relative).toEqual([0, 3]);
  });

  test("branches: 1 cycle not taken, 3 taken", () => {
    const forward = ["bc BO=12 BI=2 BD=4", nop, nop, nop, nop, nop];
    expect(time(core, forward, [0, 1]).relative).toEqual([0, 1]);
    expect(time(core, forward, [0, 4]).relative).toEqual([0, 3]);
  });
});
