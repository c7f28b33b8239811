// The memory of a simulator of plain images: all of the 32-bit address space, in pages that exist once something is
// written to them. Untouched memory reads as 0.

const PAGE_BITS = 12;
const PAGE = 1 << PAGE_BITS;
/** Pages that a program may touch: 1 GiB. */
const LIMIT = 1 << 18;

export class SparseMemory {
  /** Two levels of 1024 entries. */
  readonly #pages: (Uint8Array | undefined)[][] = [];
  #count = 0;

  #page(address: number): Uint8Array | undefined {
    return this.#pages[address >>> 22]?.[(address >>> PAGE_BITS) & 1023];
  }

  /** The page of an address as it is kept, from its first byte on; it stays the same. Undefined: nothing was written there. */
  pageOf(address: number): Uint8Array | undefined {
    return this.#page(address);
  }

  #made(address: number): Uint8Array | undefined {
    if (this.#count >= LIMIT) return undefined;
    const group = (this.#pages[address >>> 22] ??= new Array<Uint8Array | undefined>(1024).fill(undefined));
    const page = new Uint8Array(PAGE);
    group[(address >>> PAGE_BITS) & 1023] = page;
    this.#count++;
    return page;
  }

  readByte(address: number): number {
    return this.#page(address)?.[address & (PAGE - 1)] ?? 0;
  }

  /** False when there are too many pages. */
  writeByte(address: number, value: number): boolean {
    const page = this.#page(address) ?? this.#made(address);
    if (!page) return false;
    page[address & (PAGE - 1)] = value;
    return true;
  }

  /** A word written big-endian; false when there are too many pages. */
  writeWord(address: number, value: number): boolean {
    const at = address & (PAGE - 1);
    const page = this.#page(address) ?? this.#made(address);
    if (!page) return false;
    if (at <= PAGE - 4) {
      page[at] = value >>> 24;
      page[at + 1] = value >>> 16;
      page[at + 2] = value >>> 8;
      page[at + 3] = value;
      return true;
    }
    return [24, 16, 8, 0].every((by, i) => this.writeByte((address + i) >>> 0, (value >>> by) & 255));
  }

  /** A big-endian word, as int32. */
  readWord(address: number): number {
    const at = address & (PAGE - 1);
    if (at <= PAGE - 4) {
      const page = this.#page(address);
      if (!page) return 0;
      return (page[at]! << 24) | (page[at + 1]! << 16) | (page[at + 2]! << 8) | page[at + 3]!;
    }
    return (
      (this.readByte(address) << 24) |
      (this.readByte((address + 1) >>> 0) << 16) |
      (this.readByte((address + 2) >>> 0) << 8) |
      this.readByte((address + 3) >>> 0)
    );
  }

  readBytes(address: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.readByte((address + i) >>> 0);
    return bytes;
  }

  writeBytes(address: number, bytes: Uint8Array): boolean {
    return bytes.every((b, i) => this.writeByte((address + i) >>> 0, b));
  }
}
