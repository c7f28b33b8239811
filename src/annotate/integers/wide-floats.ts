// Conversions between floating point and integers of 65 to 128 bits: always calls of the runtime.

import type { CastInstruction, Type } from "../../bitcode/index.ts";
import { callRuntime } from "../calls/calls.ts";
import { scalarWidth } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { LimbCode } from "./limbs.ts";
import { callWide, wordsOf } from "./wide-calls.ts";
import { defineLimbs, integerWidth, limbsOf } from "./wide-integers.ts";
import { binaryen, type Expression } from "../wasm.ts";
import { calledName } from "../calls/runtime-call.ts";

function mode(type: Type): string {
  if (type.kind === "float") return "sf";
  if (type.kind === "double") return "df";
  throw new Untranslatable(`floating point of type ${type.kind} is not supported`);
}

/** `fptosi` and `fptoui` with a wide result. */
export function emitWideFromFloat(f: FunctionEmitter, inst: CastInstruction, out: Expression[]): void {
  if (integerWidth(inst) > 128)
    throw new Untranslatable("floating point to integers of more than 128 bits is not supported here");
  // Below 128 bits the back end converts to 128, as a signed number, and truncates.
  const from = mode(inst.operand.type);
  const unsigned = inst.operator === "fptoui" && calledName(f, [`__fixuns${from}ti`]) !== null;
  const code = new LimbCode(f, out);
  const name = `__fix${unsigned ? "uns" : ""}${from}ti`;
  defineLimbs(f, code, inst, callWide(f, code, name, [f.use(inst.operand)], out), out);
}

/** `sitofp` and `uitofp` of a wide operand. */
export function emitFloatFromWide(f: FunctionEmitter, inst: CastInstruction): Expression {
  const out: Expression[] = [];
  const code = new LimbCode(f, out);
  const signed = inst.operator === "sitofp";
  if (integerWidth(inst.operand) > 128)
    throw new Untranslatable("integers of more than 128 bits to floating point are not supported here");
  const limbs = limbsOf(f, code, inst.operand, 2, signed);
  const names = signed ? ["__floatti"] : ["__floatunti", "__floatti"];
  const chosen = names.find((one) => calledName(f, [`${one}${mode(inst.type)}`]) !== null) ?? "__floatti";
  const wide = scalarWidth(inst.type) > 32;
  const value = callRuntime(f, `${chosen}${mode(inst.type)}`, wordsOf(code, limbs), wide);
  return f.m.block(null, [...out, value], wide ? binaryen.i64 : binaryen.i32);
}
