// Steps PowerPC instructions on symbolic values: the integer and compare instructions that switch trees, bit tests and jump
// tables are made of. Every other instruction makes its targets unknown, which is always right.
import {
  add,
  basesOfBit,
  combine,
  constant,
  evaluate,
  exclusiveOr,
  evaluateBit,
  type Symbolic,
  type SymbolicBit,
} from "./symbolic.ts";

/** The word at an address of read-only memory, or undefined. */
export type ReadWord = (address: number) => number | undefined;

/** Slots are numbered by their offset from here; offsets are 16 bits, signed. */
const FIRST_SLOT = 0x10000;

const UNKNOWN_BIT: SymbolicBit = { kind: "unknown" };

export class SymbolicMachine {
  readonly gpr: Symbolic[] = [];
  readonly cr: SymbolicBit[] = [];
  ctr: Symbolic;
  /** Unknowns that are words loaded from `a + b`, where the parts depend on different unknowns. */
  readonly loadedFrom = new Map<number, readonly [Symbolic, Symbolic]>();
  /** Unknowns that are `a + b` likewise. */
  private readonly sums = new Map<number, readonly [Symbolic, Symbolic]>();
  /** Unknowns that are the condition register, rotated: its bits from the most significant one on. */
  private readonly conditionWords = new Map<number, readonly SymbolicBit[]>();
  private readonly slots = new Map<number, Symbolic>();
  private unknowns = 0;
  private readonly read: ReadWord;
  private readonly opaque: boolean;

  /** `opaque`: fields taken out of an unknown (masks, shifts, extensions) are unknowns of their own. An operand can be either:
   *  the register that a field is taken from, or the field. */
  constructor(read: ReadWord, opaque: boolean) {
    this.read = read;
    this.opaque = opaque;
    for (let i = 0; i < 32; i++) {
      this.gpr.push(this.fresh());
      this.cr.push(UNKNOWN_BIT);
    }
    this.ctr = this.fresh();
  }

  /** Registers (0 to 31) and stack slots (from `FIRST_SLOT` on) that are known to be constant. */
  constants(): Map<number, number> {
    const known = new Map<number, number>();
    this.gpr.forEach((value, register) => {
      if (value.kind === "constant") known.set(register, value.value);
    });
    for (const [offset, value] of this.slots) {
      if (value.kind === "constant") known.set(FIRST_SLOT + offset, value.value);
    }
    return known;
  }

  /** Sets what `constants` gave. */
  assume(known: ReadonlyMap<number, number>): void {
    for (const [place, value] of known) {
      if (place < 32) this.gpr[place] = constant(value);
      else this.slots.set(place - FIRST_SLOT, constant(value));
    }
  }

  /** A value of which nothing is known. */
  fresh(): Symbolic {
    return { kind: "sum", base: this.unknowns++, add: 0 };
  }

