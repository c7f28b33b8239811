// From an instruction word to the instruction: a table over the primary operation code (bits 0 to 5), and for the
// operation codes that many instructions share a second one over the extended operation code (bits 21 to 31). What is
// left in an entry, mostly one candidate, is checked with mask and match, the most specific first.
import { fail } from "../base/diagnostic.ts";
import type { Place } from "../base/diagnostic.ts";
import type { Instruction, IsaModel } from "../machine/model.ts";
import { preferred } from "../machine/preferred.ts";

const EXTENDED_BITS = 11;
const SHARED = 4;

/** The word behind the first one with this number; `supplied`: the one that a prefix supplies to the instruction. */
export type NextWord = (at: number, supplied?: Instruction["supplied"]) => number;

export interface Decoder {
  /**
   * Index into `isa.instructions`, or -1 for a word that no instruction has. `next` gives the words behind the first
   * (number 0 is the one right behind it), of which only those that instructions have are asked for; without it,
   * only the first words decide.
   */
  decode(word: number, next?: NextWord): number;
  /** The instruction of a word. Fails: BW0301 with the address. */
  instruction(word: number, address: number, file?: string): Instruction;
}

interface Entry {
  readonly candidates: readonly number[];
  readonly extended: readonly (readonly number[])[] | undefined;
}

const decoders = new WeakMap<IsaModel, Decoder>();

/** The decoder of an instruction set, whose tables are built once. Fails: BW0320 when a word could be two instructions and neither is the more specific one. */
export function createDecoder(isa: IsaModel): Decoder {
  let decoder = decoders.get(isa);
  if (!decoder) {
    decoder = buildDecoder(isa);
    decoders.set(isa, decoder);
  }
  return decoder;
}

function buildDecoder(isa: IsaModel): Decoder {
  const { instructions } = isa;
  const masks = Int32Array.from(instructions, (i) => i.mask | 0);
  const matches = Int32Array.from(instructions, (i) => i.match | 0);
  const mask = (i: number): number => masks[i] ?? 0;
  const match = (i: number): number => matches[i] ?? 0;
  const fits = (i: number, bits: number, within: number): boolean =>
    ((bits ^ match(i)) & mask(i) & within) === 0;

  const more = instructions.map((i) => i.more);
  const wide = more.some((m) => m !== undefined);
  const fixed = instructions.map(
    (i) => ones(i.mask) + (i.more ?? []).reduce((sum, m) => sum + ones(m.mask), 0),
  );
  const order = inOrder(
    instructions,
    instructions.map((_, i) => i).sort((a, b) => fixed[b]! - fixed[a]! || a - b),
  );
  const primary: Entry[] = [];
  for (let code = 0; code < 64; code++) {
    const candidates = order.filter((i) => fits(i, code << 26, 0xfc000000 | 0));
    refuseAmbiguous(isa, candidates);
    let extended: number[][] | undefined;
    if (candidates.length > SHARED) {
      extended = [];
      const within = 0xfc000000 | (2 ** EXTENDED_BITS - 1) | 0;
      for (let x = 0; x < 2 ** EXTENDED_BITS; x++)
        extended.push(candidates.filter((i) => fits(i, (code << 26) | x, within)));
    }
    primary.push({ candidates, extended });
  }

  const decode = (word: number): number => {
    const entry = primary[word >>> 26];
    if (!entry) return -1;
    const candidates = entry.extended ? entry.extended[word & (2 ** EXTENDED_BITS - 1)] : entry.candidates;
    if (candidates) {
      for (const i of candidates) if (((word ^ match(i)) & mask(i)) === 0) return i;
    }
    return -1;
  };
  const fitsBehind = (i: number, next: NextWord): boolean => {
    const words = more[i] ?? [];
    const supplied = instructions[i]?.supplied;
    return words.every((m, at) => {
      if (m.mask === 0) return true;
      const there = at === words.length - 1 ? next(at, supplied) : next(at);
      return ((there ^ m.match) & m.mask) === 0;
    });
  };
  const decodeWide = (word: number, next?: NextWord): number => {
    if (!next) return decode(word);
    const entry = primary[word >>> 26];
    const candidates = entry?.extended?.[word & (2 ** EXTENDED_BITS - 1)] ?? entry?.candidates ?? [];
    for (const i of candidates) if (((word ^ match(i)) & mask(i)) === 0 && fitsBehind(i, next)) return i;
    return -1;
  };
  return {
    decode: wide ? decodeWide : decode,
    instruction(word, address, file) {
      const found = instructions[decode(word)];
      if (found) return found;
      const place: Place | undefined = file === undefined ? undefined : { file };
      return fail(
        "BW0301",
        `the word 0x${hex8(word)} at address 0x${hex8(address)} is no instruction of ${isa.name}`,
        "the program is damaged, jumped into data, or was compiled for a processor with more instructions",
        place,
      );
    },
  };
}

/** The order with those instructions moved back whose words may be those of others that say so. */
function inOrder(instructions: readonly Instruction[], order: readonly number[]): readonly number[] {
  if (!instructions.some((i) => i.conflicts)) return order;
  const result: number[] = [];
  for (const i of order) {
    const before = result.findIndex((j) => preferred(instructions[j]!, instructions[i]!) === "second");
    if (before < 0) result.push(i);
    else result.splice(before, 0, i);
  }
  return result;
}

function refuseAmbiguous(isa: IsaModel, candidates: readonly number[]): void {
  candidates.forEach((a, n) => {
    for (const b of candidates.slice(n + 1)) {
      const [first, second] = [isa.instructions[a], isa.instructions[b]];
      if (!first || !second) continue;
      const winner = preferred(first, second);
      if (winner !== undefined) continue;
      fail(
        "BW0320",
        `instructions ${first.name} and ${second.name} have encodings that overlap`,
        "give one of them more fixed fields",
        { file: second.place.file, line: second.place.line },
      );
    }
  });
}

function ones(word: number): number {
  let n = 0;
  for (let rest = word >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) n++;
  return n;
}

export function hex8(n: number): string {
  return (n >>> 0).toString(16).padStart(8, "0");
}
