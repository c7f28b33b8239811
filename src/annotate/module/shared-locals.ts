// Locals of large functions are given to several values, one after the other.
//
// Every value of the IR has a local of its own, and every branch takes the host's compiler as much time and memory as the function has
// locals: a function of ten thousand blocks took gigabytes. A value that lives in one part of the code only needs its local
// only there. What is known about Binaryen's module is its text, so this goes by the text: from the first write of a local to
// its last access, in bytes.
//
// Why that is right: control only goes forward, but for loops. If nothing jumps past the first write, then wherever the local is read
// later (in the part of the code that the write cannot be gone around in, see `Scopes.around`), the write has been done in this turn of
// every loop around it; and what is read in a loop that the write is before is kept until the loop's end. Locals that this does not
// show for, among them all that count on being zero, keep a local of their own.
//
// Indexes get smaller and are written in as many bytes as before, so all places in the code stay where they were (branch hints,
// source map).

import { InternalError } from "../../base/diagnostic.ts";
import { WasmReader } from "./wasm-reader.ts";

const TYPE = 1;
const FUNCTION = 3;
const CODE = 10;

/** Functions with fewer locals are left as they are: it would gain nothing. */
const MANY_LOCALS = 256;
/** Scopes that are looked through for each local. A smaller scope than the largest is right, too. */
const MOST_SCOPES = 256;

/** Opcodes that matter here. */
const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  try: 0x06,
  catch: 0x07,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  delegate: 0x18,
  catchAll: 0x19,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
} as const;

/** The module with the locals of its large functions shared; changed in place. `many`: locals that make a function large. */
export function shareLocals(wasm: Uint8Array, many = MANY_LOCALS): void {
  const reader = new WasmReader(wasm, 8);
  let parameters: number[] = [];
  let types: number[] = [];
  while (reader.at < wasm.length) {
    const id = reader.byte();
    const size = reader.unsigned();
    const end = reader.at + size;
    if (id === TYPE) parameters = parameterCounts(reader);
    if (id === FUNCTION) types = Array.from({ length: reader.unsigned() }, () => reader.unsigned());
    if (id === CODE) {
      const count = reader.unsigned();
      for (let i = 0; i < count; i += 1) {
        const bytes = reader.unsigned();
        const bodyEnd = reader.at + bytes;
        shareInBody(wasm, reader, bodyEnd, parameters[types[i] ?? -1] ?? 0, many);
        reader.at = bodyEnd;
      }
    }
    reader.at = end;
  }
}

/** Numbers of parameters, by type. */
function parameterCounts(reader: WasmReader): number[] {
  return Array.from({ length: reader.unsigned() }, () => {
    reader.byte();
    const count = reader.unsigned();
    for (let i = 0; i < count; i += 1) reader.byte();
    for (let results = reader.unsigned(); results > 0; results -= 1) reader.byte();
    return count;
  });
}

/** Locals of one type, declared together. */
interface Group {
  /** Where their number is written, and in how many bytes. */
  readonly at: number;
  readonly bytes: number;
  readonly count: number;
}

function shareInBody(
  wasm: Uint8Array,
  reader: WasmReader,
  end: number,
  parameters: number,
  many: number,
): void {
  const groups: Group[] = [];
  let declared = 0;
  for (let left = reader.unsigned(); left > 0; left -= 1) {
    const at = reader.at;
    const count = reader.unsigned();
    groups.push({ at, bytes: reader.at - at, count });
    reader.byte();
    declared += count;
  }
  if (declared < many) return;
  const uses = usesOf(reader, end, parameters, declared);
  const homes = new Uint32Array(declared);
  let first = 0;
  let next = parameters;
  for (const { at, bytes, count } of groups) {
    const used = assign(uses, first, first + count, next, homes);
    writePadded(wasm, at, used, bytes);
    first += count;
    next += used;
  }
  for (let i = 0; i < uses.places.length; i += 1) {
    const place = uses.places[i] ?? 0;
    let bytes = 1;
    while ((wasm[place + bytes - 1] ?? 0) >= 128) bytes += 1;
    writePadded(wasm, place, homes[uses.locals[i] ?? 0] ?? 0, bytes);
  }
}

