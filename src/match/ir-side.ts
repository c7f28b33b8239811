// What the IR says about where control can be: which probe or end it comes to from the start of a block, when blocks in between may
// have left no code.
import { successorsOf, terminatorOf, type GlobalFunction } from "../bitcode/index.ts";
import { calleeOf, canVanish, isEmpty } from "../ir/index.ts";
import type { PlaceEnd, RegionLeaf } from "./region.ts";
import { splitLeaves } from "./ways.ts";

/** Blocks without code of their own that are looked through, one after the other. */
const MOST_LOST = 64;

/** What of the IR is known while one function is matched. */
export interface IrSide {
  readonly fn: GlobalFunction;
  /** Can control, arriving at the start of IR block `block`, be at `end` without passing a probe? */
  reaches(block: number, end: PlaceEnd): boolean;
  /** The same for a part of a region: `leaves` share their first `depth` decisions and are all that do. */
  reachesTree(block: number, leaves: readonly RegionLeaf[], depth: number): boolean;
  /** Is everything after the start of the block code that is never reached? */
  impossible(block: number): boolean;
  /** May the block have left no code at some place? */
  canBeLost(block: number): boolean;
  /** Blocks whose probe `reaches` can be true for, and perhaps some more. */
  firstProbes(block: number): ReadonlySet<number>;
}

export interface IrSideOptions {
  /** Blocks that have a probe somewhere. */
  readonly placed: ReadonlySet<number>;
  readonly strict: boolean;
  /** Also compare the calls on a way with those of the blocks that are believed to be there. */
  readonly calls: boolean;
  /** The name by which the program knows a function. */
  readonly nameOf: (name: string) => string;
  /** Does the IR call a function of this name (null: indirectly) anywhere? */
  readonly isIrCallee: (name: string | null) => boolean;
}

/**
 * The IR side of a function, with its answers remembered. `placed` are the blocks that have a probe somewhere: a block
 * without any was empty, or its code was merged with another's equal code and only its probe was left and dropped. A block
 * that has one can still be missing at some other place; strictly, only when it never had code of its own.
 */
export function irSideOf(fn: GlobalFunction, options: IrSideOptions): IrSide {
  const { placed, strict, nameOf } = options;
  const vanishes: (boolean | undefined)[] = [];
  const canBeLost = (block: number): boolean =>
    (vanishes[block] ??=
      !placed.has(block) || isEmpty(fn.blocks[block]!) || (!strict && canVanish(fn.blocks[block]!)));
  /** What is left of `calls` after the block's own; undefined when they do not begin with them. */
  const afterCalls = (block: number, calls: Calls): Calls | undefined => {
    if (calls === null) return null;
    let at = 0;
    for (const instruction of fn.blocks[block]!.instructions) {
      const callee = calleeOf(instruction);
      if (callee === undefined) continue;
      const name = callee === null ? null : nameOf(callee);
      if (!tellsApart(name)) continue;
      if (at >= calls.length || calls[at] !== name) return undefined;
      at++;
    }
    return calls.slice(at);
  };
  const segment = (leaf: RegionLeaf, depth: number): Calls =>
    options.calls
      ? leaf.callees
          .filter(({ name, after }) => after === depth && tellsApart(name) && options.isIrCallee(name))
          .map(({ name }) => name)
      : null;
  const impossible = new Map<number, boolean>();
  const isImpossible = (block: number, depth: number): boolean => {
    const known = impossible.get(block);
    if (known !== undefined) return known;
    if (depth > MOST_LOST || !canVanish(fn.blocks[block]!)) return false;
    impossible.set(block, false);
    const terminator = terminatorOf(fn.blocks[block]!);
    const next = successorsOf(terminator);
    const result =
      terminator.op === "unreachable" || (next.length > 0 && next.every((to) => isImpossible(to, depth + 1)));
    impossible.set(block, result);
    return result;
  };
  const reaches = (block: number, end: PlaceEnd, calls: Calls, visiting: Set<number>): boolean => {
    if (end.kind === "probe" && end.irBlock === block) return calls === null || calls.length === 0;
    if (visiting.size > MOST_LOST || visiting.has(block) || !canBeLost(block)) return false;
    const rest = afterCalls(block, calls);
    if (rest === undefined) return false;
    const terminator = terminatorOf(fn.blocks[block]!);
    const next = new Set(successorsOf(terminator));
    if (next.size === 0) {
      if (rest !== null && rest.length > 0) return false;
      if (terminator.op === "ret") return end.kind === "return";
      return terminator.op === "unreachable" && (end.kind === "unreachable" || end.kind === "noreturn");
    }
    visiting.add(block);
    let all = true;
    for (const to of next) {
      if (!reaches(to, end, rest, visiting)) {
        all = false;
        break;
      }
    }
    visiting.delete(block);
    return all;
  };
  const reachesTree = (
    block: number,
    leaves: readonly RegionLeaf[],
    depth: number,
    calls: Calls,
    steps: number,
  ): boolean => {
    const [first] = leaves;
    if (first === undefined || steps > MOST_LOST) return false;
    if (leaves.length === 1 && first.decisions.length === depth) {
      return reaches(block, first.end, calls, new Set());
    }
    if (!canBeLost(block)) return false;
    const rest = afterCalls(block, calls);
    if (rest === undefined) return false;
    const terminator = terminatorOf(fn.blocks[block]!);
    if (terminator.op === "br") return reachesTree(terminator.target, leaves, depth, rest, steps + 1);
    if (rest !== null && rest.length > 0) return false;
    if (terminator.op === "condbr") {
      const [one, other] = splitLeaves(leaves, depth);
      if (one === undefined || other === undefined) return false;
      const { ifTrue, ifFalse } = terminator;
      const on = (target: number, part: readonly RegionLeaf[]): boolean =>
        reachesTree(target, part, depth + 1, segment(part[0]!, depth + 1), steps + 1);
      return (on(ifTrue, one) && on(ifFalse, other)) || (on(ifFalse, one) && on(ifTrue, other));
    }
    if (terminator.op !== "switch") return false;
    const targets = new Set(successorsOf(terminator));
    const lost = [...targets].filter(canBeLost);
    return leaves.every(
      ({ end }) =>
        (end.kind === "probe" && targets.has(end.irBlock)) ||
        lost.some((target) => reaches(target, end, null, new Set())),
    );
  };
  return {
    fn,
    reaches: (block, end) => reaches(block, end, null, new Set()),
    // Before the first decision stand the calls of the block that decides, too: those tell nothing.
    reachesTree: (block, leaves, depth) =>
      reachesTree(block, leaves, depth, depth === 0 ? null : segment(leaves[0]!, depth), 0),
    impossible: (block) => isImpossible(block, 0),
    canBeLost,
    firstProbes: (block) => {
      // All successors of a lost block must come to the same place, so one of them says enough.
      const found = new Set([block]);
      let at = block;
      while (canBeLost(at) && found.size <= MOST_LOST + 1) {
        const next = successorsOf(terminatorOf(fn.blocks[at]!))[0];
        if (next === undefined || found.has(next)) break;
        found.add((at = next));
      }
      return found;
    },
  };
}

/** Callees along a way, in order; null: not looked at. */
type Calls = readonly (string | null)[] | null;

/** Calls that the back end adds or drops tell nothing: block copies and runtime functions. */
function tellsApart(callee: string | null): boolean {
  return callee === null || !/^(?:__|mem)/.test(callee);
}
