// Which machine way out of a region belongs to which IR successor? Told by the probe at the way's end wherever that is enough;
// otherwise by the values of the condition that take the way. What neither tells is reported, never guessed.
import {
  successorsOf,
  terminatorOf,
  type BasicBlock,
  type GlobalFunction,
  type Terminator,
} from "../bitcode/index.ts";
import { canVanish } from "../ir/index.ts";
import { conditionSets, operandRoots } from "./condition.ts";
import { leafValues } from "./leaf-values.ts";
import type { UnmatchedReason } from "./mapping.ts";
import type { PlaceEnd, Region, RegionProblem, WalkableFunction } from "./region.ts";
import type { ReadWord } from "./symbolic-machine.ts";
import { intersect, unite, type ValueSet } from "./value-set.ts";

/** One class to be: a way out, the IR block that it goes to, the successors that take it. */
export interface Assignment {
  /** Index in the region's leaves; -1: the machine code has no such way (it can't happen). */
  readonly leaf: number;
  readonly target: number;
  readonly successors: readonly number[];
  readonly values?: ValueSet;
}

/** What of the IR is known while one function is matched. */
export interface IrSide {
  readonly fn: GlobalFunction;
  /** Can control, arriving at the start of IR block `block`, be at `end` with no code on the way? */
  reaches(block: number, end: PlaceEnd): boolean;
  /** Is everything after the start of the block code that is never reached? */
  impossible(block: number): boolean;
}

/**
 * The IR side of a function, with its answers remembered. `placed` are the blocks that have a probe somewhere: a block
 * without any was empty, or its code was merged with another's equal code and only its probe was left and dropped.
 */
export function irSideOf(fn: GlobalFunction, placed: ReadonlySet<number>): IrSide {
  const vanishes: (boolean | undefined)[] = [];
  const canBeLost = (block: number): boolean =>
    (vanishes[block] ??= !placed.has(block) || canVanish(fn.blocks[block]!));
  const impossible = new Map<number, boolean>();
  const isImpossible = (block: number, depth: number): boolean => {
    const known = impossible.get(block);
    if (known !== undefined) return known;
    if (depth > 64 || !canVanish(fn.blocks[block]!)) return false;
    impossible.set(block, false);
    const terminator = terminatorOf(fn.blocks[block]!);
    const next = successorsOf(terminator);
    const result =
      terminator.op === "unreachable" || (next.length > 0 && next.every((to) => isImpossible(to, depth + 1)));
    impossible.set(block, result);
    return result;
  };
  const reaches = (block: number, end: PlaceEnd, visiting: Set<number>): boolean => {
    if (end.kind === "probe" && end.irBlock === block) return true;
    if (visiting.size > 64 || visiting.has(block) || !canBeLost(block)) return false;
    const terminator = terminatorOf(fn.blocks[block]!);
    const next = new Set(successorsOf(terminator));
    if (next.size === 0) {
      if (terminator.op === "ret") return end.kind === "return";
      return terminator.op === "unreachable" && end.kind === "unreachable";
    }
    visiting.add(block);
    let all = true;
    for (const to of next) {
      if (!reaches(to, end, visiting)) {
        all = false;
        break;
      }
    }
    visiting.delete(block);
    return all;
  };
  return {
    fn,
    reaches: (block, end) => reaches(block, end, new Set()),
    impossible: (block) => isImpossible(block, 0),
  };
}

/** Assigns the ways out of `region`, which begins at item `start`, to the successors of `block`. */
export function assignSuccessors(
  ir: IrSide,
  block: BasicBlock,
  walk: WalkableFunction,
  start: number,
  region: Region,
  read: ReadWord,
): readonly Assignment[] | RegionProblem {
  const terminator = terminatorOf(block);
  const successors = successorsOf(terminator);
  const { leaves } = region;
  const byTarget = new Map<number, number[]>();
  successors.forEach((target, index) => {
    const list = byTarget.get(target);
    if (list) list.push(index);
    else byTarget.set(target, [index]);
  });
  const targets = [...byTarget.keys()];
  const options = new Map(
    targets.map((target) => [target, leaves.flatMap((leaf, i) => (ir.reaches(target, leaf.end) ? [i] : []))]),
  );
  for (let i = 0; i < leaves.length; i++) {
    if (targets.some((target) => options.get(target)!.includes(i))) continue;
    if (leaves[i]!.end.kind === "unreachable") continue;
    return problem("successor-not-found", `${describe(leaves[i]!.end)} is reached and is no successor`);
  }
  const lost = targets.filter((target) => options.get(target)!.length === 0);
  const unexplained = lost.find((target) => !ir.impossible(target));
  if (unexplained !== undefined) {
    return problem("successor-not-found", `no machine way leads to IR block ${unexplained}`);
  }
  const impossible = lost.map((target) => ({ leaf: -1, target, successors: byTarget.get(target)! }));
  const possible = targets.filter((target) => options.get(target)!.length > 0);
  const direct = assignDirectly(terminator, possible, options, leaves.length);
  if (direct !== undefined) {
    return [
      ...direct.map(([target, leaf]) => ({ leaf, target, successors: byTarget.get(target)! })),
      ...impossible,
    ];
  }
  if (possible.length < 2 && terminator.op !== "switch") {
    return problem("branch-in-block", `the machine code has ${leaves.length} ways to one successor`);
  }
  return assignByValues(ir, terminator, successors, walk, start, region, read);
}

