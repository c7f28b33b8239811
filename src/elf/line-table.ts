// DWARF line tables (versions 2 to 5, 32-bit form): from code addresses to source lines, for reports and traces.
//
// The table is a program for a small machine whose registers are address, file, line and column; each row it appends says
// where the code from its address to the next row's comes from. Only what is needed for that is kept.
import { ByteReader } from "./byte-reader.ts";
import type { ElfFile } from "./elf.ts";

export interface SourceLine {
  /** Path as the compiler recorded it, with its folder unless that is ".". */
  readonly file: string;
  /** From 1; 0 for code of no source line. */
  readonly line: number;
  readonly column: number;
}

export interface LineTable {
  /** The source line of the instruction at an address; undefined outside the table. */
  find(address: number): SourceLine | undefined;
  /** Rows in the order of addresses; a row holds up to the next one's address. */
  readonly rows: readonly LineRow[];
}

export interface LineRow extends SourceLine {
  readonly address: number;
  /** The address is the first one after a piece of code. */
  readonly ends: boolean;
}

const EMPTY = new Uint8Array(0);

/** Reads the line table; an ELF file without debug information gives an empty one. Fails: BW0314 (damaged). */
export function readLineTable(elf: ElfFile): LineTable {
  const section = (name: string): Uint8Array => elf.sections.find((s) => s.name === name)?.data ?? EMPTY;
  const all = new ByteReader(section(".debug_line"), elf.file, ".debug_line");
  const strings: Strings = {
    line: (at) => new ByteReader(section(".debug_line_str"), elf.file, ".debug_line_str", at).text(),
    plain: (at) => new ByteReader(section(".debug_str"), elf.file, ".debug_str", at).text(),
  };
  const rows: LineRow[] = [];
  while (all.more) readUnit(all, strings, rows);
  // A piece's end comes before the start of the piece that follows it at the same address.
  rows.sort((a, b) => a.address - b.address || Number(b.ends) - Number(a.ends));
  return { rows, find: (address) => findRow(rows, address >>> 0) };
}

function findRow(rows: readonly LineRow[], address: number): SourceLine | undefined {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.address ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  const row = rows[low - 1];
  return row === undefined || row.ends ? undefined : { file: row.file, line: row.line, column: row.column };
}

interface Strings {
  line(offset: number): string;
  plain(offset: number): string;
}

interface Header {
  readonly version: number;
  readonly minimumLength: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeLengths: readonly number[];
  readonly files: readonly string[];
}

function readUnit(all: ByteReader, strings: Strings, rows: LineRow[]): void {
  const length = all.u32();
  if (length >= 0xfffffff0) all.damaged("the 64-bit form of DWARF");
  const unit = all.part(length);
  const header = readHeader(unit, strings);
  runProgram(unit, header, rows);
}

function readHeader(unit: ByteReader, strings: Strings): Header {
  const version = unit.u16();
  if (version < 2 || version > 5) unit.damaged(`version ${version}`);
  if (version >= 5 && unit.u16() !== 0x0400) unit.damaged("addresses that are not four plain bytes");
  const header = unit.part(unit.u32());
  const minimumLength = header.u8();
  if (version >= 4) header.u8(); // operations per instruction: 1
  header.u8(); // default of is_stmt
  const lineBase = header.s8();
  const lineRange = header.u8();
  if (lineRange === 0) header.damaged("a line range of 0");
  const opcodeBase = header.u8();
  const opcodeLengths = [0];
  for (let i = 1; i < opcodeBase; i++) opcodeLengths.push(header.u8());
  const files = version >= 5 ? readEntries(header, strings) : readOldEntries(header);
  return { version, minimumLength, lineBase, lineRange, opcodeLengths, files };
}

