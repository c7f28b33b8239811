// Functions of our runtime that are one instruction of the host: square roots of normal numbers (runtime/root.c). Their machine code
// takes the same way for every operand, so nothing of what it does needs to be told but that it was called.

import type { Value } from "../../bitcode/index.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { bitsOf, type FloatFormat } from "./nan-support.ts";
import { laneBits, laneOfBits, numberOf, vectorOf } from "./number-lanes.ts";
import { passedLocal, setBits } from "./number-locals.ts";
import { binaryen, type Expression } from "../wasm.ts";

const SQUARE_ROOTS: Readonly<Record<string, FloatFormat>> = { __bw_root64: "f64", __bw_root32: "f32" };

/**
 * Statements that compute the result of such a function, and the result. Null for all others, and where the machine code has branches, calls, or instructions
 * whose time depends on their operands.
 */
export function hostOperation(f: FunctionEmitter): { statements: Expression[]; value: Value } | null {
  const { fn, plan, m } = f;
  const format = Object.hasOwn(SQUARE_ROOTS, fn.name) ? SQUARE_ROOTS[fn.name] : undefined;
  const [node] = plan.nodes;
  const [operand] = fn.args;
  if (format === undefined || node === undefined || operand === undefined) return null;
  const straight = plan.nodes.length === 1 && plan.edges.length === 0 && (node.calls ?? []).length === 0;
  if (!straight || (plan.sites ?? []).length > 0) return null;
  const kind = format === "f64" ? "double" : "float";
  if (fn.args.length !== 1 || operand.type.kind !== kind || fn.valueType.returnType.kind !== kind)
    return null;
  const bits = f.use(operand);
  if (binaryen.getExpressionType(bits) !== (format === "f64" ? binaryen.i64 : binaryen.i32)) return null;
  const result = passedLocal(f, operand.type);
  const root =
    f.typeOf(result) === binaryen.v128
      ? laneBits(m, format, vectorOf(m, format).sqrt(laneOfBits(f, format, bits)))
      : bitsOf(m, format, m[format].sqrt(numberOf(f, format, bits)));
  return { statements: [setBits(f, result, root)], value: f.part(operand.type, [result]) };
}