function problem(reason: UnmatchedReason, detail: string): RegionProblem {
  return { reason, detail };
}

function describe(end: PlaceEnd): string {
  return end.kind === "probe" ? `IR block ${end.irBlock}` : `a ${end.kind}`;
}

/** Pairs of target and leaf, when the probes alone decide. */
function assignDirectly(
  terminator: Terminator,
  targets: readonly number[],
  options: ReadonlyMap<number, readonly number[]>,
  leafCount: number,
): readonly (readonly [number, number])[] | undefined {
  if (leafCount === 1) return targets.map((target) => [target, 0]);
  if (targets.every((target) => options.get(target)!.length === 1)) {
    const used = new Set(targets.map((target) => options.get(target)![0]!));
    if (used.size === leafCount) return targets.map((target) => [target, options.get(target)![0]!]);
    return undefined;
  }
  const [first, second] = targets;
  if (terminator.op !== "condbr" || leafCount !== 2 || first === undefined || second === undefined)
    return undefined;
  // Two outcomes, two ways: each outcome has its own.
  const straight = options.get(first)!.includes(0) && options.get(second)!.includes(1);
  const crossed = options.get(first)!.includes(1) && options.get(second)!.includes(0);
  if (straight === crossed) return undefined;
  return straight
    ? [
        [first, 0],
        [second, 1],
      ]
    : [
        [first, 1],
        [second, 0],
      ];
}

function assignByValues(
  ir: IrSide,
  terminator: Terminator,
  successors: readonly number[],
  walk: WalkableFunction,
  start: number,
  region: Region,
  read: ReadWord,
): readonly Assignment[] | RegionProblem {
  const isSwitch = terminator.op === "switch";
  if (!isSwitch && terminator.op !== "condbr") {
    return problem("branch-in-block", `the machine code branches where the IR does not`);
  }
  for (const root of operandRoots(terminator.condition)) {
    const sets = conditionSets(terminator, root);
    if (sets === undefined) continue;
    for (const leafSets of leafValues(walk, start, region, root.width, sets.constants, read)) {
      const result = combine(ir, successors, region, sets.bySuccessor, leafSets, isSwitch);
      if (result !== undefined) return result;
    }
  }
  return isSwitch
    ? problem("switch-not-understood", `no register was found to hold the operand of the switch`)
    : problem(
        region.leaves.length === 2 ? "ambiguous-branch" : "branch-in-block",
        `both ways of a branch lead to the same places, and its condition is not understood`,
      );
}

/** Puts the sets of successors and leaves together; undefined when they contradict the IR. */
function combine(
  ir: IrSide,
  successors: readonly number[],
  region: Region,
  bySuccessor: readonly ValueSet[],
  leafSets: readonly ValueSet[],
  isSwitch: boolean,
): readonly Assignment[] | undefined {
  interface Draft {
    leaf: number;
    target: number;
    successors: number[];
    defaults: ValueSet;
  }
  const drafts = new Map<string, Draft>();
  const ways = new Array<number>(successors.length).fill(0);
  for (let leaf = 0; leaf < leafSets.length; leaf++) {
    const set = leafSets[leaf]!;
    if (set.length === 0) continue;
    for (let index = 0; index < successors.length; index++) {
      const common = intersect(set, bySuccessor[index]!);
      if (common.length === 0) continue;
      const target = successors[index]!;
      if (!ir.reaches(target, region.leaves[leaf]!.end)) {
        // A default that can't happen goes wherever the tree happens to lead.
        if (ir.impossible(target)) continue;
        return undefined;
      }
      const key = `${leaf},${target}`;
      const draft = drafts.get(key) ?? { leaf, target, successors: [], defaults: [] };
      drafts.set(key, draft);
      draft.successors.push(index);
      ways[index]! += 1;
      if (index === 0) draft.defaults = unite(draft.defaults, common);
    }
  }
  // A case is one value and has one way; only a default can have several. A branch's outcomes have no room for values.
  if (!isSwitch && ways.some((count) => count > 1)) return undefined;
  const assignments: Assignment[] = [];
  for (const draft of drafts.values()) {
    const split = isSwitch && ways[0]! > 1 && draft.successors.includes(0);
    assignments.push({
      leaf: draft.leaf,
      target: draft.target,
      successors: draft.successors,
      ...(split ? { values: draft.defaults } : {}),
    });
  }
  const never = new Map<number, number[]>();
  successors.forEach((target, index) => {
    if (ways[index] !== 0) return;
    const list = never.get(target);
    if (list) list.push(index);
    else never.set(target, [index]);
  });
  for (const [target, list] of never) {
    // A successor that no value takes: the default of a full switch, or one that can't happen.
    if (list.some((index) => bySuccessor[index]!.length > 0) && !ir.impossible(target)) return undefined;
    assignments.push({ leaf: -1, target, successors: list });
  }
  return assignments;
}
