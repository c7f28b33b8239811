// Facts about IR blocks that block mapping needs: probe numbers, calls that stay calls, code that must leave a trace.
import type {
  BasicBlock,
  CallInstruction,
  GlobalFunction,
  Instruction,
  Module,
  Value,
} from "../bitcode/index.ts";

/** Probe index (from 1) → block index. Blocks without a probe are missing. */
export function probeIndexes(fn: GlobalFunction): ReadonlyMap<number, number> {
  const map = new Map<number, number>();
  for (const block of fn.blocks) {
    for (const instruction of block.instructions) {
      if (instruction.op !== "call" || intrinsicOf(instruction) !== "llvm.pseudoprobe") continue;
      const index = instruction.args[1];
      if (index?.kind === "integer" && !map.has(Number(index.value)))
        map.set(Number(index.value), block.index);
      break;
    }
  }
  return map;
}

/** The name of the intrinsic that a call calls, or undefined. */
export function intrinsicOf(call: CallInstruction): string | undefined {
  const { callee } = call;
  return callee.kind === "function" && callee.name.startsWith("llvm.") ? callee.name : undefined;
}

/** Where a call goes: a function's name (through aliases), null for an indirect call, undefined for no call at all. */
export function calleeOf(instruction: Instruction): string | null | undefined {
  if (instruction.op !== "call" && instruction.op !== "invoke" && instruction.op !== "callbr")
    return undefined;
  let callee: Value = instruction.callee;
  for (let steps = 0; steps < 100; steps++) {
    if (callee.kind === "alias") callee = callee.aliasee;
    // A pointer to a member function that is known is a function's address, as an integer and back.
    else if (callee.kind === "expression" && callee.op === "cast") callee = callee.operand;
    else break;
  }
  if (callee.kind === "asm") return undefined;
  if (callee.kind !== "function") return null;
  return callee.name.startsWith("llvm.") ? undefined : callee.name;
}

/** True when the block has nothing but phis, probes and its terminator. */
export function isEmpty(block: BasicBlock): boolean {
  return block.instructions.every(
    (instruction, index) =>
      index === block.instructions.length - 1 ||
      instruction.op === "phi" ||
      (instruction.op === "call" && intrinsicOf(instruction) === "llvm.pseudoprobe"),
  );
}

/** True when the block's code can vanish: nothing in it writes memory, calls, or is volatile. */
export function canVanish(block: BasicBlock): boolean {
  return block.instructions.every((instruction) => {
    switch (instruction.op) {
      case "store":
      case "atomicrmw":
      case "cmpxchg":
      case "fence":
      case "invoke":
      case "callbr":
      case "va_arg":
        return false;
      case "load":
        return !instruction.volatile && instruction.ordering === "notatomic";
      case "call": {
        const name = intrinsicOf(instruction);
        return (
          name !== undefined && !/^llvm\.(?:mem(?:cpy|set|move)|va_|trap|debugtrap|set\.loop|eh\.)/.test(name)
        );
      }
      default:
        return true;
    }
  });
}

/** Names of functions that have the `noreturn` attribute. */
export function noreturnFunctions(module: Module): ReadonlySet<string> {
  const names = new Set<string>();
  for (const fn of module.functions) {
    if (fn.attributes.function.some((attribute) => attribute.name === "noreturn")) names.add(fn.name);
  }
  return names;
}

/** Names of functions whose address is used other than to call them: what indirect calls can reach. */
export function addressTakenFunctions(module: Module): ReadonlySet<string> {
  const taken = new Set<string>();
  const seen = new Set<object>();
  const work: unknown[] = [];
  const see = (value: unknown): void => {
    if (typeof value === "object" && value !== null) work.push(value);
  };
  const drain = (): void => {
    while (work.length > 0) {
      const value = work.pop() as Partial<Value> & Record<string, unknown>;
      if (seen.has(value)) continue;
      switch (value.kind) {
        case "function":
          taken.add((value as unknown as GlobalFunction).name);
          break;
        case "expression":
        case "aggregate":
        case "alias":
        case "dso_local_equivalent":
        case "no_cfi":
        case "ptrauth":
          seen.add(value);
          for (const [key, part] of Object.entries(value)) {
            if (key === "type" || key === "sourceType" || key === "valueType" || key === "comdat") continue;
            if (Array.isArray(part)) part.forEach(see);
            else see(part);
          }
          break;
        default:
          break;
      }
    }
  };
  for (const global of module.globals) see(global.initializer);
  for (const fn of module.functions) {
    for (const block of fn.blocks) {
      for (const instruction of block.instructions) {
        for (const [key, part] of Object.entries(instruction)) {
          if (key === "callee") {
            if ((part as Value).kind === "alias" || (part as Value).kind === "function") continue;
            see(part);
          } else if (key === "incoming") {
            for (const entry of part as { value: Value }[]) see(entry.value);
          } else if (key === "args" || key === "indices") (part as Value[]).forEach(see);
          else if (OPERANDS.has(key)) see(part);
        }
      }
    }
  }
  drain();
  return taken;
}

const OPERANDS = new Set([
  "left",
  "right",
  "operand",
  "condition",
  "ifTrue",
  "ifFalse",
  "value",
  "address",
  "base",
  "aggregate",
  "vector",
  "index",
  "expected",
  "replacement",
  "count",
]);
