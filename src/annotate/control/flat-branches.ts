// Branches around nothing. Cores without a select instruction choose between two values by a branch, which the final IR shows (with
// an empty block on one way, or on both) and the accounting counts. The host need not branch, and what it cannot foresee
// would cost it dearly: values are selected there, and the conditions tell which counters grow.
//
// Such branches come in rows, and the back end may have copied what stands between them, since it knows there which way the
// one before went. A *region* is a row that is entered in one place and ends in one place, or returns; its code is
// emitted once, and the conditions together say which path through the plan's nodes was taken.

import {
  terminatorOf,
  type BasicBlock,
  type CondBrInstruction,
  type GlobalFunction,
  type Instruction,
  type Value,
} from "../../bitcode/index.ts";
import { outgoingEdges, type FunctionPlan, type OutgoingEdge } from "../plan.ts";

/** One step of a region, from an IR block to the next. */
export interface FlatStep {
  /** The choice; null: there is none. */
  readonly choice: FlatChoice | null;
  /** IR block where values that meet there come from, on the way on which the condition holds, and on the other. */
  readonly fromYes: number;
  readonly fromNo: number;
  /** IR block that it leads to. */
  readonly to: number;
  /** Plan node whose code goes on then: any of the copies; -1: the region has ended. */
  readonly node: number;
}

export interface FlatChoice {
  readonly condition: Value;
  /** Which of the path's bits the condition is. */
  readonly bit: number;
  /** The bit is set where the condition does not hold: an earlier choice was the opposite one. */
  readonly inverted: boolean;
}

/** Paths are numbered by their conditions: the first one is the number's highest bit. */
export interface FlatRegion {
  readonly head: number;
  readonly steps: readonly FlatStep[];
  /** The node where it ends; null: it returns. */
  readonly end: number | null;
  /** Nodes without code of their own: all but the head and the end. */
  readonly inner: readonly number[];
  /** Number of conditions. */
  readonly bits: number;
  /** The paths on which each plan edge is taken. */
  readonly edges: ReadonlyMap<number, readonly number[]>;
  /** The paths on which it returns from each node. */
  readonly returns: ReadonlyMap<number, readonly number[]>;
}

/** What decides whether a branch can be flat, beside the plan. */
export interface FlatLimits {
  /** Is nothing but counting and moving values done on a plan edge? */
  mayPass(edge: number): boolean;
  /** Does an instruction do the same in every copy of its block? */
  isSame(node: number, inst: Instruction): boolean;
  /** Is what meets in an IR block to be selected by a condition? */
  isSelectable(block: BasicBlock, condition: Value): boolean;
}

/** Number of the edge that stands for a node's region. */
export const flatEdge = (node: number): number => -1 - node;

/** Conditions of a region: there are two to the power of this many paths to count. */
const MOST_BITS = 8;

/** Regions by their first node. `order`: the reachable nodes in reverse postorder. */
export function flatRegions(
  fn: GlobalFunction,
  plan: FunctionPlan,
  order: readonly number[],
  limits: FlatLimits,
): Map<number, FlatRegion> {
  const finder = new RegionFinder(fn, plan, limits);
  const found = new Map<number, FlatRegion>();
  const inner = new Set<number>();
  for (const node of order) {
    if (inner.has(node)) continue;
    const region = finder.from(node);
    if (region === null) continue;
    found.set(node, region);
    for (const one of region.inner) inner.add(one);
  }
  return found;
}

/** Where the paths with one beginning are: the conditions so far as a number, the last one lowest. */
interface Place {
  readonly path: number;
  readonly node: number;
}

/** A plan edge, or a return, on the paths that begin so; `bits`: how many conditions that tells. */
interface Passage {
  readonly at: number;
  readonly path: number;
  readonly bits: number;
}

/** What has been gone through up to a place where the region could end. */
interface Stage {
  readonly steps: number;
  readonly bits: number;
  readonly passages: number;
  readonly inner: number;
  readonly end: number | null;
}

