// The simulated program's memory: one buffer that holds big-endian words in host order, so that an aligned word access
// is one array access; the byte at target address a is at a XOR 3. Fast accesses are inlined in generated code
// (memory-text.ts); this class does the unaligned ones, the checks and the block transfers of system calls.
import { fail } from "../base/diagnostic.ts";

/** Reports an impossible access and does not return. */
export type FaultReport = (cia: number, what: string) => never;

export class Memory {
  /** Target address of the buffer's first byte; a multiple of 4096. */
  readonly base: number;
  /** Bytes, a multiple of 4096. */
  readonly size: number;
  /** Distances from `base` between which memory is read-only. */
  readonly readOnlyFrom: number;
  readonly readOnlyTo: number;
  readonly m8: Uint8Array;
  readonly m16: Uint16Array;
  readonly m32: Int32Array;
  readonly #fault: FaultReport;
  /** Faults where the instruction at `cia` must not access a word that is not aligned. */
  alignment: ((cia: number, what: string) => void) | undefined;

  constructor(base: number, size: number, readOnlyFrom: number, readOnlyTo: number, fault: FaultReport) {
    this.base = base;
    this.size = size;
    this.readOnlyFrom = readOnlyFrom;
    this.readOnlyTo = readOnlyTo;
    this.#fault = fault;
    const buffer = allocate(size);
    this.m8 = new Uint8Array(buffer);
    this.m16 = new Uint16Array(buffer);
    this.m32 = new Int32Array(buffer);
  }

  /** Whether all of the range lies in memory. `address` may be given signed. */
  contains(address: number, length: number): boolean {
    const x = (address >>> 0) - this.base;
    return x >= 0 && length >= 0 && x + length <= this.size;
  }

  writable(address: number, length: number): boolean {
    const x = (address >>> 0) - this.base;
    return this.contains(address, length) && (x + length <= this.readOnlyFrom || x >= this.readOnlyTo);
  }

  /** A load that the fast path refused: unaligned, or out of range. Value as action code holds it (values.ts). */
  load(address: number, bytes: number, cia: number): number {
    if ((address & 3) !== 0) this.#checkAlignment("load", address, bytes, cia);
    if (!this.contains(address, bytes)) this.#refuse("load", address, bytes, cia);
    let value = 0;
    const x = (address >>> 0) - this.base;
    for (let i = 0; i < bytes; i++) value = (value << 8) | (this.m8[(x + i) ^ 3] ?? 0);
    return value;
  }

  store(address: number, value: number, bytes: number, cia: number): void {
    if ((address & 3) !== 0) this.#checkAlignment("store", address, bytes, cia);
    if (!this.writable(address, bytes)) this.#refuse("store", address, bytes, cia);
    const x = (address >>> 0) - this.base;
    for (let i = 0; i < bytes; i++) this.m8[(x + i) ^ 3] = value >>> (8 * (bytes - 1 - i));
  }

  loadWide(address: number, bytes: number, cia: number): bigint {
    if ((address & 3) !== 0) this.#checkAlignment("load", address, bytes, cia);
    if (!this.contains(address, bytes)) this.#refuse("load", address, bytes, cia);
    let value = 0n;
    for (const b of this.readBytes(address, bytes) ?? []) value = (value << 8n) | BigInt(b);
    return value;
  }

  storeWide(address: number, value: bigint, bytes: number, cia: number): void {
    if ((address & 3) !== 0) this.#checkAlignment("store", address, bytes, cia);
    if (!this.writable(address, bytes)) this.#refuse("store", address, bytes, cia);
    const data = new Uint8Array(bytes);
    for (let i = 0; i < bytes; i++) data[i] = Number((value >> BigInt(8 * (bytes - 1 - i))) & 255n);
    this.writeBytes(address, data);
  }

  /** A copy of `length` bytes; undefined when the range is not all in memory. */
  readBytes(address: number, length: number): Uint8Array | undefined {
    if (!this.contains(address, length)) return undefined;
    const x = (address >>> 0) - this.base;
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.m8[(x + i) ^ 3] ?? 0;
    return bytes;
  }

  /** Writes bytes where the program may write; false when it may not. */
  writeBytes(address: number, bytes: Uint8Array): boolean {
    if (!this.writable(address, bytes.length)) return false;
    this.loadBytes(address, bytes);
    return true;
  }

  /** Writes bytes, read-only memory included: for the loader. The range must lie in memory. */
  loadBytes(address: number, bytes: Uint8Array): void {
    const x = (address >>> 0) - this.base;
    for (let i = 0; i < bytes.length; i++) this.m8[(x + i) ^ 3] = bytes[i] ?? 0;
  }

  #checkAlignment(kind: string, address: number, bytes: number, cia: number): void {
    if (bytes < 4) return;
    this.alignment?.(
      cia,
      `${kind} of ${bytes} bytes at 0x${(address >>> 0).toString(16)}, which is not aligned`,
    );
  }

  #refuse(kind: string, address: number, bytes: number, cia: number): never {
    const where = this.contains(address, bytes)
      ? "read-only memory"
      : "an address outside the program's memory";
    this.#fault(cia, `${kind} of ${bytes} bytes at 0x${(address >>> 0).toString(16)}, ${where}`);
  }
}

function allocate(size: number): ArrayBuffer {
  try {
    return new ArrayBuffer(size);
  } catch {
    return fail(
      "BW0308",
      `the host has no ${size >> 20} MiB for the program's memory`,
      "give it a smaller heap",
    );
  }
}
