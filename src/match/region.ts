// Walks the machine code of one function from a probe to the next probes: which machine edges and calls lie between, and
// which decisions lead where. What lies between two probes is the code of one IR block at one place, plus what the back end
// put on its way out: switch trees, split edges, merged tails.
import type { JumpTargets, MachineCode, MachineFunction, PlacedFunction } from "../cfg/index.ts";
import type { NodeCall, UnmatchedReason } from "./mapping.ts";

/** A function ready to be walked. */
export interface WalkableFunction {
  readonly placed: PlacedFunction;
  readonly code: MachineCode;
  readonly machine: MachineFunction;
  readonly jumps: JumpTargets;
  /** IR block → address of its label, where that is a value somewhere. */
  readonly labels: ReadonlyMap<number, number>;
  /** Probe index → IR block. */
  readonly probes: ReadonlyMap<number, number>;
  /** By item: the block that execution is in when it stands before the item. */
  readonly blockOf: Int32Array;
  /** Word of the instruction at an address inside the function. */
  wordAt(address: number): number;
}

export type PlaceEnd =
  | { readonly kind: "probe"; readonly item: number; readonly irBlock: number }
  | { readonly kind: "return"; readonly item: number; readonly block: number }
  | { readonly kind: "noreturn"; readonly item: number; readonly block: number }
  /** The code runs into something that is never reached. */
  | { readonly kind: "unreachable"; readonly item: number }
  /** Code without a probe: an IR block whose code was merged with another's starts here. Never the end of a leaf. */
  | { readonly kind: "code"; readonly item: number };

/** One way out of a conditional branch (taken or not) or of a jump table (the item of the label). */
export interface Decision {
  readonly item: number;
  readonly taken: boolean;
  /** Jump tables: the label's item; conditional branches: -1. */
  readonly target: number;
}

export interface RegionLeaf {
  readonly end: PlaceEnd;
  readonly decisions: readonly Decision[];
  /** Machine edges after the region's common path. */
  readonly path: readonly number[];
  /** Where control is after each decision: the item, and how much of `path` is behind it. */
  readonly places: readonly { readonly item: number; readonly passed: number }[];
  /** Is there a call after the region's common path? */
  readonly calls: boolean;
  /** Callees (null: indirect) along the way, each with the number of decisions before it. */
  readonly callees: readonly Callee[];
}

export interface Callee {
  readonly name: string | null;
  readonly after: number;
}

export interface Region {
  /** Edges and calls up to the first decision, or up to the only end. */
  readonly path: readonly number[];
  readonly calls: readonly NodeCall[];
  readonly leaves: readonly RegionLeaf[];
}

export interface RegionProblem {
  readonly reason: UnmatchedReason;
  readonly detail: string;
}

/** What the IR block of the region ends with, when it has no successors but `unreachable`: the name of the last call. */
export interface NoReturn {
  /** null: an indirect call, or an intrinsic that may become any instruction. */
  readonly callee: string | null;
}

const MAX_LEAVES = 100_000;
const MAX_STEPS = 2_000_000;

/** Prepares a placed function for walking. */
export function walkable(
  placed: PlacedFunction,
  code: MachineCode,
  machine: MachineFunction,
  jumps: JumpTargets,
  probes: ReadonlyMap<number, number>,
  labels: ReadonlyMap<number, number>,
  wordAt: (address: number) => number,
): WalkableFunction {
  const { items, addresses, flows } = placed;
  const blockOf = new Int32Array(items.length + 1);
  let current = machine.entry;
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    if (item.kind === "label" || item.kind === "instruction") {
      const block = code.blockAt(addresses[i]!);
      if (block !== undefined && block.start === addresses[i] && block.function === placed.name)
        current = block.id;
    }
    blockOf[i] = current;
    if (item.kind === "instruction" && flows[i]!.kind !== "next") {
      const next = code.blockAt(addresses[i]! + 4);
      if (next !== undefined && next.function === placed.name) current = next.id;
    }
  }
  blockOf[items.length] = current;
  return { placed, code, machine, jumps, labels, probes, blockOf, wordAt };
}

interface Walk {
  item: number;
  block: number;
  path: number[];
  calls: NodeCall[];
  callees: Callee[];
  decisions: Decision[];
  places: { item: number; passed: number }[];
  /** Items of conditional branches on this walk, to find loops without probes. */
  seen: Set<number>;
}

