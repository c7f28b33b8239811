// Emits the turns of a counted loop that are done four at a time in the lanes of a vector; see vector-loop.ts. Two groups of
// four make one turn of the vector loop. What is left over is for the loop itself.
//
// Words lie in memory in the host's byte order, so a vector of words is loaded as it is. The byte at address a is at a XOR
// 3, the halfword at a XOR 2: their vectors are loaded from the word below and brought into order by a swizzle, whose
// pattern depends on the address's last two bits; these stay the same throughout the loop.

import { InternalError } from "../../base/diagnostic.ts";
import type { Instruction, PhiInstruction, Value } from "../../bitcode/index.ts";
import type { CountedLoop } from "./counted-loop.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { addressOf, startOf, wholeAddress } from "../memory/memory.ts";
import { finished, shiftInductions, stepped, type EmitInstruction } from "./unrolled-turns.ts";
import { laneCall, type Reduction, type Stream, type VectorLoop } from "./vector-loop.ts";
import { binaryen, sequence, type Expression } from "../wasm.ts";

const LANES = 4;
/** Turns of the loop in one turn of the vector loop. */
const TURNS = 2 * LANES;
/** In a swizzle's pattern: a zero byte. */
const NOTHING = 0x80;

/** Statements for all turns that come in eights; `leave` gives those that go on after the last turn. */
export function vectorTurns(
  f: FunctionEmitter,
  node: number,
  loop: CountedLoop,
  vector: VectorLoop,
  emit: EmitInstruction,
  leave: () => Expression[],
): Expression[] {
  const out = new VectorEmitter(f, node, loop, vector, emit).turns(leave);
  f.shifted.clear();
  return out;
}

class VectorEmitter {
  readonly #f: FunctionEmitter;
  readonly #node: number;
  readonly #loop: CountedLoop;
  readonly #vector: VectorLoop;
  readonly #emit: EmitInstruction;
  readonly #instructions: readonly Instruction[];
  /** Locals of values in lanes, of sums by their phi, and of swizzle patterns by their load. */
  readonly #lanes = new Map<Value, number>();
  readonly #sums = new Map<PhiInstruction, number>();
  readonly #patterns = new Map<Stream, number[]>();

  constructor(
    f: FunctionEmitter,
    node: number,
    loop: CountedLoop,
    vector: VectorLoop,
    emit: EmitInstruction,
  ) {
    this.#f = f;
    this.#node = node;
    this.#loop = loop;
    this.#vector = vector;
    this.#emit = emit;
    this.#instructions = f.enter(node).instructions;
  }

