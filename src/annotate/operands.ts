// The operands of every kind of instruction in one list.
import type { Instruction, Value } from "../bitcode/index.ts";

/** Every value operand of an instruction, in a fixed order. */
export function operandsOf(inst: Instruction): readonly Value[] {
  switch (inst.op) {
    case "binary":
    case "icmp":
    case "fcmp":
      return [inst.left, inst.right];
    case "fneg":
    case "cast":
    case "freeze":
      return [inst.operand];
    case "select":
      return [inst.condition, inst.ifTrue, inst.ifFalse];
    case "phi":
      return inst.incoming.map((entry) => entry.value);
    case "alloca":
      return [inst.count];
    case "load":
      return [inst.address];
    case "store":
      return [inst.value, inst.address];
    case "getelementptr":
      return [inst.base, ...inst.indices];
    case "extractvalue":
      return [inst.aggregate];
    case "insertvalue":
      return [inst.aggregate, inst.value];
    case "extractelement":
      return [inst.vector, inst.index];
    case "insertelement":
      return [inst.vector, inst.value, inst.index];
    case "shufflevector":
      return [inst.left, inst.right];
    case "call":
    case "invoke":
    case "callbr":
      return [...inst.args, inst.callee];
    case "va_arg":
      return [inst.list];
    case "atomicrmw":
      return [inst.address, inst.value];
    case "cmpxchg":
      return [inst.address, inst.expected, inst.replacement];
    case "ret":
      return inst.value === null ? [] : [inst.value];
    case "condbr":
    case "switch":
      return [inst.condition];
    case "indirectbr":
      return [inst.address];
    default:
      return [];
  }
}
