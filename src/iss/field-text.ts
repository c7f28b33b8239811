// Instruction fields in generated code: a constant where the word is known, a parameter of the function where it is not.
// Both hold the field as a value of the same type.
import type { ValueType } from "../machine/action.ts";
import type { InstructionField, IsaModel } from "../machine/model.ts";
import { extractField, fieldOf, fieldValue } from "../isa/fields.ts";
import { constant } from "../isa/values.ts";
import type { Value } from "../isa/values.ts";

/** Whether the value is the field's bits and nothing else. */
function isPlain(field: InstructionField): boolean {
  return field.shift === 0 && field.address !== "pc" && (field.offset ?? 0) === 0;
}

/** What a field's value is in generated code: its bits, or 32 bits when it is more than them. */
export function fieldType(isa: IsaModel, name: string): ValueType {
  const field = fieldOf(isa, name);
  return { width: isPlain(field) ? field.width : 32, signed: field.signed };
}

export function fieldConstant(isa: IsaModel, name: string, word: number, address: number): Value {
  return constant(fieldType(isa, name), BigInt(fieldValue(fieldOf(isa, name), word, address)));
}

/** The number to pass for a parameter of the field's type. */
export function fieldNumber(
  isa: IsaModel,
  name: string,
  word: number,
  address: number,
  more?: readonly number[],
): number {
  const field = fieldOf(isa, name);
  return isPlain(field) && field.width < 32
    ? extractField(field, word, more)
    : fieldValue(field, word, address, more) | 0;
}
