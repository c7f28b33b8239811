// Instruction classes: which class an instruction word belongs to, and which hazard units its operands stand for.
import { fail } from "../base/diagnostic.ts";
import type {
  Instruction,
  InstructionClass,
  InstructionSelector,
  IsaModel,
  OperandBinding,
  PipelineModel,
  RegisterUse,
} from "../machine/model.ts";
import type { FieldReader, HazardUnits } from "./hazards.ts";

/** One operand name of a class; `sources` and `targets` of the whole instruction are the first two of every class. */
export interface ClassOperand {
  readonly name: string;
  /** Position among the operands of the class. */
  readonly index: number;
}

/** Names of the operands that every class has. */
export const allSources = "$sources";
export const allTargets = "$targets";

/** An operand of one instruction word. */
export interface ResolvedOperand {
  readonly units: readonly number[];
  /** Registers behind it, for port counts and values. */
  readonly registers: readonly { readonly name: string; readonly index: number }[];
  /** Value of an immediate or constant operand, raw field value of a register operand; 0 for a missing one. */
  readonly fieldValue: number;
  /** The value is a constant or an immediate: no register is behind it. */
  readonly immediate: boolean;
}

const pseudoInstructions = new Set(["decode_miss", "default_instruction", "fetch_exception"]);

/** Class of each instruction: the first class whose selector with field constraints fits, then one without. */
export interface ClassTable {
  /** Index into `pipeline.classes`, or -1 when no class covers the instruction. */
  classOf(instruction: Instruction, read: FieldReader): number;
}

/** Class -1 for the pipeline's unsupported instructions. Fails: BW0703 when another one has no class, BW0704 when two classes claim it. */
export function createClassTable(isa: IsaModel, pipeline: PipelineModel): ClassTable {
  const { plain, fallback, classOf } = chooseClasses(pipeline, (name, first, second) => {
    if (pseudoInstructions.has(name)) return;
    fail(
      "BW0704",
      `the instruction ${name} is in two classes, ${first.name} and ${second.name}`,
      "leave it in one of them",
    );
  });
  const missing = isa.instructions.filter((one) => !plain.has(one.name)).map((one) => one.name);
  if (fallback < 0 && missing.length > 0 && pipeline.allowUnimplemented !== true) {
    const shown = missing.slice(0, 12).join(", ") + (missing.length > 12 ? ", …" : "");
    fail(
      "BW0703",
      `no instruction class covers ${shown} (${missing.length} of ${isa.instructions.length} instructions)`,
      "add each to a class, or add default_instruction to one",
    );
  }
  return { classOf };
}

interface ClassChoice extends ClassTable {
  /** Class of each instruction without conditions on its fields, by name; pseudo-instructions too. */
  readonly plain: ReadonlyMap<string, number>;
  /** Class of what no other class takes, or -1. */
  readonly fallback: number;
}

/** The choice of classes; where two take an instruction without conditions, the first has it and `twice` is told. */
export function chooseClasses(
  pipeline: PipelineModel,
  twice: (name: string, first: InstructionClass, second: InstructionClass) => void = () => undefined,
): ClassChoice {
  const constrained = new Map<string, { readonly selector: InstructionSelector; readonly index: number }[]>();
  const plain = new Map<string, number>();
  let fallback = -1;
  pipeline.classes.forEach((one, index) => {
    for (const selector of one.instructions) {
      const { instruction: name, constraints } = selector;
      const before = plain.get(name);
      if (name === "default_instruction") fallback = index;
      else if (Object.keys(constraints).length > 0)
        constrained.set(name, [...(constrained.get(name) ?? []), { selector, index }]);
      else if (before === undefined) plain.set(name, index);
      else if (before !== index) twice(name, pipeline.classes[before]!, one);
    }
  });
  const unsupported = new Set(pipeline.unsupported);
  return {
    plain,
    fallback,
    classOf(instruction, read) {
      if (unsupported.has(instruction.name)) return -1;
      for (const { selector, index } of constrained.get(instruction.name) ?? []) {
        if (Object.entries(selector.constraints).every(([field, value]) => read(field) === value))
          return index;
      }
      return plain.get(instruction.name) ?? fallback;
    },
  };
}

/** Names of a class's operands, all bindings and overrides together, in a fixed order. */
export function operandNames(one: InstructionClass): string[] {
  return withBindings([allSources, allTargets], one);
}

