// Numbers for registers and for the parts of them that masks name, as the scoreboard of operation state machines tracks
// them: a register counts its whole owners and remembers the owners of parts. Parts are the coarsest pieces that every mask
// of the description is a union of, so that a mask fits into one small integer.
import { fail } from "../../base/diagnostic.ts";
import type { IsaModel, PipelineModel } from "../../machine/model.ts";
import { forEachMethodCall } from "../method-calls.ts";

/** A mask that names every part. */
export const fullMask = -1;

export interface RegisterNumbers {
  readonly count: number;
  /** Number of a register or of an element of a register file; −1 when there is none of that index. */
  numberOf(name: string, index: number): number;
  /** Whether an element of a register file is a register of another name. */
  isEntry(name: string, index: number): boolean;
  /** Size of a register file; 0 for a register. */
  sizeOf(name: string): number;
  /** The parts under a mask of the register: 0 for mask 0 (which means the whole), `fullMask` for all bits. */
  maskOf(name: string, index: number, mask: bigint): number;
}

export function numberRegisters(isa: IsaModel, pipeline: PipelineModel): RegisterNumbers {
  const numbers = new Map<string, number>();
  const widths = new Map<string, number>();
  const add = (key: string, width: number): void => {
    numbers.set(key, numbers.size);
    widths.set(key, width);
  };
  for (const register of Object.values(isa.registers)) add(register.name, register.width);
  for (const name of ["$cia", "$nia"]) add(name, 64);
  for (const file of Object.values(isa.registerFiles)) {
    for (let index = 0; index < file.size; index++) {
      if (file.entries[index] === undefined) add(`${file.name} ${index}`, file.width);
    }
  }
  const keyOf = (name: string, index: number): string | undefined => {
    const file = isa.registerFiles[name];
    if (!file) return numbers.has(name) ? name : undefined;
    const entry = file.entries[index];
    if (entry !== undefined) return entry;
    const element = file.elements?.[index];
    if (element) return keyOf(element.registerFile, element.index);
    const isSparse = Object.keys(file.entries).length > 0 || file.elements !== undefined;
    return isSparse || index < 0 || index >= file.size ? undefined : `${name} ${index}`;
  };
  const masks = new Map<string, Set<bigint>>();
  const note = (name: string, mask: bigint): void => {
    if (mask === 0n) return;
    const list = masks.get(name) ?? new Set();
    list.add(mask);
    masks.set(name, list);
  };
  for (const instruction of isa.instructions) {
    for (const access of instruction.accesses ?? []) {
      note(access.name, access.source?.mask ?? 0n);
      note(access.name, access.target?.mask ?? 0n);
    }
  }
  for (const one of pipeline.classes) {
    // Inquiries on registers themselves, as `CR.can_read(0xff000000)`.
    forEachMethodCall(one.action, ({ object, arguments: [mask] }) => {
      if (object !== "" && mask?.kind === "constant") note(object, mask.value);
    });
    for (const binding of [...one.operands, ...Object.values(one.operandOverrides).flat()]) {
      for (const element of binding.elements) {
        if (element.kind === "register" && element.mask !== undefined)
          note(element.name, BigInt(element.mask));
      }
    }
  }
  // Masks on a register file count for the registers that its entries are.
  for (const [name, list] of [...masks]) {
    for (const entry of Object.values(isa.registerFiles[name]?.entries ?? {})) {
      for (const mask of list) note(entry, mask);
    }
  }
  const parts = new Map<string, readonly bigint[]>();
  const partsOf = (name: string, width: number): readonly bigint[] => {
    let known = parts.get(name);
    if (!known) {
      known = partition((1n << BigInt(width)) - 1n, masks.get(name) ?? new Set());
      if (known.length > 31) fail("BW0707", `masks divide the register ${name} into more than 31 parts`);
      parts.set(name, known);
    }
    return known;
  };
  return {
    count: numbers.size,
    numberOf: (name, index) => {
      const key = keyOf(name, index);
      return key === undefined ? -1 : (numbers.get(key) ?? -1);
    },
    isEntry: (name, index) => isa.registerFiles[name]?.entries[index] !== undefined,
    sizeOf: (name) => isa.registerFiles[name]?.size ?? 0,
    maskOf: (name, index, mask) => {
      if (mask === 0n) return 0;
      const key = keyOf(name, index) ?? name;
      const width = widths.get(key) ?? 32;
      const all = (1n << BigInt(width)) - 1n;
      if ((mask & all) === all) return fullMask;
      const owner = key.includes(" ") ? name : key;
      let result = 0;
      partsOf(owner, width).forEach((part, at) => {
        if ((part & mask) !== 0n) result |= 1 << at;
      });
      return result;
    },
  };
}

function partition(whole: bigint, masks: ReadonlySet<bigint>): bigint[] {
  let pieces = [whole];
  for (const mask of masks) {
    pieces = pieces.flatMap((piece) => [piece & mask, piece & ~mask]).filter((piece) => piece !== 0n);
  }
  return pieces;
}
