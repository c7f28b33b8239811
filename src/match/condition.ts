// The IR's side of a condition: which values of an operand take which successor. The operand can be the condition's own
// operand or, since the back end tests what is cheapest, a value that the operand is computed from by constants.
import type { Terminator, Value } from "../bitcode/index.ts";
import type { ValueSet } from "./value-set.ts";

/** A value that the condition depends on alone. */
export interface OperandRoot {
  /** Bits, 1 to 32. */
  readonly width: number;
  /** The condition's value (unsigned) for a value of the root (unsigned). */
  readonly conditionOf: (root: number) => number;
  /** Values of the root at which the condition can change; undefined: anywhere, try each. */
  readonly breaks: readonly number[] | undefined;
  /** Constants in the chain, as hints for where comparisons are. */
  readonly constants: readonly number[];
}

/** Roots larger than this are not tried value by value. */
const ENUMERABLE_WIDTH = 16;
const MAX_CHAIN = 6;

/** The condition itself and what it is computed from, the nearest first. */
export function operandRoots(condition: Value): OperandRoot[] {
  const roots: OperandRoot[] = [];
  const width = widthOf(condition);
  if (width === undefined) return roots;
  let root: OperandRoot = { width, conditionOf: (x) => x, breaks: [], constants: [] };
  roots.push(root);
  let value = condition;
  for (let steps = 0; steps < MAX_CHAIN; steps++) {
    const step = stepBack(value);
    if (step === undefined) break;
    const inner = root;
    root = {
      width: step.width,
      conditionOf: (x) => inner.conditionOf(step.apply(x)),
      breaks: step.breaks === undefined || inner.breaks === undefined ? undefined : step.breaks(inner.breaks),
      constants: [...step.constants, ...inner.constants],
    };
    roots.push(root);
    value = step.operand;
  }
  return roots;
}

interface Step {
  readonly operand: Value;
  readonly width: number;
  readonly apply: (x: number) => number;
  readonly breaks?: (outer: readonly number[]) => readonly number[];
  readonly constants: readonly number[];
}

function widthOf(value: Value): number | undefined {
  if (!("type" in value)) return undefined;
  if (value.type.kind === "pointer") return 32;
  return value.type.kind === "integer" && value.type.width <= 32 ? value.type.width : undefined;
}

function unsigned(x: number, width: number): number {
  return width === 32 ? x >>> 0 : (x & (2 ** width - 1)) >>> 0;
}

function signed(x: number, width: number): number {
  return width === 32 ? x | 0 : (x << (32 - width)) >> (32 - width);
}

function constantOf(value: Value, width: number): number | undefined {
  if (value.kind === "null") return 0;
  return value.kind === "integer" ? unsigned(Number(BigInt.asUintN(width, value.value)), width) : undefined;
}

