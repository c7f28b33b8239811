// A program that executes random instruction words over random register states and writes all results to standard
// output: run on the simulator and on QEMU, the outputs must be equal.
//
// For each word there is a stub: a loop over the states that loads the registers (random-state.ts), executes the word, and
// stores all of them again. r31 is the stub's own. Memory instructions are given a base inside a scratch area, which
// is written out after each stub, and branches a target right behind the stub's next instruction.
import { extractField, fieldOf } from "../../../src/isa/index.ts";
import type { Instruction } from "../../../src/machine/model.ts";
import { CODE, DATA, writeElf } from "./elf-writer.ts";
import { instructionNamed, isa, loadConstant, word } from "./isa.ts";
import { allowedDifference, isCompared } from "./known-differences.ts";
import { processorOf } from "./processors.ts";
import type { Random } from "./random.ts";
import { STATE_KINDS, fpscr } from "./random-state.ts";
import type { StateKindCode } from "./random-state.ts";

const SCRATCH = DATA;
const SCRATCH_BYTES = 256;
const POINTERS = DATA + SCRATCH_BYTES; // state, output, count
const STATES = POINTERS + 16;

export const testedInstructions: readonly Instruction[] = isa.instructions.filter(isCompared);

interface Case {
  /** Words before the tested one: they change the loaded state. */
  readonly before: readonly number[];
  /** Words before the registers are loaded, with r30 free, after CR, XER, LR and CTR were loaded. */
  readonly special: readonly number[];
  readonly words: readonly number[];
}

/** A case of the instruction; `branchTarget` is the address of the second word after it. */
function randomCase(
  instruction: Instruction,
  random: Random,
  xer: number,
  caseAddress: (before: number) => number,
): Case {
  const pick = (n: number): number => random() % n;
  const values: Record<string, number> = {};
  for (const name of instruction.fields) {
    const field = isa.fields[name];
    if (!field) throw new Error(name);
    values[name] = field.registerFile === "GPR" ? pick(31) : pick(2 ** field.width);
    // Displacements in units of their own.
    if (/^UD\d$/.test(name)) values[name] = pick(64 >> field.shift);
  }
  const before: number[] = [];
  const special: number[] = [];
  const { name, memory } = instruction;
  const cacheHint = /^(dcb|icb)/.test(name);
  if (memory || cacheHint) {
    const base = 1 + pick(30);
    values["RA"] = base;
    const other = (base + 1 + pick(29)) % 31;
    const target = values["RT"];
    if (target !== undefined && target === base) values["RT"] = other;
    if (/^[ls]mw|^stmw/.test(name)) {
      const first = 26 + pick(5);
      values["RA"] = 1 + pick(20);
      if ("RT" in values) values["RT"] = first;
      else values["RS"] = first;
    }
    if (/^lsw/.test(name)) {
      // Registers that are loaded must not be those of the address: r0 to r7 against r20 and r21.
      values["RT"] = pick(8);
      values["RA"] = 20;
      if ("RB" in values) values["RB"] = 21;
    }
    if (/^(ls|sts)wx/.test(name)) special.push(word("addi", { RT: 30, RA: 0, SI: pick(33) }), mtspr(1));
    if (values["RB"] === values["RA"]) values["RB"] = ((values["RA"] ?? 0) + 3) % 31;
    if (values["RT"] !== undefined && values["RT"] === values["RB"] && /ux$/.test(name))
      values["RT"] = ((values["RB"] ?? 0) + 1) % 31 === values["RA"] ? 0 : ((values["RB"] ?? 0) + 1) % 31;
    before.push(...loadConstant(values["RA"] ?? 0, SCRATCH + 96 + pick(32)));
    if ("RB" in values) {
      before.push(word("addi", { RT: values["RB"] ?? 0, RA: 0, SI: pick(64) - 32 }));
      if (name === "lwarx" || name === "stwcx.") {
        before.splice(0, 2, ...loadConstant(values["RA"] ?? 0, SCRATCH + 96));
        before[2] = word("addi", { RT: values["RB"] ?? 0, RA: 0, SI: 4 * pick(8) });
      }
      // With the reservation, and without.
      if (name === "stwcx." && pick(4) > 0) {
        const { RA = 0, RB = 0 } = values;
        before.push(word("lwarx", { RT: [...general].find((r) => r !== RA && r !== RB) ?? 0, RA, RB }));
      }
    }
    if ("D" in values) values["D"] = (pick(64) - 32) & 0xffff;
  }
  if (name === "mfspr" || name === "mtspr") {
    values["SPRN"] = [1, 8, 9][pick(3)] ?? 1;
    const source = values["RS"];
    // Only bits that XER has.
    if (source !== undefined && values["SPRN"] === 1) before.push(...loadConstant(source, random() & xer));
  }
  if (/^(fn?m|mtfs)/.test(name)) keepQuiet(name, values, before, random);
  if (/^twi?$/.test(name)) quietTrap(values, before, random);
  if (name === "icbt") values["CT"] = 0; // QEMU knows no other cache
  if (/^m[ft]ocrf/.test(name)) values["FXM"] = 1 << pick(8);
  if (!instruction.branch) return { before, special, words: [word(name, values)] };

  const at = caseAddress(before.length);
  const target = at + 8;
  const absolute = /a$/.test(name);
  for (const field of ["BD", "LI"]) {
    if (field in values) values[field] = absolute ? target >>> 2 : 2;
  }
  if (name.startsWith("bclr") || name.startsWith("bcctr")) {
    values["BH"] = 0;
    const number = name.startsWith("bclr") ? 8 : 9;
    if (number === 9) values["BO"] = (values["BO"] ?? 0) | 4;
    special.push(...loadConstant(30, target | pick(4)), mtspr(number));
  }
  return { before, special, words: [word(name, values), word("addi", { RT: 29, RA: 29, SI: 77 })] };
}

