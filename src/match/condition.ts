// The IR's side of a condition: which values of an operand take which successor. The operand can be the condition's own
// operand or, since the back end tests what is cheapest, a value that the operand is computed from by constants.
import type { Terminator, Value } from "../bitcode/index.ts";
import type { ValueSet } from "./value-set.ts";

/** A value that the condition depends on alone. */
export interface OperandRoot {
  readonly value: Value;
  /** Bits, 1 to 32. */
  readonly width: number;
  /** The condition's value (unsigned) for a value of the root (unsigned). */
  readonly conditionOf: (root: number) => number;
  /** Values of the root at which the condition can change; undefined: anywhere, try each. */
  readonly breaks: readonly number[] | undefined;
  /** Constants in the chain, as hints for where comparisons are. */
  readonly constants: readonly number[];
  /** The largest value that the root can have, as far as its own instruction tells. */
  readonly largest: number;
}

/** Roots larger than this are not tried value by value, but on samples. */
const ENUMERABLE_WIDTH = 16;
const MAX_CHAIN = 6;

/**
 * What a switch's operand, or a branch's condition, is computed from, the nearest first. The condition of a branch itself
 * is among them only where it comes from elsewhere (an argument, a load, a phi): one that is computed here is tested by the
 * instruction that computes it, and no register ever holds it.
 */
export function operandRoots(condition: Value, isBranch: boolean): OperandRoot[] {
  const roots: OperandRoot[] = [];
  const width = widthOf(condition);
  if (width === undefined) return roots;
  let root: OperandRoot = {
    value: condition,
    width,
    conditionOf: (x) => x,
    breaks: [],
    constants: [],
    largest: largestOf(condition, width),
  };
  let step = stepBack(condition);
  if (!isBranch || (step === undefined && !isTestedOnly(condition))) roots.push(root);
  for (let steps = 0; step !== undefined && steps < MAX_CHAIN; steps++) {
    const inner = root;
    const { apply } = step;
    root = {
      value: step.operand,
      width: step.width,
      conditionOf: (x) => inner.conditionOf(apply(x)),
      breaks: step.breaks === undefined || inner.breaks === undefined ? undefined : step.breaks(inner.breaks),
      constants: [...step.constants, ...inner.constants],
      largest: largestOf(step.operand, step.width),
    };
    // Between an `icmp` and the branch on it there is only a condition register.
    if (step.width > 1) roots.push(root);
    step = stepBack(step.operand);
  }
  return roots;
}

/** Is the condition put together from others, or a comparison? Then a condition register holds it, and no other. */
function isTestedOnly(condition: Value): boolean {
  return (
    condition.kind === "instruction" &&
    (condition.op === "binary" ||
      condition.op === "select" ||
      condition.op === "icmp" ||
      condition.op === "fcmp")
  );
}

/** The largest unsigned value that the value's own instruction can give. */
function largestOf(value: Value, width: number): number {
  const all = 2 ** width - 1;
  if (value.kind !== "instruction") return all;
  if (value.op === "cast" && value.operator === "zext") {
    const inner = widthOf(value.operand);
    return inner === undefined ? all : Math.min(all, largestOf(value.operand, inner));
  }
  if (value.op !== "binary") return all;
  const right = constantOf(value.right, width);
  if (right === undefined) return all;
  switch (value.operator) {
    case "and":
      return right;
    case "urem":
      return right === 0 ? all : right - 1;
    case "lshr":
      return right < width ? Math.floor(all / 2 ** right) : all;
    default:
      return all;
  }
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
  /** The root's values that are looked at: all, or for a branch samples. */
  readonly domain: ValueSet;
  /** By successor index: the root's values that take it. */
  readonly bySuccessor: readonly ValueSet[];
  readonly constants: readonly number[];
}

/** Which values of `root` take which successor of a `condbr` or `switch`; undefined for a root that can't be used. */
export function conditionSets(terminator: Terminator, root: OperandRoot): ConditionSets | undefined {
  if (terminator.op === "condbr") return branchSets(root);
  // A switch's own operand only: values of it are what the mapping reports.
  if (terminator.op !== "switch" || root.constants.length > 0 || root.breaks?.length !== 0) return undefined;
  const cases = terminator.cases.map((entry) => Number(BigInt.asUintN(root.width, entry.value.value)));
  const sorted = [...cases].sort((a, b) => a - b);
  const domain: ValueSet = [[0, Math.max(root.largest, sorted[sorted.length - 1] ?? 0)]];
  const rest: [number, number][] = [];
  let next = 0;
  for (const value of sorted) {
    if (value > next) rest.push([next, value - 1]);
    next = value + 1;
  }
  if (next <= domain[0]![1]) rest.push([next, domain[0]![1]]);
  return {
    domain,
    bySuccessor: [rest, ...cases.map((value) => [[value, value]] as const)],
    constants: [...new Set([sorted[0] ?? 0, ...sorted])],
  };
}

function branchSets(root: OperandRoot): ConditionSets {
  const size = 2 ** root.width;
  const pieces: (readonly [number, number])[] = [];
  if (root.width > 8 && root.breaks !== undefined) {
    const inside = root.breaks.filter((x) => x > 0 && x < size);
    const starts = [...new Set([0, ...inside])].sort((a, b) => a - b);
    starts.forEach((low, i) => pieces.push([low, (starts[i + 1] ?? size) - 1]));
  } else if (root.width <= ENUMERABLE_WIDTH) {
    for (let value = 0; value < size; value++) pieces.push([value, value]);
  } else for (const value of samples(root.constants, size)) pieces.push([value, value]);
  const sets: [number, number][][] = [[], []];
  const domain: [number, number][] = [];
  for (const piece of pieces) {
    append(sets[(root.conditionOf(piece[0]) & 1) === 1 ? 0 : 1]!, piece);
    append(domain, piece);
  }
  return { domain, bySuccessor: sets, constants: root.constants };
}

function append(set: [number, number][], [low, high]: readonly [number, number]): void {
  const last = set[set.length - 1];
  if (last !== undefined && last[1] + 1 === low) last[1] = high;
  else set.push([low, high]);
}

/** Values that tell conditions on the root apart, ascending. */
export function samplesOf(root: OperandRoot): number[] {
  const size = 2 ** root.width;
  if (root.width <= 8) return Array.from({ length: size }, (_, value) => value);
  return samples([...root.constants, ...(root.breaks ?? [])], size);
}

/** Values that tell conditions on single bits and on the given constants apart, ascending. */
function samples(constants: readonly number[], size: number): number[] {
  const all = new Set<number>([0, size - 1]);
  for (let bit = 1; bit < size; bit *= 2) {
    all.add(bit);
    all.add(size - 1 - bit);
    for (const value of constants) all.add((value ^ bit) >>> 0);
  }
  // A fixed sequence, so that the same program always has the same mapping.
  let state = 0x9e3779b9;
  for (let i = 0; i < 200; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    all.add(state % size);
  }
  for (const value of constants) for (const near of [value - 1, value, value + 1]) all.add(near >>> 0);
  return [...all].filter((value) => value < size).sort((a, b) => a - b);
}
