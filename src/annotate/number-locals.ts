// Locals of floating-point type, for numbers that the core computes with itself: they would otherwise be moved between the
// host's kinds of registers after every operation. To everybody else they hold bits.

import { operandsOf } from "../bitcode/index.ts";
import type { GlobalFunction, Instruction, Type } from "../bitcode/index.ts";
import type { FunctionEmitter } from "./function-emitter.ts";
import { isHardware, isNumberResult, takesNumbers } from "./hard-float.ts";
import { bitsOf, numberOf } from "./nan-support.ts";
import { binaryen, type Expression, type WasmType } from "./wasm.ts";

/** The type of a value's local when it is a floating-point one: results of arithmetic, phis, and loads for arithmetic. */
export function numberType(f: FunctionEmitter, slot: number, type: Type): WasmType | undefined {
  if ((type.kind !== "double" && type.kind !== "float") || !isHardware(f, type)) return undefined;
  const inst = f.facts.definition[slot];
  if (inst === undefined || !(inst.op === "phi" || isNumberResult(f, inst) || isComputedWith(f, inst)))
    return undefined;
  return type.kind === "double" ? binaryen.f64 : binaryen.f32;
}

const known = new WeakMap<GlobalFunction, Uint8Array>();

/** Is a loaded value an operand of arithmetic? Others are only copied, best as bits. */
function isComputedWith(f: FunctionEmitter, inst: Instruction): boolean {
  if (inst.op !== "load") return false;
  let wanted = known.get(f.fn);
  if (wanted === undefined) {
    known.set(f.fn, (wanted = new Uint8Array(f.fn.slotCount)));
    for (const block of f.fn.blocks) {
      for (const user of block.instructions) {
        if (user.op !== "phi" && !takesNumbers(f, user)) continue;
        for (const operand of operandsOf(user)) if (operand.kind === "instruction") wanted[operand.slot] = 1;
      }
    }
  }
  return wanted[inst.slot] === 1;
}

/** A local's value, a number's as bits. */
export function getBits(f: FunctionEmitter, local: number): Expression {
  const type = f.typeOf(local);
  const value = f.m.local.get(local, type);
  if (type === binaryen.f64) return bitsOf(f.m, "f64", value);
  return type === binaryen.f32 ? bitsOf(f.m, "f32", value) : value;
}

/** Puts bits, or a plain value, into a local. */
export function setBits(f: FunctionEmitter, local: number, bits: Expression): Expression {
  const type = f.typeOf(local);
  if (type === binaryen.f64) return f.m.local.set(local, numberOf(f.m, "f64", bits));
  if (type === binaryen.f32) return f.m.local.set(local, numberOf(f.m, "f32", bits));
  return f.m.local.set(local, bits);
}
