// memcpy, memmove and memset. Where the machine code calls the C library's function, so does the annotated program (its
// time is real); where the back end expanded the operation in place, words are moved here too. Word-aligned areas can be
// moved by WebAssembly's bulk instructions, since words keep their order; anything else goes byte by byte.

import type { CallInstruction, Value } from "../../bitcode/index.ts";
import { alignOf, argumentAlign } from "./alignment.ts";
import { callRuntime } from "../calls/calls.ts";
import { scalarWidth } from "../constants.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { isSurelyExpanded } from "../../ir/index.ts";
import { addressOf, alignmentAt, loadBytes, storeBytes, wholeAddress, type Address } from "./memory.ts";
import type { Program } from "../program.ts";
import { binaryen, type Expression, type WasmModule } from "../wasm.ts";
import { calledName } from "../calls/runtime-call.ts";

const I32 = binaryen.i32;
/** Most bytes that are moved by single loads and stores. */
const EXPANDED_BYTES = 64;
/** Most bytes that the back end is taken to expand in place when the machine code's calls are not known. */
const BACKEND_EXPANDS = 32;

/** Statements that copy a fixed number of bytes; the areas may overlap (all is loaded before anything is stored). */
export function copyBlock(
  f: FunctionEmitter,
  to: Address,
  from: Address,
  bytes: number,
  toAlign: number,
  fromAlign: number,
): Expression[] {
  const { m } = f;
  if (bytes === 0) return [];
  if (bytes > EXPANDED_BYTES || alignmentAt(to, toAlign) < 4 || alignmentAt(from, fromAlign) < 4)
    return [
      m.call(
        moveFunction(f.p),
        [wholeAddress(f, to), wholeAddress(f, from), m.i32.const(bytes)],
        binaryen.none,
      ),
    ];
  const target = f.newLocal(I32);
  const source = f.newLocal(I32);
  const loads: Expression[] = [];
  const stores: Expression[] = [];
  for (let at = 0; at < bytes;) {
    const size = bytes - at >= 4 ? 4 : bytes - at >= 2 ? 2 : 1;
    const kept = f.newLocal(I32);
    loads.push(m.local.set(kept, loadBytes(f, { base: f.get(source), offset: at, multiple: 4 }, size, size)));
    stores.push(storeBytes(f, { base: f.get(target), offset: at, multiple: 4 }, size, size, f.get(kept)));
    at += size;
  }
  return [
    m.local.set(target, wholeAddress(f, to)),
    m.local.set(source, wholeAddress(f, from)),
    ...loads,
    ...stores,
  ];
}

/** `llvm.memcpy`, `llvm.memmove` (also `.inline`). */
export function emitMemoryCopy(f: FunctionEmitter, inst: CallInstruction, library: string): Expression[] {
  const [to, from, size] = inst.args;
  if (to === undefined || from === undefined || size === undefined) return [];
  const bytes = size.kind === "integer" ? Number(BigInt.asUintN(32, size.value)) : null;
  const called = chosenCall(f, library, bytes);
  if (called !== null)
    return [drop(f, callRuntime(f, called, [f.use(to), f.use(from), size32(f, size)], false))];
  if (bytes !== null)
    return copyBlock(
      f,
      addressOf(f, to),
      addressOf(f, from),
      bytes,
      areaAlign(f, inst, 0),
      areaAlign(f, inst, 1),
    );
  return [f.m.call(moveFunction(f.p), [f.use(to), f.use(from), size32(f, size)], binaryen.none)];
}

/** `llvm.memset` (also `.inline`). */
export function emitMemorySet(f: FunctionEmitter, inst: CallInstruction): Expression[] {
  const { m } = f;
  const [to, value, size] = inst.args;
  if (to === undefined || value === undefined || size === undefined) return [];
  const bytes = size.kind === "integer" ? Number(BigInt.asUintN(32, size.value)) : null;
  const called = chosenCall(f, "memset", bytes);
  if (called !== null)
    return [drop(f, callRuntime(f, called, [f.use(to), f.use(value), size32(f, size)], false))];
  const aligned = alignmentAt(addressOf(f, to), areaAlign(f, inst, 0)) >= 4;
  if (bytes !== null && bytes <= EXPANDED_BYTES && aligned) {
    const target = f.newLocal(I32);
    const pattern = f.newLocal(I32);
    const out = [
      m.local.set(target, wholeAddress(f, addressOf(f, to))),
      m.local.set(pattern, m.i32.mul(m.i32.and(f.use(value), m.i32.const(255)), m.i32.const(0x01010101))),
    ];
    for (let at = 0; at < bytes;) {
      const part = bytes - at >= 4 ? 4 : bytes - at >= 2 ? 2 : 1;
      out.push(storeBytes(f, { base: f.get(target), offset: at, multiple: 4 }, part, part, f.get(pattern)));
      at += part;
    }
    return out;
  }
  return [m.call(fillFunction(f.p), [f.use(to), f.use(value), size32(f, size)], binaryen.none)];
}

