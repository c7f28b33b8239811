// Conditions that are put together from several: `a && b`, `x == 3 || !y`. The back end makes one condition bit of them. Seen
// from a single operand such a condition is sometimes decided, whatever the others are, and sometimes not; the bit must be
// decided for the same values, and that tells which way of the branch is the true one.
import type { Value } from "../bitcode/index.ts";
import { operandRoots, samplesOf, type OperandRoot } from "./condition.ts";

/** A condition as it looks from one of its operands. */
export interface PartialCondition {
  /** Bits of the operand. */
  readonly width: number;
  readonly constants: readonly number[];
  /** Operand values with what they make of the condition; undefined: that depends on other operands. */
  readonly samples: readonly (readonly [value: number, result: boolean | undefined])[];
}

const MAX_PARTS = 16;

/** The condition from each operand of its parts from which anything can be told. */
export function partialConditions(condition: Value): PartialCondition[] {
  const parts = new Set<Value>();
  collectParts(condition, parts);
  if (parts.size < 2) return [];
  const roots = new Map<Value, Map<Value, OperandRoot>>();
  for (const part of parts) {
    for (const root of operandRoots(part, true)) {
      const byPart = roots.get(root.value) ?? new Map<Value, OperandRoot>();
      roots.set(root.value, byPart.set(part, root));
    }
  }
  const found: PartialCondition[] = [];
  for (const byPart of roots.values()) {
    const [first] = byPart.values();
    const constants = [...byPart.values()].flatMap((root) => root.constants);
    const breaks = [...byPart.values()].flatMap((root) => root.breaks ?? []);
    const samples = samplesOf({ ...first!, constants, breaks }).map((value) => {
      const known = (part: Value): boolean | undefined => {
        const root = byPart.get(part);
        return root === undefined ? undefined : (root.conditionOf(value) & 1) === 1;
      };
      return [value, decide(condition, known)] as const;
    });
    const results = new Set(samples.map(([, result]) => result));
    if (results.size > 1) found.push({ width: first!.width, constants, samples });
  }
  return found;
}

/** The parts of a condition that are no conditions of conditions. */
function collectParts(value: Value, parts: Set<Value>): void {
  if (parts.size > MAX_PARTS || value.kind !== "instruction") return;
  if (value.op === "select" && isBit(value)) {
    for (const part of [value.condition, value.ifTrue, value.ifFalse]) collectParts(part, parts);
  } else if (value.op === "binary" && isBit(value)) {
    collectParts(value.left, parts);
    collectParts(value.right, parts);
  } else parts.add(value);
}

function isBit(value: Value): boolean {
  return "type" in value && value.type.kind === "integer" && value.type.width === 1;
}

function decide(value: Value, known: (part: Value) => boolean | undefined): boolean | undefined {
  if (value.kind === "integer") return value.value !== 0n;
  if (value.kind === "null") return false;
  if (value.kind !== "instruction") return undefined;
  if (value.op === "select" && isBit(value)) {
    const which = decide(value.condition, known);
    if (which !== undefined) return decide(which ? value.ifTrue : value.ifFalse, known);
    const one = decide(value.ifTrue, known);
    return one === decide(value.ifFalse, known) ? one : undefined;
  }
  if (value.op === "binary" && isBit(value)) {
    const left = decide(value.left, known);
    const right = decide(value.right, known);
    switch (value.operator) {
      case "and":
        return left === false || right === false ? false : left === undefined ? undefined : left && right;
      case "or":
        return left === true || right === true ? true : left === undefined ? undefined : left || right;
      case "xor":
        return left === undefined || right === undefined ? undefined : left !== right;
      default:
        return undefined;
    }
  }
  return known(value);
}
