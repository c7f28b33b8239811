// The executable part of an ELF program as words.
import type { ElfFile } from "../elf/index.ts";
import type { CodeImage } from "./static-code.ts";

/** Executable segments, from their first to their last whole word. */
export function codeOfElf(elf: ElfFile): CodeImage {
  const pieces = elf.segments
    .filter((segment) => segment.executable)
    .map((segment) => {
      const skip = (4 - (segment.address & 3)) & 3;
      const count = Math.max(0, (segment.data.length - skip) >>> 2);
      const view = new DataView(segment.data.buffer, segment.data.byteOffset, segment.data.byteLength);
      const words = new Uint32Array(count);
      for (let at = 0; at < count; at++) words[at] = view.getUint32(skip + at * 4);
      return { address: segment.address + skip, words };
    });
  return { pieces };
}
