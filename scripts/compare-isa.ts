// `npm run compare-isa`: every instruction of adl/powerpc on our simulator and on QEMU, with at least 1,000 cases each:
// random words over random registers and memory. What differs is listed by instruction, with one example.
// `npm run compare-isa -- --description FILE [-I FOLDER] [-D NAME=TEXT]`: any PowerPC description in the language against
// ours and QEMU, for the instructions that both name. Exit status 0 when nothing differs.
import { parseArgs } from "node:util";
import { loadIsa } from "../src/adl/index.ts";
import { DiagnosticError, formatDiagnostic } from "../src/base/diagnostic.ts";
import { imageOfElf } from "../src/dat/index.ts";
import { readPlainProgram } from "../src/elf/index.ts";
import { createModelSimulator } from "../src/iss/index.ts";
import type { Instruction, IsaModel } from "../src/machine/model.ts";
import { onOurs, onQemu } from "../test/iss/support/compare.ts";
import { isa } from "../test/iss/support/isa.ts";
import { KNOWN_DIFFERENCES, NOT_COMPARED } from "../test/iss/support/known-differences.ts";
import { processorOf } from "../test/iss/support/processors.ts";
import { createRandom } from "../test/iss/support/random.ts";
import { differences, randomProgram, testedInstructions } from "../test/iss/support/random-cases.ts";
import type { RandomProgram } from "../test/iss/support/random-cases.ts";

const { values } = parseArgs({
  options: {
    description: { type: "string" },
    include: { type: "string", short: "I", multiple: true, default: [] },
    define: { type: "string", short: "D", multiple: true, default: [] },
    encodings: { type: "string" },
    states: { type: "string", default: "64" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    /** Bits that the description's XER has. */
    xer: { type: "string", default: "0xe000007f" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(
    "usage: npm run compare-isa [-- [--only NAME] [--encodings N] [--states N] [--seed N]\n" +
      "       [--description FILE [-I FOLDER]… [-D NAME=TEXT]… [--xer BITS]]]\n\n" +
      "--only is a name or the pattern of names; words and states a word default to 16 and 64, 8 and 64 with a description.",
  );
  process.exit(0);
}
const encodings = Number(values.encodings ?? (values.description === undefined ? 16 : 8));
const wanted = values.only === undefined ? undefined : new RegExp(`^(${values.only})$`);

const program = (instruction: Instruction): RandomProgram =>
  randomProgram(
    [instruction],
    encodings,
    Number(values.states),
    createRandom(Number(values.seed)),
    Number(values.xer),
  );

/** What the program writes to standard output on a description. */
function onDescription(theirs: IsaModel, random: RandomProgram): Uint8Array {
  const out: Uint8Array[] = [];
  let ended = false;
  const simulator = createModelSimulator(
    theirs,
    imageOfElf(readPlainProgram(random.elf, "random"), theirs.machine?.counters.nia ?? "NIA"),
    {
      accesses: false,
      systemCall: (code, [, first = 0, address = 0, length = 0]) => {
        if (code === 4) out.push(Uint8Array.from(simulator.readMemory(address, length)));
        else ended = true;
        return code === 4 ? length : first;
      },
    },
  );
  const most = random.stubs.length * random.states.length * 400;
  for (let n = 0; n < most && !ended && !simulator.halted(); n++) simulator.step();
  return Buffer.concat(out);
}

/** Lists what differs from other results; whether nothing does. */
function report(
  random: RandomProgram,
  result: Uint8Array,
  others: readonly (readonly [string, Uint8Array | undefined])[],
): boolean {
  let equal = true;
  for (const [name, other] of others) {
    if (!other) continue;
    const found = differences(random, result, other, name);
    if (found.length === 0) continue;
    equal = false;
    console.log(`${random.stubs[0]?.name}: ${found.length} words differ from ${name}, first ${found[0]}`);
  }
  return equal;
}

function compareOurs(instruction: Instruction): boolean {
  const random = program(instruction);
  const qemu = onQemu(random, processorOf(instruction).cpu);
  if (!qemu) throw new Error("QEMU (qemu-ppc) does not run");
  return report(random, onOurs(random), [["QEMU", qemu]]);
}

function compareDescription(theirs: IsaModel, instruction: Instruction): boolean {
  const random = program(instruction);
  try {
    return report(random, onDescription(theirs, random), [
      ["ours", onOurs(random)],
      ["QEMU", onQemu(random, processorOf(instruction).cpu)],
    ]);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    for (const { message } of error.diagnostics) console.log(`${instruction.name}: ${message}`);
    return false;
  }
}

function load(file: string): IsaModel {
  const loaded = loadIsa(file, {
    importFolders: values.include,
    defines: Object.fromEntries(
      values.define.map((d) => [d.split("=")[0] ?? d, d.split("=").slice(1).join("=")]),
    ),
  });
  for (const one of loaded.diagnostics) if (one.severity === "error") console.error(formatDiagnostic(one));
  if (!loaded.isa) process.exit(1);
  return loaded.isa;
}

const theirs = values.description === undefined ? undefined : load(values.description);
const known = theirs && new Map(theirs.instructions.map((i) => [i.name, i]));
const compared = testedInstructions.filter(
  (i) =>
    (wanted?.test(i.name) ?? true) && (!known || (known.has(i.name) && processorOf(i).kind === "integer")),
);
let equal = 0;
for (const instruction of compared)
  if (theirs ? compareDescription(theirs, instruction) : compareOurs(instruction)) equal++;
const cases = encodings * Number(values.states);
console.log(`${equal} of ${compared.length} instructions give equal results in ${cases} cases each`);
if (!wanted && known && theirs) {
  const missing = isa.instructions.filter((i) => !known.has(i.name)).map((i) => i.name);
  const ownNames = new Set(isa.instructions.map((i) => i.name));
  const others = theirs.instructions.filter((i) => !ownNames.has(i.name)).map((i) => i.name);
  console.log(`only in ours: ${missing.join(" ")}\nonly in the description: ${others.join(" ")}`);
} else if (!wanted) {
  console.log("passed over, where QEMU and the manuals differ:");
  for (const { names, reason } of KNOWN_DIFFERENCES) {
    const affected = testedInstructions.filter((i) => names.test(i.name)).map((i) => i.name);
    const few =
      affected.length > 8 ? `${affected.slice(0, 6).join(" ")} … (${affected.length})` : affected.join(" ");
    console.log(`  ${few}: ${reason}`);
  }
  console.log("not compared:");
  for (const [name, reason] of Object.entries(NOT_COMPARED)) console.log(`  ${name}: ${reason}`);
}
process.exit(equal === compared.length ? 0 : 1);
