// The bitstream container under LLVM bitcode: nested blocks of records, packed by abbreviations.
//
// One cursor walks the whole file. A record's operands land in two reused arrays (low and high 32 bits), so
// reading allocates nothing: a big program has millions of operands and nearly all fit 32 bits.
// Everything is checked against the end of the block that is open, so a damaged length can neither read past
// the input nor make the reader reserve more memory than a small multiple of the bits that are really there.

import { BitcodeError, type BitcodeCode } from "./error.ts";

/** What `next` found. */
export const END = 0;
export const BLOCK = 1;
export const RECORD = 2;

const ENTER_SUBBLOCK = 1;
const DEFINE_ABBREV = 2;
const UNABBREV_RECORD = 3;
const FIRST_ABBREV = 4;

const BLOCKINFO = 0;
const BLOCKINFO_SETBID = 1;

// Abbreviation operand encodings; literals get the number 0 here.
const LITERAL = 0;
const FIXED = 1;
const VBR = 2;
const ARRAY = 3;
const CHAR6 = 4;
const BLOB = 5;

const CHAR6_CODES = Uint8Array.from(
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._",
  (character) => character.charCodeAt(0),
);

/** 256 MiB: positions then stay small integers. */
export const MAX_BYTES = 1 << 28;
const MAX_ABBREV_OPERANDS = 1 << 12;
const MAX_NESTING = 32;
const MAX_OPERANDS = 1 << 25;
const MAX_RECORDS = 1 << 23;

interface AbbrevOperand {
  readonly encoding: number;
  /** The literal's low word, or the width in bits. */
  readonly value: number;
  readonly high: number;
}
type Abbrev = readonly AbbrevOperand[];

interface OpenBlock {
  readonly abbrevWidth: number;
  readonly shared: readonly Abbrev[];
  readonly sharedCount: number;
  readonly own: Abbrev[];
  readonly end: number;
}

export class BitCursor {
  /** Bit position. */
  position: number;
  /** Block id, after `next` returned BLOCK. */
  blockId = 0;
  /** The record's code and number of operands, after `next` returned RECORD. */
  code = 0;
  length = 0;
  /** The record's blob, or null. */
  blob: Uint8Array | null = null;
  /** The operands' low and high words. */
  low = new Uint32Array(64);
  high = new Uint32Array(64);
  /** Bit position of the record or block that `next` found. */
  start = 0;

  private readonly bytes: Uint8Array;
  private readonly words: Uint32Array;
  private end: number;
  private abbrevWidth = 2;
  // Abbreviations from the block information are not copied into each block: a hostile file could make many of both.
  private shared: readonly Abbrev[] = [];
  private sharedCount = 0;
  private own: Abbrev[] = [];
  private readonly open: OpenBlock[] = [];
  private readonly blockInfo = new Map<number, Abbrev[]>();

