// Running programs: exact counts and limits, single steps against compiled blocks, edges, faults with their diagnostics.
import { describe, expect, it } from "vitest";
import { DiagnosticError } from "../../src/base/diagnostic.ts";
import { readElf } from "../../src/elf/index.ts";
import { createIss } from "../../src/iss/index.ts";
import type { Iss, IssOptions, ProgramIo } from "../../src/iss/index.ts";
import { CODE, DATA, writeElf, writeProgram } from "./support/elf-writer.ts";
import { isa, loadConstant, word } from "./support/isa.ts";
import { processorOf } from "./support/processors.ts";
import { createRandom } from "./support/random.ts";
import { randomProgram, testedInstructions } from "./support/random-cases.ts";

const EXIT = [word("addi", { RT: 0, RA: 0, SI: 1 }), word("sc")];

function load(elf: Uint8Array, io: Partial<ProgramIo> = {}, options: IssOptions = {}): Iss {
  const whole = { args: ["test"], write: () => undefined, ...io };
  return createIss(isa, readElf(elf, "test.elf"), whole, { heapBytes: 1 << 16, ...options });
}

/** r3 counts from 0 to `n`; then exit(r3). */
function countingLoop(n: number): number[] {
  return [
    word("addi", { RT: 3, RA: 0, SI: 0 }),
    ...loadConstant(4, n),
    word("mtspr", { RS: 4, SPRN: 9 }),
    word("addi", { RT: 3, RA: 3, SI: 1 }),
    word("bc", { BO: 16, BI: 0, BD: -1 }),
    ...EXIT,
  ];
}

function diagnosticOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
  return undefined;
}

describe("counts", () => {
  it("counts instructions exactly and stops exactly at a limit", () => {
    const iss = load(writeProgram(countingLoop(1000)), {}, { profile: true });
    expect(iss.run(1001)).toBe(false);
    expect({ n: iss.instructions, r3: iss.state.gpr[3], pc: iss.state.pc }).toEqual({
      n: 1001,
      r3: 499,
      pc: CODE + 20,
    });
    expect(iss.run(0)).toBe(false);
    expect(iss.run()).toBe(true);
    expect({ n: iss.instructions, code: iss.exitCode }).toEqual({ n: 4 + 2000 + 2, code: 1000 & 255 });
    expect([0, 3, 4, 5, 6, 7].map((i) => iss.profile.executions(CODE + 4 * i))).toEqual([
      1, 1, 1000, 1000, 1, 1,
    ]);
    expect(iss.profile.edges()).toEqual([
      { from: CODE + 20, to: CODE + 16, count: 999 },
      { from: CODE + 20, to: CODE + 24, count: 1 },
    ]);
    expect(iss.run()).toBe(true);
  });

  it.each(["integer", "float", "spe"] as const)("single steps and compiled blocks agree: %s", (kind) => {
    const all = testedInstructions.filter((i) => processorOf(i).kind === kind);
    const instructions = all.filter((_, i) => kind === "integer" || i % 4 === 0);
    // Blocks are compiled after some turns.
    const program = randomProgram(instructions, 1, 40, createRandom(3));
    const outputs: Uint8Array[][] = [[], []];
    const [whole, stepped] = outputs.map((list) =>
      load(program.elf, { write: (_, bytes) => list.push(bytes) }, { profile: true, heapBytes: 1 << 20 }),
    );
    if (!whole || !stepped) throw new Error("no simulators");
    whole.run();
    while (!stepped.exited) stepped.step();
    expect(Buffer.concat(outputs[0] ?? []).equals(Buffer.concat(outputs[1] ?? []))).toBe(true);
    expect([...stepped.state.gpr]).toEqual([...whole.state.gpr]);
    expect(stepped.instructions).toBe(whole.instructions);
    expect(stepped.profile.edges()).toEqual(whole.profile.edges());
    for (let i = 0; i < 1000; i += 7)
      expect(stepped.profile.executions(CODE + 4 * i)).toBe(whole.profile.executions(CODE + 4 * i));
  });

  it("adds a field's offset in steps and in blocks", () => {
    const moved = { ...isa, fields: { ...isa.fields, SI: { ...isa.fields["SI"]!, offset: 4 } } };
    const elf = readElf(writeProgram([word("addi", { RT: 3, RA: 0, SI: 5 }), ...EXIT]), "test.elf");
    const [block, step] = [0, 1].map(() => createIss(moved, elf, { args: [], write: () => undefined }));
    block!.run(1);
    step!.step();
    expect([block!.state.gpr[3], step!.state.gpr[3]]).toEqual([9, 9]);
  });

  it("tells the data address of a step", () => {
    const iss = load(
      writeProgram([
        ...loadConstant(5, DATA),
        word("lwz", { RT: 6, D: 8, RA: 5 }),
        word("add", { RT: 1, RA: 1, RB: 1 }),
      ]),
    );
    iss.step();
    iss.step();
    expect(iss.dataAddress).toBe(-1);
    iss.step();
    expect(iss.dataAddress).toBe(DATA + 8);
    iss.step();
    expect(iss.dataAddress).toBe(-1);
  });
});

