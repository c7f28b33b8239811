// Memory: the target's big-endian bytes in WebAssembly's little-endian memory, at the target's addresses. Words are kept
// in host order, so an aligned word is a plain load; the byte at address a is at a XOR 3, the halfword at a XOR 2, and
// the two words of a doubleword are swapped by a rotation. Accesses that may be unaligned test the address first.
//
// Constant offsets go into the instruction's offset field. WebAssembly adds it without wrapping, so only non-negative
// offsets below 64 KiB are folded onto a run-time base (the first 64 KiB of the address space are never mapped, so a sum
// that wraps on the target faults there and here), and a constant base only under an index that cannot wrap.

import type {
  AllocaInstruction,
  AtomicRmwInstruction,
  BinaryInstruction,
  CmpXchgInstruction,
  GepInstruction,
  LoadInstruction,
  StoreInstruction,
  Type,
  Value,
} from "../../bitcode/index.ts";
import { InternalError } from "../../base/diagnostic.ts";
import { alignOf } from "./alignment.ts";
import { constantBits, isConstant, scalarWidth } from "../constants.ts";
import type { CountedLoop } from "../loops/counted-loop.ts";
import { derivedBase } from "../loops/derived-inductions.ts";
import { Untranslatable } from "../fault.ts";
import { checkStack } from "./frames.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { knownMultiple, unsignedBound } from "../function-facts.ts";
import { storeNumber } from "../numbers/number-lanes.ts";
import { gepParts, powerIn } from "./pointer-multiple.ts";
import { allocSize, storeSize } from "../../ir/index.ts";
import { loadUnaligned16, loadUnaligned32, storeUnaligned16, storeUnaligned32 } from "./unaligned.ts";
import { binaryen, type Expression } from "../wasm.ts";
import { emitWholeStore, isWhole } from "../vectors/whole-values.ts";

/** Offsets from here up are not folded onto a run-time base. */
const OFFSET_LIMIT = 0x10000;

/** An address: `base` (null: none) plus a constant; `multiple` is a power of two that divides the base for sure. */
export interface Address {
  readonly base: Expression | null;
  readonly offset: number;
  readonly multiple: number;
  /** The base is an index that is known not to wrap when the offset is added. */
  readonly exact?: true;
}

/** An index as an i32 of the sign-extended or truncated value. */
function index32(f: FunctionEmitter, index: Value): Expression {
  return scalarWidth(index.type) > 32 ? f.m.i32.wrap(f.use(index)) : f.signed(index);
}

function scaled(f: FunctionEmitter, index: Value, scale: number): Expression {
  const { m } = f;
  const field = scaledField(f, index, scale);
  if (field !== null) return field;
  const value = index32(f, index);
  if (scale === 1) return value;
  const shift = Math.log2(scale);
  return Number.isInteger(shift)
    ? m.i32.shl(value, m.i32.const(shift))
    : m.i32.mul(value, m.i32.const(scale | 0));
}

/**
 * A bit field times a power of two, as tables are indexed by: ((x >> k) & mask) << s is (x >> (k - s)) & (mask << s), one
 * operation less. Null where the index is something else.
 */
function scaledField(f: FunctionEmitter, index: Value, scale: number): Expression | null {
  const { m } = f;
  const shift = Math.log2(scale);
  if (!Number.isInteger(shift) || shift < 1) return null;
  const field = foldedBinary(f, index, "and");
  if (field?.right.kind !== "integer") return null;
  const mask = BigInt.asUintN(32, field.right.value) << BigInt(shift);
  const shifted = foldedBinary(f, field.left, "lshr");
  if (shifted?.right.kind !== "integer" || mask >= 1n << 32n) return null;
  const amount = Number(shifted.right.value) - shift;
  if (amount < 0 || amount > 31 - shift) return null;
  const source = f.use(shifted.left);
  const moved = amount === 0 ? source : m.i32.shr_u(source, m.i32.const(amount));
  return m.i32.and(moved, m.i32.const(Number(BigInt.asIntN(32, mask))));
}