  /** `bytes` from the first block on (after the magic number); `end` in bits is where they stop. */
  constructor(bytes: Uint8Array, position: number) {
    if (bytes.length > MAX_BYTES) throw new BitcodeError("BW0408", "the file is larger than 256 MiB");
    this.bytes = bytes;
    // A copy gives alignment, and two zero words at the end let `read` fetch without a test.
    const padded = new Uint8Array((bytes.length + 15) & ~7);
    padded.set(bytes);
    if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1) swapWords(padded);
    this.words = new Uint32Array(padded.buffer);
    this.position = position;
    this.end = bytes.length * 8;
    // An abbreviation of nothing but constants makes records of two bits, which would cost a hundred times that in
    // memory. Real modules need five bytes or more for a record.
    this.recordsLeft = Math.min(MAX_RECORDS, (1 << 20) + (bytes.length >>> 1));
  }

  /** How many more records this file may have. */
  recordsLeft: number;

  /** Bits left in the open block (or the file). */
  get bitsLeft(): number {
    return this.end - this.position;
  }

  get depth(): number {
    return this.open.length;
  }

  /** An error of the reader at the current record. */
  fail(code: BitcodeCode, message: string): never {
    throw new BitcodeError(code, message, this.start);
  }

  /** A fixed-width field of 0 to 32 bits. */
  read(width: number): number {
    const position = this.position;
    if (position + width > this.end) this.truncated();
    if (width === 0) return 0;
    const word = position >>> 5;
    const bit = position & 31;
    let value = (this.words[word] as number) >>> bit;
    if (bit + width > 32) value |= (this.words[word + 1] as number) << (32 - bit);
    this.position = position + width;
    return width === 32 ? value >>> 0 : value & ((1 << width) - 1);
  }

  /** A variable-width field that must fit 32 bits. */
  readVbr32(width: number): number {
    const value = this.readVbr(width);
    if (this.vbrHigh !== 0) this.fail("BW0403", "a number is larger than 32 bits");
    return value;
  }

  /** High word of the last `readVbr`. */
  private vbrHigh = 0;

  /** A variable-width field: returns the low word, the high one is in `vbrHigh`. */
  private readVbr(width: number): number {
    const more = width === 32 ? 0x80000000 : 1 << (width - 1);
    let piece = this.read(width);
    this.vbrHigh = 0;
    if ((piece & more) === 0) return piece;
    const step = width - 1;
    const mask = more - 1;
    let low = piece & mask;
    let high = 0;
    let shift = 0;
    do {
      piece = this.read(width);
      shift += step;
      const data = piece & mask;
      if (shift >= 64) {
        // LLVM itself never pads a number so far, and an endless one must stop here.
        throw new BitcodeError("BW0403", "a variable-width number does not end", this.position);
      }
      if (shift < 32) {
        low |= data << shift;
        if (shift + step > 32 && shift > 0) high |= data >>> (32 - shift);
      } else {
        high |= data << (shift - 32);
      }
    } while ((piece & more) !== 0);
    this.vbrHigh = high >>> 0;
    return low >>> 0;
  }

  /**
   * Goes to the next thing in the block: END (the block is left), BLOCK (then call `enter` or `skip`), or RECORD (read into
   * `code`, `length`, `low`, `high`, `blob`). Abbreviation definitions are taken in on the way.
   */
  next(): typeof END | typeof BLOCK | typeof RECORD {
    for (;;) {
      this.start = this.position;
      if (this.open.length === 0 && this.end - this.position < 32) {
        // The file's end: what is left can only be padding.
        return END;
      }
      const id = this.read(this.abbrevWidth);
      switch (id) {
        case END:
          this.leave();
          return END;
        case ENTER_SUBBLOCK:
          this.blockId = this.readVbr32(8);
          return BLOCK;
        case DEFINE_ABBREV:
          if (this.open.length === 0) this.fail("BW0403", "an abbreviation outside any block");
          this.own.push(this.readAbbrev());
          break;
        case UNABBREV_RECORD:
          if (this.open.length === 0) this.fail("BW0403", "a record outside any block");
          this.countRecord();
          this.readPlainRecord();
          return RECORD;
        default: {
          const index = id - FIRST_ABBREV;
          const { sharedCount } = this;
          const abbrev = index < sharedCount ? this.shared[index] : this.own[index - sharedCount];
          if (abbrev === undefined) this.fail("BW0403", `abbreviation ${String(id)} is not defined`);
          this.countRecord();
          this.readAbbreviated(abbrev);
          return RECORD;
        }
      }
    }
  }

  /** Goes into the block that `next` announced. */
  enter(): void {
    const width = this.readVbr32(4);
    if (width < 2 || width > 32) this.fail("BW0403", `an abbreviation width of ${String(width)}`);
    const end = this.readBlockEnd();
    if (this.open.length >= MAX_NESTING) this.fail("BW0408", "blocks are nested too deep");
    const { abbrevWidth, shared, sharedCount, own } = this;
    this.open.push({ abbrevWidth, shared, sharedCount, own, end: this.end });
    this.abbrevWidth = width;
    this.shared = this.blockInfo.get(this.blockId) ?? [];
    this.sharedCount = this.shared.length;
    this.own = [];
    this.end = end;
  }

  /** Goes past the block that `next` announced. */
  skip(): void {
    this.readVbr32(4);
    this.position = this.readBlockEnd();
  }

  /** Takes in the BLOCKINFO block that `next` announced. */
  readBlockInfo(): void {
    if (this.blockId !== BLOCKINFO) this.fail("BW0403", "not a block information block");
    this.enter();
    let target: Abbrev[] | null = null;
    for (;;) {
      this.start = this.position;
      const id = this.read(this.abbrevWidth);
      if (id === END) {
        this.leave();
        return;
      }
      if (id === DEFINE_ABBREV) {
        if (target === null) this.fail("BW0403", "an abbreviation before the block it is for");
        target.push(this.readAbbrev());
      } else if (id === UNABBREV_RECORD) {
        this.readPlainRecord();
        if (this.code === BLOCKINFO_SETBID) {
          const block = this.length > 0 ? this.number(0) : -1;
          if (block < 0) this.fail("BW0404", "a block information record without a block");
          target = this.blockInfo.get(block) ?? [];
          this.blockInfo.set(block, target);
        }
      } else this.fail("BW0403", "an unexpected entry in the block information");
    }
  }

  /** Operand `index` as a number; above 2^53 it is rounded (then use `big`). Out of range: an error. */
  number(index: number): number {
    if (index >= this.length) this.fail("BW0404", `record ${String(this.code)} has too few operands`);
    const high = this.high[index] as number;
    return high === 0 ? (this.low[index] as number) : high * 4294967296 + (this.low[index] as number);
  }

  /** Operand `index` as a number that must fit 32 bits. */
  word(index: number): number {
    if (index >= this.length) this.fail("BW0404", `record ${String(this.code)} has too few operands`);
    if (this.high[index] !== 0) this.fail("BW0404", `an operand of record ${String(this.code)} is too large`);
    return this.low[index] as number;
  }

  /** Operand `index` as an unsigned 64-bit integer. */
  big(index: number): bigint {
    if (index >= this.length) this.fail("BW0404", `record ${String(this.code)} has too few operands`);
    const low = this.low[index] as number;
    const high = this.high[index] as number;
    return high === 0 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low);
  }

  /** Operand `index` where the sign is in the lowest bit; "minus zero" is -2^63. */
  signed(index: number): bigint {
    const value = this.big(index);
    if ((value & 1n) === 0n) return value >> 1n;
    return value === 1n ? -(1n << 63n) : -(value >> 1n);
  }

  /** Operands from `from` to `to` as a byte string (one character a byte). */
  text(from = 0, to: number = this.length): string {
    if (to > this.length || from > to)
      this.fail("BW0404", `record ${String(this.code)} has too few operands`);
    let result = "";
    for (let at = from; at < to; at += 4096) {
      result += String.fromCharCode(
        ...this.low.subarray(at, Math.min(to, at + 4096)).map((word) => word & 255),
      );
    }
    return result;
  }

  /** All operands as numbers (rounded above 2^53), for records that are looked at later. */
  numbers(): number[] {
    const result = new Array<number>(this.length);
    for (let index = 0; index < this.length; index += 1) result[index] = this.number(index);
    return result;
  }

  private countRecord(): void {
    this.recordsLeft -= 1;
    if (this.recordsLeft < 0) this.fail("BW0408", "more records than a file of this size can need");
  }

  private truncated(): never {
    throw new BitcodeError("BW0402", "the bitcode ends in the middle of something", this.position);
  }

  private align(): void {
    this.position = (this.position + 31) & ~31;
    if (this.position > this.end) this.truncated();
  }

  private readBlockEnd(): number {
    this.align();
    const end = this.read(32) * 32 + this.position;
    if (end > this.end) this.truncated();
    return end;
  }

  private leave(): void {
    const outer = this.open.pop();
    if (outer === undefined) this.fail("BW0403", "the end of a block where none is open");
    this.align();
    if (this.position !== this.end) this.fail("BW0403", "a block does not end where its length says");
    this.end = outer.end;
    this.abbrevWidth = outer.abbrevWidth;
    this.shared = outer.shared;
    this.sharedCount = outer.sharedCount;
    this.own = outer.own;
  }

  private readAbbrev(): Abbrev {
    const count = this.readVbr32(5);
    if (count > MAX_ABBREV_OPERANDS) this.fail("BW0408", "an abbreviation with too many operands");
    const operands: AbbrevOperand[] = [];
    for (let index = 0; index < count; index += 1) {
      if (this.read(1) === 1) {
        const value = this.readVbr(8);
        operands.push({ encoding: LITERAL, value, high: this.vbrHigh });
        continue;
      }
      const encoding = this.read(3);
      if (encoding === FIXED || encoding === VBR) {
        const width = this.readVbr32(5);
        if (width > 32) this.fail("BW0403", `a field of ${String(width)} bits`);
        if (width === 0) operands.push({ encoding: LITERAL, value: 0, high: 0 });
        else if (encoding === VBR && width === 1) this.fail("BW0403", "a variable-width field of one bit");
        else operands.push({ encoding, value: width, high: 0 });
      } else if (encoding === ARRAY || encoding === CHAR6 || encoding === BLOB) {
        operands.push({ encoding, value: 0, high: 0 });
      } else this.fail("BW0403", `field encoding ${String(encoding)} does not exist`);
    }
    if (count === 0) this.fail("BW0403", "an empty abbreviation");
    operands.forEach((operand, index) => {
      const isArray = operand.encoding === ARRAY;
      if (isArray && (index !== count - 2 || index === 0)) this.fail("BW0403", "a misplaced array field");
      if (operand.encoding === BLOB && (index !== count - 1 || index === 0)) {
        this.fail("BW0403", "a misplaced blob field");
      }
      if (isArray) {
        const element = (operands[index + 1] as AbbrevOperand).encoding;
        if (element !== FIXED && element !== VBR && element !== CHAR6)
          this.fail("BW0403", "a bad array field");
      }
    });
    return operands;
  }

  private readPlainRecord(): void {
    this.code = this.readVbr32(6);
    const count = this.readVbr32(6);
    if (count * 6 > this.bitsLeft) this.truncated();
    this.reserve(count);
    for (let index = 0; index < count; index += 1) {
      this.low[index] = this.readVbr(6);
      this.high[index] = this.vbrHigh;
    }
    this.length = count;
    this.blob = null;
  }

  private readAbbreviated(abbrev: Abbrev): void {
    this.blob = null;
    this.reserve(abbrev.length);
    let count = 0;
    for (let index = 0; index < abbrev.length; index += 1) {
      const operand = abbrev[index] as AbbrevOperand;
      let low: number;
      let high = 0;
      switch (operand.encoding) {
        case FIXED:
          low = this.read(operand.value);
          break;
        case VBR:
          low = this.readVbr(operand.value);
          high = this.vbrHigh;
          break;
        case CHAR6:
          low = CHAR6_CODES[this.read(6)] as number;
          break;
        case ARRAY:
          this.length = this.readArray(abbrev[index + 1] as AbbrevOperand, count - 1);
          return;
        case BLOB:
          this.readBlob();
          this.length = count - 1;
          return;
        default:
          low = operand.value;
          high = operand.high;
      }
      // The first field is the record's code.
      if (count === 0) {
        if (high !== 0) this.fail("BW0404", "a record code is too large");
        this.code = low;
      } else {
        this.low[count - 1] = low;
        this.high[count - 1] = high;
      }
      count += 1;
    }
    this.length = count - 1;
  }

  private readArray(element: AbbrevOperand, from: number): number {
    const count = this.readVbr32(6);
    const minimum = element.encoding === CHAR6 ? 6 : element.value;
    if (count * minimum > this.bitsLeft) this.truncated();
    this.reserve(from + count);
    const { low, high } = this;
    const to = from + count;
    if (element.encoding === VBR) {
      for (let index = from; index < to; index += 1) {
        low[index] = this.readVbr(element.value);
        high[index] = this.vbrHigh;
      }
      return to;
    }
    high.fill(0, from, to);
    if (element.encoding === FIXED)
      for (let index = from; index < to; index += 1) low[index] = this.read(element.value);
    else for (let index = from; index < to; index += 1) low[index] = CHAR6_CODES[this.read(6)] as number;
    return to;
  }

  private readBlob(): void {
    const length = this.readVbr32(6);
    this.align();
    const from = this.position / 8;
    this.position += length * 8;
    if (this.position > this.end) this.truncated();
    this.align();
    this.blob = this.bytes.subarray(from, from + length);
  }

  private reserve(count: number): void {
    if (count <= this.low.length) return;
    if (count > MAX_OPERANDS) this.fail("BW0408", "a record with too many operands");
    const size = Math.max(count, this.low.length * 2);
    const low = new Uint32Array(size);
    const high = new Uint32Array(size);
    low.set(this.low);
    high.set(this.high);
    this.low = low;
    this.high = high;
  }
}

function swapWords(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
}
