// `switch`: intervals of the operand, each with its plan edge, decided by tables where cases are dense and by halving
// where they are not.

import type { SwitchInstruction } from "../../bitcode/index.ts";
import { scalarWidth } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import type { OutgoingEdge } from "../plan.ts";
import { binaryen, type Expression } from "../wasm.ts";

interface Interval {
  readonly low: bigint;
  readonly high: bigint;
  /** Plan edge; -1: cannot happen. */
  readonly edge: number;
}

/** A table may have this many entries for each interval in it. */
const TABLE_DENSITY = 8;
const TABLE_LIMIT = 1 << 14;

/**
 * So many single values, or fewer, are each compared with if all others go one way: equality is rare, so the branches are
 * foreseen, while a value is as likely as not to be between two others. This number of them goes into a table if they are dense.
 */
const MOST_EQUALITIES = 3;

/** The intervals of a switch, ascending, covering all values of the operand. */
export function switchIntervals(inst: SwitchInstruction, edges: readonly OutgoingEdge[]): Interval[] {
  const width = scalarWidth(inst.condition.type);
  const most = (1n << BigInt(width)) - 1n;
  const bySuccessor = new Map<number, number>();
  const pieces: Interval[] = [];
  for (const { edge, i } of edges) {
    if (edge.values === undefined) for (const successor of edge.successors) bySuccessor.set(successor, i);
    else for (const [low, high] of edge.values) pieces.push({ low, high, edge: i });
  }
  inst.cases.forEach((entry, k) => {
    const value = BigInt.asUintN(width, entry.value.value);
    const edge = bySuccessor.get(k + 1);
    if (edge !== undefined) pieces.push({ low: value, high: value, edge });
  });
  pieces.sort((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : 0));
  const otherwise = bySuccessor.get(0) ?? -1;
  const all: Interval[] = [];
  const add = (low: bigint, high: bigint, edge: number): void => {
    const last = all.at(-1);
    if (last !== undefined && last.edge === edge) all[all.length - 1] = { low: last.low, high, edge };
    else all.push({ low, high, edge });
  };
  let next = 0n;
  for (const piece of pieces) {
    if (piece.low < next || piece.high < piece.low || piece.high > most)
      throw new Untranslatable("a plan's switch intervals overlap or are out of range", undefined, "BW0803");
    if (piece.low > next) add(next, piece.low - 1n, otherwise);
    add(piece.low, piece.high, piece.edge);
    next = piece.high + 1n;
  }
  if (next <= most) add(next, most, otherwise);
  return all;
}

