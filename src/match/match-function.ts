// Maps one function: starts at the entry on both sides and goes from node to node. A node is settled by exploring the machine
// code behind its probe and assigning the ways out to the IR block's successors; that makes further nodes. Every node is
// settled once, so the work is linear in the code, apart from switch trees.
import { successorsOf, terminatorOf, type BasicBlock, type GlobalFunction } from "../bitcode/index.ts";
import { calleeOf, intrinsicOf } from "../ir/index.ts";
import { assignSuccessors } from "./assign.ts";
import { irSideOf, type IrSide } from "./ir-side.ts";
import { assignLabels } from "./assign-labels.ts";
import type {
  EdgeClass,
  FunctionMapping,
  MappingNode,
  NodeCall,
  NodeExit,
  UnmatchedReason,
} from "./mapping.ts";
import { passedToCalls } from "./call-flow.ts";
import { machineNumbers } from "./machine-numbers.ts";
import { hasNumbers, numberTerms, type NumberTerms } from "./number-terms.ts";
import { moveMergedCalls } from "./merged-calls.ts";
import { attributeCalls } from "./node-calls.ts";
import {
  exploreRegion,
  type NoReturn,
  type PlaceEnd,
  type Region,
  type RegionProblem,
  type WalkableFunction,
} from "./region.ts";
import type { ReadWord } from "./symbolic-machine.ts";

/** A node that is not settled yet. */
interface Place {
  readonly irBlock: number;
  /** The item of the node's own probe, or -1 when the block left no code here. */
  readonly item: number;
  /** Where control is: for a block without code, at what follows it. */
  readonly end: PlaceEnd;
}

interface DraftNode {
  path: readonly number[];
  calls: readonly NodeCall[];
  exit: NodeExit | null;
  numbers?: readonly NumberTerms[];
}

const MAX_NODES = 1_000_000;

/** Maps `fn` onto its machine code. `nameOf` gives the name under which the program knows a function (aliases have
 *  their target's); `isIrCallee` whether the IR calls it anywhere. Never fails: what can't be mapped has status "unmatched". */