/** The library function that the machine code calls, or null. */
function chosenCall(f: FunctionEmitter, library: string, bytes: number | null): string | null {
  if (bytes !== null && isSurelyExpanded(bytes)) return null;
  const names = library === "memmove" ? ["memmove", "memcpy"] : [library];
  const known = calledName(f, names);
  if (known !== undefined) return known;
  const expanded = bytes !== null && bytes <= BACKEND_EXPANDS;
  return !expanded && f.p.functions.has(library) ? library : null;
}

function drop(f: FunctionEmitter, call: Expression): Expression {
  return binaryen.getExpressionType(call) === binaryen.none ? call : f.m.drop(call);
}

function size32(f: FunctionEmitter, size: Value): Expression {
  return scalarWidth(size.type) > 32 ? f.m.i32.wrap(f.use(size)) : f.use(size);
}

function areaAlign(f: FunctionEmitter, inst: CallInstruction, index: number): number {
  const area = inst.args[index];
  return area === undefined ? 1 : alignOf(f, area, argumentAlign(inst, index));
}

/** Name of a support function (to, from, bytes) that copies any area to any other, overlapping or not. */
function moveFunction(p: Program): string {
  return p.support("bw:move", (m, name) => {
    const get = (local: number): Expression => m.local.get(local, I32);
    const byte = (base: number): Expression => m.i32.xor(m.i32.add(get(base), get(3)), m.i32.const(3));
    const moveByte = (): Expression => m.i32.store8(0, 1, byte(0), m.i32.load8_u(0, 1, byte(1)));
    const aligned = m.i32.eqz(m.i32.and(m.i32.or(m.i32.or(get(0), get(1)), get(2)), m.i32.const(3)));
    const up = m.loop(
      "up",
      m.block(null, [
        moveByte(),
        m.br_if("up", m.i32.lt_u(m.local.tee(3, m.i32.add(get(3), m.i32.const(1)), I32), get(2))),
      ]),
    );
    const down = m.loop(
      "down",
      m.block(null, [m.local.set(3, m.i32.sub(get(3), m.i32.const(1))), moveByte(), m.br_if("down", get(3))]),
    );
    const body = m.block("done", [
      m.br_if("done", m.i32.eqz(get(2))),
      m.if(aligned, m.block(null, [m.memory.copy(get(0), get(1), get(2)), m.br("done")])),
      m.if(m.i32.le_u(get(0), get(1)), up, m.block(null, [m.local.set(3, get(2)), down])),
    ]);
    m.addFunction(name, binaryen.createType([I32, I32, I32]), binaryen.none, [I32], body);
  });
}

/** Name of a support function (to, value, bytes) that fills any area. */
function fillFunction(p: Program): string {
  return p.support("bw:fill", (m: WasmModule, name) => {
    const get = (local: number): Expression => m.local.get(local, I32);
    const aligned = m.i32.eqz(m.i32.and(m.i32.or(get(0), get(2)), m.i32.const(3)));
    const loop = m.loop(
      "fill",
      m.block(null, [
        m.i32.store8(0, 1, m.i32.xor(m.i32.add(get(0), get(3)), m.i32.const(3)), get(1)),
        m.br_if("fill", m.i32.lt_u(m.local.tee(3, m.i32.add(get(3), m.i32.const(1)), I32), get(2))),
      ]),
    );
    const body = m.block("done", [
      m.br_if("done", m.i32.eqz(get(2))),
      m.if(aligned, m.block(null, [m.memory.fill(get(0), get(1), get(2)), m.br("done")])),
      loop,
    ]);
    m.addFunction(name, binaryen.createType([I32, I32, I32]), binaryen.none, [I32], body);
  });
}