const general = [0, 1, 2, 3];

/** Keeps FPSCR's enables off, for which QEMU sends signals, and the rounding modes for which it rounds fnmadd and its like
 *  after negation, not before. */
function keepQuiet(name: string, values: Record<string, number>, before: number[], random: Random): void {
  if (/^fn/.test(name)) before.push(word("mtfsfi", { BF: 7, U: random() & 1 }));
  if (/^mtfsfi/.test(name)) {
    values["BF"] = [0, 1, 2, 3, 4, 5, 7][random() % 7] ?? 0;
    if (values["BF"] === 7) values["U"] = random() & 3;
  } else if (/^mtfsf/.test(name)) {
    before.push(...loadConstant(28, SCRATCH), ...loadConstant(29, fpscr(random)));
    before.push(
      word("stw", { RS: 29, D: 4, RA: 28 }),
      word("lfd", { FRT: values["FRB"] ?? 0, D: 0, RA: 28 }),
    );
  }
  if (/^mtfsb1/.test(name)) values["BT"] = [...Array(24).keys(), 30, 31][random() % 26] ?? 0;
}

/** Operands of a trap instruction, and conditions that they do not meet: a trap taken ends the program. */
function quietTrap(values: Record<string, number>, before: number[], random: Random): void {
  const near = [0, 1, -1, 0x7fff, -0x8000, random() % 0x7fff];
  const pick = (): number => near[random() % near.length] ?? 0;
  const [a, b] = [pick(), pick()];
  before.push(word("addi", { RT: values["RA"] ?? 0, RA: 0, SI: a }));
  if ("SI" in values) values["SI"] = b & 0xffff;
  else before.push(word("addi", { RT: values["RB"] ?? 0, RA: 0, SI: b }));
  const same = values["RA"] === values["RB"];
  const x = same ? b : a;
  const met =
    (x < b ? 16 : 0) |
    (x > b ? 8 : 0) |
    (x === b ? 4 : 0) |
    (x >>> 0 < b >>> 0 ? 2 : 0) |
    (x >>> 0 > b >>> 0 ? 1 : 0);
  values["TO"] = random() & 31 & ~met;
}

function mtspr(number: number): number {
  return word("mtspr", { RS: 30, SPRN: number });
}

const lwz = (rt: number, d: number, ra: number): number => word("lwz", { RT: rt, D: d, RA: ra });
const stw = (rs: number, d: number, ra: number): number => word("stw", { RS: rs, D: d, RA: ra });

export interface RandomProgram {
  readonly elf: Uint8Array;
  /** Per stub: the instruction, the tested word and the bytes of output. */
  readonly stubs: readonly { readonly name: string; readonly word: number }[];
  readonly bytesPerStub: number;
  readonly states: readonly (readonly number[])[];
  readonly kind: StateKindCode;
}

