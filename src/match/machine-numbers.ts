// What the floating-point instructions of a node compute, and of what: results of each other, constants, or what comes from elsewhere,
// each as it is or with its sign changed. Which NaN an instruction hands on depends on the order of its operands.
import type { WalkableFunction } from "./region.ts";
import { straightCode } from "./straight-code.ts";
import { SymbolicMachine, type ReadWord } from "./symbolic-machine.ts";

/** Where an operand comes from. */
export interface NumberSource {
  readonly negated: boolean;
  readonly from:
    | { readonly kind: "operation"; readonly index: number }
    /** Bits of its magnitude as a double. */
    | { readonly kind: "constant"; readonly bits: bigint }
    /** `converted`: an integer that has become a number. */
    | { readonly kind: "elsewhere"; readonly converted: boolean };
}

export interface NumberOperation {
  /** `fused`: the product of the first and the third operand, and the second one added. `width`: from single to double or back. */
  readonly kind: "sum" | "product" | "quotient" | "fused" | "width";
  readonly wide: boolean;
  /** By the floating-point unit, not in general registers. */
  readonly unit: boolean;
  /** In the order in which their NaNs are handed on. */
  readonly operands: readonly NumberSource[];
  /** The second operand is taken off. */
  readonly minus: boolean;
  /** The result's sign is changed; not that of NaNs. */
  readonly negated: boolean;
}

const ELSEWHERE: NumberSource = { negated: false, from: { kind: "elsewhere", converted: false } };
const CONVERTED: NumberSource = { negated: false, from: { kind: "elsewhere", converted: true } };

/** Doubles whose lower word is an integer, or that with its sign bit changed: what conversions take off again. */
const CONVERSION_BITS = [0x4330000000000000n, 0x4330000080000000n];

const SIGN = 1n << 63n;

/** The operations of a node's straight code, which begins at item `start`. */
export function machineNumbers(
  fn: WalkableFunction,
  start: number,
  irBlock: number,
  read: ReadWord,
): NumberOperation[] {
  const { items } = fn.placed;
  const state = new NumberState(read);
  const isOther = (item: number): boolean => {
    const what = items[item];
    return what?.kind === "probe" && item !== start && fn.probes.get(what.index) !== irBlock;
  };
  for (const step of straightCode(fn, start, isOther)) {
    if (step.kind === "call") state.call();
    else state.step(step.word, step.spill);
  }
  return state.operations;
}

class NumberState {
  readonly operations: NumberOperation[] = [];
  readonly #machine: SymbolicMachine;
  readonly #read: ReadWord;
  readonly #floating: NumberSource[] = Array.from({ length: 32 }, () => ELSEWHERE);
  /** Numbers in general registers. */
  readonly #general = new Map<number, NumberSource>();
  /** Numbers that are kept in the frame for a while, by the base register and the offset. */
  readonly #slots = new Map<number, NumberSource>();

  constructor(read: ReadWord) {
    this.#read = read;
    this.#machine = new SymbolicMachine(read, true);
  }

  call(): void {
    this.#machine.call();
    for (let register = 0; register < 14; register += 1) {
      this.#floating[register] = ELSEWHERE;
      this.#general.delete(register);
    }
  }

