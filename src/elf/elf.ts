// ELF32 big-endian reader for PowerPC executables: segments, sections and symbols.
// Every offset and size is checked against the file before use, so a truncated or hostile file gives a Diagnostic and
// nothing else. Counts are bounded by the file's size, so reading takes time linear in the file.
import { fail } from "../base/diagnostic.ts";
import type { Place } from "../base/diagnostic.ts";

export interface ElfSegment {
  /** Virtual address of the first byte, and size in memory; bytes past `data` are zero. */
  readonly address: number;
  readonly memorySize: number;
  readonly data: Uint8Array;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
}

export interface ElfSection {
  readonly name: string;
  /** ELF sh_type (1 PROGBITS, 8 NOBITS …). */
  readonly type: number;
  readonly address: number;
  readonly size: number;
  /** Contents; empty for NOBITS. */
  readonly data: Uint8Array;
  readonly allocated: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
}

export interface ElfSymbol {
  readonly name: string;
  /** Of thread-local variables (kind `thread`): the offset in their segment. */
  readonly address: number;
  readonly size: number;
  readonly kind: "none" | "object" | "function" | "section" | "file" | "common" | "thread" | "other";
  readonly binding: "local" | "global" | "weak" | "other";
  /** Index into `sections`; -1 for absolute, undefined and common symbols. */
  readonly section: number;
}

export interface ElfFile {
  /** The name that messages show. */
  readonly file: string;
  readonly entry: number;
  /** PT_LOAD segments, by address; they do not overlap. */
  readonly segments: readonly ElfSegment[];
  readonly sections: readonly ElfSection[];
  readonly symbols: readonly ElfSymbol[];
}

const SYMBOL_KINDS = ["none", "object", "function", "section", "file", "common", "thread"] as const;
const BINDINGS = ["local", "global", "weak"] as const;

/** The bytes of the file with checked big-endian access. */
class Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly file: string;
  /** Length of all names read so far. */
  nameBytes = 0;
  constructor(bytes: Uint8Array, file: string) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.file = file;
  }
  place(offset: number): Place {
    return { file: this.file, offset };
  }
  range(offset: number, size: number, what: string): Uint8Array {
    if (offset > this.bytes.length || size > this.bytes.length - offset)
      fail(
        "BW0312",
        `${what} (${size} bytes at offset ${offset}) lies outside the file of ${this.bytes.length} bytes`,
        "the file is truncated or damaged: build it again",
        this.place(Math.min(offset, this.bytes.length)),
      );
    return this.bytes.subarray(offset, offset + size);
  }
  u16(offset: number): number {
    this.range(offset, 2, "a field");
    return this.view.getUint16(offset);
  }
  u32(offset: number): number {
    this.range(offset, 4, "a field");
    return this.view.getUint32(offset);
  }
}

/** Reads a static ELF32 big-endian PowerPC executable. `file` names it in messages.
 *  Fails: BW0310 (not ELF), BW0311 (another machine), BW0312 (truncated), BW0313 (inconsistent). */
export function readElf(bytes: Uint8Array, file: string): ElfFile {
  const r = new Reader(bytes, file);
  if (bytes.length < 4 || r.u32(0) !== 0x7f454c46)
    fail("BW0310", "this is not an ELF file", "give a 32-bit PowerPC executable", r.place(0));
  r.range(0, 52, "the ELF header");
  if (bytes[4] !== 1 || bytes[5] !== 2 || r.u16(18) !== 20)
    fail(
      "BW0311",
      `this ELF file is for another machine (class ${bytes[4]}, byte order ${bytes[5]}, machine ${r.u16(18)})`,
      "32-bit (class 1), big-endian (2) PowerPC (20) is wanted",
      r.place(4),
    );
  if (r.u16(16) !== 2)
    fail(
      "BW0311",
      `this ELF file has type ${r.u16(16)}; a statically linked executable (2) is wanted`,
      "link with ld.lld -static",
      r.place(16),
    );
  const sections = readSections(r);
  return {
    file,
    entry: r.u32(24),
    segments: readSegments(r),
    sections: sections.map((s) => s.section),
    symbols: readSymbols(r, sections),
  };
}

