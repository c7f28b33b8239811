// The PowerPC description, loaded once for a test file, and an assembler of one line a word.
import { loadIsa } from "../../../src/adl/index.ts";
import { formatDiagnostic } from "../../../src/base/diagnostic.ts";
import { encode } from "../../../src/isa/index.ts";
import type { Instruction, IsaModel } from "../../../src/machine/model.ts";

const loaded = loadIsa(new URL("../../../adl/powerpc/user-level.adl", import.meta.url).pathname);
if (!loaded.isa) throw new Error(loaded.diagnostics.map(formatDiagnostic).join("\n"));

export const isa: IsaModel = loaded.isa;

export function instructionNamed(name: string): Instruction {
  const found = isa.instructions.find((i) => i.name === name);
  if (!found) throw new Error(`no instruction ${name}`);
  return found;
}

/** The word of an instruction with raw field values; negative ones are cut to the field. */
export function word(name: string, fields: Readonly<Record<string, number>> = {}): number {
  const raw = Object.fromEntries(
    Object.entries(fields).map(([f, v]) => [f, v < 0 ? v + 2 ** (isa.fields[f]?.width ?? 0) : v]),
  );
  return encode(isa, instructionNamed(name), raw);
}

/** Two words that put a 32-bit constant into a register. */
export function loadConstant(register: number, value: number): number[] {
  return [
    word("addis", { RT: register, RA: 0, SI: (value >>> 16) & 0xffff }),
    word("ori", { RA: register, RS: register, UI: value & 0xffff }),
  ];
}
