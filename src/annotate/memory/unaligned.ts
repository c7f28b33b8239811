// Support functions for accesses that may not be aligned: byte by byte, high byte first, at XORed addresses.

import type { Program } from "../program.ts";
import { binaryen, type Expression, type WasmModule } from "../wasm.ts";

const I32 = binaryen.i32;

/** The byte at param 0 plus `offset`. */
function byteAt(m: WasmModule, offset: number): Expression {
  const address = m.local.get(0, I32);
  const at = offset === 0 ? address : m.i32.add(address, m.i32.const(offset));
  return m.i32.load8_u(0, 1, m.i32.xor(at, m.i32.const(3)));
}

function loader(bytes: number) {
  return (m: WasmModule, name: string): void => {
    let value = byteAt(m, 0);
    for (let i = 1; i < bytes; i += 1) value = m.i32.or(m.i32.shl(value, m.i32.const(8)), byteAt(m, i));
    m.addFunction(name, binaryen.createType([I32]), I32, [], value);
  };
}

function storer(bytes: number) {
  return (m: WasmModule, name: string): void => {
    const statements: Expression[] = [];
    for (let i = 0; i < bytes; i += 1) {
      const address = m.local.get(0, I32);
      const at = i === 0 ? address : m.i32.add(address, m.i32.const(i));
      const value = m.i32.shr_u(m.local.get(1, I32), m.i32.const(8 * (bytes - 1 - i)));
      statements.push(m.i32.store8(0, 1, m.i32.xor(at, m.i32.const(3)), value));
    }
    m.addFunction(name, binaryen.createType([I32, I32]), binaryen.none, [], m.block(null, statements));
  };
}

/** Each gives the name of a function (address) → value, or (address, value). */
export const loadUnaligned16 = (p: Program): string => p.support("bw:load16", loader(2));
export const loadUnaligned32 = (p: Program): string => p.support("bw:load32", loader(4));
export const storeUnaligned16 = (p: Program): string => p.support("bw:store16", storer(2));
export const storeUnaligned32 = (p: Program): string => p.support("bw:store32", storer(4));
