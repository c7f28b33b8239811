// Disassembly as llvm-objdump prints it: a fixed list, and all instructions with random operands where LLVM is installed.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDisassembler, encode, fieldOf } from "../../src/isa/index.ts";
import { CODE, writeElf } from "../iss/support/elf-writer.ts";
import { isa } from "../iss/support/isa.ts";
import { processorOf, UNKNOWN_TO_LLVM } from "../iss/support/processors.ts";
import { createRandom } from "../iss/support/random.ts";

const disassembler = createDisassembler(isa);

describe("disassembler", () => {
  it.each([
    [0x38600005, "li 3, 5"],
    [0x3c80fffd, "lis 4, -3"],
    [0x7cc53379, "mr. 5, 6"],
    [0x7cc530f8, "not 5, 6"],
    [0x60000000, "nop"],
    [0x7c032000, "cmpw 3, 4"],
    [0x7f832000, "cmpw 7, 3, 4"],
    [0x29030004, "cmplwi 2, 3, 4"],
    [0x41820024, "bt 2, 0x110024"],
    [0x4200fffc, "bdnz 0x10fffc"],
    [0x41e00014, "bt+ 0, 0x110014"],
    [0x48000043, "bla 0x40"],
    [0x4e800020, "blr"],
    [0x4d820020, "bclr 12, 2"],
    [0x54832834, "slwi 3, 4, 5"],
    [0x5483d97e, "srwi 3, 4, 5"],
    [0x5483043e, "clrlwi 3, 4, 16"],
    [0x5483298e, "rlwinm 3, 4, 5, 6, 7"],
    [0x7c652050, "sub 3, 4, 5"],
    [0x7c0802a6, "mflr 0"],
    [0x7c7042a6, "mfspr 3, 272"],
    [0x4c631982, "crclr 3"],
    [0x7fe00008, "trap"],
    [0x7c64289e, "iseleq 3, 4, 5"],
    [0x8064fff8, "lwz 3, -8(4)"],
    [0x7c0004ac, "sync"],
    [0x00000000, ".long 0x00000000"],
  ])("%i is %s", (word, text) => {
    expect(disassembler.disassemble(word, CODE)).toBe(text);
  });
});

const objdump = ["llvm-objdump-22", "llvm-objdump"].find((t) => spawnSync(t, ["--version"]).status === 0);

/** Instructions whose operands LLVM orders by processor. */
const OTHER_IN_LLVM = new Set([...UNKNOWN_TO_LLVM, "dcbt", "dcbtst", "mbar", "sync", "lswi", "stswi"]);

describe.skipIf(objdump === undefined)("against llvm-objdump", () => {
  it.each(["general", "spe"] as const)("prints every instruction alike: %s", (which) => {
    const random = createRandom(11);
    const instructions = isa.instructions.filter(
      (i) => !OTHER_IN_LLVM.has(i.name) && (processorOf(i).kind === "spe") === (which === "spe"),
    );
    const words = instructions.flatMap((instruction) =>
      [0, 1, 2, 3, 4, 5, 6, 7].map((n) => {
        const values = Object.fromEntries(
          instruction.fields.map((name) => {
            const { width } = fieldOf(isa, name);
            const small = n < 4 && width === 5 ? 2 ** (n % 3) : 2 ** width;
            if (name === "FXM" && /ocrf/.test(instruction.name)) return [name, 1 << (random() % 8)];
            return [name, name === "BH" ? 0 : random() % small];
          }),
        );
        return encode(isa, instruction, values);
      }),
    );
    const folder = mkdtempSync(join(tmpdir(), "blockwatt-objdump-"));
    try {
      const file = join(folder, "words.elf");
      writeFileSync(file, writeElf([{ address: CODE, words, executable: true }]));
      const theirs = objdumpText(file, words.length, which === "spe" ? ["--mcpu=e500"] : []);
      const ours = words.map((w, i) => disassembler.disassemble(w, CODE + 4 * i));
      expect(ours.map((t, i) => `${hex(words[i])} ${t}`)).toEqual(
        theirs.map((t, i) => `${hex(words[i])} ${t}`),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const hex = (n: number | undefined): string => ((n ?? 0) >>> 0).toString(16).padStart(8, "0");

/** Text of each word, without labels and with single spaces. */
function objdumpText(file: string, count: number, flags: readonly string[]): string[] {
  const run = spawnSync(objdump ?? "", ["-d", "--no-show-raw-insn", "--triple=powerpc", ...flags, file], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  const texts = run.stdout
    .split("\n")
    .map((line) => /^\s*[0-9a-f]+:\s+(.*)$/.exec(line)?.[1])
    .filter((t) => t !== undefined)
    .map((t) =>
      t
        .replace(/\s+/g, " ")
        .replace(/ <.*>$/, "")
        .trim(),
    );
  expect(texts).toHaveLength(count);
  return texts;
}
