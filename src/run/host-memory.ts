// The program's memory as system calls see it: big-endian bytes over WebAssembly memory that keeps words in host order.

import { fail } from "../base/diagnostic.ts";
import { ASIDE_BYTES, type CounterLayout } from "../annotate/layout.ts";
import type { ProgramIo, SystemMemory } from "../iss/index.ts";

/** Addresses below are never the program's (the null pages). */
const LOWEST = 0x10000;

/** Where the program's segments are; an ElfFile has it, and so has a stored program. */
export interface SegmentMap {
  readonly segments: readonly {
    readonly address: number;
    readonly memorySize: number;
    readonly writable: boolean;
  }[];
}

export class HostMemory implements SystemMemory {
  readonly #memory: WebAssembly.Memory;
  readonly #limit: number;
  readonly #readOnly: readonly { readonly from: number; readonly to: number }[];

  constructor(memory: WebAssembly.Memory, limit: number, elf: SegmentMap) {
    this.#memory = memory;
    this.#limit = limit;
    this.#readOnly = elf.segments
      .filter((segment) => !segment.writable)
      .map((segment) => ({ from: segment.address, to: segment.address + segment.memorySize }));
  }

  /** Is all of this the program's memory, or a structure that was passed by value? */
  #isMemory(address: number, length: number): boolean {
    const total = this.#memory.buffer.byteLength;
    const from = address < this.#limit ? LOWEST : total - ASIDE_BYTES;
    const to = address < this.#limit ? this.#limit : total;
    return address >= from && length <= to - address;
  }

  readBytes(address: number, length: number): Uint8Array | undefined {
    if (!this.#isMemory(address, length)) return undefined;
    const bytes = new Uint8Array(this.#memory.buffer);
    const out = new Uint8Array(length);
    for (let i = 0; i < length; i += 1) out[i] = bytes[(address + i) ^ 3] ?? 0;
    return out;
  }

  writeBytes(address: number, data: Uint8Array): boolean {
    const end = address + data.length;
    if (!this.#isMemory(address, data.length)) return false;
    if (this.#readOnly.some((range) => address < range.to && end > range.from)) return false;
    const bytes = new Uint8Array(this.#memory.buffer);
    data.forEach((byte, i) => {
      bytes[(address + i) ^ 3] = byte;
    });
    return true;
  }
}

/**
 * Puts argc, argv and the environment where the program's entry code copies them from, as the kernel lays them out, and gives
 * the address. Fails: BW0812 when they don't fit.
 */
export function placeArguments(memory: WebAssembly.Memory, layout: CounterLayout, io: ProgramIo): number {
  const encoder = new TextEncoder();
  const encode = (strings: readonly string[]): Uint8Array[] => strings.map((s) => encoder.encode(`${s}\0`));
  const args = encode(io.args);
  const environment = encode(io.environment ?? []);
  // Both lists end with a null pointer.
  const words: (number | Uint8Array)[] = [args.length, ...args, 0, ...environment, 0, 0];
  const size = 4 * words.length + [...args, ...environment].reduce((sum, text) => sum + text.length, 0);
  if (size > layout.argumentBytes)
    fail(
      "BW0812",
      `the program's arguments and environment take ${String(size)} bytes; ${String(layout.argumentBytes)} is the most`,
    );
  const bytes = new Uint8Array(memory.buffer);
  const view = new DataView(memory.buffer);
  const base = layout.argumentBase;
  let text = base + 4 * words.length;
  words.forEach((word, i) => {
    view.setUint32(base + 4 * i, typeof word === "number" ? word : text, true);
    if (typeof word === "number") return;
    word.forEach((byte, k) => {
      bytes[(text + k) ^ 3] = byte;
    });
    text += word.length;
  });
  return base;
}
