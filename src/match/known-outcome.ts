// Conditions whose outcome the back end knows though the IR still asks: it looks at a block as a whole, and hands on what is stored to a load
// behind it.
import type { BasicBlock, Instruction, Value } from "../bitcode/index.ts";

/** What a condition in a block is whatever its operands are; undefined: it depends. */
export function knownOutcome(block: BasicBlock, condition: Value): boolean | undefined {
  if (condition.kind === "integer") return condition.value !== 0n;
  if (condition.kind !== "instruction" || condition.op !== "icmp") return undefined;
  const [left, right] = [sourceOf(block, condition.left), sourceOf(block, condition.right)];
  if (left.kind === "integer" && right.kind === "integer" && left.type.width === right.type.width)
    return holds(condition.predicate, left.value, right.value, left.type.width);
  return left === right ? holds(condition.predicate, 0n, 0n, 1) : undefined;
}

/** The value that another one is for sure: what was stored where it was loaded from. */
function sourceOf(block: BasicBlock, value: Value): Value {
  let at = value;
  while (at.kind === "instruction") {
    if (at.op === "cast" && at.operator === "bitcast" && at.operand.type.kind === at.type.kind) {
      at = at.operand;
      continue;
    }
    const stored = at.op === "load" && !at.volatile ? storedBefore(block, at) : undefined;
    if (stored === undefined) break;
    at = stored;
  }
  return at;
}

/** What the last store before a load put there, if nothing else can have written since. */
function storedBefore(block: BasicBlock, load: Extract<Instruction, { op: "load" }>): Value | undefined {
  for (let i = block.instructions.indexOf(load) - 1; i >= 0; i -= 1) {
    const before = block.instructions[i]!;
    if (before.op === "store") {
      const same = before.address === load.address && before.value.type === load.type && !before.volatile;
      return same ? before.value : undefined;
    }
    if (WRITES.has(before.op)) return undefined;
  }
  return undefined;
}

const WRITES: ReadonlySet<string> = new Set(["call", "invoke", "atomicrmw", "cmpxchg", "fence", "va_arg"]);

function holds(predicate: string, a: bigint, b: bigint, width: number): boolean {
  const read = predicate.startsWith("s") ? BigInt.asIntN : BigInt.asUintN;
  const [left, right] = [read(width, a), read(width, b)];
  switch (predicate.replace(/^[us](?=[lg])/, "")) {
    case "eq":
      return left === right;
    case "ne":
      return left !== right;
    case "lt":
      return left < right;
    case "le":
      return left <= right;
    case "gt":
      return left > right;
    default:
      return left >= right;
  }
}