export function matchFunction(
  fn: GlobalFunction,
  walk: WalkableFunction,
  read: ReadWord,
  nameOf: (name: string) => string,
  isIrCallee: (name: string | null) => boolean,
): FunctionMapping {
  const unmatched = (problem: RegionProblem, irBlock: number | null): FunctionMapping => ({
    function: walk.placed.name,
    status: { kind: "unmatched", reason: problem.reason, irBlock, detail: problem.detail },
    entryPath: [],
    entryCalls: [],
    nodes: [],
    classes: [],
  });
  const bad = (reason: UnmatchedReason, detail: string, irBlock: number | null): FunctionMapping =>
    unmatched({ reason, detail }, irBlock);

  const present = new Set<number>();
  for (const item of walk.placed.items) {
    if (item.kind !== "probe") continue;
    const irBlock = walk.probes.get(item.index);
    if (irBlock === undefined) return bad("no-probe", `the IR has no probe ${item.index}`, null);
    present.add(irBlock);
  }
  const common = { placed: present, nameOf, isIrCallee };
  const sides = [
    irSideOf(fn, { ...common, strict: true, calls: true }),
    irSideOf(fn, { ...common, strict: true, calls: false }),
    irSideOf(fn, { ...common, strict: false, calls: false }),
  ] as const;
  const ir = sides[2];
  const places: Place[] = [];
  const byKey = new Map<string, number>();
  const nodeAt = (irBlock: number, end: PlaceEnd): number => {
    const own = end.kind === "probe" && end.irBlock === irBlock;
    const key = `${irBlock},${end.kind},${end.item},${own}`;
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const id = places.length;
    byKey.set(key, id);
    places.push({ irBlock, item: own || end.kind === "code" ? end.item : -1, end });
    return id;
  };

  const entry = exploreRegion(walk, 0, undefined);
  if ("reason" in entry) return unmatched(entry, 0);
  const first = entry.leaves[0];
  if (entry.leaves.length !== 1 || first === undefined) {
    return bad("branch-in-block", "the machine code branches before the entry's probe", 0);
  }
  if (!ir.reaches(0, first.end))
    return bad("no-probe", "the function's code does not begin with its entry", 0);
  nodeAt(0, first.end);
  const early = entry.calls;

  const drafts: DraftNode[] = [];
  const classes: EdgeClass[] = [];
  for (let id = 0; id < places.length; id++) {
    if (id > MAX_NODES) return bad("too-many-paths", `more than ${MAX_NODES} nodes`, null);
    const place = places[id]!;
    const block = fn.blocks[place.irBlock];
    if (block === undefined) return bad("no-probe", `there is no IR block ${place.irBlock}`, null);
    const terminator = terminatorOf(block);
    const addClass = (to: number, successors: readonly number[], path: readonly number[]): void => {
      classes.push({ id: classes.length, from: id, to, successors, path });
    };
    if (place.item < 0) {
      drafts.push({ path: [], calls: [], exit: exitOf(place.end) });
      const byTarget = new Map<number, number[]>();
      successorsOf(terminator).forEach((target, index) => {
        const list = byTarget.get(target);
        if (list) list.push(index);
        else byTarget.set(target, [index]);
      });
      if (byTarget.size > 0) drafts[id]!.exit = null;
      for (const [target, successors] of byTarget) addClass(nodeAt(target, place.end), successors, []);
      continue;
    }
    const region = exploreRegion(walk, place.item, noReturnOf(block, nameOf));
    if ("reason" in region) return unmatched(region, place.irBlock);
    // Where the entry block has no source line, its probe comes after calls of it: the way to the probe is then the block's own.
    const before = id === 0 ? early : [];
    const way = before.length > 0 ? entry.path : [];
    const calls = attributeCalls(
      block,
      [...before, ...region.calls.map((call) => ({ ...call, at: call.at + way.length }))],
      nameOf,
      () => [...before.map(() => []), ...passedToCalls(walk, place.item, region.calls.length)],
    );
    if ("reason" in calls) return unmatched(calls, place.irBlock);
    const numbers = hasNumbers(block)
      ? numberTerms(block, machineNumbers(walk, place.item, place.irBlock, read))
      : [];
    const draft: DraftNode = {
      path: [...way, ...region.path],
      calls,
      exit: null,
      ...(numbers.length > 0 ? { numbers } : {}),
    };
    drafts.push(draft);
    switch (terminator.op) {
      case "ret":
      case "unreachable": {
        const exit = settleExit(region, terminator.op);
        if ("reason" in exit) return unmatched(exit, place.irBlock);
        draft.exit = exit;
        break;
      }
      case "br":
      case "condbr":
      case "switch":
      case "indirectbr": {
        const assign = (side: IrSide): ReturnType<typeof assignSuccessors> =>
          terminator.op === "indirectbr"
            ? assignLabels(side, terminator, walk, region)
            : assignSuccessors(side, block, walk, place.item, region, read);
        let assigned = assign(sides[0]);
        for (const side of sides.slice(1)) if ("reason" in assigned) assigned = assign(side);
        if ("reason" in assigned) return unmatched(assigned, place.irBlock);
        for (const one of assigned) {
          const end: PlaceEnd = one.end ?? { kind: "unreachable", item: -1 };
          classes.push({
            id: classes.length,
            from: id,
            to: nodeAt(one.target, end),
            successors: one.successors,
            ...(one.values === undefined
              ? {}
              : { values: one.values.map(([low, high]) => [BigInt(low), BigInt(high)] as const) }),
            path: one.path,
            ...(one.end === null ? { impossible: true as const } : {}),
          });
        }
        break;
      }
      default:
        return bad("unsupported-terminator", `the block ends with ${terminator.op}`, place.irBlock);
    }
  }
  moveMergedCalls(
    drafts,
    classes,
    (id) => places[id]!.item < 0,
    (id) => passedToCalls(walk, places[id]!.item, drafts[id]!.calls.length),
    (id, calls, passed) => {
      const attributed = attributeCalls(fn.blocks[places[id]!.irBlock]!, calls, nameOf, passed);
      return "reason" in attributed ? null : attributed;
    },
  );
  // A runtime function's call may belong to no instruction; a pointer's does.
  const astray = drafts.findIndex(({ calls }) =>
    calls.some(({ callee, instruction }) => callee === null && instruction === null),
  );
  if (astray >= 0) {
    const detail = "the machine code calls a pointer, the IR does not";
    return bad("call-not-found", detail, places[astray]!.irBlock);
  }
  const nodes: MappingNode[] = drafts.map((draft, id) => ({ id, irBlock: places[id]!.irBlock, ...draft }));
  return {
    function: walk.placed.name,
    status: { kind: "matched" },
    entryPath: early.length > 0 ? [] : entry.path,
    entryCalls: [],
    nodes,
    classes,
  };
}

function exitOf(end: PlaceEnd): NodeExit | null {
  switch (end.kind) {
    case "return":
      return { kind: "return", block: end.block };
    case "unreachable":
      return { kind: "unreachable" };
    case "noreturn":
      return { kind: "noreturn", block: end.block };
    case "probe":
    case "code":
      return null;
  }
}

/** For a block that ends with `unreachable`: what its last call is. */
function noReturnOf(block: BasicBlock, nameOf: (name: string) => string): NoReturn | undefined {
  if (terminatorOf(block).op !== "unreachable") return undefined;
  for (let i = block.instructions.length - 2; i >= 0; i--) {
    const instruction = block.instructions[i]!;
    const callee = calleeOf(instruction);
    if (callee !== undefined) return { callee: callee === null ? null : nameOf(callee) };
    if (instruction.op === "call" && /^llvm\.(?:trap|ubsantrap|mem)/.test(intrinsicOf(instruction) ?? ""))
      break;
  }
  return { callee: null };
}

function settleExit(region: Region, op: "ret" | "unreachable"): NodeExit | RegionProblem {
  const leaf = region.leaves[0];
  if (region.leaves.length !== 1 || leaf === undefined) {
    return { reason: "branch-in-block", detail: `the machine code branches before a ${op}` };
  }
  const { end } = leaf;
  if (op === "ret") {
    if (end.kind === "return") return { kind: "return", block: end.block };
    return { reason: "successor-not-found", detail: "a returning block does not come to a return" };
  }
  if (end.kind === "noreturn") return { kind: "noreturn", block: end.block };
  // Code that is never finished may run into anything.
  return { kind: "unreachable" };
}
