// Which machine way out of a region belongs to which IR successor? Told by the probe at the way's end wherever that is enough;
// otherwise by the values of the condition that take the way. What neither tells is reported, never guessed.
import {
  successorsOf,
  terminatorOf,
  type BasicBlock,
  type GlobalFunction,
  type Terminator,
  type Value,
} from "../bitcode/index.ts";
import { calleeOf, canVanish, isEmpty } from "../ir/index.ts";
import { partialConditions } from "./composite-condition.ts";
import { conditionSets, operandRoots } from "./condition.ts";
import { comparedUnknowns, decidedAlike, leafValues, type LeafValues } from "./leaf-values.ts";
import type { UnmatchedReason } from "./mapping.ts";
import type { PlaceEnd, Region, RegionLeaf, RegionProblem, WalkableFunction } from "./region.ts";
import { routesTo, type Route } from "./routes.ts";
import type { ReadWord } from "./symbolic-machine.ts";
import { intersect, sizeOf, unite, type ValueSet } from "./value-set.ts";

/** One class to be: a way out, the IR block that it goes to, the successors that take it. */
export interface Assignment {
  /** Where the target is; null: the machine code has no such way (it can't happen). */
  readonly end: PlaceEnd | null;
  readonly path: readonly number[];
  readonly target: number;
  readonly successors: readonly number[];
  readonly values?: ValueSet;
}

/** What of the IR is known while one function is matched. */
export interface IrSide {
  readonly fn: GlobalFunction;
  /** Can control, arriving at the start of IR block `block`, be at `end` without passing a probe? */
  reaches(block: number, end: PlaceEnd): boolean;
  /** The same for a part of a region: `leaves` share their first `depth` decisions and are all that do. */
  reachesTree(block: number, leaves: readonly RegionLeaf[], depth: number): boolean;
  /** Is everything after the start of the block code that is never reached? */
  impossible(block: number): boolean;
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
    if (depth > 64 || !canVanish(fn.blocks[block]!)) return false;
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
    if (visiting.size > 64 || visiting.has(block) || !canBeLost(block)) return false;
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
    if (first === undefined || steps > 64) return false;
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
    const targets = [...new Set(successorsOf(terminator))];
    return leaves.every((leaf) => targets.some((target) => reaches(target, leaf.end, null, new Set())));
  };
  return {
    fn,
    reaches: (block, end) => reaches(block, end, null, new Set()),
    // Before the first decision stand the calls of the block that decides, too: those tell nothing.
    reachesTree: (block, leaves, depth) =>
      reachesTree(block, leaves, depth, depth === 0 ? null : segment(leaves[0]!, depth), 0),
    impossible: (block) => isImpossible(block, 0),
  };
}

/** Callees along a way, in order; null: not looked at. */
type Calls = readonly (string | null)[] | null;

