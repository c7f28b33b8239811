// Addresses of labels (`&&label`): where the linked program has the IR blocks whose address is a value somewhere.
//
// Machine code alone does not tell which IR block an address means, once code of blocks was merged. So the build adds a table
// of all these addresses to the final IR, under a name of its own; the linker fills it in, and it is read from the program.
import type { Module } from "../bitcode/index.ts";
import type { ElfFile } from "../elf/index.ts";

/** The symbol of the table: one word a label, in the order of its initialiser. */
export const LABEL_TABLE = "__bw_labels";

/** Function name → IR block → address of the block's label. */
export type LabelAddresses = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Empty for a program without labels whose address is taken, and for one that was built without the table. */
export function labelAddresses(module: Module, elf: ElfFile): LabelAddresses {
  const result = new Map<string, Map<number, number>>();
  const table = module.globals.find((global) => global.name === LABEL_TABLE)?.initializer;
  const start = elf.symbols.find((symbol) => symbol.name === LABEL_TABLE)?.address;
  if (table?.kind !== "aggregate" || start === undefined) return result;
  table.elements.forEach((label, i) => {
    if (label.kind !== "blockaddress") return;
    const address = wordAt(elf, start + 4 * i);
    if (address === undefined) return;
    const blocks = result.get(label.function.name) ?? new Map<number, number>();
    result.set(label.function.name, blocks.set(label.block, address));
  });
  return result;
}

function wordAt(elf: ElfFile, address: number): number | undefined {
  for (const { address: start, data } of elf.segments) {
    const offset = address - start;
    if (offset >= 0 && offset + 4 <= data.length)
      return new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(offset);
  }
  return undefined;
}
