// Operands whose hazards are those of the instruction word, as the cycle engine for whole programs has them. The manual's
// rule goes by instruction: a register whose part a field of the word chooses counts as a whole, and what one word does not
// read although another of the same instruction does is waited for. Here each part that can be told apart is a unit of its
// own, and only what the word uses counts.
import { instructionOfWord } from "../../isa/index.ts";
import type { Instruction, InstructionClass, IsaModel } from "../../machine/model.ts";
import { resolveOperands } from "../classes.ts";
import type { ResolvedOperand } from "../classes.ts";
import type { FieldReader, HazardUnits } from "../hazards.ts";
import { forEachMethodCall } from "../method-calls.ts";
import { allOperands, noOperand, operandNames } from "./operands.ts";
import type { OperandWord } from "./operands.ts";
import { fullMask } from "./registers.ts";
import type { RegisterNumbers } from "./registers.ts";

/** In the order of `operandNames`. */
export function resolveWordOperands(
  isa: IsaModel,
  one: InstructionClass,
  instruction: Instruction,
  word: number,
  read: FieldReader,
  units: HazardUnits,
): OperandWord[] {
  const used = instructionOfWord(isa, instruction, word);
  const resolved = resolveOperands(one, used, read, units);
  const owned = ownedOperands(one);
  return operandNames(one).map((name, position) => {
    if (name === allOperands) {
      const unitsOf = (operand: string): readonly number[] => resolved.get(operand)?.units ?? [];
      return { ...noOperand, checks: unitsOf("$sources"), owns: owned.flatMap(unitsOf) };
    }
    const found = resolved.get(name);
    return found ? toWord(found, position) : noOperand;
  });
}

/** Numbers of hazard units in the place of numbers of registers. */
export function unitNumbers(isa: IsaModel, units: HazardUnits): RegisterNumbers {
  return {
    count: units.count,
    numberOf: (name, index) => units.of(name, index, 0xffffffff)[0] ?? -1,
    isEntry: () => false,
    sizeOf: (name) => isa.registerFiles[name]?.size ?? 0,
    maskOf: () => 0,
  };
}

function toWord(found: ResolvedOperand, position: number): OperandWord {
  const { units, registers, fieldValue, immediate } = found;
  return {
    ...noOperand,
    checks: units,
    owns: units,
    forwards: units.flatMap((unit) => [unit, fullMask]),
    waits: units.flatMap((unit, at) => [unit, 0, (position + at) & 31]),
    isReal: units.length > 0,
    isImmediate: immediate,
    fieldValue,
    register: registers[0],
  };
}

/** Names of the operands that the class's code allocates; "$targets" for allocate_ops(). */
function ownedOperands(one: InstructionClass): string[] {
  const names = new Set<string>();
  forEachMethodCall(one.action, ({ object, method }) => {
    if (method === "allocate_ops") names.add("$targets");
    if (method === "allocate" && object !== "") names.add(object);
  });
  return [...names];
}