/** A 32-bit operation that is emitted within its only user. */
function foldedBinary(f: FunctionEmitter, value: Value, operator: string): BinaryInstruction | null {
  if (value.kind !== "instruction" || value.op !== "binary" || value.operator !== operator) return null;
  if (value.type.kind !== "integer" || value.type.width !== 32) return null;
  return f.facts.folded[value.slot] === true && !f.shifted.has(value.slot) ? value : null;
}

/**
 * What is known of an address on entry to a counted loop: a constant above a multiple of a power of two. Null where it is
 * no induction with constants on top.
 */
export function startOf(
  f: FunctionEmitter,
  pointer: Value,
  loop: CountedLoop,
): { readonly offset: number; readonly multiple: number } | null {
  let at = pointer;
  let offset = 0;
  for (;;) {
    const induction = loop.inductions.find(({ phi, next }) => at === phi || at === next);
    if (induction !== undefined) {
      if (at === induction.next) offset += induction.step;
      const start = induction.phi.incoming.find(({ value }) => value !== induction.next)?.value;
      if (start === undefined) return null;
      if (isConstant(start))
        return { offset: offset + Number(constantBits(start, f.p.addresses)), multiple: 16 };
      return { offset, multiple: f.p.multiples.of(f.fn, start) };
    }
    if (at.kind !== "instruction" || at.op !== "getelementptr") return null;
    const { constant, variable } = gepParts(at, f.p.addresses);
    if (variable.length > 0) return null;
    offset += constant;
    at = at.base;
  }
}

/** The address that a pointer value stands for. */
export function addressOf(f: FunctionEmitter, pointer: Value): Address {
  return normalise(f, rawAddress(f, pointer));
}

function rawAddress(f: FunctionEmitter, pointer: Value): Address {
  const { m } = f;
  let at = pointer;
  let offset = 0;
  for (;;) {
    if (isConstant(at)) {
      const bits = Number(constantBits(at, f.p.addresses));
      return { base: null, offset: (bits + offset) >>> 0, multiple: 16 };
    }
    if (at.kind !== "instruction") break;
    const shifted = f.shifted.get(at.slot);
    if (shifted !== undefined) {
      // What divides this turn's value divides the step and so the first turn's value.
      const multiple = f.p.multiples.of(f.fn, at);
      return { base: f.get(shifted.local), offset: offset + shifted.by, multiple };
    }
    const derived = f.derived.get(at.slot);
    if (derived !== undefined) {
      const multiple = Math.min(f.p.multiples.of(f.fn, at), powerIn(derived.constant));
      return { base: derivedBase(f, derived), offset: offset + derived.constant, multiple };
    }
    if (at.op === "alloca") {
      const place = f.frameOffsets.get(at.slot);
      if (place === undefined) break;
      return { base: f.frame(), offset: place + offset, multiple: 16 };
    }
    if (at.op !== "getelementptr") break;
    const foldedHere = f.facts.folded[at.slot] === true;
    if (!foldedHere && f.facts.materialised[at.slot] === true) break;
    const parts = gepParts(at, f.p.addresses);
    if (parts.variable.length === 0) {
      offset += parts.constant;
      at = at.base;
      continue;
    }
    if (!foldedHere) break;
    // base + constant + variable: the variable part becomes (part of) the base.
    offset += parts.constant;
    let variable: Expression | null = null;
    let multiple = 16;
    let most = 0;
    for (const { index, scale } of parts.variable) {
      const term = scaled(f, index, scale);
      variable = variable === null ? term : m.i32.add(variable, term);
      multiple = Math.min(multiple, powerIn(scale) * knownMultiple(index));
      most += scale >= 0 ? unsignedBound(index) * scale : Infinity;
    }
    if (variable === null) throw new InternalError("an address has lost its index");
    const inner = rawAddress(f, at.base);
    offset += inner.offset;
    if (inner.base !== null)
      return { base: m.i32.add(inner.base, variable), offset, multiple: Math.min(multiple, inner.multiple) };
    const safe = offset >= 0 && offset < 2 ** 32 && (at.flags.nuw || most + offset < 2 ** 32);
    if (safe) return { base: variable, offset, multiple, exact: true };
    return {
      base: m.i32.add(variable, m.i32.const(offset | 0)),
      offset: 0,
      multiple: Math.min(multiple, powerIn(offset)),
    };
  }
  const known = f.p.multiples.of(f.fn, at);
  return { base: f.use(at), offset, multiple: known };
}

