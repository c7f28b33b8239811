// What the operands of an instruction class stand for in one instruction word, by the language's rule: each register
// access of the instruction goes to the operands that name it, first those listed for the instruction, then those of the
// class; what nobody names goes to an operand of its own, which only the "all operands" functions see.
import type {
  Instruction,
  InstructionClass,
  OperandBinding,
  RegisterAccess,
  RegisterIndex,
} from "../../machine/model.ts";
import { withBindings } from "../classes.ts";
import type { FieldReader } from "../hazards.ts";
import { fullMask } from "./registers.ts";
import type { RegisterNumbers } from "./registers.ts";

/** One operand of an instruction word, ready for the scoreboard. Pairs are (register, mask) one after the other. */
export interface OperandWord {
  /** Registers that an inquiry looks at as a whole, and those of which it looks at parts. */
  readonly checks: readonly number[];
  readonly partialChecks: readonly number[];
  /** Of `checks`, those that a register file's entry stands for: a path without broadcast has nothing for them. */
  readonly throughFile: readonly number[];
  readonly owns: readonly number[];
  readonly partialOwns: readonly number[];
  /** Pairs that writing it to a forwarding path puts there. */
  readonly forwards: readonly number[];
  /** Triples (register, mask or 0, slot) of its sources, for results that are waited for. */
  readonly waits: readonly number[];
  readonly isReal: boolean;
  readonly isImmediate: boolean;
  readonly fieldValue: number;
  /** Register whose value value() gives. */
  readonly register: { readonly name: string; readonly index: number } | undefined;
}

export const noOperand: OperandWord = {
  checks: [],
  partialChecks: [],
  throughFile: [],
  owns: [],
  partialOwns: [],
  forwards: [],
  waits: [],
  isReal: false,
  isImmediate: true,
  fieldValue: 0,
  register: undefined,
};

/** Operands "all" and "other" come before the class's own. */
export const allOperands = "$all";
export const otherOperand = "$other";

export function operandNames(one: InstructionClass): string[] {
  return withBindings([allOperands, otherOperand], one);
}

type Element = OperandBinding["elements"][number];

/** A part of an operand: a register access, as source, target or both. */
interface Part {
  readonly name: string;
  readonly index: RegisterIndex;
  readonly source: { readonly mask: bigint } | undefined;
  readonly target: { readonly mask: bigint } | undefined;
  /** Of the operand's declaration; 0: none. */
  readonly mask: bigint;
  readonly slot: number;
}

interface Item {
  readonly operand: string;
  readonly element: Element;
}

interface Found {
  parts: Part[];
  constant: number | undefined;
  field: string | undefined;
}

/** In the order of `operandNames`. */
export function resolveOperands(
  one: InstructionClass,
  instruction: Instruction,
  read: FieldReader,
  registers: RegisterNumbers,
): OperandWord[] {
  const general = items(one.operands);
  const listed = one.operandOverrides[instruction.name];
  const chosen = listed ? items(listed) : general;
  const found = new Map<string, Found>();
  const at = (operand: string): Found => {
    let known = found.get(operand);
    if (!known) found.set(operand, (known = { parts: [], constant: undefined, field: undefined }));
    return known;
  };
  (instruction.accesses ?? []).forEach((access, slot) => {
    const source = access.source;
    const target = access.target;
    if (assign(chosen, access, slot, at)) return;
    if (listed && assign(general, access, slot, at)) return;
    at(otherOperand).parts.push({ name: access.name, index: access.index, source, target, mask: 0n, slot });
  });
  for (const field of instruction.fields) {
    const direct = chosen.filter(({ element }) => element.kind === "field" && element.field === field);
    const others = general.filter(({ element }) => element.kind === "field" && element.field === field);
    for (const { operand } of direct.length > 0 ? direct : others) at(operand).field ??= field;
  }
  for (const { operand, element } of chosen) {
    if (element.kind === "constant") at(operand).constant ??= element.value;
    if (element.kind !== "register" || !element.role.startsWith("force") || found.has(operand)) continue;
    const use = { mask: 0n };
    const isSource = element.role === "force_source";
    at(operand).parts.push({
      name: element.name,
      index: indexOf(element),
      source: isSource ? use : undefined,
      target: isSource ? undefined : use,
      mask: BigInt(element.mask ?? 0),
      slot: -1,
    });
  }
  const words = new Map([...found].map(([name, one]) => [name, toWord(one, read, registers)]));
  return operandNames(one).map((name) =>
    name === allOperands ? together([...words.values()]) : (words.get(name) ?? noOperand),
  );
}

function items(bindings: readonly OperandBinding[]): Item[] {
  return bindings.flatMap(({ name, elements }) => elements.map((element) => ({ operand: name, element })));
}