export function emitSwitch(
  f: FunctionEmitter,
  inst: SwitchInstruction,
  edges: readonly OutgoingEdge[],
  go: (edge: number) => Expression[],
): Expression[] {
  const { m } = f;
  const node = f.nodeIndex;
  const wide = scalarWidth(inst.condition.type) > 32;
  const type = wide ? binaryen.i64 : binaryen.i32;
  const operand = f.newLocal(type);
  const value = (): Expression => m.local.get(operand, type);
  const label = (edge: number): string => `s${String(node)}_${edge < 0 ? "x" : String(edge)}`;
  const constant = (bits: bigint): Expression =>
    wide ? m.i64.const(BigInt.asIntN(64, bits)) : m.i32.const(Number(BigInt.asIntN(32, bits)));
  const t = wide ? m.i64 : m.i32;
  const intervals = switchIntervals(inst, edges);

  const decide = (list: readonly Interval[]): Expression[] => {
    const first = list[0];
    const last = list.at(-1);
    if (first === undefined || last === undefined) return [m.unreachable()];
    if (list.length === 1) return [m.br(label(first.edge))];
    if (list.length === 2)
      return [m.br_if(label(first.edge), t.lt_u(value(), constant(last.low))), m.br(label(last.edge))];
    const rare = list.filter(({ edge }) => edge !== first.edge);
    const byEquality = (): Expression[] => [
      ...rare.map(({ low, edge }) => m.br_if(label(edge), t.eq(value(), constant(low)))),
      m.br(label(first.edge)),
    ];
    const single = first.edge === last.edge && rare.every(({ low, high }) => low === high);
    if (single && rare.length < MOST_EQUALITIES) return byEquality();
    const table = decideByTable(list);
    if (table !== null) return [table];
    if (single && rare.length === MOST_EQUALITIES) return byEquality();
    const dense = denseWindow(list);
    if (dense !== null) {
      // Values in the window have gone when the others are looked at, so these need no gap.
      const { from, to } = dense;
      return [
        ...inBlock((other) => [jump(list.slice(from, to), other)]),
        ...decide([...list.slice(0, from), ...list.slice(to)]),
      ];
    }
    const second = list[1];
    if (first.edge === last.edge && second !== undefined) {
      // Most values are outside, on both sides: one comparison tells.
      const size = last.low - second.low;
      const outside = t.ge_u(t.sub(value(), constant(second.low)), constant(size));
      return [m.br_if(label(first.edge), outside), ...decide(list.slice(1, -1))];
    }
    const half = list.length >> 1;
    const pivot = list[half]?.low ?? 0n;
    return [
      m.if(t.lt_u(value(), constant(pivot)), m.block(null, decide(list.slice(0, half)))),
      ...decide(list.slice(half)),
    ];
  };
  const decideByTable = (list: readonly Interval[]): Expression | null => {
    const last = list.at(-1);
    const first = list[0];
    if (last === undefined || first === undefined) return null;
    // What lies outside the table goes the last interval's way, so the first must too, or be part of the table.
    const inner = first.edge === last.edge ? list.slice(1, -1) : list.slice(0, -1);
    const low = inner[0]?.low ?? 0n;
    const span = last.low - low;
    if (inner.length < 3 || span > BigInt(Math.min(TABLE_LIMIT, inner.length * TABLE_DENSITY))) return null;
    return jump(inner, label(last.edge));
  };
  let blocks = 0;
  const inBlock = (code: (name: string) => Expression[]): Expression[] => {
    const name = `s${String(node)}_other${String((blocks += 1))}`;
    return [m.block(name, code(name))];
  };
  /** A jump by table; values in none of the intervals go to `other`. */
  const jump = (list: readonly Interval[], other: string): Expression => {
    const low = list[0]?.low ?? 0n;
    const labels: string[] = [];
    for (const { low: from, high, edge } of list) {
      while (BigInt(labels.length) < from - low) labels.push(other);
      for (let at = from; at <= high; at += 1n) labels.push(label(edge));
    }
    const index = low === 0n ? value() : t.sub(value(), constant(low));
    if (!wide) return m.switch(labels, other, index);
    const wideIndex = f.newLocal(binaryen.i64);
    return m.block(null, [
      m.local.set(wideIndex, index),
      m.br_if(other, m.i64.ge_u(f.get(wideIndex), m.i64.const(BigInt(labels.length)))),
      m.switch(labels, other, m.i32.wrap(f.get(wideIndex))),
    ]);
  };

  /** The ways of these edges, each behind a block that `inner` can leave to get there. */
  const nest = (inner: Expression[], ways: Iterable<number>): Expression[] => {
    let whole = inner;
    for (const edge of ways)
      whole = [m.block(label(edge), whole), ...(edge < 0 ? [m.unreachable()] : go(edge))];
    return whole;
  };
  const start = m.local.set(operand, f.use(inst.condition));
  const parts = partsOf(intervals);
  const home = new Map<number, number>();
  parts.forEach((part, i) => {
    for (const { edge } of part) home.set(edge, (home.get(edge) ?? i) === i ? i : SHARED);
  });
  if (parts.length === 1) return nest([start, ...decide(intervals)], home.keys());
  // First the part, then the way in it; ways of several parts are around them all.
  const ranges = parts.map((part, i) => ({
    low: part[0]?.low ?? 0n,
    high: part.at(-1)?.high ?? 0n,
    edge: FIRST_PART + i,
  }));
  const waysOf = (part: number): number[] => [...home].filter(([, at]) => at === part).map(([edge]) => edge);
  let inner: Expression[] = [start, ...decide(ranges)];
  parts.forEach((part, i) => {
    inner = [m.block(label(FIRST_PART + i), inner), ...nest(decide(part), waysOf(i))];
  });
  return nest(inner, waysOf(SHARED));
}

/**
 * Ways that are nested in each other at most. Binaryen looks through the whole of a block when it is made, so that the time for
 * a nest of thousands would grow with its square.
 */
const MOST_WAYS = 256;
/** Number of the part that a way has which is in several. */
const SHARED = -1;
/** Parts have the numbers of edges that no plan has. */
const FIRST_PART = 2 ** 30;

/** The intervals in as many parts, in their order, as keep few ways in each. */
function partsOf(intervals: readonly Interval[]): (readonly Interval[])[] {
  const parts: Interval[][] = [];
  let ways = new Set<number>();
  for (const interval of intervals) {
    const part = parts.at(-1);
    if (part === undefined || (ways.size >= MOST_WAYS && !ways.has(interval.edge))) {
      parts.push([interval]);
      ways = new Set([interval.edge]);
    } else {
      part.push(interval);
      ways.add(interval.edge);
    }
  }
  return parts;
}

/** Fewest intervals that are worth a table of their own. */
const WINDOW = 4;

/** The longest run of intervals that is dense enough for a table, as indexes; null: none is. */
function denseWindow(list: readonly Interval[]): { readonly from: number; readonly to: number } | null {
  let best: { from: number; to: number } | null = null;
  let from = 0;
  list.forEach(({ high }, i) => {
    const tooLong = (): boolean => {
      const span = high - (list[from]?.low ?? 0n) + 1n;
      return span > BigInt(Math.min(TABLE_LIMIT, (i + 1 - from) * TABLE_DENSITY));
    };
    while (from <= i && tooLong()) from += 1;
    if (i + 1 - from >= Math.max(WINDOW, best === null ? 0 : best.to - best.from + 1))
      best = { from, to: i + 1 };
  });
  return best;
}