describe("instructions that the comparison with QEMU leaves out", () => {
  it("stores conditionally only while the reservation is held", () => {
    const code = [
      ...loadConstant(5, DATA),
      word("addi", { RT: 6, RA: 0, SI: 77 }),
      word("stwcx.", { RS: 6, RA: 0, RB: 5 }),
      word("mfcr", { RT: 10 }),
      word("lwarx", { RT: 7, RA: 0, RB: 5 }),
      word("stwcx.", { RS: 6, RA: 0, RB: 5 }),
      word("mfcr", { RT: 11 }),
      word("lwz", { RT: 12, D: 0, RA: 5 }),
      word("stwcx.", { RS: 5, RA: 0, RB: 5 }),
      word("mfcr", { RT: 13 }),
      ...EXIT,
    ];
    const iss = load(writeProgram(code, 4096, [5]));
    iss.run();
    expect([7, 10, 11, 12, 13].map((r) => (iss.state.gpr[r] ?? 0) >>> 0)).toEqual([5, 0, 0x20000000, 77, 0]);
  });

  it("reads the time base", () => {
    const code = [word("mftb", { RT: 5, TBRN: 268 }), word("mftb", { RT: 6, TBRN: 269 }), ...EXIT];
    const iss = load(writeProgram(code), {}, { timeBase: () => 0x1_2345_6789n });
    iss.run();
    expect([iss.state.gpr[5], iss.state.gpr[6]]).toEqual([0x23456789, 1]);
  });

  it("branches to absolute addresses", () => {
    const code = [
      word("bcla", { BO: 20, BI: 0, BD: 0x1010 >> 2 }),
      word("ori"),
      word("ori"),
      word("ori"),
      word("mfspr", { RT: 3, SPRN: 8 }),
      ...EXIT,
    ];
    const iss = load(writeElf([{ address: 0x1000, words: code, executable: true }], 0x1000));
    iss.run();
    expect({ n: iss.instructions, lr: iss.state.lr }).toEqual({ n: 4, lr: 0x1004 });
  });

  it.each([
    [4, 5, 5, true],
    [4, 5, 6, false],
    [24, 5, 6, true],
    [16, -1, 0, true],
    [8, -1, 0, false],
    [1, -1, 0, true],
    [2, -1, 0, false],
    [31, 0, 0, true],
  ])("tw with condition %i on %i and %i", (TO, a, b, traps) => {
    const code = [
      word("addi", { RT: 4, RA: 0, SI: a }),
      word("addi", { RT: 5, RA: 0, SI: b }),
      word("tw", { TO, RA: 4, RB: 5 }),
      ...EXIT,
    ];
    const found = diagnosticOf(() => load(writeProgram(code)).run());
    const trap = [
      {
        code: "BW0303",
        severity: "error",
        message: "trap instruction: a check of the program failed (instruction at address 0x00110008)",
        place: { file: "test.elf" },
      },
    ];
    expect(found).toEqual(traps ? trap : undefined);
  });
});

