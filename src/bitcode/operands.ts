// The operands of instructions and constants as lists, for code that treats all kinds alike.

import type { Constant, Instruction, Value } from "./module.ts";

/** The values that an instruction uses, blocks left out, in LLVM's order. */
export function operandsOf(instruction: Instruction): readonly Value[] {
  switch (instruction.op) {
    case "binary":
    case "icmp":
    case "fcmp":
      return [instruction.left, instruction.right];
    case "fneg":
    case "cast":
    case "freeze":
      return [instruction.operand];
    case "select":
      return [instruction.condition, instruction.ifTrue, instruction.ifFalse];
    case "phi":
      return instruction.incoming.map((entry) => entry.value);
    case "alloca":
      return [instruction.count];
    case "load":
    case "indirectbr":
      return [instruction.address];
    case "store":
      return [instruction.value, instruction.address];
    case "getelementptr":
      return [instruction.base, ...instruction.indices];
    case "extractvalue":
      return [instruction.aggregate];
    case "insertvalue":
      return [instruction.aggregate, instruction.value];
    case "extractelement":
      return [instruction.vector, instruction.index];
    case "insertelement":
      return [instruction.vector, instruction.value, instruction.index];
    case "shufflevector":
      // The mask is no operand in LLVM, only a list of numbers.
      return [instruction.left, instruction.right];
    case "call":
    case "invoke":
    case "callbr":
      return [
        ...instruction.args,
        ...instruction.bundles.flatMap((bundle) => bundle.inputs),
        instruction.callee,
      ];
    case "va_arg":
      return [instruction.list];
    case "atomicrmw":
      return [instruction.address, instruction.value];
    case "cmpxchg":
      return [instruction.address, instruction.expected, instruction.replacement];
    case "landingpad":
      return instruction.clauses.map((entry) => entry.value);
    case "catchpad":
    case "cleanuppad":
      return [...instruction.args, instruction.parent];
    case "ret":
      return instruction.value === null ? [] : [instruction.value];
    case "condbr":
    case "switch":
      return [instruction.condition];
    case "resume":
      return [instruction.value];
    case "cleanupret":
    case "catchret":
      return [instruction.pad];
    case "catchswitch":
      return [instruction.parent];
    case "br":
    case "fence":
    case "unreachable":
      return [];
  }
}

/** The constants that a constant is made of; none for the address of a global. */
export function childrenOf(constant: Constant): readonly Constant[] {
  switch (constant.kind) {
    case "aggregate":
      return constant.elements;
    case "ptrauth":
      return constant.operands;
    case "expression":
      switch (constant.op) {
        case "cast":
          return [constant.operand];
        case "binary":
          return [constant.left, constant.right];
        case "getelementptr":
          return [constant.base, ...constant.indices];
        default:
          return constant.operands;
      }
    default:
      return [];
  }
}
