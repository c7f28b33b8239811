// Values that a block computes more than once, as code that is not optimised does (local value numbering). The back end makes one node of
// equal operations on equal operands, and of equal loads with nothing between them that writes memory.
import { operandsOf, type BasicBlock, type Instruction, type Type, type Value } from "../bitcode/index.ts";
import { intrinsicOf } from "./block-facts.ts";

const known = new WeakMap<BasicBlock, ReadonlyMap<Value, Value>>();

/** The first value of `block` that is surely the same as this one, or itself. */
export function firstSame(block: BasicBlock, value: Value): Value {
  let first = known.get(block);
  if (first === undefined) known.set(block, (first = numbered(block)));
  return first.get(value) ?? value;
}

/** Is a value surely the same as another one, both seen from `block`? Numbers are by their bits. */
export function isSameValue(block: BasicBlock, a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind === "integer" && b.kind === "integer") return a.type === b.type && a.value === b.value;
  if (a.kind === "float" && b.kind === "float") return a.type === b.type && a.bits === b.bits;
  return a.kind === "instruction" && b.kind === "instruction" && firstSame(block, a) === firstSame(block, b);
}

/** By instruction that is another one again: the first one. */
function numbered(block: BasicBlock): ReadonlyMap<Value, Value> {
  const first = new Map<Value, Value>();
  const byKey = new Map<string, Instruction>();
  const names = new Map<Value, number>();
  const nameOf = (operand: Value): string => {
    if (operand.kind === "integer") return `${operand.type.id} ${operand.value}`;
    if (operand.kind === "float") return `${operand.type.id} ${operand.bits}`;
    const value = first.get(operand) ?? operand;
    const name = names.get(value) ?? names.size;
    names.set(value, name);
    return `v${name}`;
  };
  let writes = 0;
  for (const instruction of block.instructions) {
    if (WRITES.has(instruction.op) && !isFunctionOfNumbers(instruction)) writes += 1;
    const operation = operationOf(instruction, writes);
    if (operation === null) continue;
    const key = [operation, instruction.type.id, ...operandsOf(instruction).map(nameOf)].join();
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, instruction);
    else first.set(instruction, same);
  }
  return first;
}

/** What an instruction does with its operands, after so many writes; null: something that is never the same again. */
function operationOf(instruction: Instruction, writes: number): string | null {
  switch (instruction.op) {
    case "binary":
    case "cast":
      return `${instruction.op} ${instruction.operator}`;
    case "fneg":
    case "extractelement":
      return instruction.op;
    case "getelementptr":
      return `${instruction.op} ${instruction.sourceType.id}`;
    case "load":
      return instruction.volatile ? null : `${instruction.op} ${writes}`;
    case "call":
      return isFunctionOfNumbers(instruction) ? instruction.op : null;
    default:
      return null;
  }
}

const WRITES: ReadonlySet<string> = new Set([
  "store",
  "call",
  "invoke",
  "atomicrmw",
  "cmpxchg",
  "fence",
  "va_arg",
]);

/** An intrinsic whose result depends on nothing but its arguments, as `llvm.floor`? */
function isFunctionOfNumbers(instruction: Instruction): boolean {
  if (instruction.op !== "call" || intrinsicOf(instruction) === undefined) return false;
  const { type, args } = instruction;
  return isFloat(type)
    ? args.every((one) => one.type.kind !== "pointer")
    : args.some((one) => isFloat(one.type));
}

function isFloat({ kind }: Type): boolean {
  return kind === "float" || kind === "double";
}
