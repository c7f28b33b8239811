// Hazard units: what the scoreboard tracks. A unit is a whole element of a register file, or a part of a register that
// instructions name separately (a field of the condition register, the carry bit), so that a compare into one field
// does not hold up a branch on another. Parts are found from the masks that instructions and operands use; single bits
// of a register that is also used by nibbles are rounded up to their nibble, as condition-register hardware does.
import { InternalError } from "../base/diagnostic.ts";
import type { IsaModel, OperandBinding, RegisterUse } from "../machine/model.ts";

/** Reads an operand field of an instruction word: raw bits, before shift and sign. */
export type FieldReader = (field: string) => number;

export interface HazardUnits {
  readonly count: number;
  readonly names: readonly string[];
  /** Units of one register (or register-file element) under a mask of 32 bits. */
  of(name: string, index: number, mask: number): readonly number[];
  /** Units of a register use in an instruction whose fields `read` gives. */
  ofUse(use: RegisterUse, read: FieldReader): readonly number[];
}

const whole = 0xffffffff;

/** Numbers the hazard units of an instruction set; `bindings` are the operand declarations, whose masks count too. */
export function numberHazardUnits(isa: IsaModel, bindings: readonly OperandBinding[]): HazardUnits {
  const names: string[] = [];
  const parts = new Map<string, { readonly unit: number; readonly mask: number }[]>();
  for (const name of Object.keys(isa.registers)) {
    const list = partition(masksOf(isa, bindings, name)).map((mask, index, all) => {
      names.push(all.length === 1 ? name : `${name}[${index}]`);
      return { unit: names.length - 1, mask };
    });
    parts.set(name, list);
  }
  const files = new Map<string, (number | string)[]>();
  for (const file of Object.values(isa.registerFiles)) {
    const elements: (number | string)[] = [];
    const sparse = Object.keys(file.entries).length > 0;
    for (let index = 0; index < file.size; index++) {
      const entry = file.entries[index];
      if (entry !== undefined) elements.push(entry);
      else if (sparse) elements.push(-1);
      else {
        names.push(`${file.name}${index}`);
        elements.push(names.length - 1);
      }
    }
    files.set(file.name, elements);
  }
  const none: readonly number[] = [];
  const of = (name: string, index: number, mask: number): readonly number[] => {
    const elements = files.get(name);
    if (elements) {
      const element = elements[index];
      if (element === undefined || element === -1) return none;
      return typeof element === "string" ? of(element, 0, mask) : [element];
    }
    const list = parts.get(name);
    if (!list) throw new InternalError(`register use names ${name}, which the instruction set does not have`);
    return list.filter((part) => (part.mask & mask) !== 0).map((part) => part.unit);
  };
  const ofUse = (use: RegisterUse, read: FieldReader): readonly number[] => {
    if (!files.has(use.name)) return of(use.name, 0, maskOf(use, read));
    const index = use.index ?? (use.field === undefined ? -1 : read(use.field));
    if (use.unlessZero === true && index === 0) return none;
    if (index < 0) {
      // No index known: every element.
      return files.get(use.name)!.flatMap((_, element) => of(use.name, element, whole));
    }
    if (use.upToLast !== true) return of(use.name, index, maskOf(use, read));
    const size = files.get(use.name)!.length;
    const units: number[] = [];
    for (let element = index; element < size; element++) units.push(...of(use.name, element, whole));
    return units;
  };
  return { count: names.length, names, of, ofUse };
}

function maskOf(use: RegisterUse, read: FieldReader): number {
  if (use.maskField === undefined) return use.mask >>> 0;
  return (use.mask >>> Math.min(31, (use.maskUnit ?? 1) * read(use.maskField))) >>> 0;
}

/** All masks under which a register is used, condition-register fields and bits in all their positions. */
function masksOf(isa: IsaModel, bindings: readonly OperandBinding[], name: string): number[] {
  const masks = new Set<number>([whole]);
  const addUse = (use: RegisterUse): void => {
    if (use.name !== name) return;
    if (use.maskField === undefined) masks.add(use.mask >>> 0);
    else for (let at = 0; at < 32; at += 4) masks.add((0xf0000000 >>> at) >>> 0);
  };
  for (const instruction of isa.instructions) {
    instruction.sources.forEach(addUse);
    instruction.targets.forEach(addUse);
  }
  for (const binding of bindings) {
    for (const element of binding.elements) {
      if (element.kind === "register" && element.name === name && element.mask !== undefined) {
        masks.add(element.mask >>> 0);
      }
    }
  }
  return [...masks];
}

/** The coarsest parts such that every mask is a union of parts. */
function partition(masks: readonly number[]): number[] {
  let parts = [whole];
  for (const mask of masks) {
    parts = parts.flatMap((part) => [(part & mask) >>> 0, (part & ~mask) >>> 0]).filter((part) => part !== 0);
  }
  // Leftmost first, so that field 0 of a condition register gets the first number.
  return parts.sort((a, b) => b - a);
}
