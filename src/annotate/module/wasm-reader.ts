// Reads the bytes of a module that Binaryen wrote, for what is done to finished modules (branch-hints.ts, shared-locals.ts).

/** A number in as few bytes as it takes. */
export function encoded(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    const more = left >= 128;
    bytes.push((left & 127) | (more ? 128 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return bytes;
}

/** Reads a module that Binaryen wrote. */
export class WasmReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.#bytes[this.at++] ?? 0;
  }

  unsigned(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  /** Passes over a signed number of any length. */
  signed(): void {
    while (this.byte() >= 128);
  }

  name(): void {
    const length = this.unsigned();
    this.at += length;
  }

  skipImmediates(op: number): void {
    if (op === 0x02 || op === 0x03 || op === 0x06)
      this.signed(); // block, loop, try: a type
    else if (op >= 0x28 && op <= 0x3e) this.#pair();
    else if (ONE_INDEX.has(op)) this.unsigned();
    else if (op === 0x11) this.#pair();
    else if (op === 0x0e) for (let n = this.unsigned(); n >= 0; n -= 1) this.unsigned();
    else if (op === 0x1c) for (let n = this.unsigned(); n > 0; n -= 1) this.byte();
    else if (op === 0x41 || op === 0x42) this.signed();
    else if (op === 0x43) this.at += 4;
    else if (op === 0x44) this.at += 8;
    else if (op === 0xfc) this.#bulk();
    else if (op === 0xfd) this.#vector();
  }

  /** Two numbers: of an access's alignment and offset, of a type and a table. */
  #pair(): void {
    this.unsigned();
    this.unsigned();
  }

  /** Saturating conversions, and operations on blocks of memory and tables. */
  #bulk(): void {
    const op = this.unsigned();
    if (op < 8) return;
    this.unsigned();
    if (op === 8 || op === 10 || op === 12 || op === 14) this.unsigned();
  }

  #vector(): void {
    const op = this.unsigned();
    if (op <= 11 || op === 92 || op === 93) this.#pair();
    else if (op === 12 || op === 13) this.at += 16;
    else if (op >= 21 && op <= 34) this.at += 1;
    else if (op >= 84 && op <= 91) {
      this.#pair();
      this.at += 1;
    }
  }
}

/** Opcodes with one index: exceptions, branches, calls, locals, globals, tables, memory size and growth, references. */
const ONE_INDEX: ReadonlySet<number> = new Set([
  0x07, 0x08, 0x09, 0x0c, 0x0d, 0x10, 0x18, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x3f, 0x40, 0xd0, 0xd2,
]);