/** Calls that the back end adds or drops tell nothing: block copies and runtime functions. */
function tellsApart(callee: string | null): boolean {
  return callee === null || !/^(?:__|mem)/.test(callee);
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
  const [only] = targets;
  if (only !== undefined && targets.length === 1 && leaves.length > 1) {
    // The decision belongs to a block further on, whose code starts before it without a probe.
    const item = leaves[0]!.decisions[0]!.item;
    if (!ir.reachesTree(only, leaves, 0)) {
      return problem("branch-in-block", `the machine code has ${leaves.length} ways to one successor`);
    }
    return [{ end: { kind: "code", item }, path: [], target: only, successors: byTarget.get(only)! }];
  }
  const ways = terminator.op === "condbr" ? forkWays(leaves) : switchWays(ir, targets, leaves, 0);
  const options = new Map(
    targets.map((target) => [
      target,
      ways.flatMap((way, i) => (ir.reachesTree(target, way.leaves, way.depth) ? [i] : [])),
    ]),
  );
  for (let i = 0; i < ways.length; i++) {
    if (targets.some((target) => options.get(target)!.includes(i))) continue;
    if (ways[i]!.leaves.every((leaf) => leaf.end.kind === "unreachable")) continue;
    return problem(
      "successor-not-found",
      `${describe(ways[i]!.leaves[0]!.end)} is reached and is no successor`,
    );
  }
  const lost = targets.filter((target) => options.get(target)!.length === 0);
  const unexplained = lost.find((target) => !ir.impossible(target) && !isRuledOut(block, terminator, target));
  if (unexplained !== undefined) {
    return problem("successor-not-found", `no machine way leads to IR block ${unexplained}`);
  }
  const impossible = lost.map((target) => ({
    end: null,
    path: [],
    target,
    successors: byTarget.get(target)!,
  }));
  const possible = targets.filter((target) => options.get(target)!.length > 0);
  // Successor 0 of a switch is its default; a case has one value and so one way.
  const single = possible.filter((target) => {
    const [first, ...more] = byTarget.get(target)!;
    return terminator.op === "switch" && first !== 0 && more.length === 0;
  });
  eliminate(options, single, ways.length);
  const direct = assignDirectly(terminator, possible, options, ways.length);
  const found =
    direct?.map(([target, way]) => ({ way, target, successors: byTarget.get(target)! })) ??
    assignByValues(ir, terminator, successors, walk, start, region, ways, read);
  if ("reason" in found) {
    // Successors with the same code are merged, and the branch between them goes; the decision is theirs.
    if (terminator.op !== "condbr" || leaves.length < 2) return found;
    if (!targets.every((target) => ir.reachesTree(target, leaves, 0))) return found;
    const item = leaves[0]!.decisions[0]!.item;
    return targets.map((target) => ({
      end: { kind: "code", item },
      path: [],
      target,
      successors: byTarget.get(target)!,
    }));
  }
  const result: Assignment[] = [...(direct === undefined ? [] : impossible)];
  for (const { way: index, ...rest } of found) {
    const way = ways[index];
    if (way === undefined) {
      result.push({ ...rest, end: null, path: [] });
      continue;
    }
    const arrival = arrivalOf(way, rest.target);
    if ("reason" in arrival) return arrival;
    result.push({ ...rest, ...arrival });
  }
  return result;
}

/**
 * Does the branch not go to `target` on some way into its block? The back end copies such a block for that way, without the
 * branch. That the edge is never taken there is checked when counts are known.
 */
function isRuledOut(block: BasicBlock, terminator: Terminator, target: number): boolean {
  if (terminator.op !== "condbr") return false;
  const { condition, ifTrue } = terminator;
  const known = knownOutcome(condition);
  if (known !== undefined) return known !== (target === ifTrue);
  if (condition.kind !== "instruction" || condition.op !== "phi") return false;
  if (!block.instructions.includes(condition)) return false;
  return condition.incoming.some(
    ({ value }) => value.kind === "integer" && (value.value !== 0n) !== (target === ifTrue),
  );
}

/** What a condition is whatever its operands are: a constant, or a value compared with itself. */
function knownOutcome(condition: Value): boolean | undefined {
  if (condition.kind === "integer") return condition.value !== 0n;
  if (condition.kind !== "instruction" || condition.op !== "icmp" || condition.left !== condition.right)
    return undefined;
  return condition.predicate === "eq" || /^[us][lg]e$/.test(condition.predicate);
}

/** Where IR block `target` begins on a way to it, and the machine edges up to there. */
export function arrivalOf(way: Way, target: number): Pick<Assignment, "end" | "path"> | RegionProblem {
  const [leaf] = way.leaves;
  const whole = way.leaves.length === 1 && leaf!.decisions.length === way.depth;
  const own = whole && leaf!.end.kind === "probe" && leaf!.end.irBlock === target;
  if (whole && !leaf!.calls) return { end: leaf!.end, path: leaf!.path };
  if (own) return problem("call-on-edge", "a call follows a decision");
  const place = leaf!.places[way.depth - 1];
  if (place === undefined) return problem("call-on-edge", "a call is in no block");
  return { end: { kind: "code", item: place.item }, path: leaf!.path.slice(0, place.passed) };
}

/** A part of a region's tree: the leaves that share the first `depth` decisions. */
export interface Way {
  readonly leaves: readonly RegionLeaf[];
  readonly depth: number;
}

function leafWays(leaves: readonly RegionLeaf[]): Way[] {
  return leaves.map((leaf) => ({ leaves: [leaf], depth: leaf.decisions.length }));
}

