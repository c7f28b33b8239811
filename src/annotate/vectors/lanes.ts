// Elements of vectors as scalar values of their own, so that everything known about scalars applies to them.

import type { Argument, Constant, Type, Value, VectorType } from "../../bitcode/index.ts";
import { isConstant } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { leavesOf } from "../program.ts";

/** Most elements that a vector may have. */
const MOST_LANES = 1024;

export function isVector(type: Type): type is VectorType {
  return type.kind === "vector";
}

/** Number of a vector type's elements. */
export function laneCount(type: VectorType): number {
  if (type.scalable) throw new Untranslatable("vectors of scalable size are not supported");
  if (type.count > MOST_LANES)
    throw new Untranslatable(`vectors of more than ${String(MOST_LANES)} elements are not supported`);
  return type.count;
}

/** Element `lane` of a vector; a value that is no vector is the same in all lanes. */
export function laneOf(f: FunctionEmitter, value: Value, lane: number): Value {
  const { type } = value;
  if (!isVector(type)) return value;
  if (isConstant(value)) return elementOf(value, type.element, lane);
  if (value.kind !== "instruction" && value.kind !== "argument")
    throw new Untranslatable(`a vector of kind ${value.kind} is used as an operand`);
  const each = leavesOf(type.element).length;
  const locals = f.localsOf(value.slot, type).slice(lane * each, (lane + 1) * each);
  return f.part(type.element, locals);
}

function elementOf(vector: Constant, type: Type, lane: number): Constant {
  switch (vector.kind) {
    case "zero":
      return zeroOf(type);
    case "undef":
    case "poison":
      return { kind: vector.kind, type };
    case "aggregate":
      return vector.elements[lane] ?? { kind: "poison", type };
    case "data": {
      const bits = BigInt(vector.elements[lane] ?? 0);
      if (type.kind === "integer") return { kind: "integer", type, value: BigInt.asIntN(type.width, bits) };
      if (type.kind === "float" || type.kind === "double") return { kind: "float", type, bits };
      break;
    }
    default:
      break;
  }
  throw new Untranslatable(`a constant vector of kind ${vector.kind} is not supported`);
}

function zeroOf(type: Type): Constant {
  if (type.kind === "integer") return { kind: "integer", type, value: 0n };
  if (type.kind === "pointer") return { kind: "null", type };
  if (type.kind === "float" || type.kind === "double") return { kind: "float", type, bits: 0n };
  throw new Untranslatable(`vectors of ${type.kind} are not supported`);
}

/** Lane `lane` of an instruction's result as a value to define: its locals are the result's. */
export function resultLane(f: FunctionEmitter, slot: number, type: VectorType, lane: number): Argument {
  const each = leavesOf(type.element).length;
  return f.part(type.element, f.localsOf(slot, type).slice(lane * each, (lane + 1) * each));
}