/** Explores from `start` (the item of a probe, whose own code follows it, or the function's first item). */
export function exploreRegion(
  fn: WalkableFunction,
  start: number,
  noreturn: NoReturn | undefined,
): Region | RegionProblem {
  const { placed } = fn;
  const leaves: RegionLeaf[] = [];
  let common: { path: number[]; calls: NodeCall[] } | undefined;
  let steps = 0;
  const first = placed.items[start]?.kind === "probe" ? start + 1 : start;
  const stack: Walk[] = [
    {
      item: first,
      block: fn.blockOf[start]!,
      path: [],
      calls: [],
      callees: [],
      decisions: [],
      places: [],
      seen: new Set(),
    },
  ];
  while (stack.length > 0) {
    const walk = stack.pop()!;
    const result = runStraight(fn, walk, noreturn, () => ++steps > MAX_STEPS);
    if ("reason" in result) return result;
    if (result.kind !== "fork") {
      common ??= { path: walk.path, calls: walk.calls };
      leaves.push({
        end: result,
        decisions: walk.decisions,
        path: walk.path.slice(common.path.length),
        places: walk.places,
        calls: walk.calls.length > common.calls.length,
        callees: walk.callees,
      });
      if (leaves.length > MAX_LEAVES)
        return { reason: "too-many-paths", detail: `more than ${MAX_LEAVES} ways` };
      continue;
    }
    common ??= { path: walk.path.slice(), calls: walk.calls };
    if (walk.seen.has(walk.item)) {
      return { reason: "loop-in-block", detail: `a machine loop at 0x${hex(fn, walk.item)} has no probe` };
    }
    // Later ways first on the stack, so that leaves come in machine order.
    for (const way of result.ways.slice().reverse()) {
      const places = [
        ...walk.places,
        { item: way.to, passed: walk.path.length + way.edges.length - common.path.length },
      ];
      if (way.end !== undefined) {
        leaves.push({
          end: way.end,
          decisions: [...walk.decisions, way.decision],
          path: [...walk.path, ...way.edges].slice(common.path.length),
          places,
          calls: walk.calls.length > common.calls.length,
          callees: walk.callees,
        });
        continue;
      }
      stack.push({
        item: way.to,
        block: way.block,
        path: [...walk.path, ...way.edges],
        calls: walk.calls.slice(),
        callees: walk.callees.slice(),
        decisions: [...walk.decisions, way.decision],
        places,
        seen: new Set(walk.seen).add(walk.item),
      });
    }
  }
  return { path: common?.path ?? [], calls: common?.calls ?? [], leaves };
}

function hex(fn: WalkableFunction, item: number): string {
  return (fn.placed.addresses[item] ?? 0).toString(16);
}

interface Way {
  readonly to: number;
  /** Set when nothing more follows. */
  readonly end?: PlaceEnd;
  readonly block: number;
  readonly edges: readonly number[];
  readonly decision: Decision;
}
interface Fork {
  readonly kind: "fork";
  readonly ways: readonly Way[];
}

