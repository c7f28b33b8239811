// Instruction fields: taking them out of a word, giving them their meaning, and putting them back.
import { fail, InternalError } from "../base/diagnostic.ts";
import type { Instruction, InstructionField, IsaModel } from "../machine/model.ts";

/** The field's bits in the word, unsigned, without shift or sign. `more`: the words behind the first. Exact up to 53 bits. */
export function extractField(field: InstructionField, word: number, more?: readonly number[]): number {
  let raw = 0;
  for (const [first, last] of field.bits) {
    const width = last - first + 1;
    const from = last < 32 ? word : (more?.[(last >> 5) - 1] ?? 0);
    const bits = (from >>> (31 - (last & 31))) & (width === 32 ? -1 : 2 ** width - 1);
    raw = raw * 2 ** width + (bits >>> 0);
  }
  return raw;
}

/** What the field stands for in action code: extended by its sign, shifted, and with the instruction's address added
 *  when it is pc-relative. Signed for signed fields, a 32-bit unsigned address for pc-relative ones. */
export function fieldValue(
  field: InstructionField,
  word: number,
  address: number,
  more?: readonly number[],
): number {
  let value = extractField(field, word, more);
  if (field.signed && value >= 2 ** (field.width - 1)) value -= 2 ** field.width;
  value = value * 2 ** field.shift + (field.offset ?? 0);
  return field.address === "pc" ? (value + address) >>> 0 : value;
}

/** The raw bits put at their places in a word: the first one, or the one with the number `at`. */
export function placeField(field: InstructionField, raw: number, at = 0): number {
  let word = 0;
  let rest = raw;
  for (const [first, last] of [...field.bits].reverse()) {
    const width = last - first + 1;
    const bits = rest % 2 ** width;
    rest = Math.floor(rest / 2 ** width);
    if (last >> 5 === at) word |= bits << (31 - (last & 31));
  }
  return word >>> 0;
}

/** The instruction word with the given raw field values; fields that are not given are 0.
 *  Fails: BW0309 for a field that the instruction does not have or a value that does not fit. */
export function encode(
  isa: IsaModel,
  instruction: Instruction,
  values: Readonly<Record<string, number>>,
): number {
  return encodeWords(isa, instruction, values)[0] ?? 0;
}

/** All words of an instruction with the given raw field values. Fails: BW0309, as `encode`. */
export function encodeWords(
  isa: IsaModel,
  instruction: Instruction,
  values: Readonly<Record<string, number>>,
): number[] {
  const words = [instruction.match, ...(instruction.more ?? []).map((m) => m.match)];
  for (const [name, raw] of Object.entries(values)) {
    const field = isa.fields[name];
    if (!field || !instruction.fields.includes(name))
      fail("BW0309", `instruction ${instruction.name} has no operand field ${name}`);
    if (!Number.isInteger(raw) || raw < 0 || raw >= 2 ** field.width)
      fail("BW0309", `${raw} does not fit the ${field.width} bits of field ${name} of ${instruction.name}`);
    for (let at = 0; at < words.length; at++)
      words[at] = ((words[at] ?? 0) | placeField(field, raw, at)) >>> 0;
  }
  return words;
}

/** The field of a name that the model itself uses. */
export function fieldOf(isa: IsaModel, name: string): InstructionField {
  const field = isa.fields[name];
  if (!field) throw new InternalError(`the model has no instruction field ${name}`);
  return field;
}
