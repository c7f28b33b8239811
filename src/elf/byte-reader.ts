// Reads numbers and strings from a piece of a file, in order, never past its end.
import { fail } from "../base/diagnostic.ts";

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  readonly #what: string;
  /** Position of the next byte. */
  at: number;
  readonly end: number;

  /** Reads `bytes` from `at` to `end`. `what` names the piece in messages, e.g. ".debug_line". */
  constructor(bytes: Uint8Array, file: string, what: string, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
    this.#what = what;
    this.at = at;
    this.end = end;
    if (at > bytes.length || end > bytes.length || at > end) this.damaged(`a part from ${at} to ${end}`);
  }

  get more(): boolean {
    return this.at < this.end;
  }

  damaged(what: string): never {
    return fail(
      "BW0314",
      `${this.#what} is damaged at offset ${this.at}: ${what}`,
      "build the program again",
      {
        file: this.#file,
      },
    );
  }

  /** A reader of the next `length` bytes, which this one skips. */
  part(length: number): ByteReader {
    const start = this.skip(length);
    return new ByteReader(this.#bytes, this.#file, this.#what, start, start + length);
  }

  /** Skips bytes and returns where they started. */
  skip(length: number): number {
    const start = this.at;
    if (length > this.end - start) this.damaged(`${length} bytes are wanted, ${this.end - start} are left`);
    this.at += length;
    return start;
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }
  s8(): number {
    return this.#view.getInt8(this.skip(1));
  }
  u16(): number {
    return this.#view.getUint16(this.skip(2));
  }
  u32(): number {
    return this.#view.getUint32(this.skip(4));
  }

  /** LEB128 numbers up to 2^53; a larger one is damage. */
  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 127) * scale;
      if (value > Number.MAX_SAFE_INTEGER) this.damaged("a number that is too large");
      if (byte < 128) return value;
      if (scale > 2 ** 56) this.damaged("a number without end");
    }
  }
  signed(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 127) * scale;
      if (value > Number.MAX_SAFE_INTEGER) this.damaged("a number that is too large");
      if (byte < 128) return (byte & 64) !== 0 ? value - scale * 128 : value;
      if (scale > 2 ** 56) this.damaged("a number without end");
    }
  }

  /** A string that ends with a zero byte. */
  text(): string {
    const start = this.at;
    const end = this.#bytes.indexOf(0, start);
    if (end < 0 || end >= this.end) this.damaged("a string without end");
    this.at = end + 1;
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, end - start).toString("utf8");
  }
}