/** `first` and then the names that the class's bindings and overrides give, each once. */
export function withBindings(first: readonly string[], one: InstructionClass): string[] {
  const names = [...first];
  const add = (binding: OperandBinding): void => {
    if (!names.includes(binding.name)) names.push(binding.name);
  };
  one.operands.forEach(add);
  Object.values(one.operandOverrides).forEach((list) => list.forEach(add));
  return names;
}

/** All operand bindings of a pipeline. */
export function allBindings(pipeline: PipelineModel): OperandBinding[] {
  return pipeline.classes.flatMap((one) => [...one.operands, ...Object.values(one.operandOverrides).flat()]);
}

/** What each operand name of `one` stands for in an instruction word. Missing operands have no units and value 0. */
export function resolveOperands(
  one: InstructionClass,
  instruction: Instruction,
  read: FieldReader,
  units: HazardUnits,
): Map<string, ResolvedOperand> {
  const result = new Map<string, ResolvedOperand>();
  const uses = (list: readonly RegisterUse[]): ResolvedOperand => {
    const found = new Set<number>();
    const registers: { name: string; index: number }[] = [];
    for (const use of list) {
      const its = units.ofUse(use, read);
      for (const unit of its) found.add(unit);
      if (its.length === 0) continue;
      const first = use.index ?? (use.field === undefined ? 0 : read(use.field));
      const count = use.upToLast === true ? its.length : 1;
      for (let at = 0; at < count; at++) registers.push({ name: use.name, index: first + at });
    }
    return { units: [...found], registers, fieldValue: registers[0]?.index ?? 0, immediate: false };
  };
  result.set(allSources, uses(instruction.sources));
  result.set(allTargets, uses(instruction.targets));
  const overrides = one.operandOverrides[instruction.name] ?? [];
  const overridden = new Set(overrides.map((binding) => binding.name));
  for (const binding of [...overrides, ...one.operands.filter((each) => !overridden.has(each.name))]) {
    const before = result.get(binding.name);
    const parts: ResolvedOperand[] = before ? [before] : [];
    for (const element of binding.elements) parts.push(resolveElement(element, instruction, read, uses));
    result.set(binding.name, merge(parts));
  }
  return result;
}

function merge(parts: readonly ResolvedOperand[]): ResolvedOperand {
  const first = parts[0];
  if (first && parts.length === 1) return first;
  return {
    units: [...new Set(parts.flatMap((part) => part.units))],
    registers: parts.flatMap((part) => part.registers),
    fieldValue: first?.fieldValue ?? 0,
    immediate: parts.every((part) => part.immediate),
  };
}

function resolveElement(
  element: OperandBinding["elements"][number],
  instruction: Instruction,
  read: FieldReader,
  uses: (list: readonly RegisterUse[]) => ResolvedOperand,
): ResolvedOperand {
  switch (element.kind) {
    case "sources":
      return uses(instruction.sources);
    case "targets":
      return uses(instruction.targets);
    case "constant":
      return { units: [], registers: [], fieldValue: element.value, immediate: true };
    case "field":
      return { units: [], registers: [], fieldValue: read(element.field), immediate: true };
    case "register": {
      const { name, role } = element;
      if (role === "force_source" || role === "force_target") {
        const use: RegisterUse = {
          name,
          mask: element.mask ?? 0xffffffff,
          ...(element.field === undefined ? {} : { field: element.field }),
          ...(element.index === undefined ? {} : { index: element.index }),
        };
        return uses([use]);
      }
      const candidates =
        role === "source"
          ? instruction.sources
          : role === "target"
            ? instruction.targets
            : [...instruction.sources, ...instruction.targets];
      const chosen = candidates.filter((use) => {
        if (use.name !== name) return false;
        if (element.field !== undefined) return use.field === element.field;
        if (element.index !== undefined) {
          return (use.index ?? (use.field === undefined ? -1 : read(use.field))) === element.index;
        }
        return true;
      });
      const mask = element.mask;
      return uses(mask === undefined ? chosen : chosen.map((use) => withMask(use, mask)));
    }
  }
}

/** The same registers under a fixed mask. */
function withMask(use: RegisterUse, mask: number): RegisterUse {
  return {
    name: use.name,
    mask: mask >>> 0,
    ...(use.field === undefined ? {} : { field: use.field }),
    ...(use.index === undefined ? {} : { index: use.index }),
    ...(use.unlessZero === undefined ? {} : { unlessZero: use.unlessZero }),
    ...(use.upToLast === undefined ? {} : { upToLast: use.upToLast }),
  };
}
