// Structures and arrays as values: their scalars, one local each.

import type { Instruction, Type, Value } from "../../bitcode/index.ts";
import { isWideInteger } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { leavesOf } from "../program.ts";
import { emitWide } from "../integers/wide-integers.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** Adds the statements of an instruction whose result has several scalars, or that takes one out of several. */
export function emitAggregate(f: FunctionEmitter, inst: Instruction, out: Expression[]): void {
  switch (inst.op) {
    case "binary":
    case "cast":
      emitWide(f, inst, out);
      return;
    case "insertvalue": {
      const values = f.fields(inst.aggregate);
      const { first } = leafRange(inst.aggregate.type, inst.path);
      f.fields(inst.value).forEach((value, i) => {
        values[first + i] = value;
      });
      f.defineFields(inst, values, out);
      return;
    }
    case "extractvalue": {
      const { first, count } = leafRange(inst.aggregate.type, inst.path);
      f.defineFields(inst, f.fields(inst.aggregate).slice(first, first + count), out);
      return;
    }
    case "freeze":
      f.defineFields(inst, f.fields(inst.operand), out);
      return;
    case "select": {
      const condition = f.newLocal(binaryen.i32);
      out.push(f.m.local.set(condition, f.use(inst.condition)));
      const right = f.fields(inst.ifFalse);
      const values = f
        .fields(inst.ifTrue)
        .map((left, i) => f.m.select(f.get(condition), left, right[i] ?? f.m.unreachable()));
      f.defineFields(inst, values, out);
      return;
    }
    default:
      throw new Untranslatable(`the instruction ${inst.op} on a structure is not supported`);
  }
}

/** The scalars of a value of any first-class type. */
export function fieldsOf(f: FunctionEmitter, value: Value): Expression[] {
  const leaves = leavesOf(value.type);
  if (value.kind === "instruction" || value.kind === "argument") {
    if (leaves.length === 1 && !/^(struct|array|vector)$/.test(value.type.kind)) return [f.use(value)];
    return f.localsOf(value.slot, value.type).map((local) => f.get(local));
  }
  if (value.kind === "zero" || value.kind === "undef" || value.kind === "poison")
    return leaves.map((leaf) => f.constant(leaf, 0n));
  if (value.kind === "integer" && isWideInteger(value.type)) return limbConstants(f, value);
  if (value.kind === "aggregate") return value.elements.flatMap((element) => fieldsOf(f, element));
  if (value.kind === "data")
    return [...value.elements].map((bits, i) => f.constant(leaves[i] ?? value.type, BigInt(bits)));
  return [f.use(value)];
}

/** The limbs of a wide integer constant; bits above its width are clear. */
function limbConstants(f: FunctionEmitter, value: Value & { readonly kind: "integer" }): Expression[] {
  const { width } = value.type;
  const bits = BigInt.asUintN(width, value.value);
  return leavesOf(value.type).map((_, i) => f.m.i64.const(BigInt.asIntN(64, bits >> BigInt(64 * i))));
}

/** Which scalars of an aggregate a path selects. */
function leafRange(type: Type, path: readonly number[]): { first: number; count: number } {
  let first = 0;
  let at = type;
  for (const index of path) {
    if (at.kind === "struct") {
      for (let i = 0; i < index; i += 1) first += leavesOf(at.elements[i] ?? at).length;
      const element = at.elements[index];
      if (element === undefined) throw new Untranslatable("a structure index is out of range");
      at = element;
    } else if (at.kind === "array") {
      first += index * leavesOf(at.element).length;
      at = at.element;
    } else throw new Untranslatable("a path goes into a scalar");
  }
  return { first, count: leavesOf(at).length };
}
