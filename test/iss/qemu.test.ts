// Second opinion on what instructions do: QEMU executes the same random instruction words over the same random states.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readElf } from "../../src/elf/index.ts";
import { createIss } from "../../src/iss/index.ts";
import type { Instruction } from "../../src/machine/model.ts";
import { isa } from "./support/isa.ts";
import { createRandom, firstDifference, randomProgram, testedInstructions } from "./support/random-cases.ts";

const hasQemu = spawnSync("qemu-ppc", ["--version"]).status === 0;

/** Instructions that QEMU's default processor lacks, and one that has them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  isel: "e500v2",
  mbar: "e500v2",
  dcba: "7400",
  icbt: "440ep",
};

const ENCODINGS = 4;
const STATES = 64;

function compare(
  instructions: readonly Instruction[],
  processor: string | undefined,
  seed: number,
): string | undefined {
  const program = randomProgram(instructions, ENCODINGS, STATES, createRandom(seed));
  const ours: Uint8Array[] = [];
  const io = { args: ["random"], write: (_: number, bytes: Uint8Array) => ours.push(bytes) };
  const iss = createIss(isa, readElf(program.elf, "random"), io);
  expect(iss.run()).toBe(true);
  const folder = mkdtempSync(join(tmpdir(), "blockwatt-qemu-"));
  try {
    const file = join(folder, "random.elf");
    writeFileSync(file, program.elf, { mode: 0o755 });
    const cpu = processor === undefined ? [] : ["-cpu", processor];
    const qemu = spawnSync("qemu-ppc", [...cpu, file], { maxBuffer: 1 << 28 });
    return (
      firstDifference(program, Buffer.concat(ours), qemu.stdout) ??
      (qemu.status === 0 ? undefined : "QEMU failed")
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!hasQemu)("random instruction words give the same results as on QEMU", () => {
  const common = testedInstructions.filter((i) => !(i.name in ELSEWHERE));
  const groups = new Map<string, Instruction[]>();
  for (const i of common) {
    const chapter = /([\w-]+)\.adl$/.exec(i.place.file)?.[1] ?? "";
    groups.set(chapter, [...(groups.get(chapter) ?? []), i]);
  }
  it.each([...groups])("%s", (_, instructions) => {
    expect(compare(instructions, undefined, 20260731)).toBeUndefined();
  });
  it.each(Object.entries(ELSEWHERE))("%s on %s", (name, processor) => {
    const instructions = testedInstructions.filter((i) => i.name === name);
    expect(instructions).toHaveLength(1);
    expect(compare(instructions, processor, 7)).toBeUndefined();
  });
});