function readSegments(r: Reader): ElfSegment[] {
  const offset = r.u32(28);
  const size = r.u16(42);
  const count = r.u16(44);
  if (count > 0 && size < 32) fail("BW0313", `program headers of ${size} bytes`, undefined, r.place(42));
  r.range(offset, size * count, "the program header table");
  const segments: ElfSegment[] = [];
  for (let i = 0; i < count; i++) {
    const at = offset + i * size;
    const type = r.u32(at);
    if (type === 2 || type === 3)
      fail(
        "BW0311",
        "this executable is dynamically linked",
        "link with ld.lld -static and without a dynamic loader",
        r.place(at),
      );
    if (type !== 1) continue;
    const address = r.u32(at + 8);
    const fileSize = r.u32(at + 16);
    const memorySize = r.u32(at + 20);
    const flags = r.u32(at + 24);
    if (fileSize > memorySize || address + memorySize > 0x1_0000_0000)
      fail(
        "BW0313",
        `segment ${i} at 0x${address.toString(16)} has ${fileSize} bytes in the file, ${memorySize} in memory`,
        undefined,
        r.place(at),
      );
    if (memorySize === 0) continue;
    segments.push({
      address,
      memorySize,
      data: r.range(r.u32(at + 4), fileSize, `segment ${i}`),
      readable: (flags & 4) !== 0,
      writable: (flags & 2) !== 0,
      executable: (flags & 1) !== 0,
    });
  }
  segments.sort((a, b) => a.address - b.address);
  segments.forEach((s, i) => {
    const next = segments[i + 1];
    if (next && s.address + s.memorySize > next.address)
      fail("BW0313", `segments overlap at 0x${next.address.toString(16)}`, undefined, r.place(offset));
  });
  if (segments.length === 0) fail("BW0313", "the file has nothing to load", undefined, r.place(28));
  return segments;
}

interface RawSection {
  readonly section: ElfSection;
  readonly link: number;
  readonly entrySize: number;
}

function readSections(r: Reader): RawSection[] {
  const offset = r.u32(32);
  const size = r.u16(46);
  const count = r.u16(48);
  const namesIndex = r.u16(50);
  if (offset === 0 || count === 0) return [];
  if (size < 40) fail("BW0313", `section headers of ${size} bytes`, undefined, r.place(46));
  r.range(offset, size * count, "the section header table");
  const contents = (i: number): Uint8Array => {
    const at = offset + i * size;
    if (r.u32(at + 4) === 8 || r.u32(at + 4) === 0) return new Uint8Array(0);
    return r.range(r.u32(at + 16), r.u32(at + 20), `section ${i}`);
  };
  if (namesIndex >= count)
    fail("BW0313", `section name table ${namesIndex} of ${count}`, undefined, r.place(50));
  const names = contents(namesIndex);
  const sections: RawSection[] = [];
  for (let i = 0; i < count; i++) {
    const at = offset + i * size;
    const flags = r.u32(at + 8);
    sections.push({
      section: {
        name: stringAt(names, r.u32(at), r, at),
        type: r.u32(at + 4),
        address: r.u32(at + 12),
        size: r.u32(at + 20),
        data: contents(i),
        allocated: (flags & 2) !== 0,
        writable: (flags & 1) !== 0,
        executable: (flags & 4) !== 0,
      },
      link: r.u32(at + 24),
      entrySize: r.u32(at + 36),
    });
  }
  return sections;
}

function readSymbols(r: Reader, sections: readonly RawSection[]): ElfSymbol[] {
  const symbols: ElfSymbol[] = [];
  const table = sections.find((s) => s.section.type === 2);
  if (!table) return symbols;
  const strings = sections[table.link];
  if (!strings || table.entrySize !== 16)
    fail("BW0313", "the symbol table has no string table or a wrong entry size", undefined, r.place(32));
  const data = table.section.data;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 16; at + 16 <= data.length; at += 16) {
    const info = view.getUint8(at + 12);
    const section = view.getUint16(at + 14);
    if (section < 0xff00 && section >= sections.length)
      fail(
        "BW0313",
        `symbol ${at / 16} is in section ${section} of ${sections.length}`,
        undefined,
        r.place(data.byteOffset - r.bytes.byteOffset + at),
      );
    symbols.push({
      name: stringAt(strings.section.data, view.getUint32(at), r, data.byteOffset - r.bytes.byteOffset + at),
      address: view.getUint32(at + 4),
      size: view.getUint32(at + 8),
      kind: SYMBOL_KINDS[info & 15] ?? "other",
      binding: BINDINGS[info >> 4] ?? "other",
      section: section === 0 || section >= 0xff00 ? -1 : section,
    });
  }
  return symbols;
}

/** The NUL-terminated string at `offset` of a string table. The names of a file may together be 16 times as long as the
 *  file, so that a damaged table whose names all share one huge tail cannot make reading quadratic. */
function stringAt(table: Uint8Array, offset: number, r: Reader, at: number): string {
  if (offset === 0) return "";
  const end = offset >= table.length ? -1 : table.indexOf(0, offset);
  r.nameBytes += Math.max(0, end - offset);
  if (end < 0 || r.nameBytes > 16 * r.bytes.length)
    fail(
      "BW0313",
      end < 0 ? `a name at ${offset} of the string table has no end` : "the file's names are too long",
      undefined,
      r.place(at),
    );
  return Buffer.from(table.buffer, table.byteOffset + offset, end - offset).toString("utf8");
}
