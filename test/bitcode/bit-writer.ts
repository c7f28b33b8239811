// Writes bitstreams by hand, for tests of streams that no compiler makes.

export class BitWriter {
  private readonly bits: number[] = [];

  fixed(value: number, width: number): this {
    for (let bit = 0; bit < width; bit += 1) this.bits.push(Math.floor(value / 2 ** bit) % 2);
    return this;
  }

  vbr(value: number, width: number): this {
    let rest = value;
    const step = 2 ** (width - 1);
    while (rest >= step) {
      this.fixed((rest % step) + step, width);
      rest = Math.floor(rest / step);
    }
    return this.fixed(rest, width);
  }

  align(): this {
    while (this.bits.length % 32 !== 0) this.bits.push(0);
    return this;
  }

  magic(): this {
    return this.fixed(0xdec04342, 32);
  }

  /** A block with a 3-bit abbreviation width, entered with the outer width given. */
  block(id: number, outerWidth: number, body: (writer: BitWriter) => void, lengthError = 0): this {
    this.fixed(1, outerWidth).vbr(id, 8).vbr(3, 4).align();
    const inner = new BitWriter();
    body(inner);
    inner.fixed(0, 3).align();
    this.fixed(inner.bits.length / 32 + lengthError, 32);
    for (const bit of inner.bits) this.bits.push(bit);
    return this;
  }

  /** An unabbreviated record inside a block of `block`. */
  record(code: number, ...operands: readonly number[]): this {
    this.fixed(3, 3).vbr(code, 6).vbr(operands.length, 6);
    for (const operand of operands) this.vbr(operand, 6);
    return this;
  }

  bytes(): Uint8Array {
    this.align();
    const bytes = new Uint8Array(this.bits.length / 8);
    this.bits.forEach((bit, at) => {
      bytes[at >> 3] = (bytes[at >> 3] as number) | (bit << (at & 7));
    });
    return bytes;
  }
}
