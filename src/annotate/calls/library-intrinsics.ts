// Intrinsics that the back end makes calls of the C library of, under the library's names.

import type { CallInstruction } from "../../bitcode/index.ts";
import { isSameValue } from "../../ir/index.ts";
import { callRuntime } from "./calls.ts";
import { scalarWidth } from "../constants.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import type { Expression } from "../wasm.ts";

/** By intrinsic, the function for double; the one for float has an `f` at its end. */
const LIBRARY: Readonly<Record<string, string>> = {
  "llvm.sqrt": "sqrt",
  "llvm.floor": "floor",
  "llvm.ceil": "ceil",
  "llvm.trunc": "trunc",
  "llvm.rint": "rint",
  "llvm.nearbyint": "nearbyint",
  "llvm.round": "round",
  "llvm.roundeven": "roundeven",
  "llvm.lround": "lround",
  "llvm.llround": "llround",
  "llvm.lrint": "lrint",
  "llvm.llrint": "llrint",
  "llvm.sin": "sin",
  "llvm.cos": "cos",
  "llvm.tan": "tan",
  "llvm.asin": "asin",
  "llvm.acos": "acos",
  "llvm.atan": "atan",
  "llvm.atan2": "atan2",
  "llvm.sinh": "sinh",
  "llvm.cosh": "cosh",
  "llvm.tanh": "tanh",
  "llvm.exp": "exp",
  "llvm.exp2": "exp2",
  "llvm.exp10": "exp10",
  "llvm.log": "log",
  "llvm.log2": "log2",
  "llvm.log10": "log10",
  "llvm.pow": "pow",
  "llvm.ldexp": "ldexp",
  "llvm.minnum": "fmin",
  "llvm.maxnum": "fmax",
};

/** The others: by intrinsic, the function whose operand or result is of single and of double precision. */
const OTHERS: Readonly<Record<string, readonly [string, string]>> = {
  "llvm.powi": ["__powisf2", "__powidf2"],
  "llvm.convert.to.fp16": ["__truncsfhf2", "__truncdfhf2"],
};

export function isLibraryIntrinsic(key: string): boolean {
  return key in LIBRARY || key in OTHERS || key === HALF;
}

const HALF = "llvm.convert.from.fp16";

/** Emits such an intrinsic; false when it is none. */
export function emitLibraryIntrinsic(
  f: FunctionEmitter,
  inst: CallInstruction,
  key: string,
  out: Expression[],
): boolean {
  const library = LIBRARY[key];
  const first = inst.args[0];
  if (!isLibraryIntrinsic(key) || first === undefined) return false;
  const made = madeBefore(f, inst);
  if (made !== undefined) {
    if ((f.facts.useCount[inst.slot] ?? 0) > 0) f.define(inst, f.use(made), out);
    return true;
  }
  const double = scalarWidth(first.type) > 32;
  const [single, other] = OTHERS[key] ?? [`${library ?? ""}f`, library ?? ""];
  const name = key === HALF ? "__extendhfsf2" : double ? other : single;
  const args = inst.args.map((operand) => f.use(operand));
  const value = callRuntime(f, name, args, scalarWidth(inst.type) > 32);
  if ((f.facts.useCount[inst.slot] ?? 0) === 0) out.push(f.m.drop(value));
  else f.define(inst, value, out);
  return true;
}

/** The first one like it of its block: the back end makes one call for all of them. */
function madeBefore(f: FunctionEmitter, inst: CallInstruction): CallInstruction | undefined {
  const block = f.fn.blocks[f.node.irBlock];
  if (block === undefined) return undefined;
  const isUsed = (one: CallInstruction): boolean => (f.facts.useCount[one.slot] ?? 0) > 0;
  for (const other of block.instructions) {
    if (other === inst) return undefined;
    if (other.op === "call" && isUsed(other) && isSameValue(block, other, inst)) return other;
  }
  return undefined;
}
