// Puts the listing of a function onto its linked machine code: the address of every item, what each instruction does to the
// flow of control, and which item a branch goes to. Everything is checked against the words in the program, so that a
// listing that does not belong to the program, or is read wrongly, is refused here and not believed later.
import { fail } from "../base/diagnostic.ts";
import type { ElfFile } from "../elf/index.ts";
import { flowOf, type Flow } from "./branches.ts";
import type { ListingFunction, ListingItem } from "./listing.ts";

/** A function's place in the program. */
export interface FunctionSymbol {
  readonly name: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface PlacedFunction {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly items: readonly ListingItem[];
  /** By item: the instruction's address; for other items the address of the next instruction (after padding). */
  readonly addresses: Uint32Array;
  /** By item; set for instructions. */
  readonly flows: readonly (Flow | undefined)[];
  /** By item: the item that a branch inside the function goes to (a label, or for `.+8` what follows the next instruction); else -1. */
  readonly targets: Int32Array;
  /** Label → item. */
  readonly labels: ReadonlyMap<string, number>;
}

/** Reads instruction words of a program. */
export interface CodeImage {
  readonly functions: readonly FunctionSymbol[];
  /** The word at a word-aligned address in an executable segment, or undefined. */
  wordAt(address: number): number | undefined;
}

/** The functions of an ELF file (by address; one for each address, the longest range) and its code words. Of several names
 *  for one address one in `preferred` is taken, else a global one. */
export function codeImageOf(
  elf: ElfFile,
  preferred: { has(name: string): boolean } = new Set<string>(),
): CodeImage {
  const segments = elf.segments.filter((segment) => segment.executable);
  const views = segments.map((s) => new DataView(s.data.buffer, s.data.byteOffset, s.data.byteLength));
  const wordAt = (address: number): number | undefined => {
    for (let i = 0; i < segments.length; i++) {
      const offset = address - segments[i]!.address;
      if (offset >= 0 && offset + 4 <= views[i]!.byteLength) return views[i]!.getUint32(offset);
    }
    return undefined;
  };
  const byStart = new Map<number, FunctionSymbol>();
  for (const symbol of elf.symbols) {
    if (symbol.kind !== "function" || symbol.size < 4 || symbol.section < 0) continue;
    const start = symbol.address;
    const end = start + (symbol.size & ~3);
    if ((start & 3) !== 0 || wordAt(start) === undefined || wordAt(end - 4) === undefined) continue;
    const known = byStart.get(start);
    const better =
      known === undefined ||
      end > known.end ||
      (end === known.end &&
        !preferred.has(known.name) &&
        (symbol.binding === "global" || preferred.has(symbol.name)));
    if (better) byStart.set(start, { name: symbol.name, start, end });
  }
  const functions = [...byStart.values()].sort((a, b) => a.start - b.start);
  // Ranges that overlap (a symbol inside another function) are cut at the next start.
  const cut = functions.map((fn, i) => {
    const next = functions[i + 1];
    return next !== undefined && next.start < fn.end ? { ...fn, end: next.start } : fn;
  });
  return { functions: cut, wordAt };
}

/** Places `listing` at `symbol`. Fails: BW0602 when the listing does not fit the code. */
export function placeFunction(
  listing: ListingFunction,
  symbol: FunctionSymbol,
  image: CodeImage,
  file: string,
): PlacedFunction {
  const { items } = listing;
  const refuse = (what: string): never =>
    fail("BW0602", `the assembly of ${symbol.name} does not fit the program: ${what}`, "build it again", {
      file,
    });
  const addresses = new Uint32Array(items.length);
  const flows: (Flow | undefined)[] = new Array<Flow | undefined>(items.length);
  const targets = new Int32Array(items.length).fill(-1);
  const labels = new Map<string, number>();
  const itemAt = new Map<number, number>();
  let address = symbol.start;
  // Padding goes where the directive stands, so labels and probes after it have the padded address.
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    switch (item.kind) {
      case "align":
        address = Math.ceil(address / item.bytes) * item.bytes;
        addresses[i] = address;
        break;
      case "instruction": {
        const word = address < symbol.end ? image.wordAt(address) : undefined;
        if (word === undefined)
          return refuse(`it has more than ${(symbol.end - symbol.start) / 4} instructions`);
        addresses[i] = address;
        flows[i] = flowOf(word, address);
        itemAt.set(address, i);
        address += 4;
        break;
      }
      case "label":
        labels.set(item.name, i);
        addresses[i] = address;
        break;
      case "boundary":
      case "probe":
        addresses[i] = address;
        break;
    }
  }
  if (address !== symbol.end) {
    return refuse(
      `it has ${(address - symbol.start) / 4} words, the program has ${(symbol.end - symbol.start) / 4}`,
    );
  }
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    const flow = flows[i];
    if (item.kind !== "instruction" || flow === undefined) continue;
    const looksLikeBranch = /^b(?!perm|c?d|cd)/.test(item.mnemonic);
    if (flow.kind !== "branch" && flow.kind !== "conditional") {
      if (flow.kind === "next" && looksLikeBranch && item.mnemonic !== "bcl") {
        return refuse(`0x${addresses[i]!.toString(16)} is no branch but the listing has ${item.mnemonic}`);
      }
      continue;
    }
    const name = item.operands[item.operands.length - 1] ?? "";
    const label = labels.get(name);
    if (label !== undefined) {
      if (addresses[label] !== flow.target) return refuse(`${name} is not where the branch goes`);
      targets[i] = label;
    } else if (flow.target >= symbol.start && flow.target < symbol.end) {
      // A branch over the next instruction (`.+8`): to what stands after it, probes included.
      const over = itemAt.get(flow.target - 4);
      const target = over === undefined ? itemAt.get(flow.target) : over + 1;
      if (target === undefined) return refuse(`a branch goes to 0x${flow.target.toString(16)}, into padding`);
      targets[i] = target;
    }
  }
  return {
    name: symbol.name,
    start: symbol.start,
    end: symbol.end,
    items,
    addresses,
    flows,
    targets,
    labels,
  };
}