describe("faults are diagnostics with the instruction's address, and leave an exact state", () => {
  const cases: [string, number[], string, string][] = [
    [
      "a load outside memory",
      [word("addi", { RT: 3, RA: 0, SI: 16 }), word("lwz", { RT: 3, D: 4, RA: 3 })],
      "BW0302",
      "load of 4 bytes at 0x14, an address outside the program's memory (instruction at address 0x00110004)",
    ],
    [
      "an unaligned load across the end of memory",
      [word("addi", { RT: 3, RA: 0, SI: -2 }), word("lwzu", { RT: 4, D: 0, RA: 3 })],
      "BW0302",
      "load of 4 bytes at 0xfffffffe, an address outside the program's memory (instruction at address 0x00110004)",
    ],
    [
      "a store into the code",
      [word("addis", { RT: 3, RA: 0, SI: 0x11 }), word("stb", { RS: 3, D: 1, RA: 3 })],
      "BW0302",
      "store of 1 bytes at 0x110001, read-only memory (instruction at address 0x00110004)",
    ],
    [
      "a word that is no instruction",
      [word("ori"), 0],
      "BW0301",
      "the word 0x00000000 at address 0x00110004 is no instruction of PowerPC",
    ],
    [
      "a jump out of the code",
      [word("mtspr", { RS: 5, SPRN: 8 }), word("bclr", { BO: 20 })],
      "BW0305",
      "address 0x00000000 is outside the program's code",
    ],
    [
      "running off the end",
      [word("ori"), word("ori")],
      "BW0305",
      "address 0x00110008 is outside the program's code",
    ],
    [
      "a register that does not exist",
      [word("ori"), word("mfspr", { RT: 5, SPRN: 700 })],
      "BW0306",
      "SPR 700 is no register of this processor's description (instruction at address 0x00110004)",
    ],
  ];
  it.each(cases)("%s", (_, code, diagnosticCode, message) => {
    for (const mode of ["run", "step"] as const) {
      const iss = load(writeProgram(code));
      const found = diagnosticOf(() => {
        if (mode === "run") iss.run();
        else for (let i = 0; i < 10; i++) iss.step();
      });
      expect(found).toMatchObject([{ code: diagnosticCode, severity: "error", message }]);
      expect({ mode, pc: iss.state.pc, n: iss.instructions }).toEqual({
        mode,
        pc: diagnosticCode === "BW0305" ? (message.includes("00000000") ? 0 : CODE + 8) : CODE + 4,
        n: diagnosticCode === "BW0305" ? 2 : 1,
      });
    }
  });

  it("a fault in a compiled block counts what was executed before it", () => {
    // Loads go up through memory until they leave it.
    const code = [
      ...loadConstant(3, DATA),
      word("addi", { RT: 4, RA: 4, SI: 1 }),
      word("lwzu", { RT: 5, D: 4, RA: 3 }),
      word("b", { LI: -2 }),
    ];
    const iss = load(writeProgram(code), {}, { profile: true });
    const found = diagnosticOf(() => iss.run());
    expect(found).toMatchObject([{ code: "BW0302" }]);
    const turns = iss.state.gpr[4] ?? 0;
    expect(turns).toBeGreaterThan(1000);
    expect({ pc: iss.state.pc, n: iss.instructions, r3: iss.state.gpr[3] }).toEqual({
      pc: CODE + 12,
      n: 2 + 3 * turns - 2,
      r3: DATA + 4 * (turns - 1),
    });
    expect([2, 3, 4].map((i) => iss.profile.executions(CODE + 4 * i))).toEqual([turns, turns - 1, turns - 1]);
  });

  it("code that the program could change is refused before it runs", () => {
    const elf = writeElf([{ address: CODE, words: EXIT, executable: true, writable: true }]);
    expect(diagnosticOf(() => load(elf))).toMatchObject([
      { code: "BW0308", message: "the code at 0x110000 is writable or lies apart from the rest of the code" },
    ]);
  });

  it("a program that is too large is refused before it runs", () => {
    const elf = writeElf([{ address: CODE, words: EXIT, executable: true, memorySize: 0xe0000000 }]);
    expect(diagnosticOf(() => load(elf))).toMatchObject([{ code: "BW0308" }]);
  });
});