  step(word: number, spill: boolean): void {
    const opcode = word >>> 26;
    const [d, a, b, c] = [(word >>> 21) & 31, (word >>> 16) & 31, (word >>> 11) & 31, (word >>> 6) & 31];
    const offset = (word << 16) >> 16;
    const f = this.#floating;
    const slot = (at: number): number => a * 0x10000 + at;
    const before = [...this.#machine.gpr];
    const general = this.#generalResult(word, spill);
    const loaded =
      opcode === 31
        ? this.#indexedAddress(a, b)
        : opcode >= 48 && opcode <= 51
          ? this.#addressOf(a, offset)
          : undefined;
    this.#machine.step(word, spill);
    this.#machine.gpr.forEach((value, register) => {
      if (value !== before[register]) this.#general.delete(register);
    });
    if (general !== undefined) this.#general.set(...general);
    switch (opcode) {
      case 48: // lfs
      case 49: // lfsu
      case 50: // lfd
      case 51: // lfdu
        if (spill) f[d] = this.#slots.get(slot(offset)) ?? ELSEWHERE;
        else f[d] = this.#constantAt(loaded, opcode >= 50);
        return;
      case 52: // stfs
      case 54: // stfd
        if (spill) this.#slots.set(slot(offset), f[d]!);
        return;
      case 31: {
        const extended = (word >>> 1) & 0x3ff;
        // lfsx, lfsux, lfdx, lfdux
        if (extended === 535 || extended === 567 || extended === 599 || extended === 631)
          f[d] = this.#constantAt(loaded, extended >= 599);
        return;
      }
      case 59:
      case 63: {
        const wide = opcode === 63;
        const kind = ARITHMETIC[(word >>> 1) & 31];
        if (kind !== undefined) {
          const second = kind.kind === "product" ? f[c]! : f[b]!;
          const operands = kind.kind === "fused" ? [f[a]!, second, f[c]!] : [f[a]!, second];
          f[d] = this.#made({ ...kind, wide, unit: true, operands });
          return;
        }
        const extended = (word >>> 1) & 0x3ff;
        if (!wide) f[d] = ELSEWHERE;
        else if (extended === 12) f[d] = this.#width(f[b]!, false, true);
        else if (extended === 40) f[d] = flipped(f[b]!);
        else if (extended === 72) f[d] = f[b]!;
        else if (extended === 136) f[d] = flipped(ELSEWHERE);
        else if (![0, 32, 64, 38, 70, 134, 711].includes(extended)) f[d] = ELSEWHERE;
        return;
      }
      default:
    }
  }

  /** The number that an instruction leaves in a general register. */
  #generalResult(word: number, spill: boolean): [number, NumberSource] | undefined {
    const [d, a, b] = [(word >>> 21) & 31, (word >>> 16) & 31, (word >>> 11) & 31];
    const offset = (word << 16) >> 16;
    const slot = (at: number): number => a * 0x10000 + at;
    const single = (register: number): NumberSource => this.#inGeneral(register, false);
    switch (word >>> 26) {
      case 24: // ori, the move
        return (word & 0xffff) === 0 && this.#general.has(d) ? [a, single(d)] : undefined;
      case 27: // xoris
        return (word & 0xffff) === 0x8000 ? [a, flipped(single(d))] : undefined;
      case 31: // or, the move; lwzx
        if (((word >>> 1) & 0x3ff) === 23) return [d, this.#constantAt(this.#indexedAddress(a, b), false)];
        return ((word >>> 1) & 0x3ff) === 444 && d === b && this.#general.has(d) ? [a, single(d)] : undefined;
      case 32: // lwz
        if (spill) return [d, this.#slots.get(slot(offset)) ?? ELSEWHERE];
        return [d, this.#constantAt(this.#addressOf(a, offset), false)];
      case 36: // stw
        if (spill) this.#slots.set(slot(offset), single(d));
        return undefined;
      case 4:
        break;
      default:
        return undefined;
    }
    const operation = word & 0x7ff;
    switch (operation) {
      case 535: // evor, the move
        return a === b ? [d, this.#inGeneral(a, true)] : undefined;
      case 768: // evlddx
        return [d, this.#constantAt(this.#indexedAddress(a, b), true)];
      case 769: // evldd
        if (spill) return [d, this.#slots.get(slot(8 * b)) ?? ELSEWHERE];
        return [d, this.#constantAt(this.#addressOf(a, 8 * b), true)];
      case 801: // evstdd
        if (spill) this.#slots.set(slot(8 * b), this.#inGeneral(d, true));
        return undefined;
      case 710: // efsneg
      case 742: // efdneg
        return [d, flipped(this.#inGeneral(a, operation === 742))];
      case 709: // efsnabs
      case 741: // efdnabs
        return [d, flipped(ELSEWHERE)];
      case 719: // efscfd
      case 751: // efdcfs
        return [d, this.#width(this.#inGeneral(b, operation === 719), operation === 751, false)];
      default: {
        const kind = EMBEDDED[operation & 0x7df];
        if (kind === undefined) return undefined;
        const wide = (operation & 0x20) !== 0;
        const operands = [this.#inGeneral(a, wide), this.#inGeneral(b, wide)];
        return [d, this.#made({ ...kind, wide, unit: false, operands })];
      }
    }
  }

  #inGeneral(register: number, wide: boolean): NumberSource {
    const known = this.#general.get(register);
    if (known !== undefined) return known;
    const value = this.#machine.gpr[register];
    return !wide && value?.kind === "constant" ? constantOf(BigInt(value.value), false) : ELSEWHERE;
  }

  #addressOf(register: number, offset: number): number | undefined {
    const base = this.#machine.gpr[register];
    return register !== 0 && base?.kind === "constant" ? (base.value + offset) >>> 0 : undefined;
  }

  #indexedAddress(base: number, index: number): number | undefined {
    const offset = this.#machine.gpr[index];
    if (offset?.kind !== "constant") return undefined;
    return base === 0 ? offset.value : this.#addressOf(base, offset.value);
  }

  #constantAt(address: number | undefined, wide: boolean): NumberSource {
    const high = address === undefined ? undefined : this.#read(address);
    const low = address === undefined || !wide ? 0 : this.#read(address + 4);
    if (high === undefined || low === undefined) return ELSEWHERE;
    return constantOf(wide ? (BigInt(high) << 32n) | BigInt(low) : BigInt(high), wide);
  }

  #width(operand: NumberSource, wide: boolean, unit: boolean): NumberSource {
    if (operand.from.kind === "elsewhere" && operand.from.converted) return operand;
    return this.#made({ kind: "width", wide, unit, operands: [operand], minus: false, negated: false });
  }

  #made(operation: NumberOperation): NumberSource {
    const second = operation.operands[1]?.from;
    if (operation.minus && second?.kind === "constant" && CONVERSION_BITS.includes(second.bits))
      return CONVERTED;
    this.operations.push(operation);
    return { negated: false, from: { kind: "operation", index: this.operations.length - 1 } };
  }
}

function flipped(source: NumberSource): NumberSource {
  return { ...source, negated: !source.negated };
}

/** The constant with these bits, of a double if it is `wide`. */
export function constantOf(bits: bigint, wide: boolean): NumberSource {
  const view = new DataView(new ArrayBuffer(8));
  if (wide) view.setBigUint64(0, bits);
  else {
    view.setUint32(0, Number(bits));
    view.setFloat64(0, view.getFloat32(0));
  }
  const whole = view.getBigUint64(0);
  return { negated: whole >= SIGN, from: { kind: "constant", bits: whole & (SIGN - 1n) } };
}

type Arithmetic = Pick<NumberOperation, "kind" | "minus" | "negated">;

const SUM = { kind: "sum", minus: false, negated: false } as const;
const DIFFERENCE = { ...SUM, minus: true } as const;
const PRODUCT = { kind: "product", minus: false, negated: false } as const;
const QUOTIENT = { kind: "quotient", minus: false, negated: false } as const;
const FUSED = { kind: "fused", minus: false, negated: false } as const;

/** By the lower five bits of the operation, of the floating-point unit. */
const ARITHMETIC: Readonly<Partial<Record<number, Arithmetic>>> = {
  18: QUOTIENT,
  20: DIFFERENCE,
  21: SUM,
  25: PRODUCT,
  28: { ...FUSED, minus: true },
  29: FUSED,
  30: { ...FUSED, minus: true, negated: true },
  31: { ...FUSED, negated: true },
};

/** By the operation on singles: efsadd, efssub, efsmul, efsdiv. */
const EMBEDDED: Readonly<Partial<Record<number, Arithmetic>>> = {
  704: SUM,
  705: DIFFERENCE,
  712: PRODUCT,
  713: QUOTIENT,
};
