// Runs a program of random cases on our simulator and on QEMU.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readElf } from "../../../src/elf/index.ts";
import { createIss } from "../../../src/iss/index.ts";
import type { Instruction } from "../../../src/machine/model.ts";
import { isa } from "./isa.ts";
import { processorOf } from "./processors.ts";
import { createRandom } from "./random.ts";
import { differences, randomProgram } from "./random-cases.ts";
import type { RandomProgram } from "./random-cases.ts";

/** What the program writes. */
export function onOurs(program: RandomProgram): Uint8Array {
  const out: Uint8Array[] = [];
  const io = { args: ["random"], write: (_: number, bytes: Uint8Array) => out.push(bytes.slice()) };
  createIss(isa, readElf(program.elf, "random"), io).run();
  return Buffer.concat(out);
}

/** What it writes on QEMU; undefined when there is none. A run that ends early gives less output. */
export function onQemu(program: RandomProgram, cpu: string | undefined): Uint8Array | undefined {
  const folder = mkdtempSync(join(tmpdir(), "blockwatt-compare-"));
  try {
    const file = join(folder, "random.elf");
    writeFileSync(file, program.elf, { mode: 0o755 });
    const run = spawnSync("qemu-ppc", [...(cpu === undefined ? [] : ["-cpu", cpu]), file], {
      maxBuffer: 1 << 30,
    });
    return run.error ? undefined : run.stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What differs, of `encodings` words of each instruction over `states` states; the instructions share a processor. */
export function compareWithQemu(
  instructions: readonly Instruction[],
  encodings: number,
  states: number,
  seed: number,
): string[] {
  const [first] = instructions;
  if (!first) return [];
  const program = randomProgram(instructions, encodings, states, createRandom(seed));
  const theirs = onQemu(program, processorOf(first).cpu);
  return theirs ? differences(program, onOurs(program), theirs, "QEMU") : ["QEMU did not run"];
}
