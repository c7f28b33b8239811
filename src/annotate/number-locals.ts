// Locals of floating-point type, for phis of numbers that the core computes with itself: a loop would otherwise move them
// between the host's kinds of registers in every turn. To everybody else they hold bits.

import type { Type } from "../bitcode/index.ts";
import type { FunctionEmitter } from "./function-emitter.ts";
import { isHardware } from "./hard-float.ts";
import { bitsOf, numberOf } from "./nan-support.ts";
import { binaryen, type Expression, type WasmType } from "./wasm.ts";

/** The type of a phi's local when it is a floating-point one. */
export function phiType(f: FunctionEmitter, slot: number, type: Type): WasmType | undefined {
  if ((type.kind !== "double" && type.kind !== "float") || !isHardware(f, type)) return undefined;
  if (f.facts.definition[slot]?.op !== "phi") return undefined;
  return type.kind === "double" ? binaryen.f64 : binaryen.f32;
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