class RegionFinder {
  readonly #fn: GlobalFunction;
  readonly #plan: FunctionPlan;
  readonly #limits: FlatLimits;
  readonly #outgoing: readonly (readonly OutgoingEdge[])[];
  readonly #incoming: readonly (readonly number[])[];
  readonly #busy: ReadonlySet<number>;

  constructor(fn: GlobalFunction, plan: FunctionPlan, limits: FlatLimits) {
    this.#fn = fn;
    this.#plan = plan;
    this.#limits = limits;
    this.#outgoing = outgoingEdges(plan);
    const incoming: number[][] = plan.nodes.map(() => []);
    for (const { from, to } of plan.edges) incoming[to]?.push(from);
    this.#incoming = incoming;
    this.#busy = new Set((plan.sites ?? []).map(({ node }) => node));
  }

  /** The region that begins at a node; null: none does. */
  from(head: number): FlatRegion | null {
    let places: readonly Place[] = [{ path: 0, node: head }];
    const steps: FlatStep[] = [];
    const passages: Passage[] = [];
    const returns: Passage[] = [];
    const inner: number[] = [];
    const inside = new Set([head]);
    const known = new Map<string, number>();
    let bits = 0;
    let best: Stage | null = null;
    for (;;) {
      const block = this.#blockOf(places[0]?.node ?? -1);
      const last = terminatorOf(block);
      const apart = places.some(({ node }) => node !== places[0]?.node);
      if (last.op === "ret" && apart) {
        for (const { node, path } of places) returns.push({ at: node, path, bits });
        best = { steps: steps.length, bits, passages: passages.length, inner: inner.length, end: null };
        break;
      }
      const next = this.#next(places, last, known, bits, inside);
      if (next === null || next.bits > MOST_BITS) break;
      const entered = [...new Set(next.places.map(({ node }) => node))];
      if ([...next.arms, ...entered].some((node) => inside.has(node))) break;
      const nodes = [...new Set(next.arms)];
      passages.push(...next.passages);
      inner.push(...nodes);
      for (const node of nodes) inside.add(node);
      bits = next.bits;
      steps.push({ ...next.step, node: entered[0] ?? -1 });
      const first = entered[0] ?? -1;
      places = next.places;
      if (entered.length === 1 && bits > 0 && (apart || next.step.choice !== null))
        best = { steps: steps.length, bits, passages: passages.length, inner: inner.length, end: first };
      if (!this.#mayGoOn(entered, inside)) break;
      inner.push(...entered);
      for (const node of entered) inside.add(node);
    }
    return best === null ? null : this.#region(head, steps, passages, returns, inner, best);
  }

  #region(
    head: number,
    steps: readonly FlatStep[],
    passages: readonly Passage[],
    returns: readonly Passage[],
    inner: readonly number[],
    { bits, end, ...lengths }: Stage,
  ): FlatRegion {
    const wholePaths = (list: readonly Passage[]): Map<number, number[]> => {
      const paths = new Map<number, number[]>();
      for (const { at, path, bits: told } of list) {
        const all = paths.get(at) ?? [];
        const rest = 1 << (bits - told);
        for (let i = 0; i < rest; i += 1) all.push(path * rest + i);
        paths.set(at, all);
      }
      return paths;
    };
    const taken = steps.slice(0, lengths.steps);
    return {
      head,
      steps: taken.map((step, i) => (end !== null && i === taken.length - 1 ? { ...step, node: -1 } : step)),
      end,
      inner: inner.slice(0, lengths.inner),
      bits,
      edges: wholePaths(passages.slice(0, lengths.passages)),
      returns: end === null ? wholePaths(returns) : new Map(),
    };
  }

