// Vectors, one local an element: the modelled cores have no vector unit, so the back end takes vectors apart just the same.
// Operations become operations on the elements, which are emitted as those of scalars are.

import type {
  CallInstruction,
  CastInstruction,
  Instruction,
  ShuffleVectorInstruction,
  Type,
  Value,
  VectorType,
} from "../../bitcode/index.ts";
import { emitAggregate } from "./aggregates.ts";
import { regrouped } from "./bit-groups.ts";
import { isWideInteger, scalarWidth } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { isVector, laneCount, laneOf, resultLane } from "./lanes.ts";
import { leavesOf } from "../program.ts";
import { emitResult } from "../results.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** An instruction (no call, load or store) that makes a vector, or something else of one. */
export function emitVector(f: FunctionEmitter, inst: Instruction, out: Expression[]): void {
  switch (inst.op) {
    case "cast":
      if (inst.operator === "bitcast") {
        f.defineFields(inst, regrouped(f, inst.operand, inst.type, out), out);
        return;
      }
      break;
    case "select":
      if (!isVector(inst.condition.type)) return emitAggregate(f, inst, out);
      break;
    case "freeze":
      return emitAggregate(f, inst, out);
    case "insertelement":
    case "extractelement":
      return emitElement(f, inst, out);
    case "shufflevector":
      return emitShuffle(f, inst, out);
    default:
      break;
  }
  if (!isVector(inst.type))
    throw new Untranslatable(`the instruction ${inst.op} on a vector is not supported`);
  for (let lane = 0; lane < laneCount(inst.type); lane += 1)
    emitResult(f, laneInstruction(f, inst, inst.type, lane), out);
}

/** The same instruction on one element. */
function laneInstruction(f: FunctionEmitter, inst: Instruction, type: VectorType, lane: number): Instruction {
  const of = (value: Value): Value => laneOf(f, value, lane);
  const result = { type: type.element, slot: resultLane(f, inst.slot, type, lane).slot };
  switch (inst.op) {
    case "binary":
    case "icmp":
    case "fcmp":
      return { ...inst, ...result, left: of(inst.left), right: of(inst.right) };
    case "fneg":
    case "cast":
      return { ...inst, ...result, operand: of(inst.operand) };
    case "select":
      return {
        ...inst,
        ...result,
        condition: of(inst.condition),
        ifTrue: of(inst.ifTrue),
        ifFalse: of(inst.ifFalse),
      };
    case "getelementptr":
      return { ...inst, ...result, base: of(inst.base), indices: inst.indices.map(of) };
    default:
      throw new Untranslatable(`the instruction ${inst.op} on vectors is not supported`);
  }
}

type ElementInstruction = Extract<Instruction, { op: "insertelement" | "extractelement" }>;

function emitElement(f: FunctionEmitter, inst: ElementInstruction, out: Expression[]): void {
  const { m } = f;
  const { vector, index } = inst;
  if (!isVector(vector.type)) return;
  const lanes = laneCount(vector.type);
  const each = leavesOf(vector.type.element).length;
  const before = f.fields(vector);
  const at = index.kind === "integer" ? Number(BigInt.asUintN(32, index.value)) : null;
  const chosen = f.newLocal(binaryen.i32);
  if (at === null) {
    const value = scalarWidth(index.type) > 32 ? m.i32.wrap(f.use(index)) : f.mask(index.type, f.use(index));
    out.push(m.local.set(chosen, value));
  }
  const isHere = (lane: number): Expression => m.i32.eq(f.get(chosen), m.i32.const(lane));
  if (inst.op === "insertelement") {
    const values = f.fields(inst.value).map((value) => held(f, value, out));
    const whole = before.map((old, leaf) => {
      const lane = Math.floor(leaf / each);
      const value = (): Expression => values[leaf % each]?.() ?? m.unreachable();
      if (at !== null) return lane === at ? value() : old;
      return m.select(isHere(lane), value(), old);
    });
    f.defineFields(inst, whole, out);
    return;
  }
  if (at !== null) {
    // Beyond the end there is no value.
    const from = at < lanes ? at * each : 0;
    f.defineFields(inst, before.slice(from, from + each), out);
    return;
  }
  const result = before.slice(0, each).map((first, leaf) => {
    let value = first;
    for (let lane = 1; lane < lanes; lane += 1)
      value = m.select(isHere(lane), before[lane * each + leaf] ?? m.unreachable(), value);
    return value;
  });
  f.defineFields(inst, result, out);
}

function held(f: FunctionEmitter, value: Expression, out: Expression[]): () => Expression {
  const local = f.newLocal(binaryen.getExpressionType(value));
  out.push(f.m.local.set(local, value));
  return () => f.get(local);
}

function emitShuffle(f: FunctionEmitter, inst: ShuffleVectorInstruction, out: Expression[]): void {
  const { left, right, mask, type } = inst;
  if (!isVector(left.type) || !isVector(type)) return;
  const count = laneCount(left.type);
  const values: Expression[] = [];
  for (let lane = 0; lane < laneCount(type); lane += 1) {
    const from = laneOf(f, mask, lane);
    const source = from.kind === "integer" ? Number(from.value) : -1;
    const known = source >= 0 && source < 2 * count;
    const value = source < count ? laneOf(f, left, source) : laneOf(f, right, source - count);
    values.push(...(known ? f.fields(value) : leavesOf(type.element).map((leaf) => f.constant(leaf, 0n))));
  }
  f.defineFields(inst, values, out);
}

/** Does a call of an intrinsic work element by element? */
export function isLanewise(inst: CallInstruction): boolean {
  return isVector(inst.type) || (inst.type.kind === "struct" && inst.type.elements.every(isVector));
}

/** A call of an intrinsic on vectors as calls on their elements, which `emit` emits. */
export function emitLanes(
  f: FunctionEmitter,
  inst: CallInstruction,
  emit: (one: CallInstruction) => void,
): void {
  const shape = inst.type.kind === "struct" ? inst.type.elements[0] : inst.type;
  if (shape === undefined || !isVector(shape)) return;
  const lanes = laneCount(shape);
  const all = f.localsOf(inst.slot, inst.type);
  for (let lane = 0; lane < lanes; lane += 1) {
    const args = inst.args.map((arg) => laneOf(f, arg, lane));
    const type = laneType(inst.type);
    const each = leavesOf(type).length;
    // The parts of a result of several vectors are apart from each other.
    const locals = isVector(inst.type)
      ? all.slice(lane * each, (lane + 1) * each)
      : inst.type.kind === "struct"
        ? inst.type.elements.map((_, part) => all[part * lanes + lane] ?? 0)
        : [];
    emit({ ...inst, type, args, slot: f.part(type, locals).slot });
  }
}

function laneType(type: Type): Type {
  if (isVector(type)) return type.element;
  if (type.kind !== "struct") return type;
  return { ...type, id: -1, elements: type.elements.map(laneType) };
}

/** Is this cast a change of grouping of bits, with a vector or an integer of several locals on one side? */
export function isRegrouping(inst: CastInstruction): boolean {
  const several = (type: Type): boolean => isVector(type) || isWideInteger(type);
  return inst.operator === "bitcast" && (several(inst.type) || several(inst.operand.type));
}

/** The scalar that a vector's bits make. */
export function vectorBits(f: FunctionEmitter, inst: CastInstruction): Expression {
  const out: Expression[] = [];
  const [value] = regrouped(f, inst.operand, inst.type, out);
  if (value === undefined) throw new Untranslatable("an empty value is cast");
  return f.m.block(null, [...out, value], binaryen.getExpressionType(value));
}
