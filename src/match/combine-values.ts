// Puts together what the values of a condition say: the IR's successors and the machine's ways, each with the values that take it.
import type { IrSide } from "./ir-side.ts";
import type { LeafValues } from "./leaf-values.ts";
import { intersect, sizeOf, uniteAll, type ValueSet } from "./value-set.ts";
import type { Way } from "./ways.ts";

/** As an `Assignment`, with the index of the way; -1: no way. */
export interface Found {
  readonly way: number;
  readonly target: number;
  readonly successors: readonly number[];
  readonly values?: ValueSet;
}

/** Puts the sets of successors and leaves together; undefined when they contradict the IR. */
export function combine(
  ir: Omit<IrSide, "fn">,
  successors: readonly number[],
  all: readonly Way[],
  bySuccessor: readonly ValueSet[],
  values: LeafValues,
  isSwitch: boolean,
): readonly Found[] | undefined {
  interface Draft {
    way: number;
    target: number;
    successors: number[];
    defaults: ValueSet[];
  }
  const drafts = new Map<string, Draft>();
  const counts = new Array<number>(successors.length).fill(0);
  /** By successor: the sets that were found to take it. */
  const taken: ValueSet[][] = successors.map(() => []);
  const meeting = successorFinder(bySuccessor);
  for (let way = 0; way < all.length; way++) {
    const set = values.sets[way]!;
    if (set.length === 0) continue;
    for (const index of meeting(set)) {
      const common = intersect(set, bySuccessor[index]!);
      if (common.length === 0) continue;
      const target = successors[index]!;
      if (!ir.reachesTree(target, all[way]!.leaves, all[way]!.depth)) {
        // A default that can't happen goes wherever the tree happens to lead. And where a condition was not understood,
        // the compiler is trusted: a value does not take a way that does not lead where it must go.
        if (values.approximate[way] === true || ir.impossible(target)) continue;
        return undefined;
      }
      taken[index]!.push(common);
      const key = `${way},${target}`;
      const draft = drafts.get(key) ?? { way, target, successors: [], defaults: [] };
      drafts.set(key, draft);
      draft.successors.push(index);
      counts[index]! += 1;
      if (index === 0) draft.defaults.push(common);
    }
  }
  for (let index = 0; index < successors.length; index++) {
    const all = taken[index]!;
    const size = sizeOf(uniteAll(all));
    // Two ways for one value: not decided.
    if (size !== all.reduce((sum, set) => sum + sizeOf(set), 0)) return undefined;
    if (size !== sizeOf(bySuccessor[index]!) && !ir.impossible(successors[index]!)) return undefined;
  }
  // A case is one value and has one way; only a default can have several. A branch's outcomes have no room for values.
  if (!isSwitch && counts.some((count) => count > 1)) return undefined;
  const assignments: Found[] = [];
  for (const draft of drafts.values()) {
    const split = isSwitch && counts[0]! > 1 && draft.successors.includes(0);
    assignments.push({
      way: draft.way,
      target: draft.target,
      successors: draft.successors,
      ...(split ? { values: uniteAll(draft.defaults) } : {}),
    });
  }
  const never = new Map<number, number[]>();
  successors.forEach((target, index) => {
    if (counts[index] !== 0) return;
    const list = never.get(target);
    if (list) list.push(index);
    else never.set(target, [index]);
  });
  for (const [target, list] of never) {
    // A successor that no value takes: the default of a full switch, or one that can't happen.
    if (list.some((index) => bySuccessor[index]!.length > 0) && !ir.impossible(target)) return undefined;
    assignments.push({ way: -1, target, successors: list });
  }
  return assignments;
}

/** Which successors can have a value in common with a set: their indexes, ascending. A switch has thousands. */
function successorFinder(bySuccessor: readonly ValueSet[]): (set: ValueSet) => Iterable<number> {
  if (bySuccessor.length <= 2) return () => bySuccessor.keys();
  const pieces = bySuccessor
    .flatMap((set, index) => set.map(([low, high]) => ({ low, high, index })))
    .sort((a, b) => a.low - b.low);
  return (set) => {
    const found = new Set<number>();
    for (const [low, high] of set) {
      // The pieces are disjoint: the first that does not end before.
      let from = 0;
      let to = pieces.length;
      while (from < to) {
        const middle = (from + to) >> 1;
        if (pieces[middle]!.high < low) from = middle + 1;
        else to = middle;
      }
      for (let i = from; i < pieces.length && pieces[i]!.low <= high; i++) found.add(pieces[i]!.index);
    }
    return [...found].sort((a, b) => a - b);
  };
}