  /** One step on from all places; null: it cannot be gone without branching. */
  #next(
    places: readonly Place[],
    last: Instruction,
    known: Map<string, number>,
    bits: number,
    inside: ReadonlySet<number>,
  ): {
    places: Place[];
    passages: Passage[];
    arms: number[];
    bits: number;
    step: Omit<FlatStep, "node">;
  } | null {
    const from = this.#plan.nodes[places[0]?.node ?? -1]?.irBlock ?? -1;
    if (last.op === "br") {
      const next = places.map(({ node, path }) => ({ path, edges: this.#outgoing[node] ?? [] }));
      if (next.some(({ edges }) => edges.length !== 1 || !this.#limits.mayPass(edges[0]?.i ?? -1)))
        return null;
      return {
        places: next.map(({ path, edges }) => ({ path, node: edges[0]?.edge.to ?? -1 })),
        passages: next.map(({ path, edges }) => ({ at: edges[0]?.i ?? -1, path, bits })),
        arms: [],
        bits,
        step: { choice: null, fromYes: from, fromNo: from, to: last.target },
      };
    }
    if (last.op !== "condbr" || last.ifTrue === last.ifFalse) return null;
    const ways = this.#waysOf(last, from);
    if (ways === null || !this.#limits.isSelectable(this.#fn.blocks[ways.to]!, last.condition)) return null;
    const key = conditionKey(last.condition);
    const same = key === null ? undefined : known.get(key.key);
    const bit = same ?? (key === null ? undefined : known.get(key.inverted));
    const opposite = same === undefined && bit !== undefined;
    if (bit === undefined && key !== null) known.set(key.key, bits);
    const all = bit === undefined ? bits + 1 : bits;
    const result: { places: Place[]; passages: Passage[]; arms: number[] } = {
      places: [],
      passages: [],
      arms: [],
    };
    for (const { node, path } of places) {
      for (const holds of [true, false]) {
        const set = holds !== opposite;
        if (bit !== undefined && ((path >> (bits - 1 - bit)) & 1) !== Number(set)) continue;
        const longer = bit === undefined ? path * 2 + Number(set) : path;
        const way = this.#go(node, holds ? 0 : 1, (holds ? ways.yes : ways.no) !== from, inside);
        if (way === null) return null;
        result.places.push({ path: longer, node: way.end });
        for (const edge of way.edges) result.passages.push({ at: edge, path: longer, bits: all });
        if (way.arm !== null) result.arms.push(way.arm);
      }
    }
    return {
      ...result,
      bits: all,
      step: {
        choice: { condition: last.condition, bit: bit ?? bits, inverted: opposite },
        fromYes: ways.yes,
        fromNo: ways.no,
        to: ways.to,
      },
    };
  }

  /** IR blocks from which both ways of a branch come to the block where they meet; null: something is done on the way. */
  #waysOf(last: CondBrInstruction, from: number): { yes: number; no: number; to: number } | null {
    const past = (block: number): number | null => {
      const { instructions } = this.#fn.blocks[block]!;
      const end = instructions.at(-1);
      return end?.op === "br" && instructions.every((inst) => inst === end || isNothing(inst))
        ? end.target
        : null;
    };
    const [yes, no] = [past(last.ifTrue), past(last.ifFalse)];
    if (no !== null && no === last.ifTrue) return { yes: from, no: last.ifFalse, to: no };
    if (yes !== null && yes === last.ifFalse) return { yes: last.ifTrue, no: from, to: yes };
    return yes !== null && yes === no ? { yes: last.ifTrue, no: last.ifFalse, to: yes } : null;
  }

  /** A way of a node's branch, through an empty node or not; null: something else is done on it. */
  #go(
    node: number,
    successor: number,
    through: boolean,
    inside: ReadonlySet<number>,
  ): { edges: number[]; end: number; arm: number | null } | null {
    const way = (this.#outgoing[node] ?? []).find(({ edge }) => edge.successors.includes(successor));
    if (way === undefined || way.edge.successors.length !== 1 || !this.#limits.mayPass(way.i)) return null;
    const { to } = way.edge;
    if (!through) return { edges: [way.i], end: to, arm: null };
    const next = this.#outgoing[to] ?? [];
    const only = next[0];
    if (only === undefined || next.length !== 1 || !this.#limits.mayPass(only.i)) return null;
    const { calls } = this.#plan.nodes[to]!;
    if (this.#incoming[to]?.every((from) => inside.has(from)) !== true) return null;
    if (this.#busy.has(to) || (calls !== null && calls.length > 0)) return null;
    return { edges: [way.i, only.i], end: only.edge.to, arm: to };
  }

  /** Can the code of these nodes, copies of one block, be emitted once, inside a region? */
  #mayGoOn(nodes: readonly number[], inside: ReadonlySet<number>): boolean {
    const first = nodes[0] ?? -1;
    const { irBlock } = this.#plan.nodes[first]!;
    return nodes.every((node) => {
      const { irBlock: block, calls } = this.#plan.nodes[node]!;
      if (block !== irBlock || (calls !== null && calls.length > 0)) return false;
      if (!this.#incoming[node]!.every((from) => inside.has(from))) return false;
      if (this.#busy.has(node)) return false;
      const { instructions } = this.#fn.blocks[block]!;
      if (instructions.some((inst) => inst.op === "call" && !isNothing(inst))) return false;
      return nodes.length === 1 || instructions.every((inst) => this.#limits.isSame(node, inst));
    });
  }

  #blockOf(node: number): BasicBlock {
    return this.#fn.blocks[this.#plan.nodes[node]!.irBlock]!;
  }
}

/** What holds where a comparison of integers does not. */
export const OPPOSITE = {
  eq: "ne",
  ne: "eq",
  slt: "sge",
  sge: "slt",
  sgt: "sle",
  sle: "sgt",
  ult: "uge",
  uge: "ult",
  ugt: "ule",
  ule: "ugt",
} as const;

/** Equal texts for conditions that are always equal, and the text of the opposite one; null: nothing is known. */
function conditionKey(condition: Value): { key: string; inverted: string } | null {
  if (condition.kind === "instruction" && condition.op === "icmp") {
    const opposite = OPPOSITE[condition.predicate];
    const operands = [condition.left, condition.right].map(valueKey);
    if (!operands.includes(null)) {
      const text = (predicate: string): string => `${predicate} ${operands.join(" ")}`;
      return { key: text(condition.predicate), inverted: text(opposite) };
    }
  }
  const key = valueKey(condition);
  return key === null ? null : { key, inverted: `not ${key}` };
}

function valueKey(value: Value): string | null {
  if (value.kind === "instruction" || value.kind === "argument") return `%${String(value.slot)}`;
  return value.kind === "integer" ? `${String(value.type.id)}:${String(value.value)}` : null;
}

/** Probes, and barriers for the compiler. */
function isNothing(inst: Instruction): boolean {
  if (inst.op !== "call" || inst.args.length > 4) return false;
  const { callee } = inst;
  if (callee.kind === "asm") return callee.text === "" && inst.args.length === 0;
  return callee.kind === "function" && callee.name.startsWith("llvm.pseudoprobe");
}

/** The nodes and edges that code is emitted for: a region has one edge, or none, and no inner nodes. */
export function flattened(
  plan: FunctionPlan,
  reachable: readonly number[],
  flat: ReadonlyMap<number, FlatRegion>,
): { nodes: readonly number[]; edges: { from: number; to: number; index: number }[] } {
  const inner = new Set([...flat.values()].flatMap((region) => region.inner));
  const nodes = reachable.filter((node) => !inner.has(node));
  const number = new Int32Array(plan.nodes.length).fill(-1);
  nodes.forEach((node, i) => {
    number[node] = i;
  });
  const at = (node: number): number => number[node] ?? -1;
  const edges = plan.edges.flatMap((edge, index) =>
    at(edge.from) < 0 || flat.has(edge.from) ? [] : [{ from: at(edge.from), to: at(edge.to), index }],
  );
  for (const [node, { end }] of flat)
    if (end !== null) edges.push({ from: at(node), to: at(end), index: flatEdge(node) });
  return { nodes, edges };
}
