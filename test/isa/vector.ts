// Test vectors of instructions: one word, the state before it and what it changes, as data beside the description
// (adl/<architecture>/tests/<chapter>.json). They run on the simulator here; that simulator and QEMU are compared on random
// words and states in test/iss/qemu.test.ts.
import { encode, fieldOf } from "../../src/isa/index.ts";
import { createModelSimulator } from "../../src/iss/index.ts";
import type { ModelSimulator } from "../../src/iss/index.ts";
import type { Instruction, IsaModel } from "../../src/machine/model.ts";
import { createRandom, randomDouble, randomSingle } from "../iss/support/random.ts";
import type { Random } from "../iss/support/random.ts";

export interface Vector {
  readonly instruction: string;
  /** The instruction word, in hexadecimal. */
  readonly word: string;
  /** `GPR(3)`, `CR` → value in hexadecimal. What is not named is 0. */
  readonly before: Readonly<Record<string, string>>;
  /** Registers and words of memory, `Mem(2000)`, that differ afterwards; `NIA` when it is not the next word. */
  readonly after: Readonly<Record<string, string>>;
}

const CODE = 0x1000;
const DATA = 0x2000;
const DATA_BYTES = 0x100;
const CORNERS = [0, 1, 2, 31, 0x7fff, 0x8000, 0x7fffffff, 0x80000000, 0xffffffff];

const simulators = new WeakMap<IsaModel, ModelSimulator>();

/** What executing the vector's word changes. */
export function execute(isa: IsaModel, vector: Pick<Vector, "word" | "before">): Record<string, string> {
  // Making a simulator takes long; its whole state is set instead.
  let simulator = simulators.get(isa);
  if (!simulator) {
    simulator = createModelSimulator(isa, { memory: [], registers: [] });
    simulators.set(isa, simulator);
  }
  const code = new Uint8Array(8);
  new DataView(code.buffer).setUint32(0, parseInt(vector.word, 16));
  simulator.writeMemory(CODE, code);
  simulator.writeMemory(
    DATA,
    new Uint8Array(DATA_BYTES).map((_, i) => (i * 37 + 11) & 255),
  );
  const names = stateNames(isa);
  for (const { name, index } of names) simulator.setRegister(name, index, 0n);
  for (const [key, text] of Object.entries(vector.before)) {
    const [, name = key, index] = /^(\w+)\((\d+)\)$/.exec(key) ?? [];
    simulator.setRegister(name, index === undefined ? undefined : Number(index), BigInt(`0x${text}`));
  }
  simulator.setRegister("NIA", undefined, BigInt(CODE));
  const before = read(simulator, names);
  simulator.step();
  const changed: Record<string, string> = {};
  for (const [name, value] of read(simulator, names)) if (value !== before.get(name)) changed[name] = value;
  if (simulator.pc() !== CODE + 4) changed["NIA"] = simulator.pc().toString(16);
  return changed;
}

function stateNames(isa: IsaModel): { name: string; index: number | undefined }[] {
  const single = Object.keys(isa.registers).filter((name) => name !== "CIA" && name !== "NIA");
  const files = Object.values(isa.registerFiles).filter((file) => Object.keys(file.entries).length === 0);
  return [
    ...single.map((name) => ({ name, index: undefined })),
    ...files.flatMap(({ name, size }) => Array.from({ length: size }, (_, index) => ({ name, index }))),
  ];
}

function read(
  simulator: ModelSimulator,
  names: readonly { name: string; index: number | undefined }[],
): Map<string, string> {
  const state = new Map<string, string>();
  for (const { name, index } of names)
    state.set(index === undefined ? name : `${name}(${index})`, simulator.register(name, index).toString(16));
  const bytes = simulator.readMemory(DATA, DATA_BYTES);
  for (let at = 0; at < DATA_BYTES; at += 4)
    state.set(`Mem(${(DATA + at).toString(16)})`, Buffer.from(bytes.subarray(at, at + 4)).toString("hex"));
  return state;
}

