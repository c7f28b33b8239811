// Programs for described machines whose instructions have any width and either byte order: encoded by the model, stored
// one after the other.
import { expect } from "vitest";
import { loadIsa } from "../../../src/adl/index.ts";
import { formatDiagnostic } from "../../../src/base/diagnostic.ts";
import { createModelSimulator } from "../../../src/iss/index.ts";
import type { ModelSimulator } from "../../../src/iss/index.ts";
import { encodeWords } from "../../../src/isa/index.ts";
import type { Instruction, IsaModel } from "../../../src/machine/model.ts";
import { withFiles } from "../../adl/temporary.ts";

export type Line = readonly [name: string, fields?: Readonly<Record<string, number>>];

/** What all of the descriptions have: a program counter, 16 registers and an end. */
const COMMON = `
  define (reg=PC) { attrs=(cia,nia); serial=true; }
  define (regfile=R) { size=16; width=32; prefix=r; }
`;

/** The instruction set of an architecture with `text` in it. */
export function describeMachine(text: string, core = ""): IsaModel {
  const whole = `define (arch=Small) {\n${COMMON}${text}\n}\ndefine (core=Smallest) { archs=Small;\n${core}\n}\n`;
  return withFiles({ "small.adl": whole }, (path) => {
    const { isa, diagnostics } = loadIsa(path);
    expect(diagnostics.filter((d) => d.code !== "BW0251").map(formatDiagnostic)).toEqual([]);
    if (!isa) throw new Error("no instruction set");
    return isa;
  });
}

export function named(isa: IsaModel, name: string): Instruction {
  const instruction = isa.instructions.find((one) => one.name === name);
  if (!instruction)
    throw new Error(`no instruction ${name} among ${isa.instructions.map((i) => i.name).join()}`);
  return instruction;
}

/** The bytes of an instruction in memory. Fields are named without the number of their place. */
export function bytesOf(isa: IsaModel, [name, fields = {}]: Line): number[] {
  const instruction = named(isa, name);
  const raw = Object.fromEntries(
    Object.entries(fields).map(([f, v]) => {
      const own = instruction.fields.find((one) => one === f || one.split(":")[0] === f) ?? f;
      return [own, v < 0 ? v + 2 ** (isa.fields[own]?.width ?? 0) : v];
    }),
  );
  const width = instruction.width ?? 32;
  const words = encodeWords(isa, instruction, raw).slice(0, Math.max(1, Math.ceil(width / 32)));
  const little = isa.machine?.littleEndian?.instructions === true;
  const order = little ? [0, 8, 16, 24] : [24, 16, 8, 0];
  return words.flatMap((word) => order.map((at) => (word >>> at) & 255)).slice(0, Math.ceil(width / 8));
}

/** A simulator with the program at address 0; runs until it halts, or for 200 steps. */
export function execute(isa: IsaModel, program: readonly Line[], steps = 200): ModelSimulator {
  const bytes = Uint8Array.from(program.flatMap((line) => bytesOf(isa, line)));
  const simulator = createModelSimulator(isa, { memory: [{ address: 0, bytes }], registers: [] });
  for (let n = 0; n < steps && !simulator.halted(); n++) simulator.step();
  return simulator;
}

/** Registers from `first` on. */
export function registers(simulator: ModelSimulator, first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Number(simulator.register("R", first + i)));
}