  turns(leave: () => Expression[]): Expression[] {
    const f = this.#f;
    const { m } = f;
    const left = f.loopCounter();
    const enough = (): Expression => m.i32.ge_u(f.get(left), m.i32.const(TURNS));
    const label = `v${String(this.#node)}`;

    const test: Expression[] = [];
    shiftInductions(f, this.#loop, 0);
    this.#scalars(test);
    const apart = this.#storesApart();
    const before = this.#prepare();
    const body: Expression[] = [];
    if (this.#vector.dot === null) for (const turn of [0, LANES]) this.#group(turn, body);
    else this.#dot(body);
    body.push(...stepped(f, this.#loop, TURNS), m.br_if(label, enough()));
    const after = this.#vector.reductions.map((reduction) => this.#collect(reduction));
    f.shifted.clear();
    after.push(m.if(m.i32.eqz(f.get(left)), sequence(m, this.#finished(leave))));
    const all = [...before, m.loop(label, m.block(null, body)), ...after];
    const aligned = this.#streamsAligned();
    const fits = apart !== null && aligned !== null ? m.i32.and(aligned, apart) : (aligned ?? apart);
    const guarded = fits === null ? all : [m.if(fits, m.block(null, all))];
    return [m.if(enough(), m.block(null, [...test, ...guarded]))];
  }

  #finished(leave: () => Expression[]): Expression[] {
    const f = this.#f;
    const results = this.#vector.reductions.map(({ phi, result }) =>
      f.m.local.set(
        f.localsOf(result.slot, result.type)[0] ?? 0,
        f.get(f.localsOf(phi.slot, phi.type)[0] ?? 0),
      ),
    );
    return [...results, ...finished(f, this.#loop, leave)];
  }

  /** Address computations of the present turn that have locals. */
  #scalars(out: Expression[]): void {
    for (const inst of this.#vector.scalars) this.#emit(inst, out);
  }

  /**
   * True when no two accesses, of which one stores, meet within four turns, unless in the same turn. Distances stay the same
   * throughout: all are of words, upwards. Null: nothing is stored, or to where it came from.
   */
  #storesApart(): Expression | null {
    const f = this.#f;
    const { m } = f;
    const streams = [...this.#vector.streams.values()];
    const address = (stream: Stream): Expression => wholeAddress(f, addressOf(f, stream.inst.address));
    let all: Expression | null = null;
    streams.forEach((store, i) => {
      if (store.inst.op !== "store") return;
      streams.forEach((other, k) => {
        if (other === store || (other.inst.op === "store" && k < i)) return;
        if (other.inst.address === store.inst.address) return;
        const distance = (): Expression => m.i32.sub(address(other), address(store));
        const reach = 4 * LANES - 1;
        const far = m.i32.gt_u(m.i32.add(distance(), m.i32.const(reach)), m.i32.const(2 * reach));
        const apart = m.i32.or(far, m.i32.eqz(distance()));
        all = all === null ? apart : m.i32.and(all, apart);
      });
    });
    return all;
  }

  /** True when elements are as aligned as their types say; the loop itself knows what to do when not. Null: they are. */
  #streamsAligned(): Expression | null {
    const f = this.#f;
    const { m } = f;
    const bits = new Map<number, Expression>();
    for (const { inst, bytes } of this.#vector.streams.values()) {
      if (f.p.multiples.of(f.fn, inst.address) >= bytes) continue;
      const address = wholeAddress(f, addressOf(f, inst.address));
      const others = bits.get(bytes);
      bits.set(bytes, others === undefined ? address : m.i32.or(others, address));
    }
    let all: Expression | null = null;
    for (const [bytes, address] of bits) {
      const low = m.i32.and(address, m.i32.const(bytes - 1));
      all = all === null ? low : m.i32.or(all, low);
    }
    return all === null ? null : m.i32.eqz(all);
  }

  /** Sums are empty, what is the same in all turns is in all lanes, patterns are chosen. */
  #prepare(): Expression[] {
    const f = this.#f;
    const { m } = f;
    const out: Expression[] = [];
    const local = (value: Expression): number => {
      const made = f.newLocal(binaryen.v128);
      out.push(m.local.set(made, value));
      return made;
    };
    for (const { phi } of this.#vector.reductions)
      this.#sums.set(phi, local(m.v128.const(new Array<number>(16).fill(0))));
    for (const value of this.#vector.spread) this.#lanes.set(value, local(m.i32x4.splat(f.use(value))));
    for (const stream of this.#vector.streams.values()) {
      if (stream.bytes === 4 || this.#lowBits(stream) !== null) continue;
      const bits = f.newLocal(binaryen.i32);
      out.push(m.local.set(bits, m.i32.and(this.#lowest(stream), m.i32.const(3))));
      const chosen = (pattern: (bits: number) => number[]): number => {
        let value = m.v128.const(pattern(0));
        for (let k = stream.bytes; k < 4; k += stream.bytes) {
          const here = m.i32.eq(f.get(bits), m.i32.const(k));
          value = m.select(here, m.v128.const(pattern(k)), value);
        }
        return local(value);
      };
      const patterns =
        this.#vector.dot === null
          ? [chosen((k) => extending(stream, k))]
          : [chosen((k) => swapped(k, 0)), chosen((k) => swapped(k, 8))];
      this.#patterns.set(stream, patterns);
    }
    return out;
  }

  /** The lowest address of four elements. */
  #lowest(stream: Stream): Expression {
    const f = this.#f;
    const address = wholeAddress(f, addressOf(f, stream.inst.address));
    const below = (LANES - 1) * stream.bytes;
    return stream.downwards ? f.m.i32.sub(address, f.m.i32.const(below)) : address;
  }

  /** The last two bits of that address, if they are known. */
  #lowBits(stream: Stream): number | null {
    const start = startOf(this.#f, stream.inst.address, this.#loop);
    if (start === null || start.multiple < 4) return null;
    return (start.offset - (stream.downwards ? (LANES - 1) * stream.bytes : 0)) & 3;
  }

  /** Four turns from `turn` on. */
  #group(turn: number, out: Expression[]): void {
    const f = this.#f;
    shiftInductions(f, this.#loop, turn);
    for (const inst of this.#instructions) {
      if (this.#vector.scalars.includes(inst)) this.#emit(inst, out);
      else if (this.#vector.lanes.includes(inst)) {
        f.instruction = inst;
        if (inst.op === "store") {
          const address = wholeAddress(f, addressOf(f, inst.address));
          out.push(f.m.v128.store(0, 4, address, this.#value(inst.value)));
          continue;
        }
        let local = this.#lanes.get(inst);
        if (local === undefined) {
          local = f.newLocal(binaryen.v128);
          this.#lanes.set(inst, local);
        }
        out.push(f.m.local.set(local, this.#compute(inst)));
        const sum = this.#vector.reductions.find(({ result }) => result === inst);
        if (sum !== undefined) out.push(f.m.local.set(this.#sums.get(sum.phi) ?? 0, f.get(local)));
      }
    }
  }

  #value(value: Value): Expression {
    const f = this.#f;
    const induction = this.#loop.inductions.find(({ phi, next }) => value === phi || value === next);
    if (induction !== undefined) {
      const steps = Array.from({ length: LANES }, (_, lane) => lane * induction.step);
      const bytes = new Uint8Array(Int32Array.from(steps).buffer);
      return f.m.i32x4.add(f.m.i32x4.splat(f.use(value)), f.m.v128.const(bytes));
    }
    const sum = value.kind === "instruction" && value.op === "phi" ? this.#sums.get(value) : undefined;
    const local = sum ?? this.#lanes.get(value);
    if (local === undefined) throw new InternalError("a value in lanes is missing");
    return f.get(local);
  }

  #compute(inst: Instruction): Expression {
    const { m } = this.#f;
    switch (inst.op) {
      case "load": {
        const stream = this.#vector.streams.get(inst);
        if (stream === undefined) throw new InternalError("a load in lanes has no stream");
        return this.#load(stream);
      }
      case "cast":
        return this.#value(inst.operand);
      case "call": {
        const [a, b] = inst.args;
        const name = laneCall(inst);
        if (a === undefined) throw new InternalError("an operation in lanes lacks its operand");
        if (name === "abs") return m.i32x4.abs(this.#value(a));
        if (b === undefined) throw new InternalError("an operation in lanes lacks an operand");
        const operation = LANE_CALLS[name as keyof typeof LANE_CALLS];
        return m.i32x4[operation](this.#value(a), this.#value(b));
      }
      case "binary": {
        const left = this.#value(inst.left);
        switch (inst.operator) {
          case "add":
          case "sub":
          case "mul":
            return m.i32x4[inst.operator](left, this.#value(inst.right));
          case "and":
          case "or":
          case "xor":
            return m.v128[inst.operator](left, this.#value(inst.right));
          case "shl":
          case "lshr":
          case "ashr": {
            const amount = inst.right.kind === "integer" ? Number(inst.right.value) : 0;
            return m.i32x4[SHIFTS[inst.operator]](left, m.i32.const(amount));
          }
          default:
            break;
        }
        break;
      }
      default:
        break;
    }
    throw new InternalError(`the instruction ${inst.op} has no meaning in lanes`);
  }

  /** Four elements, the first turn's in the first lane, bytes and halfwords extended. */
  #load(stream: Stream): Expression {
    const { m } = this.#f;
    if (stream.bytes === 4) {
      const words = m.v128.load(0, 4, this.#lowest(stream));
      const turned = [12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3];
      return stream.downwards ? m.i8x16.swizzle(words, m.v128.const(turned)) : words;
    }
    const known = this.#lowBits(stream);
    const pattern =
      known === null
        ? this.#f.get(this.#patterns.get(stream)?.[0] ?? 0)
        : m.v128.const(extending(stream, known));
    const base = m.i32.and(this.#lowest(stream), m.i32.const(-4));
    const words = stream.bytes === 2 ? m.v128.load(0, 4, base) : m.v128.load64_zero(0, 4, base);
    const lanes = m.i8x16.swizzle(words, pattern);
    return stream.signed ? m.i32x4.shr_s(lanes, m.i32.const(32 - 8 * stream.bytes)) : lanes;
  }

  /** Eight turns of a sum of products of halfwords. */
  #dot(out: Expression[]): void {
    const f = this.#f;
    const { m } = f;
    const [sum] = this.#vector.reductions;
    if (this.#vector.dot === null || sum === undefined) throw new InternalError("no sum of products");
    shiftInductions(f, this.#loop, 0);
    this.#scalars(out);
    const { left, right } = this.#vector.dot;
    const local = this.#sums.get(sum.phi) ?? 0;
    const products = m.i32x4.dot_i16x8_s(this.#pairs(left, out), this.#pairs(right, out));
    out.push(m.local.set(local, m.i32x4.add(f.get(local), products)));
  }

  /** Eight halfwords, the two of each word swapped. */
  #pairs(stream: Stream, out: Expression[]): Expression {
    const f = this.#f;
    const { m } = f;
    const known = this.#lowBits(stream);
    if (known === 0) return m.v128.load(0, 4, this.#lowest(stream));
    const base = f.newLocal(binaryen.i32);
    out.push(m.local.set(base, m.i32.and(this.#lowest(stream), m.i32.const(-4))));
    const [low, high] = this.#patterns.get(stream) ?? [];
    const half = (offset: number, local: number | undefined): Expression =>
      m.i8x16.swizzle(
        m.v128.load(offset, 4, f.get(base)),
        local === undefined ? m.v128.const(swapped(known ?? 0, offset)) : f.get(local),
      );
    return m.v128.or(half(0, low), half(8, high));
  }

  /** Adds up the lanes of a sum, and what there was before. */
  #collect({ phi, operator }: Reduction): Expression {
    const f = this.#f;
    const { m } = f;
    const sum = this.#sums.get(phi) ?? 0;
    const local = f.localsOf(phi.slot, phi.type)[0] ?? 0;
    const both = (a: Expression, b: Expression): Expression =>
      operator === "add" ? m.i32x4.add(a, b) : m.v128[operator](a, b);
    const rotated = (bytes: number): Expression =>
      m.i8x16.shuffle(
        f.get(sum),
        f.get(sum),
        Array.from({ length: 16 }, (_, i) => (i + bytes) % 16),
      );
    const lane = m.i32x4.extract_lane(f.get(sum), 0);
    return m.block(null, [
      m.local.set(sum, both(f.get(sum), rotated(8))),
      m.local.set(sum, both(f.get(sum), rotated(4))),
      m.local.set(local, m.i32[operator](f.get(local), lane)),
    ]);
  }
}

const LANE_CALLS = { smax: "max_s", smin: "min_s", umax: "max_u", umin: "min_u" } as const;
const SHIFTS = { shl: "shl", lshr: "shr_u", ashr: "shr_s" } as const;

/**
 * A swizzle's pattern: four elements from an address with the last bits `bits`, loaded from the word that it is in. Unsigned
 * ones become words; signed ones are put at the upper end of words, to be shifted down.
 */
function extending({ bytes, signed, downwards }: Stream, bits: number): number[] {
  const pattern = new Array<number>(16).fill(NOTHING);
  for (let element = 0; element < LANES; element += 1) {
    const lane = downwards ? LANES - 1 - element : element;
    const from = (bits + bytes * element) ^ (4 - bytes);
    for (let byte = 0; byte < bytes; byte += 1)
      pattern[4 * lane + (signed ? 4 - bytes : 0) + byte] = from + byte;
  }
  return pattern;
}

/** A swizzle's pattern: four halfwords as `extending`, in pairs of the later and the earlier, from byte `place` on. */
function swapped(bits: number, place: number): number[] {
  const pattern = new Array<number>(16).fill(NOTHING);
  for (let element = 0; element < LANES; element += 1) {
    const from = (bits + 2 * element) ^ 2;
    const to = place + 2 * (element ^ 1);
    pattern[to] = from;
    pattern[to + 1] = from + 1;
  }
  return pattern;
}
