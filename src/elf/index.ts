export { readElf } from "./elf.ts";
export type { ElfFile, ElfSection, ElfSegment, ElfSymbol } from "./elf.ts";
