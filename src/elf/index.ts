// What other folders use of the ELF reader: segments, symbols, line tables.
export { readLineTable } from "./line-table.ts";
export type { LineRow, LineTable, SourceLine } from "./line-table.ts";
export { readElf } from "./elf.ts";
export { readPlainProgram } from "./plain-program.ts";
export type { PlainPiece, PlainProgram } from "./plain-program.ts";
export type { ElfFile, ElfSection, ElfSegment, ElfSymbol } from "./elf.ts";
