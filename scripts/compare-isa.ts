// `npm run compare-isa -- --description FILE [-I FOLDER] [-D NAME=TEXT]`: any PowerPC description in the language against
// our own and against QEMU. Every instruction that both descriptions name executes random words over random states, as in
// test/iss/qemu.test.ts; what differs is listed by instruction, with one example. Exit status 0 when nothing differs.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadIsa } from "../src/adl/index.ts";
import { DiagnosticError, formatDiagnostic } from "../src/base/diagnostic.ts";
import { imageOfElf } from "../src/dat/index.ts";
import { readElf } from "../src/elf/index.ts";
import { createIss, createModelSimulator } from "../src/iss/index.ts";
import type { Instruction, IsaModel } from "../src/machine/model.ts";
import { isa } from "../test/iss/support/isa.ts";
import {
  createRandom,
  differences,
  randomProgram,
  testedInstructions,
} from "../test/iss/support/random-cases.ts";
import type { RandomProgram } from "../test/iss/support/random-cases.ts";

const { values } = parseArgs({
  options: {
    description: { type: "string" },
    include: { type: "string", short: "I", multiple: true, default: [] },
    define: { type: "string", short: "D", multiple: true, default: [] },
    encodings: { type: "string", default: "8" },
    states: { type: "string", default: "64" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    /** Bits that the description's XER has. */
    xer: { type: "string", default: "0xe000007f" },
  },
});
if (values.description === undefined) {
  console.error(
    "usage: npm run compare-isa -- --description FILE [-I FOLDER]… [-D NAME=TEXT]… [--xer BITS] [--only NAME]",
  );
  process.exit(2);
}

/** Instructions whose results QEMU's default processor cannot tell. */
const PROCESSOR: Readonly<Record<string, string>> = {
  isel: "e500v2",
  mbar: "e500v2",
  dcba: "7400",
  icbt: "440ep",
};

const loaded = loadIsa(values.description, {
  importFolders: values.include,
  defines: Object.fromEntries(
    values.define.map((d) => [d.split("=")[0] ?? d, d.split("=").slice(1).join("=")]),
  ),
});
for (const one of loaded.diagnostics) if (one.severity === "error") console.error(formatDiagnostic(one));
if (!loaded.isa) process.exit(1);
const theirs: IsaModel = loaded.isa;

/** What the program writes to standard output on the description. */
function onDescription(program: RandomProgram): Uint8Array {
  const out: Uint8Array[] = [];
  let ended = false;
  const simulator = createModelSimulator(
    theirs,
    imageOfElf(readElf(program.elf, "random"), theirs.machine?.counters.nia ?? "NIA"),
    {
      accesses: false,
      systemCall: (code, [, first = 0, address = 0, length = 0]) => {
        if (code === 4) out.push(Uint8Array.from(simulator.readMemory(address, length)));
        else ended = true;
        return code === 4 ? length : first;
      },
    },
  );
  const most = program.stubs.length * program.states.length * 400;
  for (let n = 0; n < most && !ended && !simulator.halted(); n++) simulator.step();
  return Buffer.concat(out);
}

function onOurs(program: RandomProgram): Uint8Array {
  const out: Uint8Array[] = [];
  const io = { args: ["random"], write: (_: number, bytes: Uint8Array) => out.push(bytes.slice()) };
  createIss(isa, readElf(program.elf, "random"), io).run();
  return Buffer.concat(out);
}

function onQemu(program: RandomProgram, processor: string | undefined): Uint8Array | undefined {
  const folder = mkdtempSync(join(tmpdir(), "blockwatt-compare-"));
  try {
    const file = join(folder, "random.elf");
    writeFileSync(file, program.elf, { mode: 0o755 });
    const run = spawnSync("qemu-ppc", [...(processor === undefined ? [] : ["-cpu", processor]), file], {
      maxBuffer: 1 << 28,
    });
    return run.error ? undefined : run.stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compare(instruction: Instruction): string[] {
  const random = createRandom(Number(values.seed));
  const program = randomProgram(
    [instruction],
    Number(values.encodings),
    Number(values.states),
    random,
    Number(values.xer),
  );
  let result: Uint8Array;
  try {
    result = onDescription(program);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map((d) => d.message);
    throw error;
  }
  const lines: string[] = [];
  for (const [name, other] of [
    ["ours", onOurs(program)],
    ["QEMU", onQemu(program, PROCESSOR[instruction.name])],
  ] as const) {
    if (!other) continue;
    const found = differences(program, result, other, name);
    if (found.length > 0) lines.push(`${found.length} words differ from ${name}, first ${found[0]}`);
  }
  return lines;
}

const known = new Map(theirs.instructions.map((i) => [i.name, i]));
const both = testedInstructions.filter(
  (i) => known.has(i.name) && (values.only === undefined || values.only === i.name),
);
let equal = 0;
for (const instruction of both) {
  const lines = compare(instruction);
  if (lines.length === 0) equal++;
  for (const line of lines) console.log(`${instruction.name}: ${line}`);
}
console.log(`${equal} of ${both.length} instructions give equal results`);
if (values.only === undefined) {
  const missing = isa.instructions.filter((i) => !known.has(i.name)).map((i) => i.name);
  const ownNames = new Set(isa.instructions.map((i) => i.name));
  const others = theirs.instructions.filter((i) => !ownNames.has(i.name)).map((i) => i.name);
  console.log(`only in ours: ${missing.join(" ")}\nonly in the description: ${others.join(" ")}`);
}
process.exit(equal === both.length ? 0 : 1);