/** A number in exactly so many bytes, at least as many as it takes. */
function writePadded(wasm: Uint8Array, at: number, value: number, bytes: number): void {
  let left = value;
  for (let i = 0; i < bytes; i += 1) {
    wasm[at + i] = (left & 127) | (i < bytes - 1 ? 128 : 0);
    left >>>= 7;
  }
  if (left !== 0) throw new InternalError("a local's index has no room where it is written");
}

interface Uses {
  /** Where an index of a local is written, and which local it is (without parameters). */
  readonly places: readonly number[];
  readonly locals: readonly number[];
  /** Locals in the order of their first access. */
  readonly order: readonly number[];
  /** By local: where it is first and last wanted. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** By local: 1, no other value may be in it. */
  readonly alone: Uint8Array;
}

/** Reads a body, and says where each of its locals is in use. */
function usesOf(reader: WasmReader, end: number, parameters: number, count: number): Uses {
  const places: number[] = [];
  const locals: number[] = [];
  const order: number[] = [];
  const from = new Uint32Array(count);
  const to = new Uint32Array(count);
  const alone = new Uint8Array(count);
  /** By local: the part of the code that its first write cannot be gone around in; the outermost loop of its last access. */
  const around = new Int32Array(count).fill(-1);
  const loops = new Int32Array(count).fill(-1);
  const scopes = new Scopes(reader.at);
  while (reader.at < end) {
    const at = reader.at;
    const op = reader.byte();
    switch (op) {
      case OP.localGet:
      case OP.localSet:
      case OP.localTee: {
        const place = reader.at;
        const local = reader.unsigned() - parameters;
        if (local < 0) break;
        places.push(place);
        locals.push(local);
        if (from[local] === 0) {
          from[local] = at;
          order.push(local);
          if (op === OP.localGet) alone[local] = 1;
          else around[local] = scopes.around();
        }
        to[local] = at;
        loops[local] = scopes.outermostLoop(from[local] ?? 0);
        break;
      }
      case OP.block:
      case OP.loop:
        reader.signed();
        scopes.open(at, op === OP.loop ? "loop" : "block");
        break;
      case OP.if:
      case OP.try:
        reader.signed();
        scopes.open(at, "arm");
        break;
      case OP.else:
      case OP.catchAll:
        scopes.close(at);
        scopes.open(at, "arm");
        break;
      case OP.catch:
        reader.unsigned();
        scopes.close(at);
        scopes.open(at, "arm");
        break;
      case OP.delegate:
        reader.unsigned();
        scopes.close(at);
        break;
      case OP.end:
        scopes.close(at);
        break;
      case OP.br:
      case OP.brIf:
        scopes.leave(reader.unsigned());
        break;
      case OP.brTable:
        for (let n = reader.unsigned(); n >= 0; n -= 1) scopes.leave(reader.unsigned());
        break;
      default:
        reader.skipImmediates(op);
    }
  }
  for (const local of order) {
    const loop = loops[local] ?? -1;
    if (loop >= 0) to[local] = Math.max(to[local] ?? 0, scopes.endOf(loop));
    if (alone[local] === 0 && (to[local] ?? 0) > scopes.endOf(around[local] ?? -1)) alone[local] = 1;
  }
  return { places, locals, order, from, to, alone };
}

type ScopeKind = "block" | "loop" | "arm";

/** The blocks, loops and arms that the reader is in. */
class Scopes {
  readonly #ends: number[] = [];
  readonly #open: { readonly id: number; readonly from: number; readonly kind: ScopeKind; left: boolean }[] =
    [];
  /** Places in `#open` of the loops. */
  readonly #loops: number[] = [];

  constructor(at: number) {
    this.open(at, "arm");
  }