/** Gives an access to every operand that names it. */
function assign(
  list: readonly Item[],
  access: RegisterAccess,
  slot: number,
  at: (operand: string) => Found,
): boolean {
  let hit = false;
  for (const { operand, element } of list) {
    if (element.kind === "field" || element.kind === "constant") continue;
    let { source, target } = access as { source?: { mask: bigint }; target?: { mask: bigint } };
    let mask = 0n;
    if (element.kind === "sources") target = undefined;
    else if (element.kind === "targets") source = undefined;
    else {
      if (element.name !== access.name || !matches(element, access.index)) continue;
      mask = BigInt(element.mask ?? 0);
      if (element.role === "source" || element.role === "force_source") target = undefined;
      if (element.role === "target" || element.role === "force_target") source = undefined;
    }
    if (!source && !target) continue;
    const { parts } = at(operand);
    const part: Part = { name: access.name, index: access.index, source, target, mask, slot };
    const before = parts.findIndex(
      (one) => one.slot === slot && !!one.source === !!source && !!one.target === !!target,
    );
    if (before >= 0 && element.kind === "register") parts[before] = part;
    else parts.push(part);
    hit = true;
  }
  return hit;
}

function matches(element: Extract<Element, { kind: "register" }>, index: RegisterIndex): boolean {
  if (element.field === undefined && element.index === undefined) return true;
  const same = (one: RegisterIndex): boolean =>
    one.kind === "field"
      ? one.field === element.field
      : one.kind === "constant" && one.value === element.index && element.field === undefined;
  return index.kind === "range" ? same(index.first) || same(index.last) : same(index);
}

function indexOf(element: Extract<Element, { kind: "register" }>): RegisterIndex {
  if (element.field !== undefined) return { kind: "field", field: element.field };
  return element.index === undefined ? { kind: "none" } : { kind: "constant", value: element.index };
}

function valueOf(index: RegisterIndex, read: FieldReader): number {
  switch (index.kind) {
    case "constant":
      return index.value;
    case "field":
      return read(index.field);
    case "sum":
      return index.terms.reduce((sum, { field, factor }) => sum + factor * read(field), index.constant);
    case "range":
      return valueOf(index.first, read);
    case "none":
      return 0;
  }
}

/** Elements of the file that a part stands for. */
function elementsOf(index: RegisterIndex, read: FieldReader): number[] {
  if (index.kind !== "range") return [valueOf(index, read)];
  const first = valueOf(index.first, read);
  const last = valueOf(index.last, read);
  return Array.from({ length: Math.max(0, Math.min(last - first + 1, 4096)) }, (_, at) => first + at);
}

function toWord(found: Found, read: FieldReader, registers: RegisterNumbers): OperandWord {
  const checks: number[] = [];
  const partialChecks: number[] = [];
  const throughFile: number[] = [];
  const owns: number[] = [];
  const partialOwns: number[] = [];
  const forwards: number[] = [];
  const waits: number[] = [];
  for (const part of found.parts) {
    const { name, index, source, target } = part;
    const isRange = index.kind === "range";
    const first = valueOf(index, read);
    // The mask that the operand's parts share: the declaration's, else the source's, else the target's.
    const shared = part.mask || (source?.mask ?? 0n) || (target?.mask ?? 0n);
    const looked = part.mask || ((source ?? target)?.mask ?? 0n);
    const owned = part.mask || (target?.mask ?? 0n);
    elementsOf(index, read).forEach((element) => {
      const register = registers.numberOf(name, element);
      if (register < 0) return;
      const mask = registers.maskOf(name, element, shared);
      if (source || !isRange) {
        if (looked === 0n) {
          checks.push(register);
          if (registers.isEntry(name, element)) throughFile.push(register);
        } else partialChecks.push(register, mask);
      }
      if (target) {
        if (owned === 0n) owns.push(register);
        else partialOwns.push(register, mask);
      }
      if (element === first) forwards.push(register, looked === 0n ? fullMask : mask);
      if (source) waits.push(register, looked === 0n ? 0 : mask, part.slot);
    });
  }
  const [leading] = found.parts;
  const isImmediate = leading === undefined;
  return {
    checks,
    partialChecks,
    throughFile,
    owns,
    partialOwns,
    forwards,
    waits,
    isReal: true,
    isImmediate,
    fieldValue: leading
      ? valueOf(leading.index, read)
      : (found.constant ?? (found.field === undefined ? 0 : read(found.field))),
    register: leading ? { name: leading.name, index: valueOf(leading.index, read) } : undefined,
  };
}

function together(words: readonly OperandWord[]): OperandWord {
  const all = (pick: (word: OperandWord) => readonly number[]): number[] =>
    words.flatMap((word) => [...pick(word)]);
  return {
    ...noOperand,
    checks: all((word) => word.checks),
    partialChecks: all((word) => word.partialChecks),
    throughFile: all((word) => word.throughFile),
    owns: all((word) => word.owns),
    partialOwns: all((word) => word.partialOwns),
  };
}
