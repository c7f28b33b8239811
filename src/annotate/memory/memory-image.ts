// The initial contents of the module's memory: the ELF's segments with the bytes of every word reversed, and the table
// from code words to functions that indirect-call counters use.

import { fail } from "../../base/diagnostic.ts";
import type { ElfFile } from "../../elf/index.ts";
import type { Program } from "../program.ts";

export interface MemorySegment {
  readonly address: number;
  readonly data: Uint8Array;
}

/** Segments in host word order. Fails: BW0804 when the program does not fit. */
export function memoryImage(elf: ElfFile, programBytes: number): MemorySegment[] {
  const image: MemorySegment[] = [];
  for (const segment of elf.segments) {
    if (segment.address + segment.memorySize > programBytes)
      fail(
        "BW0804",
        `the program ends at 0x${(segment.address + segment.memorySize).toString(16)}, past its address space of ${String(programBytes)} bytes`,
      );
    if (segment.data.length === 0) continue;
    image.push(swapWords(segment.address, segment.data));
  }
  return image;
}

/** Bytes at any address as whole words in host order; what is outside the bytes is zero. */
export function swapWords(address: number, bytes: Uint8Array): MemorySegment {
  const start = address & ~3;
  const data = new Uint8Array(Math.ceil((address + bytes.length - start) / 4) * 4);
  bytes.forEach((byte, i) => {
    data[(address + i - start) ^ 3] = byte;
  });
  return { address: start, data };
}

/**
 * For every word of code, 16 bits: position in `addressTaken` of the function that starts there, `labelPosition` of the label
 * there, else the number of these functions.
 */
export function targetMap(program: Program, textBytes: number): MemorySegment[] {
  const words = Math.ceil(textBytes / 4);
  const map = new Uint16Array(words).fill(program.addressTaken.length);
  program.addressTaken.forEach((name, i) => {
    map[(program.addresses.of(name) - program.textBase) / 4] = i;
  });
  for (const [address, position] of program.labelPositions) map[(address - program.textBase) / 4] = position;
  if (program.addressTaken.length + program.labelPositions.size > 0xfff0)
    fail("BW0804", "too many functions and labels have their address taken");
  return [{ address: program.targetMapBase, data: new Uint8Array(map.buffer) }];
}
