// A program for measuring the speed of reference models, as words of 32-bit Power instructions: it needs no operating
// system and only instructions that small descriptions have. Each round is a sieve (byte stores), 64 numbers by calls of a
// random generator, an insertion sort (branches that depend on data), a product of 8 × 8 matrices, a checksum of bytes, a
// copy by multiple loads and stores, and a recursive Fibonacci number: about 33,000 instructions.

/** Where it starts, and words from there on. Memory from 0x8000 to 0xf200 is its data. */
export const entry = 0x1000;

const memory = { buffer: 0x8000, table: 0x9000, stack: 0xf000 };

type Word = number | (() => number);

class Assembler {
  readonly #words: Word[] = [];
  readonly #labels = new Map<string, number>();

  get #here(): number {
    return entry + 4 * this.#words.length;
  }

  label(name: string): void {
    this.#labels.set(name, this.#here);
  }

  word(word: Word): void {
    this.#words.push(word);
  }

  /** An instruction with a 16-bit operand. */
  immediate(opcode: number, t: number, a: number, value: number): void {
    this.word((opcode << 26) | (t << 21) | (a << 16) | (value & 0xffff));
  }

  /** An instruction of registers only. */
  registers(extended: number, t: number, a: number, b: number): void {
    this.word((31 << 26) | (t << 21) | (a << 16) | (b << 11) | (extended << 1));
  }

  rotate(a: number, s: number, by: number, first: number, last: number): void {
    this.word((21 << 26) | (s << 21) | (a << 16) | (by << 11) | (first << 6) | (last << 1));
  }

  branch(target: string, link = 0): void {
    const from = this.#here;
    this.word(() => (18 << 26) | ((this.#addressOf(target) - from) & 0x3fffffc) | link);
  }

  branchIf(options: number, bit: number, target: string): void {
    const from = this.#here;
    this.word(() => (16 << 26) | (options << 21) | (bit << 16) | ((this.#addressOf(target) - from) & 0xfffc));
  }

  load(register: number, value: number): void {
    if (value >= -32768 && value < 32768) this.immediate(14, register, 0, value);
    else {
      this.immediate(15, register, 0, value >>> 16);
      this.immediate(24, register, register, value);
    }
  }

  finish(): number[] {
    return this.#words.map((word) => (typeof word === "number" ? word : word()) >>> 0);
  }

  #addressOf(label: string): number {
    const address = this.#labels.get(label);
    if (address === undefined) throw new Error(`no label ${label}`);
    return address;
  }
}

/** The program with so many rounds; `end`: the word that ends it. */
export function mixedProgram(rounds: number, end: number): number[] {
  const p = new Assembler();
  const addi = (t: number, a: number, v: number): void => p.immediate(14, t, a, v);
  const add = (t: number, a: number, b: number): void => p.registers(266, t, a, b);
  const count = (t: number, v: number): void => p.immediate(13, t, t, v);
  const compare = (a: number, v: number): void => p.immediate(11, 0, a, v);
  const move = (to: number, from: number): void => p.registers(444, from, to, from);
  const multiply = (t: number, a: number, b: number): void => p.registers(235, t, a, b);
  const [lwz, stw, stwu, lbz, stb, lmw, stmw] = [32, 36, 37, 34, 38, 46, 47].map(
    (opcode) =>
      (t: number, a: number, at: number): void =>
        p.immediate(opcode, t, a, at),
  ) as [Store, Store, Store, Store, Store, Store, Store];
  const toCounter = (s: number): void => p.registers(467, s, 9, 0);
  const toLink = (s: number): void => p.registers(467, s, 8, 0);
  const fromLink = (t: number): void => p.registers(339, t, 8, 0);
  const ret = (): void => p.word(0x4e800020);
  const less = (to: string): void => p.branchIf(12, 0, to);
  const equal = (to: string): void => p.branchIf(12, 2, to);
  const notLess = (to: string): void => p.branchIf(4, 0, to);
  const notMore = (to: string): void => p.branchIf(4, 1, to);
  const unequal = (to: string): void => p.branchIf(4, 2, to);
  const again = (to: string): void => p.branchIf(16, 0, to);
  const enter = (): void => {
    fromLink(0);
    stw(0, 1, -4);
  };
  const leave = (): void => {
    lwz(0, 1, 12);
    addi(1, 1, 16);
    toLink(0);
    ret();
  };

  p.load(1, memory.stack);
  p.load(31, rounds);
  stw(31, 1, 256);
  p.load(30, 12345);
  p.label("round");
  for (const part of ["sieve", "fill", "sort", "product", "checksum"]) p.branch(part, 1);
  p.load(3, 8);
  p.branch("fibonacci", 1);
  lwz(31, 1, 256);
  count(31, -1);
  stw(31, 1, 256);
  unequal("round");
  for (let n = 0; n < 4; n++) p.word(end);

  p.label("sieve");
  p.load(4, memory.buffer);
  p.load(5, 256);
  toCounter(5);
  p.load(6, 0x01010101);
  addi(7, 4, -4);
  p.label("set");
  stwu(6, 7, 4);
  again("set");
  p.load(8, 2);
  p.load(9, 0);
  p.label("candidate");
  add(10, 4, 8);
  lbz(6, 10, 0);
  compare(6, 0);
  equal("composite");
  add(11, 8, 8);
  compare(11, 1024);
  notLess("composite");
  p.label("strike");
  add(10, 4, 11);
  stb(9, 10, 0);
  add(11, 11, 8);
  compare(11, 1024);
  less("strike");
  p.label("composite");
  addi(8, 8, 1);
  compare(8, 512);
  less("candidate");
  ret();

  p.label("fill");
  enter();
  stwu(1, 1, -16);
  p.load(4, memory.table);
  p.load(29, 64);
  p.label("number");
  move(3, 30);
  p.branch("random", 1);
  move(30, 3);
  p.rotate(6, 3, 16, 16, 31);
  stw(6, 4, 0);
  addi(4, 4, 4);
  count(29, -1);
  unequal("number");
  leave();
  p.label("random");
  p.load(7, 0x41c64e6d);
  multiply(3, 3, 7);
  addi(3, 3, 12345);
  ret();

  p.label("sort");
  p.load(4, memory.table);
  p.load(5, 4);
  p.label("next");
  p.registers(23, 6, 4, 5);
  addi(7, 5, -4);
  p.label("shift");
  compare(7, 0);
  less("place");
  p.registers(23, 8, 4, 7);
  p.registers(0, 0, 8, 6);
  notMore("place");
  addi(9, 7, 4);
  p.registers(151, 8, 4, 9);
  addi(7, 7, -4);
  p.branch("shift");
  p.label("place");
  addi(9, 7, 4);
  p.registers(151, 6, 4, 9);
  addi(5, 5, 4);
  compare(5, 256);
  less("next");
  ret();

  p.label("product");
  p.load(4, memory.table);
  p.load(5, 0);
  p.label("row");
  p.load(6, 0);
  p.label("column");
  p.load(7, 8);
  toCounter(7);
  p.load(8, 0);
  p.rotate(9, 5, 5, 0, 26);
  add(9, 9, 4);
  p.rotate(10, 6, 2, 0, 29);
  add(10, 10, 4);
  p.label("term");
  lwz(11, 9, 0);
  lwz(12, 10, 0);
  multiply(11, 11, 12);
  add(8, 8, 11);
  addi(9, 9, 4);
  addi(10, 10, 32);
  again("term");
  p.rotate(9, 5, 5, 0, 26);
  p.rotate(10, 6, 2, 0, 29);
  add(9, 9, 10);
  add(9, 9, 4);
  stw(8, 9, 1024);
  addi(6, 6, 1);
  compare(6, 8);
  less("column");
  addi(5, 5, 1);
  compare(5, 8);
  less("row");
  ret();

  p.label("checksum");
  p.load(4, memory.table);
  p.load(5, 128);
  toCounter(5);
  p.load(6, 0);
  p.label("byte");
  lbz(7, 4, 0);
  lbz(8, 4, 1);
  add(6, 6, 7);
  p.rotate(6, 6, 3, 0, 31);
  add(6, 6, 8);
  addi(4, 4, 2);
  again("byte");
  stw(6, 4, 1024);
  p.load(4, memory.table);
  p.load(5, 8);
  toCounter(5);
  p.label("copy");
  lmw(24, 4, 0);
  stmw(24, 4, 2048);
  addi(4, 4, 32);
  again("copy");
  p.load(30, 12345);
  ret();

  p.label("fibonacci");
  compare(3, 2);
  less("one");
  enter();
  stw(28, 1, -8);
  stwu(1, 1, -16);
  move(28, 3);
  addi(3, 3, -1);
  p.branch("fibonacci", 1);
  stw(3, 1, 4);
  addi(3, 28, -2);
  p.branch("fibonacci", 1);
  lwz(4, 1, 4);
  add(3, 3, 4);
  lwz(28, 1, 8);
  leave();
  p.label("one");
  p.load(3, 1);
  ret();
  return p.finish();
}

type Store = (t: number, a: number, at: number) => void;