/**
 * The ways of a switch: the leaves of its tree, or where a case's block left no probe, the part of the tree that begins with
 * that block's own decision.
 */
function switchWays(
  ir: IrSide,
  targets: readonly number[],
  leaves: readonly RegionLeaf[],
  depth: number,
): Way[] {
  if (leaves.every((leaf) => targets.some((target) => ir.reaches(target, leaf.end)))) return leafWays(leaves);
  if (depth > 0 && targets.some((target) => ir.reachesTree(target, leaves, depth)))
    return [{ leaves, depth }];
  if (leaves.length === 1 && leaves[0]!.decisions.length === depth) return leafWays(leaves);
  return splitLeaves(leaves, depth).flatMap((group) => switchWays(ir, targets, group, depth + 1));
}

/** The two ways of a region's first decision. */
function forkWays(leaves: readonly RegionLeaf[]): Way[] {
  if (leaves.length < 2) return leafWays(leaves);
  return splitLeaves(leaves, 0).map((group) => ({ leaves: group, depth: 1 }));
}

/** Leaves by their decision number `depth`. */
function splitLeaves(leaves: readonly RegionLeaf[], depth: number): RegionLeaf[][] {
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

function problem(reason: UnmatchedReason, detail: string): RegionProblem {
  return { reason, detail };
}

function describe(end: PlaceEnd): string {
  return end.kind === "probe" ? `IR block ${end.irBlock}` : `a ${end.kind}`;
}

/** A way that only one single-valued target can take is that target's way, and no other is. */
function eliminate(
  options: Map<number, readonly number[]>,
  single: readonly number[],
  wayCount: number,
): void {
  for (let changed = true; changed;) {
    changed = false;
    for (let way = 0; way < wayCount; way++) {
      const able = [...options].filter(([, ways]) => ways.includes(way));
      const [one] = able;
      if (one === undefined || able.length !== 1 || one[1].length === 1 || !single.includes(one[0])) continue;
      options.set(one[0], [way]);
      changed = true;
    }
  }
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

/** As an `Assignment`, with the index of the way; -1: no way. */
interface Found {
  readonly way: number;
  readonly target: number;
  readonly successors: readonly number[];
  readonly values?: ValueSet;
}

function assignByValues(
  ir: IrSide,
  terminator: Terminator,
  successors: readonly number[],
  walk: WalkableFunction,
  start: number,
  region: Region,
  ways: readonly Way[],
  read: ReadWord,
): readonly Found[] | RegionProblem {
  const isSwitch = terminator.op === "switch";
  if (!isSwitch && terminator.op !== "condbr") {
    return problem("branch-in-block", `the machine code branches where the IR does not`);
  }
  // Only decisions that belong to the terminator constrain its operand.
  const cut = ways.map((way) => ({
    ...way.leaves[0]!,
    decisions: way.leaves[0]!.decisions.slice(0, way.depth),
  }));
  const cutRegion = { ...region, leaves: cut };
  for (const route of routesTo(walk, start)) {
    const answers = new Map<string, readonly Found[]>();
    for (const root of operandRoots(terminator.condition, !isSwitch)) {
      const sets = conditionSets(terminator, root);
      if (sets === undefined) continue;
      const { constants, domain } = sets;
      // Samples that all go one way tell nothing.
      if (!isSwitch && sets.bySuccessor.some((set) => set.length === 0)) continue;
      for (const values of leafValues(walk, route, cutRegion, root.width, constants, domain, read)) {
        const result = combine(ir, successors, ways, sets.bySuccessor, values, isSwitch);
        if (result === undefined) continue;
        if (isSwitch) return beyond(result, domain, 2 ** root.width);
        answers.set(JSON.stringify(result.map(({ way, successors: s }) => [way, s])), result);
      }
    }
    const [answer] = answers.values();
    if (answer !== undefined && answers.size === 1) return answer;
    if (answer !== undefined || isSwitch) continue;
    const compared =
      assignComparison(terminator, walk, route, cut, read) ??
      assignComposite(terminator.condition, walk, route, cut, read);
    if (compared !== undefined) {
      return successors.map((target, index) => ({ way: compared[index]!, target, successors: [index] }));
    }
  }
  if (isSwitch) {
    return problem("switch-not-understood", `no register was found to hold the operand of the switch`);
  }
  return problem(
    "ambiguous-branch",
    `both ways of a branch lead to the same places, and its condition is not understood`,
  );
}

/** Values that the operand never has still need a class: they are the first default's. */
function beyond(found: readonly Found[], domain: ValueSet, size: number): readonly Found[] {
  const last = domain[domain.length - 1]![1];
  if (last === size - 1) return found;
  const first = found.findIndex((one) => one.values !== undefined);
  return found.map((one, i) =>
    i === first ? { ...one, values: unite(one.values!, [[last + 1, size - 1]]) } : one,
  );
}

/**
 * The ways of true and false where a branch compares two values that are no constants. A "less" can be tested only as the LT
 * bit of the comparison or the GT bit of the swapped one, and a "greater" likewise, so either bit, set, means that the
 * strict relation holds, in whatever order the machine compares.
 */
function assignComparison(
  terminator: Terminator,
  walk: WalkableFunction,
  route: Route,
  leaves: readonly RegionLeaf[],
  read: ReadWord,
): readonly [number, number] | undefined {
  if (terminator.op !== "condbr" || leaves.length !== 2) return undefined;
  const { condition } = terminator;
  if (condition.kind !== "instruction" || condition.op !== "icmp") return undefined;
  const { predicate, left } = condition;
  if (!("type" in left) || (left.type.kind === "integer" && left.type.width > 32)) return undefined;
  const compared = comparedUnknowns(walk, route, leaves[0]!, read);
  if (compared === undefined) return undefined;
  const equality = predicate === "eq" || predicate === "ne";
  if (equality !== (compared.relation === "eq")) return undefined;
  const trueWhenSet = predicate === "eq" || (!equality && !predicate.endsWith("e"));
  return compared.wanted === trueWhenSet ? [0, 1] : [1, 0];
}

/** The ways of true and false where a branch's condition is put together from several. */
function assignComposite(
  condition: Value,
  walk: WalkableFunction,
  route: Route,
  leaves: readonly RegionLeaf[],
  read: ReadWord,
): readonly [number, number] | undefined {
  if (leaves.length !== 2) return undefined;
  const answers = new Set<boolean>();
  for (const partial of partialConditions(condition)) {
    for (const answer of decidedAlike(walk, route, leaves[0]!, partial, read)) answers.add(answer);
  }
  if (answers.size !== 1) return undefined;
  return answers.has(true) ? [0, 1] : [1, 0];
}

/** Puts the sets of successors and leaves together; undefined when they contradict the IR. */
function combine(
  ir: IrSide,
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
    defaults: ValueSet;
  }
  const drafts = new Map<string, Draft>();
  const counts = new Array<number>(successors.length).fill(0);
  const taken: ValueSet[] = successors.map(() => []);
  for (let way = 0; way < all.length; way++) {
    const set = values.sets[way]!;
    if (set.length === 0) continue;
    for (let index = 0; index < successors.length; index++) {
      const common = intersect(set, bySuccessor[index]!);
      if (common.length === 0) continue;
      const target = successors[index]!;
      if (!ir.reachesTree(target, all[way]!.leaves, all[way]!.depth)) {
        // A default that can't happen goes wherever the tree happens to lead. And where a condition was not understood,
        // the compiler is trusted: a value does not take a way that does not lead where it must go.
        if (values.approximate[way] === true || ir.impossible(target)) continue;
        return undefined;
      }
      // Two ways for one value: not decided.
      if (intersect(taken[index]!, common).length > 0) return undefined;
      taken[index] = unite(taken[index]!, common);
      const key = `${way},${target}`;
      const draft = drafts.get(key) ?? { way, target, successors: [], defaults: [] };
      drafts.set(key, draft);
      draft.successors.push(index);
      counts[index]! += 1;
      if (index === 0) draft.defaults = unite(draft.defaults, common);
    }
  }
  for (let index = 0; index < successors.length; index++) {
    const wanted = bySuccessor[index]!;
    if (sizeOf(taken[index]!) !== sizeOf(wanted) && !ir.impossible(successors[index]!)) return undefined;
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
      ...(split ? { values: draft.defaults } : {}),
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
