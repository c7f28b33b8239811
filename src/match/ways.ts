// The ways out of a region, and which of them each IR successor can be, as far as the probes at their ends tell.
//
// A switch can have tens of thousands of ways and of successors, so no step here looks at every pair of them: a successor that has
// its probe wherever it is can only be a way that ends at this probe.
import type { IrSide } from "./ir-side.ts";
import type { RegionLeaf } from "./region.ts";

/** A part of a region's tree: the leaves that share the first `depth` decisions. */
export interface Way {
  readonly leaves: readonly RegionLeaf[];
  readonly depth: number;
}

export function leafWays(leaves: readonly RegionLeaf[]): Way[] {
  return leaves.map((leaf) => ({ leaves: [leaf], depth: leaf.decisions.length }));
}

/**
 * The ways of a switch: the leaves of its tree, or where a case's block left no probe, the part of the tree that begins with
 * that block's own decision.
 */
export function switchWays(
  ir: Omit<IrSide, "fn">,
  targets: ReadonlySet<number>,
  leaves: readonly RegionLeaf[],
): Way[] {
  const lost = [...targets].filter((target) => ir.canBeLost(target));
  const waysOf = (group: readonly RegionLeaf[], depth: number): Way[] => {
    if (
      group.every(
        ({ end }) =>
          (end.kind === "probe" && targets.has(end.irBlock)) ||
          lost.some((target) => ir.reaches(target, end)),
      )
    )
      return leafWays(group);
    if (depth > 0 && lost.some((target) => ir.reachesTree(target, group, depth)))
      return [{ leaves: group, depth }];
    if (group.length === 1 && group[0]!.decisions.length === depth) return leafWays(group);
    return splitLeaves(group, depth).flatMap((part) => waysOf(part, depth + 1));
  };
  return waysOf(leaves, 0);
}

/** The two ways of a region's first decision. */
export function forkWays(leaves: readonly RegionLeaf[]): Way[] {
  if (leaves.length < 2) return leafWays(leaves);
  return splitLeaves(leaves, 0).map((group) => ({ leaves: group, depth: 1 }));
}

/** Leaves by their decision number `depth`. */
export function splitLeaves(leaves: readonly RegionLeaf[], depth: number): RegionLeaf[][] {
  const groups = new Map<string, RegionLeaf[]>();
  for (const leaf of leaves) {
    const decision = leaf.decisions[depth];
    const key = decision === undefined ? "" : `${decision.item},${decision.taken},${decision.target}`;
    const group = groups.get(key);
    if (group) group.push(leaf);
    else groups.set(key, [leaf]);
  }
  return [...groups.values()];
}

/** For each target the indexes of the ways that can be it, ascending. */
export function wayOptions(
  ir: Omit<IrSide, "fn">,
  targets: readonly number[],
  ways: readonly Way[],
): Map<number, readonly number[]> {
  const byProbe = new Map<number, number[]>();
  const others: number[] = [];
  ways.forEach(({ leaves: [leaf, ...more], depth }, i) => {
    const end = leaf!.end;
    if (more.length > 0 || leaf!.decisions.length !== depth || end.kind !== "probe") {
      others.push(i);
      return;
    }
    const list = byProbe.get(end.irBlock);
    if (list) list.push(i);
    else byProbe.set(end.irBlock, [i]);
  });
  return new Map(
    targets.map((target) => {
      const candidates = [...ir.firstProbes(target)].flatMap((block) => byProbe.get(block) ?? []);
      if (ir.canBeLost(target)) candidates.push(...others);
      const able = candidates.filter((i) => ir.reachesTree(target, ways[i]!.leaves, ways[i]!.depth));
      return [target, able.sort((a, b) => a - b)];
    }),
  );
}

/** A way that only one single-valued target can take is that target's way, and no other is. */
export function eliminate(
  options: Map<number, readonly number[]>,
  single: ReadonlySet<number>,
  wayCount: number,
): void {
  const able: Set<number>[] = Array.from({ length: wayCount }, () => new Set());
  for (const [target, ways] of options) for (const way of ways) able[way]!.add(target);
  for (let changed = true; changed;) {
    changed = false;
    for (let way = 0; way < wayCount; way++) {
      const [one] = able[way]!;
      if (one === undefined || able[way]!.size !== 1 || !single.has(one)) continue;
      const ways = options.get(one)!;
      if (ways.length === 1) continue;
      for (const other of ways) if (other !== way) able[other]!.delete(one);
      options.set(one, [way]);
      changed = true;
    }
  }
}
