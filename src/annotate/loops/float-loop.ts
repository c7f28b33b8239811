// Which counted loops of floating-point arithmetic can take several turns at a time in the lanes of a vector: elements side by side in
// memory, every lane's operations in the order of its turn, so that each result is rounded as the target rounds it. Sums over the turns
// are not among them: their order matters.
//
// Lanes do not know the target's NaNs. A turn of the vector loop stores nothing before it has seen that no result is a NaN;
// where one is, the loop itself goes on from there. Stores are allowed where no other turn of the same group reads or writes
// what they write, which is tested on entry.

import type {
  CallInstruction,
  GlobalFunction,
  Instruction,
  LoadInstruction,
  StoreInstruction,
  Type,
  Value,
} from "../../bitcode/index.ts";
import { isConstant } from "../constants.ts";
import { usedAfter, type CountedLoop } from "./counted-loop.ts";
import type { FloatFormat } from "../numbers/nan-support.ts";
import { isMarker, stepOf, usedAsValue } from "./vector-loop.ts";

export interface FloatLoop {
  readonly format: FloatFormat;
  readonly loads: readonly LoadInstruction[];
  readonly stores: readonly StoreInstruction[];
  /** In-block values that are computed in lanes, in order; loads included. */
  readonly lanes: readonly Instruction[];
  /** In-block address computations, which stay scalar. */
  readonly scalars: readonly Instruction[];
  /** Operands from outside the loop, to be spread over all lanes. */
  readonly spread: readonly Value[];
}

/** What the core and the host compute with themselves. */
export interface FloatSupport {
  readonly isHardware: (type: Type) => boolean;
  /** Both have a fused multiply-add. */
  readonly fused: (type: Type) => boolean;
}

/** Values of one turn, loads included, that two groups of lanes have registers for. */
const MOST_LANES = 24;

const LANE_BINARY = /^f(add|sub|mul|div)$/;
const LANE_CALL = /^llvm\.(fabs|fmuladd|fma)\.f(32|64)$/;

/** The loop in lanes, or null. `blockIndex` is the loop's only block. */
export function floatLoop(
  fn: GlobalFunction,
  blockIndex: number,
  loop: CountedLoop,
  support: FloatSupport,
): FloatLoop | null {
  const instructions = fn.blocks[blockIndex]?.instructions ?? [];
  const store = instructions.find((inst) => inst.op === "store");
  if (!loop.finishable || store?.op !== "store") return null;
  const kind = store.value.type.kind;
  if ((kind !== "double" && kind !== "float") || !support.isHardware(store.value.type)) return null;
  const bytes = kind === "double" ? 8 : 4;

  const inside = new Set<Value>(instructions.filter((inst) => inst.slot >= 0));
  const steps = new Map<Value, number>();
  for (const { phi, next, step } of loop.inductions) steps.set(phi, step).set(next, step);
  const lanes = new Set<Value>();
  const spread = new Set<Value>();
  const scalars: Instruction[] = [];
  const loads: LoadInstruction[] = [];
  const stores: StoreInstruction[] = [];

  const isOperand = (value: Value): boolean => {
    if (value.type.kind !== kind) return false;
    if (inside.has(value)) return lanes.has(value);
    if (!isConstant(value) && value.kind !== "instruction" && value.kind !== "argument") return false;
    spread.add(value);
    return true;
  };
  const isStream = (inst: LoadInstruction | StoreInstruction): boolean =>
    inst.align >= 4 && stepOf(inst.address, steps, inside) === bytes;

  for (const inst of instructions) {
    if (inst === loop.decrement || inst.op === "condbr" || steps.has(inst) || isMarker(inst)) continue;
    if (inst.slot >= 0 && (inst.op === "phi" || usedAfter(fn, inst))) return null;
    switch (inst.op) {
      case "getelementptr":
        if (stepOf(inst, steps, inside) === null || usedAsValue(inst, instructions)) return null;
        scalars.push(inst);
        continue;
      case "load":
        if (inst.type.kind !== kind || !isStream(inst)) return null;
        loads.push(inst);
        break;
      case "store":
        if (!isStream(inst) || !isOperand(inst.value)) return null;
        stores.push(inst);
        continue;
      case "binary":
        if (!LANE_BINARY.test(inst.operator) || !isOperand(inst.left) || !isOperand(inst.right)) return null;
        break;
      case "fneg":
        if (!isOperand(inst.operand)) return null;
        break;
      case "call": {
        const name = laneCall(inst);
        if (name === null || (name !== "fabs" && !support.fused(inst.type))) return null;
        if (!inst.args.slice(0, name === "fabs" ? 1 : 3).every(isOperand)) return null;
        break;
      }
      default:
        return null;
    }
    lanes.add(inst);
  }
  if (loads.length === 0 || lanes.size > MOST_LANES) return null;
  const ordered = instructions.filter((inst) => lanes.has(inst));
  const format = kind === "double" ? "f64" : "f32";
  return { format, loads, stores, lanes: ordered, scalars, spread: [...spread] };
}

/** The operation of a call in lanes; null: it is none. */
export function laneCall(call: CallInstruction): "fabs" | "fmuladd" | "fma" | null {
  const name = call.callee.kind === "function" ? LANE_CALL.exec(call.callee.name)?.[1] : undefined;
  return name === "fabs" || name === "fmuladd" || name === "fma" ? name : null;
}
