// What scalar instructions compute, as one expression each.

import type { Instruction } from "../bitcode/index.ts";
import { isWideInteger } from "./constants.ts";
import { Untranslatable } from "./fault.ts";
import type { FunctionEmitter } from "./function-emitter.ts";
import { emitBinary, emitCast, emitCompare, emitSelect } from "./integers/integer.ts";
import { emitGep, emitLoad } from "./memory/memory.ts";
import { emitFloat } from "./numbers/soft-float.ts";
import { isRegrouping, vectorBits } from "./vectors/vectors.ts";
import { emitFloatFromWide } from "./integers/wide-floats.ts";
import { emitWideCompare, wideTruncated } from "./integers/wide-integers.ts";
import { emitVaArg } from "./calls/variadic.ts";
import type { Expression } from "./wasm.ts";

/** The value of a scalar instruction; odd widths may have upper bits. */
export function computeScalar(f: FunctionEmitter, inst: Instruction): Expression {
  switch (inst.op) {
    case "binary":
      return inst.operator.startsWith("f") ? emitFloat(f, inst) : emitBinary(f, inst);
    case "icmp":
      if (isWideInteger(inst.left.type)) return emitWideCompare(f, inst.predicate, inst.left, inst.right);
      return emitCompare(f, inst.predicate, inst.left, inst.right);
    case "fcmp":
    case "fneg":
      return emitFloat(f, inst);
    case "cast":
      switch (inst.operator) {
        case "fptoui":
        case "fptosi":
        case "uitofp":
        case "sitofp":
          if (isWideInteger(inst.operand.type)) return emitFloatFromWide(f, inst);
          return emitFloat(f, inst);
        case "fptrunc":
        case "fpext":
          return emitFloat(f, inst);
        default:
          if (isRegrouping(inst)) return vectorBits(f, inst);
          return isWideInteger(inst.operand.type) ? wideTruncated(f, inst) : emitCast(f, inst);
      }
    case "select":
      return emitSelect(f, inst);
    case "freeze":
      return f.use(inst.operand);
    case "getelementptr":
      return emitGep(f, inst);
    case "load":
      return emitLoad(f, inst);
    case "va_arg":
      return emitVaArg(f, inst);
    default:
      throw new Untranslatable(`the instruction ${inst.op} is not supported`);
  }
}
