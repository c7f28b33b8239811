// What other folders use of the instruction set: decoder, encoder, disassembler.
export { createDecoder } from "./decoder.ts";
export type { Decoder } from "./decoder.ts";
export { createDisassembler } from "./disassembler.ts";
export type { Disassembler } from "./disassembler.ts";
export { encode, encodeWords, extractField, fieldOf, fieldValue, placeField } from "./fields.ts";
export { instructionOfWord } from "./reached-uses.ts";
