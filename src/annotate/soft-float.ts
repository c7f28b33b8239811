// Floating point on a core without a floating-point unit: values are bit patterns, and every operation is the call of the
// runtime function that the back end calls, so results and time are the target's.

import type { FloatPredicate, Instruction, Type, Value } from "../bitcode/index.ts";
import { callRuntime } from "./calls.ts";
import { scalarWidth } from "./constants.ts";
import { Untranslatable } from "./fault.ts";
import type { FunctionEmitter } from "./function-emitter.ts";
import type { Expression } from "./wasm.ts";

const ARITHMETIC: Readonly<Record<string, string>> = { fadd: "add", fsub: "sub", fmul: "mul", fdiv: "div" };

/** Runtime comparison and the test of its result against zero, by predicate; the second, if any, is or-ed. */
const COMPARISONS: Readonly<
  Record<FloatPredicate, readonly (readonly [string, "eq" | "ne" | "lt_s" | "le_s" | "gt_s" | "ge_s"])[]>
> = {
  false: [],
  true: [],
  oeq: [["eq", "eq"]],
  une: [["ne", "ne"]],
  oge: [["ge", "ge_s"]],
  olt: [["lt", "lt_s"]],
  ole: [["le", "le_s"]],
  ogt: [["gt", "gt_s"]],
  uno: [["unord", "ne"]],
  ord: [["unord", "eq"]],
  ult: [["ge", "lt_s"]],
  uge: [["lt", "ge_s"]],
  ugt: [["le", "gt_s"]],
  ule: [["gt", "le_s"]],
  ueq: [
    ["unord", "ne"],
    ["eq", "eq"],
  ],
  one: [
    ["unord", "eq"],
    ["eq", "ne"],
  ],
};

/** `sf` or `df`, as runtime names have it. */
function mode(type: Type): string {
  if (type.kind === "float") return "sf";
  if (type.kind === "double") return "df";
  throw new Untranslatable(`floating point of type ${type.kind} is not supported`);
}

export function emitFloat(f: FunctionEmitter, inst: Instruction): Expression {
  const wide = scalarWidth(inst.type) > 32;
  switch (inst.op) {
    case "binary": {
      const name = ARITHMETIC[inst.operator];
      if (name !== undefined)
        return callRuntime(f, `__${name}${mode(inst.type)}3`, [f.use(inst.left), f.use(inst.right)], wide);
      if (inst.operator === "frem")
        return callRuntime(f, wide ? "fmod" : "fmodf", [f.use(inst.left), f.use(inst.right)], wide);
      break;
    }
    case "fneg":
      return flipSign(f, inst.type, f.use(inst.operand));
    case "fcmp":
      return emitFloatCompare(f, inst.predicate, inst.left, inst.right);
    case "cast":
      switch (inst.operator) {
        case "fpext":
          return callRuntime(f, "__extendsfdf2", [f.use(inst.operand)], true);
        case "fptrunc":
          return callRuntime(f, "__truncdfsf2", [f.use(inst.operand)], false);
        case "fptosi":
        case "fptoui": {
          const unsigned = inst.operator === "fptoui";
          // Below 32 bits the back end converts to a signed word and truncates.
          const width = scalarWidth(inst.type);
          const kind = unsigned && width >= 32 ? "uns" : "";
          const name = `__fix${kind}${mode(inst.operand.type)}${wide ? "di" : "si"}`;
          return callRuntime(f, name, [f.use(inst.operand)], wide);
        }
        case "sitofp":
        case "uitofp": {
          const from = scalarWidth(inst.operand.type);
          const unsigned = inst.operator === "uitofp";
          const value = unsigned ? f.use(inst.operand) : f.signed(inst.operand);
          const kind = unsigned && from >= 32 ? "un" : "";
          return callRuntime(f, `__float${kind}${from > 32 ? "di" : "si"}${mode(inst.type)}`, [value], wide);
        }
        default:
          break;
      }
      break;
    default:
      break;
  }
  throw new Untranslatable(`the floating-point instruction ${inst.op} is not supported`);
}

function emitFloatCompare(
  f: FunctionEmitter,
  predicate: FloatPredicate,
  left: Value,
  right: Value,
): Expression {
  const { m } = f;
  if (predicate === "false" || predicate === "true") return m.i32.const(predicate === "true" ? 1 : 0);
  const tests = COMPARISONS[predicate].map(([name, test]) => {
    const result = callRuntime(f, `__${name}${mode(left.type)}2`, [f.use(left), f.use(right)], false);
    return m.i32[test](result, m.i32.const(0));
  });
  const [first, second] = tests;
  if (first === undefined) return m.i32.const(0);
  if (second === undefined) return first;
  return predicate === "one" ? m.i32.and(first, second) : m.i32.or(first, second);
}

export function flipSign(f: FunctionEmitter, type: Type, value: Expression): Expression {
  const { m } = f;
  return scalarWidth(type) > 32
    ? m.i64.xor(value, m.i64.const(-(2n ** 63n)))
    : m.i32.xor(value, m.i32.const(-(2 ** 31)));
}
