// The whole instruction space: every instruction with every combination of corner values of its fields, and random ones.
// Words are decoded back, and their disassembly is assembled again by LLVM.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createDecoder, createDisassembler, encode, extractField, fieldOf } from "../../src/isa/index.ts";
import type { Instruction } from "../../src/machine/model.ts";
import { isa } from "../iss/support/isa.ts";
import { processorOf, UNKNOWN_TO_LLVM } from "../iss/support/processors.ts";
import { createRandom } from "../iss/support/random.ts";

const decoder = createDecoder(isa);
const MOST_CORNERS = 512;

/** Field values to try: corners in all combinations, thinned where there are too many, and random ones. */
function* valuesOf(instruction: Instruction, randomCases: number): Generator<Record<string, number>> {
  const random = createRandom(instruction.match ^ instruction.mask);
  const corners = instruction.fields.map((name) => {
    const most = 2 ** fieldOf(isa, name).width - 1;
    return [...new Set([0, 1, most >>> 1, (most >>> 1) + 1, most].filter((n) => n <= most))];
  });
  const total = corners.reduce((n, list) => n * list.length, 1);
  const step = Math.max(1, Math.floor(total / MOST_CORNERS));
  // A step that shares no factor with the numbers of corners reaches all of them.
  for (let n = 0; n < total; n += step % 2 === 0 ? step + 1 : step) {
    let rest = n;
    const values: Record<string, number> = {};
    instruction.fields.forEach((name, i) => {
      const list = corners[i] ?? [0];
      values[name] = list[rest % list.length] ?? 0;
      rest = Math.floor(rest / list.length);
    });
    yield values;
  }
  for (let n = 0; n < randomCases; n++)
    yield Object.fromEntries(instruction.fields.map((f) => [f, random() % 2 ** fieldOf(isa, f).width]));
}

describe("instruction space", () => {
  it("decodes every encoded word to its instruction and fields, and encodes it back", () => {
    let words = 0;
    const wrong: string[] = [];
    for (const instruction of isa.instructions) {
      for (const values of valuesOf(instruction, 100)) {
        const word = encode(isa, instruction, values);
        const decoded = isa.instructions[decoder.decode(word)];
        const fields = Object.fromEntries(
          (decoded?.fields ?? []).map((name) => [name, extractField(fieldOf(isa, name), word)]),
        );
        const back = decoded ? encode(isa, decoded, fields) : 0;
        words++;
        if (
          decoded !== instruction ||
          back !== word ||
          Object.entries(values).some(([f, v]) => fields[f] !== v)
        )
          wrong.push(`${instruction.name} ${JSON.stringify(values)} is ${decoded?.name ?? "nothing"}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(words).toBeGreaterThan(30_000);
  });

  it("encodes whatever decodes back to the same word", () => {
    const random = createRandom(5);
    for (let n = 0; n < 200_000; n++) {
      const word = random();
      const decoded = isa.instructions[decoder.decode(word)];
      if (!decoded) continue;
      const fields = Object.fromEntries(
        decoded.fields.map((name) => [name, extractField(fieldOf(isa, name), word)]),
      );
      if (encode(isa, decoded, fields) !== word) expect([decoded.name, fields]).toBe(word);
    }
  });
});

const assembler = ["llvm-mc-22", "llvm-mc"].find((tool) => spawnSync(tool, ["--version"]).status === 0);

/** Whether LLVM's assembler can read the instruction with these fields. */
function llvmReads({ name }: Instruction, values: Readonly<Record<string, number>>): boolean {
  if (UNKNOWN_TO_LLVM.has(name)) return false;
  // It takes no negative number for a target; bc and its forms it does.
  if (/^bl?a?$/.test(name)) return (values["LI"] ?? 0) < 2 ** 23;
  // One field of CR has to be named.
  const mask = values["FXM"] ?? 0;
  if (/^m[ft]ocrf$/.test(name)) return mask !== 0 && (mask & (mask - 1)) === 0;
  return true;
}

/** The words that LLVM makes of the lines; undefined where it refuses one. */
function assemble(lines: readonly string[], flags: readonly string[]): (number | undefined)[] {
  const text = lines.map((line, i) => `.Lline${i}:\n ${line}\n`).join("");
  const run = spawnSync(assembler ?? "", ["--triple=powerpc", ...flags, "--show-encoding"], {
    input: text,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const words: (number | undefined)[] = new Array<number | undefined>(lines.length).fill(undefined);
  let at = -1;
  for (const line of run.stdout.split("\n")) {
    const label = /^\.Lline(\d+):/.exec(line);
    if (label) at = Number(label[1]);
    const bytes = /encoding: \[([^\]]*)\]/.exec(line)?.[1]?.split(",");
    if (bytes?.length === 4 && bytes.every((b) => /^0x[0-9a-f]{2}$/.test(b)))
      words[at] = bytes.reduce((word, byte) => ((word << 8) | Number(byte)) >>> 0, 0);
  }
  return words;
}

describe.skipIf(assembler === undefined)("disassembly", () => {
  it.each(["general", "spe"] as const)("assembles to the same word with LLVM: %s", (which) => {
    const disassembler = createDisassembler(isa);
    const chosen = isa.instructions.filter((i) => (processorOf(i).kind === "spe") === (which === "spe"));
    const cases = chosen.flatMap((instruction) => {
      const all = [...valuesOf(instruction, 12)].filter((values) => llvmReads(instruction, values));
      // Every tenth corner is enough here, and all the random ones.
      return all
        .filter((_, i) => i % 10 === 0 || i >= all.length - 12)
        .map((values) => ({ instruction, word: encode(isa, instruction, values) }));
    });
    // At address 0 a target is the distance, which is what LLVM takes a number for.
    const lines = cases.map(({ word }) =>
      disassembler
        .disassemble(word, 0)
        .replace(/0x([89a-f][0-9a-f]{7})$/, (_, digits: string) => String(parseInt(digits, 16) - 2 ** 32)),
    );
    const words = assemble(lines, which === "spe" ? ["--mcpu=e500"] : []);
    const wrong = new Map<string, string>();
    cases.forEach(({ instruction, word }, i) => {
      if (words[i] === word) return;
      const made = words[i] === undefined ? "refused" : hex(words[i]);
      if (!wrong.has(instruction.name))
        wrong.set(instruction.name, `${lines[i] ?? ""}: ${hex(word)}, ${made}`);
    });
    expect(Object.fromEntries(wrong)).toEqual({});
  });
});

function hex(word: number | undefined): string {
  return (word ?? 0).toString(16).padStart(8, "0");
}