/** Runs until a decision or an end; `walk` is advanced, and stands on the deciding instruction at a fork. */
function runStraight(
  fn: WalkableFunction,
  walk: Walk,
  noreturn: NoReturn | undefined,
  exhausted: () => boolean,
): PlaceEnd | Fork | RegionProblem {
  const { placed, code } = fn;
  const { items, addresses, flows, targets } = placed;
  let lastInstruction = -1;
  const visited = new Set<number>();
  const edge = (to: number, kind: "fallthrough" | "taken" | "indirect"): boolean => {
    const found = code.edgeBetween(walk.block, to, kind);
    if (found === undefined) return false;
    walk.path.push(found.id);
    walk.block = to;
    return true;
  };
  const lost = (): RegionProblem => ({
    reason: "uncovered-block",
    detail: `no machine edge at 0x${hex(fn, walk.item)}`,
  });
  for (;;) {
    if (exhausted()) return { reason: "too-many-paths", detail: "the walk is too long" };
    const i = walk.item;
    const item = items[i];
    const ended =
      noreturn !== undefined && lastInstruction >= 0 && endsWithoutReturn(fn, lastInstruction, noreturn);
    if (item === undefined || ((item.kind === "boundary" || item.kind === "label") && ended)) {
      if (ended) {
        const block = fn.blockOf[lastInstruction]!;
        dropReturnPoint(walk);
        return { kind: "noreturn", item: lastInstruction, block };
      }
      return { kind: "unreachable", item: i };
    }
    if ((item.kind === "label" || item.kind === "instruction") && fn.blockOf[i] !== walk.block) {
      if (!isPastEnd(fn, i) && !edge(fn.blockOf[i]!, "fallthrough")) return lost();
    }
    if (item.kind === "probe") {
      return { kind: "probe", item: i, irBlock: fn.probes.get(item.index) ?? -1 };
    }
    if (item.kind !== "instruction") {
      walk.item++;
      continue;
    }
    const flow = flows[i]!;
    lastInstruction = i;
    switch (flow.kind) {
      case "next":
        walk.item++;
        break;
      case "branch": {
        const to = targets[i]!;
        if (to < 0) return { kind: "return", item: i, block: walk.block };
        if (visited.has(i)) return { reason: "loop-in-block", detail: `a loop at 0x${hex(fn, i)}` };
        visited.add(i);
        if (!isPastEnd(fn, to) && !edge(blockAtItem(fn, to), "taken")) return lost();
        walk.item = to;
        lastInstruction = -1;
        break;
      }
      case "call":
      case "indirectCall": {
        const block = code.blocks[walk.block]!;
        walk.callees.push({ name: block.callee ?? null, after: walk.decisions.length });
        walk.calls.push({
          block: block.id,
          callee: block.callee ?? null,
          returnPoint: block.returnPoint ?? null,
          link: addresses[i]! + 4,
          at: walk.path.length,
          instruction: null,
        });
        if (flow.kind === "call" && block.returnPoint === undefined && noreturn === undefined) {
          return { kind: "noreturn", item: i, block: block.id };
        }
        walk.item++;
        walk.block = fn.blockOf[walk.item]!;
        break;
      }
      case "conditional": {
        const to = targets[i]!;
        if (to < 0) return lost();
        const skipped = wayTo(fn, walk, i + 1, "fallthrough", { item: i, taken: false, target: -1 });
        const taken = wayTo(fn, walk, to, "taken", { item: i, taken: true, target: -1 });
        return skipped && taken ? { kind: "fork", ways: [skipped, taken] } : lost();
      }
      case "conditionalReturn": {
        const skipped = wayTo(fn, walk, i + 1, "fallthrough", { item: i, taken: false, target: -1 });
        if (skipped === undefined) return lost();
        return {
          kind: "fork",
          ways: [
            skipped,
            {
              to: i,
              end: { kind: "return", item: i, block: walk.block },
              block: walk.block,
              edges: [],
              decision: { item: i, taken: true, target: -1 },
            },
          ],
        };
      }
      case "indirect": {
        const tables = fn.jumps.get(i);
        if (tables === undefined) {
          return { reason: "jump-table-not-found", detail: `the jump at 0x${hex(fn, i)} has no known table` };
        }
        const ways: Way[] = [];
        for (const target of new Set(tables.flat())) {
          const way = wayTo(fn, walk, target, "indirect", { item: i, taken: true, target });
          if (way === undefined) return lost();
          ways.push(way);
        }
        return { kind: "fork", ways };
      }
      case "return":
        return { kind: "return", item: i, block: walk.block };
      case "trap":
        return { kind: "noreturn", item: i, block: walk.block };
      case "conditionalCall":
        return { reason: "branch-in-block", detail: `a conditional call at 0x${hex(fn, i)}` };
    }
  }
}

/** A way to item `to`; undefined: the machine code has no such edge. */
function wayTo(
  fn: WalkableFunction,
  walk: Walk,
  to: number,
  kind: "fallthrough" | "taken" | "indirect",
  decision: Decision,
): Way | undefined {
  if (isPastEnd(fn, to)) return { to, block: walk.block, edges: [], decision };
  const { placed, code } = fn;
  // What falls through may come to padding first, which no item stands for.
  const next = placed.addresses[decision.item]! + 4;
  const block = kind === "fallthrough" ? code.blockAt(next)?.id : blockAtItem(fn, to);
  const edge = block === undefined ? undefined : code.edgeBetween(walk.block, block, kind);
  return block === undefined || edge === undefined ? undefined : { to, block, edges: [edge.id], decision };
}

/**
 * Is the item behind the function's last instruction? Blocks that are never reached and have no code can be there: what leads
 * to them is an edge to whatever function comes next, which nothing is ever counted on.
 */
function isPastEnd(fn: WalkableFunction, item: number): boolean {
  return (fn.placed.addresses[item] ?? fn.machine.end) >= fn.machine.end;
}

function blockAtItem(fn: WalkableFunction, item: number): number {
  return fn.blockOf[item]!;
}

function endsWithoutReturn(fn: WalkableFunction, item: number, noreturn: NoReturn): boolean {
  const flow = fn.placed.flows[item]!;
  if (flow.kind === "indirectCall") return noreturn.callee === null;
  if (flow.kind !== "call") return false;
  const callee = fn.code.blocks[fn.blockOf[item]!]!.callee;
  return noreturn.callee === null || callee === undefined || noreturn.callee === callee;
}

function dropReturnPoint(walk: Walk): void {
  const last = walk.calls.pop();
  if (last) walk.calls.push({ ...last, returnPoint: null });
}
