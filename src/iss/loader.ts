// Puts an ELF file into simulated memory, with the frame that the Linux kernel leaves on the initial stack: argument
// count, argument pointers, environment pointers, auxiliary vector, strings.
import { fail } from "../base/diagnostic.ts";
import type { ElfFile } from "../elf/elf.ts";
import type { ProgramIo } from "./iss-types.ts";
import { Memory } from "./memory.ts";
import type { FaultReport } from "./memory.ts";

export interface LoadedProgram {
  readonly memory: Memory;
  /** Address of the first code word and the number of words up to the last one. Words outside segments are 0. */
  readonly codeStart: number;
  readonly code: Int32Array;
  readonly entry: number;
  readonly stackPointer: number;
  readonly heapStart: number;
  readonly heapEnd: number;
}

const PAGE = 4096;
const STACK_BYTES = 1 << 20;
const MAX_ARGUMENT_BYTES = 1 << 18;
/** The largest memory given to a program. */
const MEMORY_LIMIT = 2 ** 30;
const CODE_LIMIT = 2 ** 26;

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;
const hex = (n: number): string => `0x${n.toString(16)}`;

/** Loads the program. Fails: BW0308 when its addresses do not fit into the memory that a program gets. */
export function loadProgram(
  elf: ElfFile,
  io: ProgramIo,
  heapBytes: number,
  fault: FaultReport,
): LoadedProgram {
  const place = { file: elf.file };
  const starts = elf.segments.map((s) => s.address);
  const ends = elf.segments.map((s) => s.address + s.memorySize);
  const base = Math.floor(Math.min(...starts) / PAGE) * PAGE;
  const heapStart = roundUp(Math.max(...ends), PAGE);
  const heapEnd = heapStart + roundUp(heapBytes, PAGE);
  const top = heapEnd + STACK_BYTES;
  if (top - base > MEMORY_LIMIT || top > 2 ** 32)
    fail(
      "BW0308",
      `the program's memory runs from ${hex(base)} to ${hex(top)}, more than ${MEMORY_LIMIT >> 20} MiB`,
      "make its arrays or the heap smaller",
      place,
    );

  const executable = elf.segments.filter((s) => s.executable);
  const codeStart = Math.min(...executable.map((s) => s.address));
  const codeEnd = Math.max(...executable.map((s) => s.address + s.data.length));
  if (
    executable.length === 0 ||
    codeEnd - codeStart > CODE_LIMIT ||
    codeStart % 4 !== 0 ||
    elf.entry % 4 !== 0
  )
    fail("BW0308", "the program has no code, or code that is too large or not aligned", undefined, place);

  const [readOnlyFrom, readOnlyTo] = readOnlyRange(elf, base);
  // Code is compiled once, so that a program must not be able to change it unseen.
  const changeable = executable.find(
    (s) => s.address - base < readOnlyFrom || s.address + s.data.length - base > readOnlyTo + 3,
  );
  if (changeable)
    fail(
      "BW0308",
      `the code at ${hex(changeable.address)} is writable or lies apart from the rest of the code`,
      "link the program without -N and with all code next to each other",
      place,
    );
  const memory = new Memory(base, top - base, readOnlyFrom, readOnlyTo, fault);
  const code = new Int32Array(Math.ceil((codeEnd - codeStart) / 4));
  for (const s of elf.segments) {
    memory.loadBytes(s.address, s.data);
    if (!s.executable) continue;
    const at = s.address - codeStart;
    for (let i = 0; i + 4 <= s.data.length; i += 4) {
      const word = memory.m32[(s.address - base + i) >>> 2] ?? 0;
      if ((at & 3) === 0) code[(at + i) >>> 2] = word;
    }
  }
  const stackPointer = buildStack(memory, top, io, elf);
  return { memory, codeStart, code, entry: elf.entry, stackPointer, heapStart, heapEnd };
}

/** The run of read-only segments around the first code that no writable one interrupts, as distances from `base`, in whole
 *  words and so that memory outside segments stays as it is. */
function readOnlyRange(elf: ElfFile, base: number): [number, number] {
  let run: [number, number] = [0, 0];
  let code = false;
  let open = false;
  for (const s of elf.segments) {
    if (s.writable) {
      if (code) break;
      open = false;
      continue;
    }
    const from = roundUp(s.address - base, 4);
    const to = Math.floor((s.address + s.memorySize - base) / 4) * 4;
    run = open ? [run[0], to] : [from, to];
    open = true;
    code ||= s.executable;
  }
  return code ? run : [0, 0];
}

/** Builds the kernel's frame at the top of memory and returns the stack pointer, aligned to 16. */
function buildStack(memory: Memory, top: number, io: ProgramIo, elf: ElfFile): number {
  const encoder = new TextEncoder();
  let at = top - 16;
  let total = 0;
  const put = (text: string): number => {
    const bytes = encoder.encode(`${text}\0`);
    total += bytes.length + 8;
    if (total > MAX_ARGUMENT_BYTES)
      fail("BW0308", "the program's arguments are too long", undefined, { file: elf.file });
    at -= bytes.length;
    memory.loadBytes(at, bytes);
    return at;
  };
  const args = io.args.map(put);
  const environment = (io.environment ?? []).map(put);
  // AT_PAGESZ, AT_ENTRY, end of the auxiliary vector.
  const words = [args.length, ...args, 0, ...environment, 0, 6, PAGE, 9, elf.entry, 0, 0];
  const pointer = Math.floor((at - 4 * words.length) / 16) * 16;
  words.forEach((w, i) => {
    memory.m32[(pointer - memory.base + 4 * i) >>> 2] = w | 0;
  });
  return pointer;
}