/** Makes the offset one that may be folded. */
function normalise(f: FunctionEmitter, address: Address): Address {
  const { base, offset, multiple } = address;
  if (base === null || address.exact === true || (offset >= 0 && offset < OFFSET_LIMIT)) return address;
  return {
    base: f.m.i32.add(base, f.m.i32.const(offset | 0)),
    offset: 0,
    multiple: Math.min(multiple, powerIn(offset)),
  };
}

/** The address as one expression. */
export function wholeAddress(f: FunctionEmitter, address: Address): Expression {
  if (address.base === null) return f.m.i32.const(address.offset | 0);
  return address.offset === 0 ? address.base : f.m.i32.add(address.base, f.m.i32.const(address.offset | 0));
}

/** The address of a part of a word: base and offset with `flip` (3: a byte, 2: a halfword) exclusive-ored in. */
export function flipped(
  f: FunctionEmitter,
  address: Address,
  flip: 2 | 3,
  access: "load" | "store" = "load",
): { base: Expression; offset: number } {
  const { m } = f;
  if (address.base === null) {
    const { base, offset } = plain(f, address, access);
    return { base, offset: (offset ^ flip) >>> 0 };
  }
  if (address.multiple >= 4) return { base: address.base, offset: (address.offset ^ flip) >>> 0 };
  const low = address.offset & 3;
  const base = low === 0 ? address.base : m.i32.add(address.base, m.i32.const(low));
  return { base: m.i32.xor(base, m.i32.const(flip)), offset: address.offset - low };
}

/**
 * Base and offset of an access. A constant address where the program has no memory becomes the same one 4 GiB up,
 * since the host takes constants within the module's memory to be safe.
 */
export function plain(
  f: FunctionEmitter,
  { base, offset }: Address,
  access: "load" | "store",
): { base: Expression; offset: number } {
  if (base !== null) return { base, offset };
  if (f.p.isMemory(offset, access)) return { base: f.m.i32.const(0), offset };
  return { base: f.m.i32.const(-4), offset: (offset + 4) >>> 0 };
}

/** The alignment to go by: of a constant address it is known, whatever the IR says. */
export function alignmentAt(address: Address, align: number): number {
  return address.base === null ? Math.min(align, powerIn(address.offset)) : align;
}

/** A load of a scalar of `bytes` bytes (1, 2, 4, 8) as i32 or i64, zero-extended. */
export function loadBytes(f: FunctionEmitter, address: Address, bytes: number, stated: number): Expression {
  const { m } = f;
  const align = alignmentAt(address, stated);
  switch (bytes) {
    case 1: {
      const at = flipped(f, address, 3);
      return m.i32.load8_u(at.offset, 1, at.base);
    }
    case 2: {
      if (align < 2) return m.call(loadUnaligned16(f.p), [wholeAddress(f, address)], binaryen.i32);
      const at = flipped(f, address, 2);
      return m.i32.load16_u(at.offset, 2, at.base);
    }
    case 4: {
      if (align >= 4) {
        const at = plain(f, address, "load");
        return m.i32.load(at.offset, 4, at.base);
      }
      const local = f.newLocal(binaryen.i32);
      return m.if(
        m.i32.and(m.local.tee(local, wholeAddress(f, address), binaryen.i32), m.i32.const(3)),
        m.call(loadUnaligned32(f.p), [f.get(local)], binaryen.i32),
        m.i32.load(0, 4, f.get(local)),
      );
    }
    case 8: {
      if (align >= 4) {
        const at = plain(f, address, "load");
        return m.i64.rotl(m.i64.load(at.offset, 4, at.base), m.i64.const(32n));
      }
      const local = f.newLocal(binaryen.i32);
      const high = m.call(
        loadUnaligned32(f.p),
        [m.local.tee(local, wholeAddress(f, address), binaryen.i32)],
        binaryen.i32,
      );
      const low = m.call(loadUnaligned32(f.p), [m.i32.add(f.get(local), m.i32.const(4))], binaryen.i32);
      return m.i64.or(m.i64.shl(m.i64.extend_u(high), m.i64.const(32n)), m.i64.extend_u(low));
    }
    default:
      throw new InternalError(`a load of ${String(bytes)} bytes`);
  }
}