/** One instruction back from `value` to its only operand that is no constant. */
function stepBack(value: Value): Step | undefined {
  if (value.kind !== "instruction") return undefined;
  switch (value.op) {
    case "freeze": {
      const width = widthOf(value.operand);
      if (width === undefined) return undefined;
      return { operand: value.operand, width, apply: (x) => x, breaks: (outer) => outer, constants: [] };
    }
    case "icmp": {
      const width = widthOf(value.left);
      if (width === undefined) return undefined;
      const right = constantOf(value.right, width);
      if (right === undefined) return undefined;
      const { predicate } = value;
      const s = signed(right, width);
      return {
        operand: value.left,
        width,
        apply: (x) => {
          switch (predicate) {
            case "eq":
              return Number(x === right);
            case "ne":
              return Number(x !== right);
            case "ult":
              return Number(x < right);
            case "ule":
              return Number(x <= right);
            case "ugt":
              return Number(x > right);
            case "uge":
              return Number(x >= right);
            case "slt":
              return Number(signed(x, width) < s);
            case "sle":
              return Number(signed(x, width) <= s);
            case "sgt":
              return Number(signed(x, width) > s);
            case "sge":
              return Number(signed(x, width) >= s);
          }
        },
        breaks: () => [right, right + 1, 2 ** (width - 1)],
        constants: [right],
      };
    }
    case "cast": {
      const width = widthOf(value.operand);
      const outer = widthOf(value);
      if (width === undefined || outer === undefined) return undefined;
      if (value.operator === "zext" || value.operator === "ptrtoint" || value.operator === "inttoptr") {
        return { operand: value.operand, width, apply: (x) => x, breaks: (b) => b, constants: [] };
      }
      if (value.operator === "sext") {
        return {
          operand: value.operand,
          width,
          apply: (x) => unsigned(signed(x, width), outer),
          breaks: (b) => [...b.map((x) => unsigned(x, width)), 2 ** (width - 1)],
          constants: [],
        };
      }
      if (value.operator === "trunc") {
        return { operand: value.operand, width, apply: (x) => unsigned(x, outer), constants: [] };
      }
      return undefined;
    }
    case "binary": {
      const width = widthOf(value);
      if (width === undefined) return undefined;
      const right = constantOf(value.right, width);
      if (right === undefined) return undefined;
      const step = (apply: (x: number) => number): Step => ({
        operand: value.left,
        width,
        apply: (x) => unsigned(apply(x), width),
        constants: [right],
      });
      switch (value.operator) {
        case "add":
          return {
            ...step((x) => x + right),
            breaks: (outer) => [...outer.map((b) => unsigned(b - right, width)), unsigned(-right, width)],
          };
        case "sub":
          return {
            ...step((x) => x - right),
            breaks: (outer) => [...outer.map((b) => unsigned(b + right, width)), right],
          };
        case "and":
          return step((x) => x & right);
        case "or":
          return step((x) => x | right);
        case "xor":
          return step((x) => x ^ right);
        case "shl":
          return step((x) => (right < 32 ? x << right : 0));
        case "lshr":
          return step((x) => (right < 32 ? x >>> right : 0));
        default:
          return undefined;
      }
    }
    default:
      return undefined;
  }
}

export interface ConditionSets {
  /** By successor index: the root's values that take it. */
  readonly bySuccessor: readonly ValueSet[];
  readonly constants: readonly number[];
}

/** Which values of `root` take which successor of a `condbr` or `switch`; undefined when there are too many to try. */
export function conditionSets(terminator: Terminator, root: OperandRoot): ConditionSets | undefined {
  const size = 2 ** root.width;
  if (terminator.op === "condbr") {
    const starts = startsOf(root, root.breaks ?? [], size);
    if (starts === undefined) return undefined;
    const bySuccessor: [number, number][][] = [[], []];
    forEachPiece(starts, size, (low, high) => {
      const list = bySuccessor[(root.conditionOf(low) & 1) === 1 ? 0 : 1]!;
      const last = list[list.length - 1];
      if (last !== undefined && last[1] + 1 === low) last[1] = high;
      else list.push([low, high]);
    });
    return { bySuccessor, constants: root.constants };
  }
  // A switch's own operand only: values of it are what the mapping reports.
  if (terminator.op !== "switch" || root.constants.length > 0 || root.breaks?.length !== 0) return undefined;
  const cases = terminator.cases.map((entry) => Number(BigInt.asUintN(root.width, entry.value.value)));
  const sorted = [...cases].sort((a, b) => a - b);
  const rest: [number, number][] = [];
  let next = 0;
  for (const value of sorted) {
    if (value > next) rest.push([next, value - 1]);
    next = value + 1;
  }
  if (next < size) rest.push([next, size - 1]);
  return {
    bySuccessor: [rest, ...cases.map((value) => [[value, value]] as const)],
    constants: [...new Set([sorted[0] ?? 0, ...sorted])],
  };
}

function startsOf(root: OperandRoot, breaks: readonly number[], size: number): number[] | undefined {
  if (root.breaks === undefined) {
    if (root.width > ENUMERABLE_WIDTH) return undefined;
    return Array.from({ length: size }, (_, i) => i);
  }
  if (root.width <= 8) return Array.from({ length: size }, (_, i) => i);
  return [...new Set([0, ...breaks.filter((x) => x > 0 && x < size)])].sort((a, b) => a - b);
}

function forEachPiece(
  starts: readonly number[],
  size: number,
  visit: (low: number, high: number) => void,
): void {
  starts.forEach((low, i) => visit(low, (starts[i + 1] ?? size) - 1));
}
