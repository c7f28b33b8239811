// Images for a machine from files: `.dat` and `.elf`, several laid over each other.
import { readFileSync } from "node:fs";
import { fail } from "../base/diagnostic.ts";
import { imageOfDat, imageOfElf, joinImages, parseDat, sectionsOf, wordsTurned } from "../dat/index.ts";
import type { DatImage } from "../dat/index.ts";
import { readPlainProgram } from "../elf/index.ts";
import type { IsaModel } from "../machine/model.ts";

/**
 * The state that the files set up, later ones over earlier ones. An ELF's entry goes to the instruction set's program
 * counter; `elfAsItStands`: bytes of an ELF file with its lowest bytes first are not turned round.
 * Faults of `.dat` lines come with the image. Fails: BW0364 a file cannot be read, BW0312 and others for a damaged ELF.
 */
export function loadImage(
  files: readonly string[],
  isa: IsaModel,
  coreNames: ReadonlyMap<string, string> = new Map(),
  elfAsItStands = false,
): DatImage {
  return joinImages(
    files.map((file) => {
      const bytes = readImage(file);
      if (bytes[0] === 0x7f && bytes[1] === 0x45) {
        const code = isa.machine?.memories.find((one) => one.instructions)?.name ?? "Mem";
        const pc = isa.machine?.counters.nia ?? "NIA";
        const memories = { code, data: "Mem" };
        return inWordOrder(imageOfElf(readPlainProgram(bytes, file), pc, memories, elfAsItStands), isa);
      }
      const { document, diagnostics } = parseDat(bytes.toString("latin1"), file);
      const test = sectionsOf(document, coreNames);
      const image = imageInOrder(imageOfDat(test), isa);
      return { ...image, diagnostics: [...diagnostics, ...test.diagnostics, ...image.diagnostics] };
    }),
  );
}

/** The words of an ELF file, whose bytes stand with the highest first, for a machine that stores the lowest first. */
function inWordOrder(image: DatImage, isa: IsaModel): DatImage {
  if (isa.machine?.littleEndian?.data !== true) return image;
  return { ...image, memory: image.memory.map((one) => ({ ...one, bytes: wordsTurned(one.bytes) })) };
}

/** A recording has memory as values: of a machine that stores the lowest byte first, their bytes stand the other way. */
export function imageInOrder(image: DatImage, isa: IsaModel): DatImage {
  if (isa.machine?.littleEndian?.data !== true) return image;
  return { ...image, memory: image.memory.map((one) => ({ ...one, bytes: one.bytes.toReversed() })) };
}

function readImage(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    return fail("BW0364", `cannot read ${file}: ${(error as Error).message}`);
  }
}
