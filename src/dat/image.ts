// The state that a `.dat` file (or an ELF) sets up before the first instruction: memory words, registers, cache lines and
// address translations, as plain data that a simulator can take.
import type { Diagnostic } from "../base/diagnostic.ts";
import type { PlainProgram } from "../elf/index.ts";
import { missingKey } from "./sections.ts";
import type { DatEntry, DatSection, DatTest } from "./sections.ts";
import { numberOf, valueOf } from "./syntax.ts";

export interface MemoryPiece {
  /** "Mem" is the global memory. */
  readonly memory: string;
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface RegisterContext {
  readonly name: string;
  readonly which: number;
}

/** A context as sections have it, "t:0". */
export function contextOf(text: string): RegisterContext | undefined {
  const [name = "", which = ""] = text.split(":");
  const number = numberOf(which);
  return name === "" || number === undefined || number < 0n || number > 0xffffn
    ? undefined
    : { name, which: Number(number) };
}

export interface RegisterSetting {
  readonly name: string;
  readonly index?: number;
  /** The context whose register it is, and its number; absent: the active one's. */
  readonly context?: RegisterContext;
  /** A number, or the name of one of the register's enumerated values. */
  readonly value: bigint | string;
  /** The line that says so; 0 when no file does. */
  readonly line: number;
}

/** A cache line (`CD`) or an entry of a translation table (`TD`). */
export interface EntrySetting {
  readonly name: string;
  readonly set: number;
  readonly way: number;
  readonly fields: Readonly<Record<string, bigint>>;
  /** Words of a cache line. */
  readonly words: readonly number[];
  readonly line: number;
}

export interface DatImage {
  readonly memory: readonly MemoryPiece[];
  readonly registers: readonly RegisterSetting[];
  readonly cacheLines: readonly EntrySetting[];
  readonly translations: readonly EntrySetting[];
  /** Commands that are none of these, such as breakpoints, by name. */
  readonly others: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What a section of a test sets for one core; `core` "" takes all of them. Memory words are big-endian; memory named
 * "Mem" is everybody's. Faults: BW0363 a key is missing or no number, or an address is past 2^53.
 */
export function imageOfDat(test: DatTest, core = "", section: DatSection = "init"): DatImage {
  const memory: MemoryPiece[] = [];
  const registers: RegisterSetting[] = [];
  const cacheLines: EntrySetting[] = [];
  const translations: EntrySetting[] = [];
  const others = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const entry of test.entries) {
    if (entry.section !== section) continue;
    const { command } = entry;
    const number = (key: string): bigint | undefined => {
      const value = numberOf(valueOf(command, key));
      if (value === undefined) diagnostics.push(missingKey(test.file, command, key));
      return value;
    };
    const mine = core === "" || entry.core === "" || entry.core === core;
    const name = valueOf(command, "n") ?? "";
    switch (command.name) {
      case "MD": {
        if (!mine && name !== "Mem") break;
        const address = number("ra");
        const data = number("d");
        const size = numberOf(valueOf(command, "s") ?? "4");
        if (address === undefined || data === undefined) break;
        if (address < 0n || address > Number.MAX_SAFE_INTEGER) {
          diagnostics.push(missingKey(test.file, command, "ra"));
        } else if (size === undefined || size < 1n || size > 4n) {
          // The line is left out; descriptions of the public suite have one such line, which a later one replaces.
          diagnostics.push(missingKey(test.file, command, "s", "warning"));
        } else {
          const bytes = bytesOf(data, Number(size));
          memory.push({ memory: name === "" ? "Mem" : name, address: Number(address), bytes });
        }
        break;
      }
      case "RD": {
        if (!mine) break;
        const text = valueOf(command, "d") ?? "";
        const value = /^[A-Za-z_]\w*$/.test(text) ? text : number("d");
        const index = valueOf(command, "i") === undefined ? undefined : number("i");
        if (value === undefined) break;
        const context = contextOf(entry.context);
        registers.push({
          name,
          ...(index === undefined ? {} : { index: Number(index) }),
          ...(context ? { context } : {}),
          value,
          line: command.line,
        });
        break;
      }
      case "CD":
      case "TD":
        if (mine)
          (command.name === "CD" ? cacheLines : translations).push(entryOf(test.file, entry, diagnostics));
        break;
      default:
        if (mine) others.add(command.name);
    }
  }
  return { memory, registers, cacheLines, translations, others: [...others], diagnostics };
}

/** The lowest bytes of a value, most significant first. */
function bytesOf(value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at++)
    bytes[at] = Number(BigInt.asUintN(8, value >> BigInt(8 * (size - 1 - at))));
  return bytes;
}

function entryOf(file: string, { command }: DatEntry, diagnostics: Diagnostic[]): EntrySetting {
  const fields: Record<string, bigint> = {};
  const words: number[] = [];
  for (const { key, value } of command.pairs) {
    if (key === "n" || key === "set" || key === "way") continue;
    if (command.name === "CD" && (key === "d" || key === "data")) {
      for (const part of value.split(",")) {
        const word = numberOf(part);
        if (word === undefined) diagnostics.push(missingKey(file, command, key));
        else words.push(Number(BigInt.asUintN(32, word)));
      }
      continue;
    }
    const number = numberOf(value);
    if (number === undefined) diagnostics.push(missingKey(file, command, key));
    else fields[key] = number;
  }
  const small = (key: string): number => {
    const number = numberOf(valueOf(command, key) ?? "0");
    if (number !== undefined && number >= 0n && number <= 0xffffffffn) return Number(number);
    diagnostics.push(missingKey(file, command, key));
    return 0;
  };
  return {
    name: valueOf(command, "n") ?? "",
    set: small("set"),
    way: small("way"),
    fields,
    words,
    line: command.line,
  };
}

/** One image of several: later settings come after earlier ones. */
export function joinImages(images: readonly DatImage[]): DatImage {
  return {
    memory: images.flatMap((image) => image.memory),
    registers: images.flatMap((image) => image.registers),
    cacheLines: images.flatMap((image) => image.cacheLines),
    translations: images.flatMap((image) => image.translations),
    others: [...new Set(images.flatMap((image) => image.others))],
    diagnostics: images.flatMap((image) => image.diagnostics),
  };
}

/**
 * A program as a machine without an operating system has it; `pc` names the register that takes its entry address,
 * `memories` the ones that instructions and data lie in. A file with its lowest bytes first has words of 32 bits, which are
 * turned round unless `asItStands`: its bytes are then those of memory with the highest byte first.
 */
export function imageOfElf(
  program: PlainProgram,
  pc: string,
  memories: { readonly code: string; readonly data: string } = { code: "Mem", data: "Mem" },
  asItStands = false,
): DatImage {
  const turned = program.littleEndian && !asItStands;
  return {
    memory: program.pieces.map(({ address, bytes, executable }) => ({
      memory: executable ? memories.code : memories.data,
      address,
      bytes: turned ? wordsTurned(bytes) : bytes,
    })),
    registers: [{ name: pc, value: BigInt(program.entry), line: 0 }],
    cacheLines: [],
    translations: [],
    others: [],
    diagnostics: [],
  };
}

/** The bytes of each word the other way round; a last word is filled up with zeros. */
export function wordsTurned(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(4 * Math.ceil(bytes.length / 4));
  bytes.forEach((byte, at) => (result[at ^ 3] = byte));
  return result;
}
