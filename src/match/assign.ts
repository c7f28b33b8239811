// Which machine way out of a region belongs to which IR successor? Told by the probe at the way's end wherever that is enough;
// otherwise by the values of the condition that take the way. What neither tells is reported, never guessed.
import {
  successorsOf,
  terminatorOf,
  type BasicBlock,
  type Terminator,
  type Value,
} from "../bitcode/index.ts";
import { partialConditions } from "./composite-condition.ts";
import { conditionSets, operandRoots } from "./condition.ts";
import { knownOutcome } from "./known-outcome.ts";
import { comparedUnknowns, decidedAlike, leafValues } from "./leaf-values.ts";
import type { UnmatchedReason } from "./mapping.ts";
import type { PlaceEnd, Region, RegionLeaf, RegionProblem, WalkableFunction } from "./region.ts";
import { combine, type Found } from "./combine-values.ts";
import type { IrSide } from "./ir-side.ts";
import { routesTo, type Route } from "./routes.ts";
import type { ReadWord } from "./symbolic-machine.ts";
import { unite, type ValueSet } from "./value-set.ts";
import { eliminate, forkWays, switchWays, wayOptions, type Way } from "./ways.ts";

/** One class to be: a way out, the IR block that it goes to, the successors that take it. */
export interface Assignment {
  /** Where the target is; null: the machine code has no such way (it can't happen). */
  readonly end: PlaceEnd | null;
  readonly path: readonly number[];
  readonly target: number;
  readonly successors: readonly number[];
  readonly values?: ValueSet;
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
  const isCases = terminator.op === "switch";
  const ways = terminator.op === "condbr" ? forkWays(leaves) : switchWays(ir, new Set(targets), leaves);
  const options = wayOptions(ir, targets, ways);
  const explained = new Set([...options.values()].flat());
  for (let i = 0; i < ways.length; i++) {
    if (explained.has(i)) continue;
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
    return isCases && first !== 0 && more.length === 0;
  });
  eliminate(options, new Set(single), ways.length);
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
  const known = knownOutcome(block, condition);
  if (known !== undefined) return known !== (target === ifTrue);
  if (condition.kind !== "instruction" || condition.op !== "phi") return false;
  if (!block.instructions.includes(condition)) return false;
  return condition.incoming.some(
    ({ value }) => value.kind === "integer" && (value.value !== 0n) !== (target === ifTrue),
  );
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
