// What a file in ELF puts into the memory of a machine that has no operating system: 32-bit files of any machine and either
// byte order, linked or not. Described machines have their own assemblers, which write such files with whatever machine
// number was at hand, and without segments where nothing had to be linked. (Programs for PowerPC are read by elf.ts, which
// asks for more.) Every offset and size is checked against the file before use.
import { fail } from "../base/diagnostic.ts";

export interface PlainPiece {
  /** Where it lies in memory: the physical address of its segment, where the file has one. */
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

export interface PlainProgram {
  readonly entry: number;
  readonly littleEndian: boolean;
  readonly pieces: readonly PlainPiece[];
}

const EXECUTABLE_SECTION = 4;
const ALLOCATED_SECTION = 2;
const EXECUTABLE_SEGMENT = 1;

/** Reads a file. `file` names it in messages. Fails: BW0310 no ELF, BW0311 not of 32 bits, BW0312 truncated. */
export function readPlainProgram(bytes: Uint8Array, file: string): PlainProgram {
  if (bytes.length < 52 || bytes[0] !== 0x7f || bytes[1] !== 0x45 || bytes[2] !== 0x4c || bytes[3] !== 0x46)
    fail("BW0310", "this is not an ELF file", "give a 32-bit ELF file", { file, offset: 0 });
  if (bytes[4] !== 1 || (bytes[5] !== 1 && bytes[5] !== 2))
    fail("BW0311", `this ELF file has class ${bytes[4]}`, "a file of 32 bits (class 1) is wanted", {
      file,
      offset: 4,
    });
  const littleEndian = bytes[5] === 1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const checked = (at: number, size: number): void => {
    if (at > bytes.length || size > bytes.length - at)
      fail(
        "BW0312",
        `${size} bytes at offset ${at} lie outside the file of ${bytes.length} bytes`,
        "the file is truncated or damaged: build it again",
        { file, offset: Math.min(at, bytes.length) },
      );
  };
  const u32 = (at: number): number => {
    checked(at, 4);
    return view.getUint32(at, littleEndian);
  };
  const u16 = (at: number): number => {
    checked(at, 2);
    return view.getUint16(at, littleEndian);
  };
  const part = (at: number, size: number): Uint8Array => {
    checked(at, size);
    return bytes.subarray(at, at + size);
  };
  const segments: { logical: number; physical: number; size: number; piece: PlainPiece }[] = [];
  for (let i = 0; i < u16(44); i++) {
    const at = u32(28) + i * u16(42);
    if (u32(at) !== 1) continue;
    const [logical, physical, size] = [u32(at + 8), u32(at + 12), u32(at + 20)];
    const executable = (u32(at + 24) & EXECUTABLE_SEGMENT) !== 0;
    segments.push({
      logical,
      physical,
      size,
      piece: { address: physical, bytes: part(u32(at + 4), u32(at + 16)), executable },
    });
  }
  // Linkers that know nothing of physical addresses leave them 0.
  const translated = segments.some((one) => one.physical !== 0);
  if (segments.length > 0) {
    const entry = u32(24);
    const around = segments.find((one) => entry >= one.logical && entry - one.logical < one.size);
    return {
      entry: translated && around ? entry - around.logical + around.physical : entry,
      littleEndian,
      pieces: segments.map(({ logical, piece }) => (translated ? piece : { ...piece, address: logical })),
    };
  }
  const pieces: PlainPiece[] = [];
  for (let i = 0; i < u16(48); i++) {
    const at = u32(32) + i * u16(46);
    const flags = u32(at + 8);
    // Contents of the program (1) that take part in it.
    if (u32(at + 4) !== 1 || (flags & ALLOCATED_SECTION) === 0) continue;
    const executable = (flags & EXECUTABLE_SECTION) !== 0;
    pieces.push({ address: u32(at + 12), bytes: part(u32(at + 16), u32(at + 20)), executable });
  }
  return { entry: u32(24), littleEndian, pieces };
}
