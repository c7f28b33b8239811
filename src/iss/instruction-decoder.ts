// Decoding for the simulator of plain images: the instruction at an address, from its first word and those behind it, in
// the instruction table that is current; and instructions that are the value of another one's field. What has been
// decoded is kept by address, and checked against the words that stand there now.
import { fail } from "../base/diagnostic.ts";
import { createDecoder, hex8 } from "../isa/decoder.ts";
import type { Decoder } from "../isa/decoder.ts";
import type { Instruction, IsaModel } from "../machine/model.ts";
import { fieldNumber } from "./field-text.ts";
import { architectureOf } from "./model-code.ts";
import type { InstructionCode, ModelCode } from "./model-code.ts";

export interface Decoded {
  readonly word: number;
  /** The words behind the first that the instruction has. */
  readonly more: readonly number[];
  readonly code: InstructionCode;
  readonly instruction: Instruction;
  readonly bytes: number;
}

/** An instruction that is the value of another one's field. */
type Inner = Pick<Decoded, "instruction" | "code">;

/** Decoded instructions by address, in pages that exist when something in them has been executed. */
class DecodedPages {
  readonly #pages: (Decoded | undefined)[][] = [];
  readonly #unit: number;
  #count = 0;

  /** `unit`: log2 of the bytes that every address is a multiple of. */
  constructor(unit: number) {
    this.#unit = unit;
  }

  get(address: number): Decoded | undefined {
    return this.#pages[address >>> 12]?.[(address & 4095) >>> this.#unit];
  }

  set(address: number, decoded: Decoded): void {
    const number = address >>> 12;
    let page = this.#pages[number];
    if (!page) {
      if (this.#count++ > 65_536) return;
      page = this.#pages[number] = new Array<Decoded | undefined>(4096 >>> this.#unit).fill(undefined);
    }
    page[(address & 4095) >>> this.#unit] = decoded;
  }
}

const NONE: readonly number[] = [];
const INNER_LIMIT = 65_536;

/** The word with its bytes in opposite order. */
export function swapBytes(word: number): number {
  return (word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff0000) | (word << 24) | 0;
}

export class InstructionDecoder {
  readonly #isa: IsaModel;
  readonly #makers: ModelCode["makers"];
  readonly #numbers = new Map<string, number>();
  readonly #tables: readonly {
    readonly decoder: Decoder;
    readonly isa: IsaModel;
    readonly kept: DecodedPages;
  }[];
  readonly #names: readonly string[];
  readonly #lowestFirst: boolean;
  /** Whether some instruction has more than one word. */
  readonly #wide: boolean;
  /** Gives the word at an address. */
  readonly #fetch: (address: number) => number;
  /** Gives the bits that a prefix supplies to the instruction at hand, by the hook that knows. */
  readonly #supply: (hook: string) => number;
  /** Instructions held in fields of others, by their table, their bits and the address. */
  readonly #inner = new Map<string, Inner>();

  /** `lowestFirst`: the first word of an instruction has its lowest bits. */
  constructor(
    isa: IsaModel,
    makers: ModelCode["makers"],
    lowestFirst: boolean,
    fetch: (address: number) => number,
    supply: (hook: string) => number,
  ) {
    this.#isa = isa;
    this.#supply = supply;
    this.#makers = makers;
    this.#lowestFirst = lowestFirst;
    this.#fetch = fetch;
    isa.instructions.forEach((i, n) => this.#numbers.set(i.name, n));
    this.#wide = isa.instructions.some((i) => i.more !== undefined);
    const unit = isa.instructions.every((i) => (i.width ?? 32) % 16 === 0) ? 1 : 0;
    const tables = architectureOf(isa).tables;
    this.#names = (tables ?? []).map((t) => t.name);
    const sets = tables
      ? tables.map((t) => ({
          ...isa,
          instructions: isa.instructions.filter((i) => t.instructions.includes(i.name)),
        }))
      : [isa];
    this.#tables = sets.map((one) => ({
      decoder: createDecoder(one),
      isa: one,
      kept: new DecodedPages(unit),
    }));
  }

  /** The instruction whose first word is `word`; undefined: there is none in the table with this number. */
  decode(table: number, address: number, word: number): Decoded | undefined {
    const { decoder, isa, kept } = this.#tables[table] ?? this.#tables[0]!;
    const known = kept.get(address);
    if (known && known.word === word && this.#same(known, address)) return known;
    const next = this.#wide
      ? (at: number, supplied?: Instruction["supplied"]): number => this.#behind(address, at, supplied)
      : undefined;
    const instruction = isa.instructions[decoder.decode(word, next)];
    if (!instruction) return undefined;
    const more = this.#wordsBehind(instruction, address);
    const code = this.#make(instruction, word, address, more);
    if (!code) return undefined;
    const bytes = Math.ceil((instruction.width ?? 32) / 8);
    const decoded: Decoded = { word, more, code, instruction, bytes };
    kept.set(address, decoded);
    return decoded;
  }

  /**
   * An instruction that is the value of a field of `width` bits.
   * Fails: BW0301 when the value is no instruction of the table.
   */
  inner(table: string, value: bigint, width: number, address: number): Inner {
    const key = `${table}:${value}:${address}`;
    const known = this.#inner.get(key);
    if (known) return known;
    const { decoder, isa } = this.#tables[this.#names.indexOf(table)] ?? this.#tables[0]!;
    const count = Math.max(1, Math.ceil(width / 32));
    const left = this.#lowestFirst ? value : value << BigInt(32 * count - width);
    const words = Array.from({ length: count }, (_, at) =>
      Number(BigInt.asIntN(32, left >> BigInt(32 * (this.#lowestFirst ? at : count - 1 - at)))),
    );
    const [word = 0, ...more] = words;
    const instruction = isa.instructions[decoder.decode(word, (at) => more[at] ?? 0)];
    const code = instruction && this.#make(instruction, word, address, more);
    if (!instruction || !code)
      return fail(
        "BW0301",
        `the value 0x${value.toString(16)} of a field at address 0x${hex8(address)} is no instruction of ${table}`,
      );
    const made = { instruction, code };
    if (this.#inner.size < INNER_LIMIT) this.#inner.set(key, made);
    return made;
  }

  #make(
    instruction: Instruction,
    word: number,
    address: number,
    more: readonly number[],
  ): InstructionCode | undefined {
    const maker = this.#makers[this.#numbers.get(instruction.name) ?? -1];
    return maker?.(instruction.fields.map((name) => fieldNumber(this.#isa, name, word, address, more)));
  }

  /** A word behind the first one of an instruction; `at` 0 is the one right behind it. `supplied`: it is a prefix's. */
  #behind(address: number, at: number, supplied?: Instruction["supplied"]): number {
    if (!supplied) return this.#fetch(address + 4 * (at + 1));
    const bits = this.#supply(supplied.hook);
    return supplied.side === "right" ? bits : bits << (32 - supplied.bits);
  }

  #wordsBehind({ more, supplied }: Instruction, address: number): readonly number[] {
    if (!more) return NONE;
    return more.map((_, at) => this.#behind(address, at, at === more.length - 1 ? supplied : undefined));
  }

  /** Whether the words behind the first are still what they were. */
  #same({ more, instruction }: Decoded, address: number): boolean {
    for (let at = 0; at < more.length; at++) {
      const supplied = at === more.length - 1 ? instruction.supplied : undefined;
      if (more[at] !== this.#behind(address, at, supplied)) return false;
    }
    return true;
  }
}