/** Folders and files of versions 2 to 4; file 1 is the first. */
function readOldEntries(header: ByteReader): string[] {
  const folders = [""];
  for (;;) {
    const folder = header.text();
    if (folder === "") break;
    folders.push(folder);
  }
  const files = [""];
  for (;;) {
    const name = header.text();
    if (name === "") return files;
    const folder = folders[header.unsigned()] ?? header.damaged("a file in no folder");
    header.unsigned();
    header.unsigned();
    files.push(joined(folder, name));
  }
}

const CONTENT_PATH = 1;
const CONTENT_FOLDER = 2;

/** Folders and files of version 5: both are tables whose columns are described first. */
function readEntries(header: ByteReader, strings: Strings): string[] {
  const table = (): { path: string; folder: number }[] => {
    const columns = Array.from(
      { length: header.u8() },
      () => [header.unsigned(), header.unsigned()] as const,
    );
    const count = header.unsigned();
    if (columns.length === 0 && count > 0) header.damaged("entries without columns");
    const entries: { path: string; folder: number }[] = [];
    for (let i = 0; i < count; i++) {
      const entry = { path: "", folder: 0 };
      for (const [content, form] of columns) {
        const value = readForm(header, form, strings);
        if (content === CONTENT_PATH) entry.path = String(value);
        else if (content === CONTENT_FOLDER) entry.folder = Number(value);
      }
      entries.push(entry);
    }
    return entries;
  };
  const folders = table();
  return table().map(({ path, folder }) => {
    const inside = folders[folder]?.path ?? header.damaged("a file in no folder");
    return joined(folder === 0 ? inside : joined(folders[0]?.path ?? "", inside), path);
  });
}

function joined(folder: string, name: string): string {
  return folder === "" || folder === "." || name.startsWith("/") ? name : `${folder}/${name}`;
}

function readForm(header: ByteReader, form: number, strings: Strings): string | number {
  switch (form) {
    case 0x08:
      return header.text();
    case 0x1f:
      return strings.line(header.u32());
    case 0x0e:
      return strings.plain(header.u32());
    case 0x0b:
      return header.u8();
    case 0x05:
      return header.u16();
    case 0x06:
      return header.u32();
    case 0x0f:
      return header.unsigned();
    case 0x1e: // MD5 of the file
      return header.skip(16);
    case 0x09:
      return header.skip(header.unsigned());
    default:
      return header.damaged(`form 0x${form.toString(16)}`);
  }
}

function runProgram(unit: ByteReader, header: Header, rows: LineRow[]): void {
  const { lineBase, lineRange, opcodeLengths, minimumLength } = header;
  const opcodeBase = opcodeLengths.length;
  let address = 0;
  let file = 1;
  let line = 1;
  let column = 0;
  const append = (ends: boolean): void => {
    rows.push({ address: address >>> 0, file: header.files[file] ?? "", line, column, ends });
  };
  const advance = (operation: number): void => {
    address += minimumLength * operation;
  };
  while (unit.more) {
    const opcode = unit.u8();
    if (opcode >= opcodeBase) {
      const special = opcode - opcodeBase;
      advance(Math.floor(special / lineRange));
      line += lineBase + (special % lineRange);
      append(false);
      continue;
    }
    switch (opcode) {
      case 0: {
        const extended = unit.part(unit.unsigned());
        if (!extended.more) break;
        const code = extended.u8();
        if (code === 1) {
          append(true);
          address = 0;
          file = 1;
          line = 1;
          column = 0;
        } else if (code === 2) address = extended.u32();
        break;
      }
      case 1:
        append(false);
        break;
      case 2:
        advance(unit.unsigned());
        break;
      case 3:
        line += unit.signed();
        break;
      case 4:
        file = unit.unsigned();
        break;
      case 5:
        column = unit.unsigned();
        break;
      case 8:
        advance(Math.floor((255 - opcodeBase) / lineRange));
        break;
      case 9:
        address += unit.u16();
        break;
      default:
        for (let i = opcodeLengths[opcode] ?? 0; i > 0; i--) unit.unsigned();
    }
  }
}