  open(at: number, kind: ScopeKind): void {
    if (kind === "loop") this.#loops.push(this.#open.length);
    this.#open.push({ id: this.#ends.length, from: at, kind, left: false });
    this.#ends.push(0);
  }

  close(at: number): void {
    const scope = this.#open.pop();
    if (scope === undefined) return;
    this.#ends[scope.id] = at;
    if (scope.kind === "loop") this.#loops.pop();
  }

  /** Something goes to the end of the block at this depth, or to the loop there once more. */
  leave(depth: number): void {
    const scope = this.#open[this.#open.length - 1 - depth];
    if (scope !== undefined) scope.left = true;
  }

  /** The largest scope around here in which nothing can go around this place to what follows it. */
  around(): number {
    let at = this.#open.length - 1;
    for (let looked = 0; looked < MOST_SCOPES; looked += 1) {
      const scope = this.#open[at];
      if (scope === undefined || scope.kind === "arm" || (scope.kind === "block" && scope.left)) break;
      at -= 1;
    }
    return this.#open[at]?.id ?? -1;
  }

  /** The outermost loop around here that began after `from`; -1: none. */
  outermostLoop(from: number): number {
    let low = 0;
    let high = this.#loops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const loop = this.#open[this.#loops[middle] ?? -1];
      if (loop !== undefined && loop.from > from) high = middle;
      else low = middle + 1;
    }
    return this.#open[this.#loops[low] ?? -1]?.id ?? -1;
  }

  /** Where a scope has ended; only those that were closed have. */
  endOf(scope: number): number {
    return this.#ends[scope] ?? 0;
  }
}

/**
 * Gives the locals from `first` to `beyond` new indexes from `base` on, in `homes`; how many there are. No index is larger than it
 * was, so that it has room where it is written: what is shared is numbered by the smallest local in it.
 */
function assign(uses: Uses, first: number, beyond: number, base: number, homes: Uint32Array): number {
  let used = 0;
  /** Locals that will be free, as a heap: the one that is so first is at its top. */
  const busy = new Heap();
  for (const local of uses.order) {
    if (local < first || local >= beyond) continue;
    const free = uses.alone[local] === 1 ? -1 : busy.takeBefore(uses.from[local] ?? 0);
    const home = free < 0 ? used++ : free;
    homes[local] = home;
    if (uses.alone[local] === 0) busy.add(uses.to[local] ?? 0, home);
  }
  const numbers = new Int32Array(used).fill(-1);
  let numbered = 0;
  for (let local = first; local < beyond; local += 1) {
    if (uses.from[local] === 0) continue; // never used
    const home = homes[local] ?? 0;
    if ((numbers[home] ?? 0) < 0) numbers[home] = numbered++;
    homes[local] = base + (numbers[home] ?? 0);
  }
  return used;
}

/** Numbers by the place until which they are taken. */
class Heap {
  readonly #until: number[] = [];
  readonly #numbers: number[] = [];

  add(until: number, number: number): void {
    let at = this.#until.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if ((this.#until[above] ?? 0) <= until) break;
      this.#move(above, at);
      at = above;
    }
    this.#until[at] = until;
    this.#numbers[at] = number;
  }

  /** A number that is taken until before `place` only; -1: there is none. */
  takeBefore(place: number): number {
    const top = this.#until[0];
    const number = this.#numbers[0];
    if (top === undefined || number === undefined || top >= place) return -1;
    const until = this.#until.pop() ?? 0;
    const last = this.#numbers.pop() ?? 0;
    const size = this.#until.length;
    if (size === 0) return number;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= size) break;
      if (below + 1 < size && (this.#until[below + 1] ?? 0) < (this.#until[below] ?? 0)) below += 1;
      if ((this.#until[below] ?? 0) >= until) break;
      this.#move(below, at);
      at = below;
    }
    this.#until[at] = until;
    this.#numbers[at] = last;
    return number;
  }

  #move(from: number, to: number): void {
    this.#until[to] = this.#until[from] ?? 0;
    this.#numbers[to] = this.#numbers[from] ?? 0;
  }
}