/** Stores the low `bytes` bytes of an i32, or an i64 for 8. */
export function storeBytes(
  f: FunctionEmitter,
  address: Address,
  bytes: number,
  stated: number,
  value: Expression,
): Expression {
  const { m } = f;
  const align = alignmentAt(address, stated);
  switch (bytes) {
    case 1: {
      const at = flipped(f, address, 3, "store");
      return m.i32.store8(at.offset, 1, at.base, value);
    }
    case 2: {
      if (align < 2) return m.call(storeUnaligned16(f.p), [wholeAddress(f, address), value], binaryen.none);
      const at = flipped(f, address, 2, "store");
      return m.i32.store16(at.offset, 2, at.base, value);
    }
    case 4: {
      if (align >= 4) {
        const at = plain(f, address, "store");
        return storeNumber(m, bytes, at, value) ?? m.i32.store(at.offset, 4, at.base, value);
      }
      const local = f.newLocal(binaryen.i32);
      const kept = f.newLocal(binaryen.i32);
      return m.block(null, [
        m.local.set(local, wholeAddress(f, address)),
        m.local.set(kept, value),
        m.if(
          m.i32.and(f.get(local), m.i32.const(3)),
          m.call(storeUnaligned32(f.p), [f.get(local), f.get(kept)], binaryen.none),
          m.i32.store(0, 4, f.get(local), f.get(kept)),
        ),
      ]);
    }
    case 8: {
      if (align >= 4) {
        const at = plain(f, address, "store");
        const stored = storeNumber(m, bytes, at, value);
        return stored ?? m.i64.store(at.offset, 4, at.base, m.i64.rotl(value, m.i64.const(32n)));
      }
      const local = f.newLocal(binaryen.i32);
      const kept = f.newLocal(binaryen.i64);
      return m.block(null, [
        m.local.set(local, wholeAddress(f, address)),
        m.local.set(kept, value),
        m.call(
          storeUnaligned32(f.p),
          [f.get(local), m.i32.wrap(m.i64.shr_u(f.get(kept), m.i64.const(32n)))],
          binaryen.none,
        ),
        m.call(
          storeUnaligned32(f.p),
          [m.i32.add(f.get(local), m.i32.const(4)), m.i32.wrap(f.get(kept))],
          binaryen.none,
        ),
      ]);
    }
    default:
      throw new InternalError(`a store of ${String(bytes)} bytes`);
  }
}

export function emitLoad(f: FunctionEmitter, inst: LoadInstruction): Expression {
  if (f.facts.signExtended[inst.slot] === true) {
    const byte = scalarWidth(inst.type) === 8;
    const align = byte ? 1 : alignmentAt(addressOf(f, inst.address), alignOf(f, inst.address, inst.align));
    if (!byte && align < 2) return f.m.i32.extend16_s(loadBytes(f, addressOf(f, inst.address), 2, 1));
    const at = flipped(f, addressOf(f, inst.address), byte ? 3 : 2);
    return byte ? f.m.i32.load8_s(at.offset, 1, at.base) : f.m.i32.load16_s(at.offset, 2, at.base);
  }
  return loadScalar(f, inst.type, inst.address, alignOf(f, inst.address, inst.align));
}