/** Builds the program: `encodings` words of each instruction, each over `stateCount` states. `xer`: bits that XER has. */
export function randomProgram(
  instructions: readonly Instruction[],
  encodings: number,
  stateCount: number,
  random: Random,
  xer = 0xe000007f,
): RandomProgram {
  const [first] = instructions;
  if (!first) throw new Error("no instructions");
  const kind = STATE_KINDS[processorOf(first).kind];
  const states = Array.from({ length: stateCount }, () => kind.random(random, xer));
  const stateBytes = 4 * kind.words;
  const output = STATES + stateBytes * stateCount;
  const outputBytes = stateBytes * stateCount + SCRATCH_BYTES;

  const code: number[] = [];
  const stubs: { name: string; word: number }[] = [];
  const emit = (...words: number[]): void => {
    code.push(...words);
  };
  for (const instruction of instructions) {
    for (let n = 0; n < encodings; n++) {
      // state pointer, output pointer, count
      emit(...loadConstant(31, POINTERS), ...loadConstant(0, STATES), stw(0, 0, 31));
      emit(...loadConstant(0, output), stw(0, 4, 31));
      emit(word("addi", { RT: 0, RA: 0, SI: stateCount }), stw(0, 8, 31));
      const loop = code.length;
      emit(...loadConstant(31, POINTERS), lwz(31, 0, 31));
      emit(...kind.load());
      const start = CODE + 4 * code.length;
      // The number of words before the tested one: `special` of a branch is always 3, of others does not matter.
      const specialLength = /^bc(lr|ctr)/.test(instruction.name) ? 3 : 0;
      const c = randomCase(instruction, random, xer, (before) => start + 4 * (specialLength + 31 + before));
      emit(...c.special);
      emit(...kind.loadGeneral(), ...c.before, ...c.words);
      emit(...loadConstant(31, POINTERS), lwz(31, 4, 31));
      emit(...kind.store());
      emit(...loadConstant(30, POINTERS));
      emit(word("addi", { RT: 31, RA: 31, SI: stateBytes }), stw(31, 4, 30));
      emit(lwz(31, 0, 30), word("addi", { RT: 31, RA: 31, SI: stateBytes }), stw(31, 0, 30));
      emit(lwz(31, 8, 30), word("addic.", { RT: 31, RA: 31, SI: -1 }), stw(31, 8, 30));
      emit(word("bc", { BO: 4, BI: 2, BD: loop - code.length }));
      // Scratch memory behind the states, then write(1, output, outputBytes).
      emit(...loadConstant(31, SCRATCH), ...loadConstant(30, output + stateBytes * stateCount));
      for (let i = 0; i < SCRATCH_BYTES; i += 4) emit(lwz(29, i, 31), stw(29, i, 30));
      emit(word("addi", { RT: 0, RA: 0, SI: 4 }), word("addi", { RT: 3, RA: 0, SI: 1 }));
      emit(...loadConstant(4, output), ...loadConstant(5, outputBytes), word("sc"));
      stubs.push({ name: instruction.name, word: c.words[0] ?? 0 });
    }
  }
  emit(word("addi", { RT: 0, RA: 0, SI: 1 }), word("addi", { RT: 3, RA: 0, SI: 0 }), word("sc"));
  const data = new Array<number>((STATES - DATA) / 4).fill(0);
  for (let i = 0; i < SCRATCH_BYTES / 4; i++) data[i] = random();
  const elf = writeElf([
    { address: CODE, words: code, executable: true },
    {
      address: DATA,
      words: [...data, ...states.flat()],
      memorySize: output + outputBytes - DATA,
      writable: true,
    },
  ]);
  return { elf, stubs, bytesPerStub: outputBytes, states, kind };
}

/** The differences of two outputs in words: which instruction, which state, which register. */
export function differences(
  program: RandomProgram,
  ours: Uint8Array,
  theirs: Uint8Array,
  other: string,
): string[] {
  const { names, words } = program.kind;
  const length = Math.min(ours.length, theirs.length) & ~3;
  const a = new DataView(ours.buffer, ours.byteOffset);
  const b = new DataView(theirs.buffer, theirs.byteOffset);
  const found: string[] = [];
  const hex = (n: number): string => `0x${(n >>> 0).toString(16)}`;
  for (let i = 0; i < length; i += 4) {
    const differing = a.getUint32(i) ^ b.getUint32(i);
    if (differing === 0) continue;
    const stub = program.stubs[Math.floor(i / program.bytesPerStub)];
    const within = Math.floor((i % program.bytesPerStub) / 4);
    const state = program.states[Math.floor(within / words)];
    const register = names[within % words] ?? "";
    const allowed = allowedDifference(stub?.name ?? "", register, a.getUint32(i), b.getUint32(i));
    if (state && (differing & ~allowed) === 0) continue;
    const where = state ? names[within % words] : `scratch word ${within - words * program.states.length}`;
    found.push(
      `${stub?.name} (${hex(stub?.word ?? 0)}): ${where} is ${hex(a.getUint32(i))}, ${other} has ` +
        `${hex(b.getUint32(i))}${state && stub ? operandText(stub, names, state) : ""}`,
    );
  }
  if (ours.length !== theirs.length) {
    const stub = program.stubs[Math.floor(length / program.bytesPerStub)];
    found.push(`output of ${ours.length} bytes, ${other} has ${theirs.length} (stub ${stub?.name})`);
  }
  return found;
}

/** The registers that the word names, and the special ones, as they were before. */
function operandText(
  stub: { readonly name: string; readonly word: number },
  names: readonly string[],
  state: readonly number[],
): string {
  const fields = instructionNamed(stub.name).fields.map((name) => fieldOf(isa, name));
  const used = fields.flatMap((field) => {
    const file = field.registerFile === "GPR" ? "r" : field.registerFile === "FPR" ? "f" : undefined;
    return file === undefined ? [] : [`${file}${extractField(field, stub.word)}`];
  });
  const shown = names.flatMap((name, k) => {
    const wanted = used.includes(name.split(" ")[0] ?? "") || /^(cr|xer|ctr|lr|fpscr|spefscr)$/.test(name);
    return wanted ? [`${name}=0x${((state[k] ?? 0) >>> 0).toString(16)}`] : [];
  });
  return `; before: ${shown.join(" ")}`;
}
