// Programs on machines that a test describes: the toy machine and what the test adds to it.
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { loadIsa } from "../../../src/adl/index.ts";
import { formatDiagnostic } from "../../../src/base/diagnostic.ts";
import { createModelSimulator } from "../../../src/iss/index.ts";
import type { ModelOptions, ModelSimulator, PlainImage } from "../../../src/iss/index.ts";
import { encode } from "../../../src/isa/index.ts";
import type { IsaModel } from "../../../src/machine/model.ts";
import { withFiles } from "../../adl/temporary.ts";

const toy = readFileSync(new URL("../models/toy.adl", import.meta.url), "utf8");

export type Line = readonly [name: string, fields?: Readonly<Record<string, number>>];

/** The toy machine with `extra` in its architecture and the core block `core`. */
export function describeToy(extra: string, core = ""): IsaModel {
  const text = `${toy}\ndefine (arch=Toy) {\n${extra}\n}\ndefine (core=P) { archs=(Toy);\n${core}\n}\n`;
  return withFiles({ "toy.adl": text }, (path) => {
    const { isa, diagnostics } = loadIsa(path);
    // Bits that no field covers are of no interest here.
    expect(diagnostics.filter((d) => d.code !== "BW0251").map(formatDiagnostic)).toEqual([]);
    if (!isa) throw new Error("no instruction set");
    return isa;
  });
}

/** The bytes of instructions, one after the other; fields are raw values. */
export function assemble(isa: IsaModel, program: readonly Line[]): Uint8Array {
  const bytes: number[] = [];
  for (const [name, fields = {}] of program) {
    const instruction = isa.instructions.find((one) => one.name === name);
    if (!instruction) throw new Error(`no instruction ${name}`);
    const raw = Object.fromEntries(
      Object.entries(fields).map(([f, v]) => [f, v < 0 ? v + 2 ** (isa.fields[f]?.width ?? 0) : v]),
    );
    const word = encode(isa, instruction, raw);
    const width = instruction.width ?? 32;
    for (let at = 24; at > 24 - width; at -= 8) bytes.push((word >>> at) & 255);
  }
  return Uint8Array.from(bytes);
}

/** Runs `program` from address 0 (and `handlers`, from their addresses) until it halts, 1000 instructions at most. */
export function run(
  isa: IsaModel,
  program: readonly Line[],
  more: { readonly handlers?: Readonly<Record<number, readonly Line[]>> } & Partial<PlainImage> &
    ModelOptions = {},
): ModelSimulator {
  const { handlers = {}, memory = [], registers = [], translations = [], cacheLines = [], ...options } = more;
  const code = Object.entries({ 0: program, ...handlers }).map(([address, lines]) => ({
    address: Number(address),
    bytes: assemble(isa, lines),
  }));
  const image = { memory: [...code, ...memory], registers, translations, cacheLines };
  const simulator = createModelSimulator(isa, image, options);
  for (let n = 0; n < 1000 && !simulator.halted(); n++) simulator.step();
  expect(simulator.halted()).toBe(true);
  return simulator;
}

/** Registers r1, r2 … of the toy machine as numbers. */
export function generalRegisters(simulator: ModelSimulator, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Number(simulator.register("GPR", i + 1)));
}