function loadScalar(f: FunctionEmitter, type: Type, pointer: Value, align: number): Expression {
  const { m } = f;
  const width = scalarWidth(type);
  const bytes = storeSize(type);
  if (bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8)
    return loadBytes(f, addressOf(f, pointer), bytes, align);
  // 3, 5, 6 or 7 bytes, high byte first.
  const local = f.newLocal(binaryen.i32);
  let value = m.i64.extend_u(
    loadBytes(
      f,
      {
        base: m.local.tee(local, wholeAddress(f, addressOf(f, pointer)), binaryen.i32),
        offset: 0,
        multiple: 1,
      },
      1,
      1,
    ),
  );
  for (let i = 1; i < bytes; i += 1) {
    const next = loadBytes(f, { base: f.get(local), offset: i, multiple: 1 }, 1, 1);
    value = m.i64.or(m.i64.shl(value, m.i64.const(8n)), m.i64.extend_u(next));
  }
  return width <= 32 ? m.i32.wrap(value) : value;
}

export function emitStore(f: FunctionEmitter, inst: StoreInstruction): Expression[] {
  if (isWhole(inst.value.type)) return emitWholeStore(f, inst);
  const align = alignOf(f, inst.address, inst.align);
  return storeScalar(f, inst.value.type, inst.address, align, f.use(inst.value));
}

function storeScalar(
  f: FunctionEmitter,
  type: Type,
  pointer: Value,
  align: number,
  value: Expression,
): Expression[] {
  const { m } = f;
  const width = scalarWidth(type);
  const bytes = storeSize(type);
  if (bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8) {
    const extended = bytes === 8 && width <= 32 ? m.i64.extend_u(value) : value;
    return [storeBytes(f, addressOf(f, pointer), bytes, align, extended)];
  }
  const local = f.newLocal(binaryen.i32);
  const kept = f.newLocal(binaryen.i64);
  const out = [
    m.local.set(local, wholeAddress(f, addressOf(f, pointer))),
    m.local.set(kept, width <= 32 ? m.i64.extend_u(value) : value),
  ];
  for (let i = 0; i < bytes; i += 1) {
    const part = m.i32.wrap(m.i64.shr_u(f.get(kept), m.i64.const(BigInt(8 * (bytes - 1 - i)))));
    out.push(storeBytes(f, { base: f.get(local), offset: i, multiple: 1 }, 1, 1, part));
  }
  return out;
}

/** An address computation whose result is wanted as a value. */
export function emitGep(f: FunctionEmitter, inst: GepInstruction): Expression {
  const { m } = f;
  const parts = gepParts(inst, f.p.addresses);
  const start = isConstant(inst.base) ? null : f.use(inst.base);
  let constant = parts.constant;
  if (isConstant(inst.base)) constant += Number(constantBits(inst.base, f.p.addresses));
  let value = start;
  for (const { index, scale } of parts.variable) {
    const term = scaled(f, index, scale);
    value = value === null ? term : m.i32.add(value, term);
  }
  if (value === null) return m.i32.const(constant | 0);
  return (constant | 0) === 0 ? value : m.i32.add(value, m.i32.const(constant | 0));
}

