// The memory of a simulator of plain images: all of the 32-bit address space, in pages that exist once something is
// written to them. Untouched memory reads as 0.

const PAGE_BITS = 12;
const PAGE = 1 << PAGE_BITS;
/** Pages that a program may touch: 1 GiB. */
const LIMIT = 1 << 18;

export class SparseMemory {
  readonly #pages = new Map<number, Uint8Array>();
  #lastNumber = -1;
  #last: Uint8Array = new Uint8Array(0);

  #page(number: number): Uint8Array | undefined {
    if (number === this.#lastNumber) return this.#last;
    const page = this.#pages.get(number);
    if (page) {
      this.#lastNumber = number;
      this.#last = page;
    }
    return page;
  }

  readByte(address: number): number {
    return this.#page(address >>> PAGE_BITS)?.[address & (PAGE - 1)] ?? 0;
  }

  /** False when there are too many pages. */
  writeByte(address: number, value: number): boolean {
    const number = address >>> PAGE_BITS;
    let page = this.#page(number);
    if (!page) {
      if (this.#pages.size >= LIMIT) return false;
      page = new Uint8Array(PAGE);
      this.#pages.set(number, page);
      this.#lastNumber = number;
      this.#last = page;
    }
    page[address & (PAGE - 1)] = value;
    return true;
  }

  /** A big-endian word, as int32. */
  readWord(address: number): number {
    const at = address & (PAGE - 1);
    if (at <= PAGE - 4) {
      const page = this.#page(address >>> PAGE_BITS);
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
