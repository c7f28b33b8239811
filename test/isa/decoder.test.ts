// Decoding: every encodable word decodes to its instruction, and what no instruction has is refused by name.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DiagnosticError } from "../../src/base/diagnostic.ts";
import { createDecoder, encode, extractField, fieldOf, fieldValue, placeField } from "../../src/isa/index.ts";
import type { Instruction } from "../../src/machine/model.ts";
import { isa } from "../iss/support/isa.ts";

const decoder = createDecoder(isa);

function diagnosticOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
  return undefined;
}

/** Raw values for all operand fields of an instruction. */
function operands(instruction: Instruction, seed: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    instruction.fields.map((name, i) => [name, (seed[i] ?? 0) % 2 ** fieldOf(isa, name).width]),
  );
}

describe("decoder", () => {
  it("decodes what encode makes, fields included", () => {
    const seed = fc.array(fc.nat(2 ** 24), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.nat(isa.instructions.length - 1), seed, (index, numbers) => {
        const instruction = isa.instructions[index];
        if (!instruction) return;
        const values = operands(instruction, numbers);
        const word = encode(isa, instruction, values);
        expect(isa.instructions[decoder.decode(word)]?.name).toBe(instruction.name);
        for (const [name, raw] of Object.entries(values))
          expect(extractField(fieldOf(isa, name), word)).toBe(raw);
      }),
      { numRuns: 4000 },
    );
  });

  it("agrees with a plain search for any word", () => {
    const word = fc.oneof(
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.integer({ min: 0, max: 0x3ffffff }).map((n) => (0x7c000000 | n) >>> 0),
      fc.integer({ min: 0, max: 0x3ffffff }).map((n) => (0x4c000000 | n) >>> 0),
    );
    fc.assert(
      fc.property(word, (w) => {
        const all = isa.instructions.filter((i) => (w & i.mask) >>> 0 === i.match);
        expect(all.length).toBeLessThan(2);
        expect(isa.instructions[decoder.decode(w)]).toBe(all[0]);
      }),
      { numRuns: 4000 },
    );
  });

  it("covers every field bit of an instruction by its encoding or its operands", () => {
    for (const i of isa.instructions) {
      let covered = i.mask;
      for (const name of i.fields)
        covered |= placeField(fieldOf(isa, name), 2 ** fieldOf(isa, name).width - 1);
      expect([i.name, covered >>> 0]).toEqual([i.name, 0xffffffff]);
    }
  });

  it("refuses an unknown word by address", () => {
    expect(diagnosticOf(() => decoder.instruction(0, 0x1234, "a.elf"))).toEqual([
      {
        code: "BW0301",
        severity: "error",
        message: "the word 0x00000000 at address 0x00001234 is no instruction of PowerPC",
        help: "the program is damaged, jumped into data, or was compiled for a processor with more instructions",
        place: { file: "a.elf" },
      },
    ]);
  });

  it("refuses a description in which a word could be two instructions", () => {
    const [add] = isa.instructions.filter((i) => i.name === "add");
    if (!add) throw new Error("no add");
    const twin = { ...add, name: "twin", place: { file: "x.adl", line: 7 } };
    expect(diagnosticOf(() => createDecoder({ ...isa, instructions: [add, twin] }))).toEqual([
      {
        code: "BW0320",
        severity: "error",
        message: "instructions add and twin have encodings that overlap",
        help: "give one of them more fixed fields",
        place: { file: "x.adl", line: 7 },
      },
    ]);
    const special = { ...twin, mask: 0xffffffff, match: add.match };
    const narrow = createDecoder({ ...isa, instructions: [add, special] });
    expect([narrow.decode(add.match), narrow.decode(add.match | (1 << 21))]).toEqual([1, 0]);
  });
});

describe("fields", () => {
  it("have sign, shift and relative address", () => {
    expect(fieldValue(fieldOf(isa, "D"), 0x8000fffe, 0)).toBe(-2);
    expect(fieldValue(fieldOf(isa, "BD"), 0x4200fffc, 0x1000)).toBe(0xffc);
    expect(fieldValue(fieldOf(isa, "LI"), 0x4bfffffc, 0)).toBe(0xfffffffc);
    expect(extractField(fieldOf(isa, "SPRN"), 0x7c6842a6)).toBe(264);
  });

  it("refuse values that do not fit", () => {
    const [addi] = isa.instructions.filter((i) => i.name === "addi");
    if (!addi) throw new Error("no addi");
    for (const values of [{ RT: 32 }, { RT: -1 }, { RT: 0.5 }, { XX: 1 }, { RB: 1 }] as Record<
      string,
      number
    >[])
      expect(diagnosticOf(() => encode(isa, addi, values))).toMatchObject([{ code: "BW0309" }]);
  });
});
