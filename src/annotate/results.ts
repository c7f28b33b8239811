// Instructions that give a value and do nothing else: into the locals of a scalar, a vector or a structure.

import type { Instruction } from "../bitcode/index.ts";
import { emitAggregate } from "./vectors/aggregates.ts";
import { anchored } from "./counting/anchors.ts";
import type { FunctionEmitter } from "./function-emitter.ts";
import { isVector } from "./vectors/lanes.ts";
import { leavesOf } from "./program.ts";
import { emitVector } from "./vectors/vectors.ts";
import type { Expression } from "./wasm.ts";
import { emitWholeLoad, isWhole } from "./vectors/whole-values.ts";

/** Adds the statements that define an instruction's result. */
export function emitResult(f: FunctionEmitter, inst: Instruction, out: Expression[]): void {
  if (inst.op === "load" && isWhole(inst.type)) return emitWholeLoad(f, inst, out);
  const elements = inst.op === "insertelement" || inst.op === "extractelement" || inst.op === "shufflevector";
  const regrouped = inst.op === "cast" && inst.operator === "bitcast" && isVector(inst.operand.type);
  if (isVector(inst.type) || elements || regrouped) return emitVector(f, inst, out);
  if (leavesOf(inst.type).length !== 1 || inst.type.kind === "struct" || inst.type.kind === "array") {
    emitAggregate(f, inst, out);
    return;
  }
  f.define(inst, f.compute(inst), out);
  out.push(...anchored(f, inst));
}
