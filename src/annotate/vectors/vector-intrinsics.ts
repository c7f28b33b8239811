// Intrinsics of vectors: those that work element by element are done so; reductions and rearrangements are made of operations on
// elements.

import type { BinaryOperator, CallInstruction, IntegerPredicate, Value } from "../../bitcode/index.ts";
import { emitCompare } from "../integers/integer.ts";
import { isWideInteger } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { isVector, laneCount, laneOf } from "./lanes.ts";
import { leavesOf, wasmType } from "../program.ts";
import { emitResult } from "../results.ts";
import { emitLanes, isLanewise } from "./vectors.ts";
import type { Expression } from "../wasm.ts";

const REDUCED: Readonly<Record<string, BinaryOperator>> = {
  add: "add",
  mul: "mul",
  and: "and",
  or: "or",
  xor: "xor",
  fadd: "fadd",
  fmul: "fmul",
};
const EXTREMES: Readonly<Record<string, IntegerPredicate>> = {
  smax: "sgt",
  smin: "slt",
  umax: "ugt",
  umin: "ult",
};

/** Emits an intrinsic of vectors; false when it is none. `emit` emits one on scalars. */
export function emitVectorIntrinsic(
  f: FunctionEmitter,
  inst: CallInstruction,
  name: string,
  out: Expression[],
  emit: (one: CallInstruction) => void,
): boolean {
  const reduction = /^llvm\.vector\.reduce\.([a-z]+)/.exec(name)?.[1];
  if (reduction !== undefined) {
    emitReduction(f, inst, reduction, out);
    return true;
  }
  const arrangement = /^llvm\.vector\.([a-z0-9]+)/.exec(name)?.[1];
  if (arrangement !== undefined) {
    f.defineFields(inst, arranged(f, inst, arrangement), out);
    return true;
  }
  if (!isLanewise(inst)) return false;
  if (inst.slot >= 0 && (f.facts.useCount[inst.slot] ?? 0) > 0) emitLanes(f, inst, emit);
  return true;
}

function vectorArgument(inst: CallInstruction): { value: Value; lanes: number } {
  const value = inst.args.find((arg) => isVector(arg.type));
  if (value === undefined || !isVector(value.type)) throw new Untranslatable("a reduction has no vector");
  return { value, lanes: laneCount(value.type) };
}

/** From the first element on, one after another. */
function emitReduction(f: FunctionEmitter, inst: CallInstruction, kind: string, out: Expression[]): void {
  const operator = REDUCED[kind];
  const extreme = EXTREMES[kind];
  if ((operator === undefined && extreme === undefined) || isWideInteger(inst.type))
    throw new Untranslatable(`the intrinsic llvm.vector.reduce.${kind} is not supported here`);
  const { value, lanes } = vectorArgument(inst);
  const terms = Array.from({ length: lanes }, (_, lane) => laneOf(f, value, lane));
  const start = inst.args[0];
  if (start !== undefined && start !== value) terms.unshift(start);
  let total = terms[0];
  for (const term of terms.slice(1)) {
    if (total === undefined) return;
    const result = f.part(
      inst.type,
      leavesOf(inst.type).map((leaf) => f.newLocal(wasmType(leaf))),
    );
    if (operator !== undefined) {
      const flags = { nuw: false, nsw: false, exact: false, disjoint: false };
      const step = { ...inst, op: "binary", operator, flags, left: total, right: term } as const;
      emitResult(f, { ...step, slot: result.slot }, out);
    } else if (extreme !== undefined) {
      const better = f.m.select(emitCompare(f, extreme, total, term), f.use(total), f.use(term));
      out.push(f.m.local.set(f.localsOf(result.slot, inst.type)[0] ?? 0, better));
    }
    total = result;
  }
  if (total !== undefined) f.defineFields(inst, f.fields(total), out);
}

/** Scalars of a rearranged vector. */
function arranged(f: FunctionEmitter, inst: CallInstruction, kind: string): Expression[] {
  const { args, type } = inst;
  const [first, second, third] = args;
  if (first === undefined || !isVector(first.type))
    throw new Untranslatable(`the intrinsic llvm.vector.${kind} is not supported`);
  const of = (value: Value, from: number, count: number, step = 1): Expression[] =>
    Array.from({ length: count }, (_, i) => f.fields(laneOf(f, value, from + i * step))).flat();
  const lanes = laneCount(first.type);
  const number = (value: Value | undefined): number => {
    if (value?.kind !== "integer") throw new Untranslatable(`llvm.vector.${kind} at a place that varies`);
    return Number(value.value);
  };
  switch (kind) {
    case "reverse":
      return of(first, lanes - 1, lanes, -1);
    case "extract":
      return isVector(type) ? of(first, number(second), laneCount(type)) : [];
    case "insert": {
      if (second === undefined || !isVector(second.type)) break;
      const at = number(third);
      const size = laneCount(second.type);
      return [
        ...of(first, 0, at),
        ...of(second, 0, size),
        ...of(first, at + size, Math.max(lanes - at - size, 0)),
      ];
    }
    case "splice": {
      if (second === undefined) break;
      const from = (number(third) + lanes) % lanes;
      return [...of(first, from, lanes - from), ...of(second, 0, from)];
    }
    case "interleave2":
      if (second === undefined) break;
      return Array.from({ length: lanes }, (_, i) => [...of(first, i, 1), ...of(second, i, 1)]).flat();
    case "deinterleave2":
      return [...of(first, 0, lanes / 2, 2), ...of(first, 1, lanes / 2, 2)];
    default:
      break;
  }
  throw new Untranslatable(`the intrinsic llvm.vector.${kind} is not supported`);
}
