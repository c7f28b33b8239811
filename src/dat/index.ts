// What other folders use of the `.dat` format: reading, printing, the image and the recording in a file, writing a result.
export { imageOfDat, imageOfElf, joinImages, wordsTurned } from "./image.ts";
export type { DatImage, EntrySetting, MemoryPiece, RegisterContext, RegisterSetting } from "./image.ts";
export { parseDat } from "./parse.ts";
export type { ParsedDat } from "./parse.ts";
export { printCommand, printDat } from "./print.ts";
export { recordingOf } from "./recorded.ts";
export type { RecordedInstruction, Recording } from "./recorded.ts";
export { sectionsOf } from "./sections.ts";
export type { DatEntry, DatSection, DatTest } from "./sections.ts";
export { numberOf, valueOf } from "./syntax.ts";
export type { DatBlock, DatCommand, DatDocument, DatItem, DatPair } from "./syntax.ts";
export { resultDocument } from "./write.ts";
export type { FinalRegister, TracedInstruction } from "./write.ts";
