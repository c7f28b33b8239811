// Where each register of the description lives: one Int32Array for all registers of up to 32 bits, in order of register
// files (the general registers first) and single registers. Wider ones live in a BigUint64Array.
import { fail } from "../base/diagnostic.ts";
import type { IsaModel, RegisterFile } from "../machine/model.ts";

export interface Slot {
  /** Index into the narrow or the wide array. */
  readonly index: number;
  readonly width: number;
  readonly wide: boolean;
}

export interface FileSlots {
  readonly first: number;
  readonly size: number;
  readonly width: number;
  readonly wide: boolean;
  /** Files like SPR, whose elements are registers of their own: index → slot. Undefined for plain files. */
  readonly entries?: ReadonlyMap<number, Slot>;
}

export interface StateLayout {
  readonly registers: ReadonlyMap<string, Slot>;
  readonly files: ReadonlyMap<string, FileSlots>;
  readonly narrowSize: number;
  readonly wideSize: number;
}

const PLAIN_LIMIT = 4096;

/** Lays out the registers. Fails with BW0321 when a register is wider than `limit` bits or a plain file is too large. */
export function layoutState(isa: IsaModel, limit = 64): StateLayout {
  let narrow = 0;
  let wide = 0;
  const take = (width: number, count: number, name: string): number => {
    if (width > limit || width < 1 || count > PLAIN_LIMIT)
      fail("BW0321", `register ${name} (${count} of ${width} bits) is more than the simulator holds`);
    const first = width > 32 ? wide : narrow;
    if (width > 32) wide += count;
    else narrow += count;
    return first;
  };
  const files = new Map<string, FileSlots>();
  const sparse = (f: RegisterFile): boolean =>
    Object.keys(f.entries).length > 0 ||
    f.elements !== undefined ||
    f.addresses !== undefined ||
    f.inContexts !== undefined;
  const plain = Object.values(isa.registerFiles).filter((f) => !sparse(f));
  for (const f of plain) {
    const first = take(f.width, f.size, f.name);
    files.set(f.name, { first, size: f.size, width: f.width, wide: f.width > 32 });
  }
  const registers = new Map<string, Slot>();
  for (const r of Object.values(isa.registers))
    registers.set(r.name, { index: take(r.width, 1, r.name), width: r.width, wide: r.width > 32 });
  for (const f of Object.values(isa.registerFiles)) {
    if (files.has(f.name)) continue;
    const entries = new Map<number, Slot>();
    for (const [index, name] of Object.entries(f.entries)) {
      const slot = registers.get(name);
      if (slot) entries.set(Number(index), slot);
    }
    for (const [index, element] of Object.entries(f.elements ?? {})) {
      const file = files.get(element.registerFile);
      if (file && !file.entries)
        entries.set(Number(index), {
          index: file.first + element.index,
          width: file.width,
          wide: file.wide,
        });
    }
    files.set(f.name, { first: 0, size: f.size, width: f.width, wide: false, entries });
  }
  return { registers, files, narrowSize: narrow, wideSize: wide };
}