/** `count` vectors of an instruction, always the same for the same description. */
export function vectorsOf(isa: IsaModel, instruction: Instruction, count: number): Vector[] {
  const seed = [...instruction.name].reduce((n, c) => (Math.imul(n, 31) + c.charCodeAt(0)) | 0, 7);
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const { values, before } = randomCase(isa, instruction, random);
    const word = encode(isa, instruction, values).toString(16).padStart(8, "0");
    const after = execute(isa, { word, before });
    // Only what makes a difference is kept.
    const needed: Record<string, string> = { ...before };
    for (const name of Object.keys(before)) {
      const rest = Object.fromEntries(Object.entries(needed).filter(([other]) => other !== name));
      if (JSON.stringify(execute(isa, { word, before: rest })) !== JSON.stringify(after)) continue;
      delete needed[name];
    }
    return { instruction: instruction.name, word, before: needed, after };
  });
}

function randomCase(
  isa: IsaModel,
  instruction: Instruction,
  random: Random,
): { values: Record<string, number>; before: Record<string, string> } {
  const { name, memory } = instruction;
  const values: Record<string, number> = {};
  const free = [3, 4, 5, 6, 7, 8, 9, 10].sort(() => (random() & 2) - 1);
  for (const field of instruction.fields) {
    const { registerFile, width } = fieldOf(isa, field);
    const register = registerFile === "GPR" || registerFile === "FPR";
    values[field] = register ? (free.pop() ?? 3) : random() % 2 ** width;
    if (/^UD\d$/.test(field)) values[field] = random() % 8;
  }
  const before: Record<string, string> = {};
  const put = (register: string, value: number): void => {
    before[register] = (value >>> 0).toString(16);
  };
  for (let r = 0; r < 32; r++) {
    const value = random() % 3 === 0 ? (CORNERS[random() % CORNERS.length] ?? 0) : random();
    put(`GPR(${r})`, value);
  }
  if ("GPRH" in isa.registerFiles && /^(e[fv]|brinc)/.test(name)) {
    for (let r = 0; r < 32; r++) {
      const [high, low] = /^efd|^efscfd/.test(name)
        ? randomDouble(random)
        : [randomSingle(random), randomSingle(random)];
      put(`GPRH(${r})`, high);
      put(`GPR(${r})`, low);
    }
  }
  if (/^(st|l)?f|^mt?f|^mcrfs/.test(name)) {
    for (let f = 0; f < 32; f++) {
      const words = randomDouble(random).map((n) => (n >>> 0).toString(16).padStart(8, "0"));
      before[`FPR(${f})`] = words.join("").replace(/^0+(?=.)/, "");
    }
    put("FPSCR", random() % 4 === 0 ? random() & 0x9fff_f7ff : random() & 3);
  }
  put("CR", random());
  put("XER", (random() & 0xe0000000) | (1 + (random() % 12)));
  put("LR", CODE + 4 * (random() % 64));
  put("CTR", random() % 3);
  if (memory || /^(dcb|icb)/.test(name)) {
    put(`GPR(${values["RA"] ?? 0})`, DATA + 0x60 + 4 * (random() % 8));
    if ("RB" in values) put(`GPR(${values["RB"]})`, 4 * (random() % 8));
    if ("D" in values) values["D"] = (4 * (random() % 16) - 32) & 0xffff;
    if (/^[ls]t?mw$/.test(name)) values["RT" in values ? "RT" : "RS"] = 28;
  }
  if (/^m[ft]spr$/.test(name)) values["SPRN"] = [1, 8, 9][random() % 3] ?? 1;
  if (/^m[ft]ocrf$/.test(name)) values["FXM"] = 1 << (random() % 8);
  // Targets near by, and forms that the architecture allows.
  for (const field of ["BD", "LI"]) if (field in values) values[field] = 4 + (random() % 16);
  if (name.startsWith("bcctr")) values["BO"] = (values["BO"] ?? 0) | 4;
  if ("BH" in values) values["BH"] = 0;
  // Traps that do not happen: taking one is the operating system's business.
  if (/^tw/.test(name)) values["TO"] = 0;
  return { values, before };
}