  /** What a call leaves: the callee may change every volatile register. */
  call(): void {
    for (const register of [0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) this.gpr[register] = this.fresh();
    this.ctr = this.fresh();
    for (let bit = 0; bit < 32; bit++) if (bit < 8 || bit >= 20) this.cr[bit] = UNKNOWN_BIT;
  }

  /** Executes one instruction that is no branch. */
  step(word: number, spill = false): void {
    const opcode = word >>> 26;
    const d = (word >>> 21) & 31;
    const a = (word >>> 16) & 31;
    const b = (word >>> 11) & 31;
    const unsignedImmediate = word & 0xffff;
    const signedImmediate = (unsignedImmediate << 16) >> 16;
    const g = this.gpr;
    const baseOrZero = a === 0 ? constant(0) : g[a]!;
    switch (opcode) {
      case 14: // addi
        g[d] = this.sum(baseOrZero, constant(signedImmediate));
        return;
      case 15: // addis
        g[d] = this.sum(baseOrZero, constant(signedImmediate << 16));
        return;
      case 12: // addic
      case 13: // addic.
        g[d] = this.sum(g[a]!, constant(signedImmediate));
        if (opcode === 13) this.record(g[d]);
        return;
      case 8: // subfic
        g[d] = this.apply(g[a]!, constant(signedImmediate), (x, y) => y - x);
        return;
      case 7: // mulli
        g[d] = this.apply(g[a]!, constant(signedImmediate), (x, y) => Math.imul(x, y));
        return;
      case 24: // ori; with 0 a plain move
        g[a] =
          unsignedImmediate === 0 ? g[d]! : this.apply(g[d]!, constant(unsignedImmediate), (x, y) => x | y);
        return;
      case 25: // oris
        g[a] = this.apply(g[d]!, constant(unsignedImmediate << 16), (x, y) => x | y);
        return;
      case 26: // xori
        g[a] = exclusiveOr(g[d]!, unsignedImmediate);
        return;
      case 27: // xoris
        g[a] = exclusiveOr(g[d]!, unsignedImmediate << 16);
        return;
      case 28: // andi.
      case 29: // andis.
        g[a] = this.apply(
          g[d]!,
          constant(opcode === 28 ? unsignedImmediate : unsignedImmediate << 16),
          (x, y) => x & y,
        );
        this.record(g[a]);
        return;
      case 10: // cmpli
        this.compare(d >> 2, g[a]!, constant(unsignedImmediate), false);
        return;
      case 11: // cmpi
        this.compare(d >> 2, g[a]!, constant(signedImmediate), true);
        return;
      case 20: // rlwimi
      case 21: // rlwinm
      case 23: {
        // rlwnm
        const mask = rotateMask((word >>> 6) & 31, (word >>> 1) & 31);
        const condition = opcode === 21 ? this.conditionBits(g[d]!) : undefined;
        if (condition !== undefined && mask === 0xffffffff && (word & 1) === 0) {
          g[a] = this.conditionWord([...condition.slice(b), ...condition.slice(0, b)]);
          return;
        }
        const amount = opcode === 23 ? g[b]! : constant(b);
        const turned = this.apply(g[d]!, amount, (x, n) => rotateLeft(x, n & 31) & mask);
        g[a] = opcode === 20 ? this.apply(turned, g[a]!, (x, y) => x | (y & ~mask)) : turned;
        if ((word & 1) !== 0) this.record(g[a]);
        return;
      }
      case 19:
        this.conditionLogic(word, d, a, b);
        return;
      case 31:
        this.extended(word, d, a, b);
        return;
      case 32: {
        // lwz
        if (a === 1 && spill) {
          let slot = this.slots.get(signedImmediate);
          if (slot === undefined) this.slots.set(signedImmediate, (slot = this.fresh()));
          g[d] = slot;
          return;
        }
        const saved = a === 1 ? this.slots.get(signedImmediate) : undefined;
        if (saved !== undefined && this.conditionBits(saved) !== undefined) g[d] = saved;
        else g[d] = a === 1 ? this.fresh() : this.load(baseOrZero, constant(signedImmediate));
        return;
      }
      case 36: {
        // stw; where a field of the condition register is saved, the text does not call it a spill
        if (a !== 1) return;
        const saved = this.slots.get(signedImmediate);
        if (spill || this.conditionBits(g[d]!) !== undefined) this.slots.set(signedImmediate, g[d]!);
        else if (saved !== undefined && this.conditionBits(saved) !== undefined)
          this.slots.delete(signedImmediate);
        return;
      }
      case 38: // stb
      case 44: // sth
        if (a === 1) this.slots.delete(signedImmediate & ~3);
        return;
      case 47: // stmw
        return;
      case 37:
        // A new frame: slots have other offsets from now on.
        if (a === 1) this.slots.clear();
        g[a] = this.fresh();
        return;
      case 39:
      case 45: // stores with update
        g[a] = this.fresh();
        return;
      case 34:
      case 40:
      case 42: // loads
        g[d] = this.fresh();
        return;
      case 33:
      case 35:
      case 41:
      case 43: // loads with update
        g[d] = this.fresh();
        g[a] = this.fresh();
        return;
      case 46: // lmw
        for (let register = d; register < 32; register++) g[register] = this.fresh();
        return;
      case 48:
      case 50: // lfs, lfd
        return;
      case 54: // stfd
        if (a === 1) this.slots.delete((signedImmediate + 4) & ~3);
        if (a === 1) this.slots.delete(signedImmediate & ~3);
        return;
      case 52: // stfs
        if (a === 1) this.slots.delete(signedImmediate & ~3);
        return;
      case 49:
      case 51:
      case 53:
      case 55: // the same with update
        g[a] = this.fresh();
        return;
      case 59:
      case 63:
        this.floating(word, d);
        return;
      case 4:
        this.embedded(word & 0x7ff, d);
        return;
      default:
        this.forget(d, a);
    }
  }

  private forget(d: number, a: number): void {
    this.gpr[d] = this.fresh();
    this.gpr[a] = this.fresh();
    this.forgetField(0);
  }

  private forgetField(field: number): void {
    for (let bit = 0; bit < 4; bit++) this.cr[4 * field + bit] = UNKNOWN_BIT;
  }

  /** Instructions of the floating-point unit: of what is followed here they change the condition register only. */
  private floating(word: number, d: number): void {
    const extended = (word >>> 1) & 0x3ff;
    const compares = word >>> 26 === 63 && (extended === 0 || extended === 32 || extended === 64);
    if (compares) this.forgetField(d >> 2);
    else if ((word & 1) !== 0) this.forgetField(1);
  }

  /** Signal processing and embedded floating point in general registers, and multiply-adds of halfwords. */
  private embedded(operation: number, d: number): void {
    if (isEmbeddedComparison(operation)) return this.forgetField(d >> 2);
    if (isEmbeddedStore(operation)) return;
    this.gpr[d] = this.fresh();
    // Multiply-adds of halfwords have a bit that says so; here and there it is a bit of another operation's name.
    const recorded = (operation & 1) !== 0 && (operation < 0x200 || operation >= 0x310);
    if (recorded) this.forgetField(0);
  }

  /** A register that holds these bits, the most significant one first. */
  private conditionWord(bits: readonly SymbolicBit[]): Symbolic {
    const word = this.fresh();
    if (word.kind === "sum") this.conditionWords.set(word.base, bits);
    return word;
  }

  /** The bits of a value that `conditionWord` made. */
  private conditionBits(value: Symbolic): readonly SymbolicBit[] | undefined {
    return value.kind === "sum" && value.add === 0 ? this.conditionWords.get(value.base) : undefined;
  }

  private sum(a: Symbolic, b: Symbolic): Symbolic {
    const known = add(a, b);
    if (known !== undefined) return known;
    const unknown = this.fresh();
    if (unknown.kind === "sum") this.sums.set(unknown.base, [a, b]);
    return unknown;
  }

  private apply(a: Symbolic, b: Symbolic, f: (x: number, y: number) => number | undefined): Symbolic {
    if (this.opaque && ((a.kind === "sum" && b.kind === "constant") || (a.kind === "sum" && b === a))) {
      return this.fresh();
    }
    return combine(a, b, f) ?? this.fresh();
  }

  private load(a: Symbolic, b: Symbolic): Symbolic {
    const known = combine(a, b, (x, y) => this.read((x + y) >>> 0));
    // An address that is all unknown is not in read-only memory as far as anyone knows.
    if (known !== undefined && (a.kind !== "sum" || b.kind !== "constant")) return known;
    const unknown = this.fresh();
    if (unknown.kind === "sum") {
      const parts =
        a.kind === "sum" && b.kind === "constant" && a.add === 0 ? this.sums.get(a.base) : undefined;
      this.loadedFrom.set(unknown.base, parts ?? [a, b]);
    }
    return unknown;
  }

  private compare(field: number, left: Symbolic, right: Symbolic, signed: boolean): void {
    this.cr[4 * field] = { kind: "compare", relation: "lt", signed, left, right };
    this.cr[4 * field + 1] = { kind: "compare", relation: "gt", signed, left, right };
    this.cr[4 * field + 2] = { kind: "compare", relation: "eq", signed, left, right };
    this.cr[4 * field + 3] = UNKNOWN_BIT;
  }

  private record(value: Symbolic): void {
    this.compare(0, value, constant(0), true);
  }

  private conditionLogic(word: number, d: number, a: number, b: number): void {
    const extended = (word >>> 1) & 0x3ff;
    if (extended === 0) {
      // mcrf
      for (let bit = 0; bit < 4; bit++) this.cr[(d & 28) + bit] = this.cr[(a & 28) + bit]!;
      return;
    }
    const operation = CONDITION_LOGIC.get(extended);
    if (operation === undefined) return;
    const left = this.cr[a]!;
    const right = this.cr[b]!;
    if (a === b && (extended === 289 || extended === 193)) {
      // crset, crclr
      const value = extended === 289;
      this.cr[d] = { kind: "function", base: -1, of: () => value };
      return;
    }
    const bases = new Set([...basesOfBit(left), ...basesOfBit(right)]);
    if (bases.size !== 1 || left.kind === "unknown" || right.kind === "unknown") {
      this.cr[d] = { kind: "logic", left, right, of: operation };
      return;
    }
    const base = [...bases][0]!;
    this.cr[d] = {
      kind: "function",
      base,
      of: (unknown) => {
        const x = evaluateBit(left, base, unknown);
        const y = evaluateBit(right, base, unknown);
        return x === undefined || y === undefined ? undefined : operation(x, y);
      },
    };
  }

  private extended(word: number, d: number, a: number, b: number): void {
    const g = this.gpr;
    const extended = (word >>> 1) & 0x3ff;
    const record = (word & 1) !== 0;
    const arithmetic = (value: Symbolic): void => {
      g[d] = value;
      if (record) this.record(value);
    };
    const logical = (value: Symbolic): void => {
      g[a] = value;
      if (record) this.record(value);
    };
    switch (extended) {
      case 0:
        this.compare(d >> 2, g[a]!, g[b]!, true);
        return;
      case 32:
        this.compare(d >> 2, g[a]!, g[b]!, false);
        return;
      case 266:
        return arithmetic(this.sum(g[a]!, g[b]!));
      case 40: // subf
        if (g[a]!.kind === "constant") return arithmetic(this.sum(g[b]!, constant(-g[a]!.value)));
        return arithmetic(this.apply(g[a]!, g[b]!, (x, y) => y - x));
      case 104:
        return arithmetic(this.apply(g[a]!, constant(0), (x) => -x));
      case 235:
        return arithmetic(this.apply(g[a]!, g[b]!, (x, y) => Math.imul(x, y)));
      case 28:
        return logical(this.apply(g[d]!, g[b]!, (x, y) => x & y));
      case 60:
        return logical(this.apply(g[d]!, g[b]!, (x, y) => x & ~y));
      case 444: // or; of one register with itself a plain move
        return logical(d === b ? g[d]! : this.apply(g[d]!, g[b]!, (x, y) => x | y));
      case 124:
        return logical(this.apply(g[d]!, g[b]!, (x, y) => ~(x | y)));
      case 316:
        return logical(this.apply(g[d]!, g[b]!, (x, y) => x ^ y));
      case 24: // slw
        return logical(this.apply(g[d]!, g[b]!, (x, n) => ((n & 32) !== 0 ? 0 : x << (n & 31))));
      case 536: // srw
        return logical(this.apply(g[d]!, g[b]!, (x, n) => ((n & 32) !== 0 ? 0 : x >>> (n & 31))));
      case 824: // srawi
        return logical(this.apply(g[d]!, constant(b), (x, n) => (x | 0) >> n));
      case 792: // sraw
        return logical(this.apply(g[d]!, g[b]!, (x, n) => (x | 0) >> ((n & 32) !== 0 ? 31 : n & 31)));
      case 954:
        return logical(this.apply(g[d]!, constant(0), (x) => (x << 24) >> 24));
      case 922:
        return logical(this.apply(g[d]!, constant(0), (x) => (x << 16) >> 16));
      case 26:
        return logical(this.apply(g[d]!, constant(0), (x) => Math.clz32(x)));
      case 491:
      case 459:
      case 75:
      case 11: // divw, divwu, mulhw, mulhwu
      case 10:
      case 138:
      case 202:
      case 234: // addc, adde, addze, addme
      case 8:
      case 136:
      case 200:
      case 232: // subfc, subfe, subfze, subfme
        return arithmetic(this.fresh());
      case 284:
      case 412:
      case 476: // eqv, orc, nand
        return logical(this.fresh());
      case 87:
      case 279:
      case 343:
      case 534:
      case 790: // lbzx, lhzx, lhax, lwbrx, lhbrx
        g[d] = this.fresh();
        return;
      case 23: // lwzx
        g[d] = this.load(a === 0 ? constant(0) : g[a]!, g[b]!);
        return;
      case 467: // mtspr
        if (((b << 5) | a) === 9) this.ctr = g[d]!;
        return;
      case 339: // mfspr
        g[d] = this.fresh();
        return;
      case 19: // mfcr
        g[d] = this.conditionWord([...this.cr]);
        return;
      case 151:
      case 215:
      case 407:
      case 662:
      case 918: // stores
      case 535:
      case 599: // lfsx, lfdx
      case 663:
      case 727:
      case 983: // stfsx, stfdx, stfiwx
        return;
      case 567:
      case 631:
      case 695:
      case 759: // the same with update
        g[a] = this.fresh();
        return;
      case 144: {
        // mtcrf
        const bits = this.conditionBits(g[d]!);
        const fields = (word >>> 12) & 0xff;
        for (let bit = 0; bit < 32; bit++) {
          if ((fields & (0x80 >>> (bit >> 2))) !== 0) this.cr[bit] = bits?.[bit] ?? UNKNOWN_BIT;
        }
        return;
      }
      default:
        if ((extended & 31) === 15) this.isel(word, d, a, b);
        else if (extended === 512) this.forgetField(d >> 2);
        else {
          g[d] = this.fresh();
          g[a] = this.fresh();
          if (record) this.forgetField(0);
        }
    }
  }

  private isel(word: number, d: number, a: number, b: number): void {
    const bit = this.cr[(word >>> 6) & 31]!;
    const whenSet = a === 0 ? constant(0) : this.gpr[a]!;
    const otherwise = this.gpr[b]!;
    const bases = new Set(basesOfBit(bit));
    for (const value of [whenSet, otherwise]) if (value.kind !== "constant") bases.add(value.base);
    if (bit.kind === "unknown" || bases.size !== 1) {
      this.gpr[d] = this.fresh();
      return;
    }
    const base = [...bases][0]!;
    this.gpr[d] = {
      kind: "function",
      base,
      of: (unknown) => {
        const holds = evaluateBit(bit, base, unknown);
        if (holds === undefined) return undefined;
        const chosen = holds ? whenSet : otherwise;
        return evaluate(chosen, base, unknown);
      },
    };
  }
}

const CONDITION_LOGIC: ReadonlyMap<number, (x: boolean, y: boolean) => boolean> = new Map([
  [257, (x: boolean, y: boolean) => x && y],
  [129, (x: boolean, y: boolean) => x && !y],
  [289, (x: boolean, y: boolean) => x === y],
  [225, (x: boolean, y: boolean) => !(x && y)],
  [33, (x: boolean, y: boolean) => !(x || y)],
  [449, (x: boolean, y: boolean) => x || y],
  [417, (x: boolean, y: boolean) => x || !y],
  [193, (x: boolean, y: boolean) => x !== y],
]);

/** evcmp…, and the comparisons and tests of embedded floating point (evfs…, efs…, efd…). */
function isEmbeddedComparison(operation: number): boolean {
  if (operation >= 0x230 && operation <= 0x234) return true;
  return isEmbeddedFloating(operation) && (operation & 12) === 12 && (operation & 3) !== 3;
}

/** evst… */
function isEmbeddedStore(operation: number): boolean {
  return operation >= 0x320 && operation <= 0x33f;
}

function isEmbeddedFloating(operation: number): boolean {
  return operation >= 0x280 && operation <= 0x2ff;
}

function rotateLeft(x: number, n: number): number {
  return n === 0 ? x : (x << n) | (x >>> (32 - n));
}

function rotateMask(first: number, last: number): number {
  const from = 0xffffffff >>> first;
  const to = last === 31 ? 0xffffffff : ~(0xffffffff >>> (last + 1));
  return (first <= last ? from & to : from | to) >>> 0;
}
