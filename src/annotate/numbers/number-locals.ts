// Locals for numbers that the core computes with itself: of floating-point type, or vectors with the number in the first lane. They would
// otherwise be moved between the host's kinds of registers after every operation. To everybody else they hold bits.

import { operandsOf } from "../../bitcode/index.ts";
import type { GlobalFunction, Instruction, Type } from "../../bitcode/index.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { isHardware, isNumberResult, takesNumbers, usesLanes } from "./hard-float.ts";
import { bitsOf, type FloatFormat } from "./nan-support.ts";
import { laneBits, laneOfBits, numberOf } from "./number-lanes.ts";
import { asPassed } from "../calls/passing.ts";
import { passedType } from "../program.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** Formats of the numbers in the first lane of vector locals. */
const formats = new WeakMap<FunctionEmitter, Map<number, FloatFormat>>();

/** A new local for a value that is a number to most: results of arithmetic, phis, and what is loaded or called for arithmetic. */
export function numberLocal(f: FunctionEmitter, slot: number, type: Type): number | undefined {
  if ((type.kind !== "double" && type.kind !== "float") || !isHardware(f, type)) return undefined;
  const inst = f.facts.definition[slot];
  if (inst === undefined || !(inst.op === "phi" || isNumberResult(f, inst) || isComputedWith(f, inst)))
    return undefined;
  const format = type.kind === "double" ? "f64" : "f32";
  return usesLanes(f, format) ? laneLocal(f, format) : f.newLocal(binaryen[format]);
}

/** A new local for a parameter, of the type that it is passed as. */
export function passedLocal(f: FunctionEmitter, type: Type): number {
  const passed = passedType(type, f.p.floatingPoint);
  return passed === binaryen.v128 ? laneLocal(f, "f64") : f.newLocal(passed);
}

/** A new local for a vector with a number in its first lane. */
export function laneLocal(f: FunctionEmitter, format: FloatFormat): number {
  const local = f.newLocal(binaryen.v128);
  let known = formats.get(f);
  if (known === undefined) formats.set(f, (known = new Map<number, FloatFormat>()));
  known.set(local, format);
  return local;
}

/** A new local for what another holds. */
export function localLike(f: FunctionEmitter, local: number): number {
  const format = formats.get(f)?.get(local);
  return format === undefined ? f.newLocal(f.typeOf(local)) : laneLocal(f, format);
}

const known = new WeakMap<GlobalFunction, Uint8Array>();

/** Is a value that was loaded, or that a call gave, an operand of arithmetic? Others are only copied, best as bits. */
function isComputedWith(f: FunctionEmitter, inst: Instruction): boolean {
  if (inst.op !== "load" && inst.op !== "call") return false;
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
  const format = type === binaryen.v128 ? formats.get(f)?.get(local) : undefined;
  if (format !== undefined) return laneBits(f.m, format, value);
  if (type === binaryen.f64) return bitsOf(f.m, "f64", value);
  return type === binaryen.f32 ? bitsOf(f.m, "f32", value) : value;
}

/** Puts bits, or a plain value, into a local. */
export function setBits(f: FunctionEmitter, local: number, bits: Expression): Expression {
  const type = f.typeOf(local);
  const format = type === binaryen.v128 ? formats.get(f)?.get(local) : undefined;
  if (format !== undefined) return f.m.local.set(local, laneOfBits(f, format, bits));
  if (type === binaryen.f64) return f.m.local.set(local, numberOf(f, "f64", bits));
  if (type === binaryen.f32) return f.m.local.set(local, numberOf(f, "f32", bits));
  return f.m.local.set(local, bits);
}

/** Puts bits into a local of a type that values are passed as. */
export function setPassed(f: FunctionEmitter, local: number, bits: Expression): Expression {
  return f.m.local.set(local, asPassed(f, f.typeOf(local), bits));
}