export function emitAlloca(f: FunctionEmitter, inst: AllocaInstruction): Expression[] {
  const { m } = f;
  const size = allocSize(inst.allocatedType);
  const align = Math.max(inst.align ?? 1, 1);
  const inEntry = f.plan.nodes[f.nodeIndex]?.irBlock === 0;
  if (inst.count.kind === "integer" && inEntry) {
    const count = Number(BigInt.asUintN(32, inst.count.value));
    if (align <= 16) {
      f.frameOffsets.set(inst.slot, f.machineOffset(inst.slot) ?? f.reserve(size * count, align));
      return [];
    }
    const offset = f.reserve(size * count + align, 16);
    const local = f.localsOf(inst.slot, inst.type)[0] ?? 0;
    const top = m.i32.add(f.frame(), m.i32.const(offset + align - 1));
    return [m.local.set(local, m.i32.and(top, m.i32.const(-align)))];
  }
  f.frame(); // the stack pointer is put back at the function's end
  const local = f.localsOf(inst.slot, inst.type)[0] ?? 0;
  const bytes = m.i32.mul(
    scalarWidth(inst.count.type) > 32 ? m.i32.wrap(f.use(inst.count)) : f.use(inst.count),
    m.i32.const(size | 0),
  );
  const lowered = m.i32.and(m.i32.sub(f.p.stackPointer(), bytes), m.i32.const(-Math.max(16, align)));
  return [f.p.setStackPointer(m.local.tee(local, lowered, binaryen.i32)), ...checkStack(f.p, local)];
}

/** Atomic operations: there is one thread, so each is a load, an operation and a store. */
export function emitAtomic(
  f: FunctionEmitter,
  inst: AtomicRmwInstruction | CmpXchgInstruction,
): Expression[] {
  const { m } = f;
  const stored = inst.op === "atomicrmw" ? inst.value.type : inst.expected.type;
  const wide = scalarWidth(stored) > 32;
  const type = wide ? binaryen.i64 : binaryen.i32;
  const t = wide ? m.i64 : m.i32;
  const address = f.newLocal(binaryen.i32);
  const old = f.newLocal(type);
  const at = (): Address => ({ base: f.get(address), offset: 0, multiple: 1 });
  const bytes = storeSize(stored);
  const align = alignmentAt(addressOf(f, inst.address), alignOf(f, inst.address, bytes));
  const out = [
    m.local.set(address, wholeAddress(f, addressOf(f, inst.address))),
    m.local.set(old, loadBytes(f, at(), bytes, align)),
  ];
  if (inst.op === "cmpxchg") {
    const matches = f.newLocal(binaryen.i32);
    out.push(
      m.local.set(matches, t.eq(f.get(old), f.use(inst.expected))),
      m.if(f.get(matches), storeBytes(f, at(), bytes, align, f.use(inst.replacement))),
    );
    f.defineFields(inst, [f.get(old), f.get(matches)], out);
    return out;
  }
  const value = (): Expression => f.use(inst.value);
  const extended = (loaded: Expression): Expression =>
    bytes === 1 ? m.i32.extend8_s(loaded) : bytes === 2 ? m.i32.extend16_s(loaded) : loaded;
  const choose = (condition: Expression): Expression => m.select(condition, f.get(old), value());
  let result: Expression;
  switch (inst.operator) {
    case "xchg":
      result = value();
      break;
    case "add":
      result = t.add(f.get(old), value());
      break;
    case "sub":
      result = t.sub(f.get(old), value());
      break;
    case "and":
      result = t.and(f.get(old), value());
      break;
    case "nand":
      result = t.xor(t.and(f.get(old), value()), wide ? m.i64.const(-1n) : m.i32.const(-1));
      break;
    case "or":
      result = t.or(f.get(old), value());
      break;
    case "xor":
      result = t.xor(f.get(old), value());
      break;
    case "max":
      result = choose(t.gt_s(extended(f.get(old)), f.signed(inst.value)));
      break;
    case "min":
      result = choose(t.lt_s(extended(f.get(old)), f.signed(inst.value)));
      break;
    case "umax":
      result = choose(t.gt_u(f.get(old), value()));
      break;
    case "umin":
      result = choose(t.lt_u(f.get(old), value()));
      break;
    default:
      throw new Untranslatable(`the atomic operation ${inst.operator} is not supported`);
  }
  out.push(storeBytes(f, at(), bytes, align, result));
  if (f.facts.useCount[inst.slot] !== 0) f.define(inst, f.get(old), out);
  return out;
}
