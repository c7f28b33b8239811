// The ways out of a computed goto: which address is which IR block's is known from the program, so nothing is to be guessed.
import type { Instruction } from "../bitcode/index.ts";
import { arrivalOf, type Assignment } from "./assign.ts";
import type { IrSide } from "./ir-side.ts";
import type { Region, RegionLeaf, RegionProblem, WalkableFunction } from "./region.ts";

/** Assigns the ways out of `region`, which ends with a computed jump, to the labels that `terminator` names. */
export function assignLabels(
  ir: IrSide,
  terminator: Extract<Instruction, { op: "indirectbr" }>,
  walk: WalkableFunction,
  region: Region,
): readonly Assignment[] | RegionProblem {
  const byTarget = new Map<number, number[]>();
  terminator.targets.forEach((target, index) => {
    const list = byTarget.get(target);
    if (list) list.push(index);
    else byTarget.set(target, [index]);
  });
  const byAddress = new Map<number, RegionLeaf[]>();
  for (const leaf of region.leaves) {
    const target = leaf.decisions[0]?.target ?? -1;
    if (target < 0) {
      // Without a decision there is nowhere to go: only where the jump is never come to.
      if (leaf.end.kind === "unreachable") continue;
      return { reason: "successor-not-found", detail: "a computed goto has no computed jump" };
    }
    const address = walk.placed.addresses[target]!;
    const list = byAddress.get(address);
    if (list) list.push(leaf);
    else byAddress.set(address, [leaf]);
  }
  const assigned: Assignment[] = [];
  for (const [target, successors] of byTarget) {
    const address = walk.labels.get(target);
    const leaves = address === undefined ? undefined : byAddress.get(address);
    if (leaves === undefined) {
      // Nobody can know the address of such a label, or its code is gone.
      assigned.push({ end: null, path: [], target, successors });
      continue;
    }
    // Labels at one address are one place; the last of them has the code.
    const item = Math.max(...leaves.map((leaf) => leaf.decisions[0]!.target));
    const own = leaves.filter((leaf) => leaf.decisions[0]!.target === item);
    if (!ir.reachesTree(target, own, 1)) {
      return {
        reason: "successor-not-found",
        detail: `the code at the label of IR block ${target} is not that block's`,
      };
    }
    const arrival = arrivalOf({ leaves: own, depth: 1 }, target);
    if ("reason" in arrival) return arrival;
    assigned.push({ ...arrival, target, successors });
  }
  return assigned;
}
