// Branches around nothing. Cores without a select instruction choose between two values by a branch, which the final IR shows (with
// an empty block on one way, or on both) and the accounting counts. The host need not branch, and what it cannot foresee
// would cost it dearly: values are selected there, and the condition is added to the ways' counters.

import { InternalError } from "../base/diagnostic.ts";
import {
  terminatorOf,
  type GlobalFunction,
  type Instruction,
  type PhiInstruction,
} from "../bitcode/index.ts";
import type { FunctionEmitter } from "./function-emitter.ts";
import { outgoingEdges, type FunctionPlan, type OutgoingEdge } from "./plan.ts";
import { binaryen, type Expression } from "./wasm.ts";

/** A node that ends by such a branch. */
export interface FlatBranch {
  /** Plan edges of the way on which the condition holds, and of the other: one, or two with an empty node between. */
  readonly yes: readonly number[];
  readonly no: readonly number[];
  /** The node where both end. */
  readonly join: number;
  /** The empty nodes. */
  readonly arms: readonly number[];
}

/** Number of the edge that stands for both ways of a node's flat branch. */
export const flatEdge = (node: number): number => -1 - node;

/** More values than this are not worth selecting. */
const MOST_VALUES = 2;

/** Flat branches by node; `mayPass` says whether nothing but counting and moving values is done on a plan edge. */
function flatBranches(
  fn: GlobalFunction,
  plan: FunctionPlan,
  mayPass: (edge: number) => boolean,
): Map<number, FlatBranch> {
  const found = new Map<number, FlatBranch>();
  const outgoing = outgoingEdges(plan);
  const incoming = new Uint32Array(plan.nodes.length);
  for (const { to } of plan.edges) incoming[to] = (incoming[to] ?? 0) + 1;
  const busy = new Set((plan.sites ?? []).map(({ node }) => node));

  /** Does a node do nothing but go on along one edge? */
  const isEmpty = (node: number): boolean => {
    const { irBlock, calls } = plan.nodes[node] ?? { irBlock: -1, calls: null };
    const block = fn.blocks[irBlock];
    if (block === undefined || node === 0 || incoming[node] !== 1 || outgoing[node]?.length !== 1)
      return false;
    if (busy.has(node) || (calls !== null && calls.length > 0)) return false;
    return block.instructions.every((inst) => inst.op === "br" || isNothing(inst));
  };
  const wayOf = ({ edge, i }: OutgoingEdge): { edges: number[]; end: number; arm: number | null } => {
    const next = isEmpty(edge.to) ? outgoing[edge.to]?.[0] : undefined;
    if (next === undefined) return { edges: [i], end: edge.to, arm: null };
    return { edges: [i, next.i], end: next.edge.to, arm: edge.to };
  };

  plan.nodes.forEach(({ irBlock }, node) => {
    const block = fn.blocks[irBlock];
    const last = block === undefined ? undefined : terminatorOf(block);
    const edges = outgoing[node] ?? [];
    if (last?.op !== "condbr" || edges.length !== 2) return;
    const [yes, no] = [0, 1].map((successor) =>
      edges.find(({ edge }) => edge.successors.includes(successor)),
    );
    if (yes === undefined || no === undefined || yes === no) return;
    const [ifTrue, ifFalse] = [wayOf(yes), wayOf(no)];
    const arms = [ifTrue.arm, ifFalse.arm].filter((arm) => arm !== null);
    if (arms.length === 0 || ifTrue.end !== ifFalse.end || ifTrue.end === node) return;
    if (arms.includes(ifTrue.end) || ![...ifTrue.edges, ...ifFalse.edges].every(mayPass)) return;
    found.set(node, { yes: ifTrue.edges, no: ifFalse.edges, join: ifTrue.end, arms });
  });
  return found;
}

/** Probes, and barriers for the compiler. */
function isNothing(inst: Instruction): boolean {
  if (inst.op !== "call" || inst.args.length > 4) return false;
  const { callee } = inst;
  if (callee.kind === "asm") return callee.text === "" && inst.args.length === 0;
  return callee.kind === "function" && callee.name.startsWith("llvm.pseudoprobe");
}

/** Are the values that meet at a flat branch's end few, and integers? */
function isSelectable(f: FunctionEmitter, branch: FlatBranch): boolean {
  const phis = phisOf(f, branch);
  return (
    phis.length <= MOST_VALUES &&
    phis.every((phi) => {
      const locals = f.localsOf(phi.slot, phi.type);
      const type = f.typeOf(locals[0] ?? 0);
      return locals.length === 1 && (type === binaryen.i32 || type === binaryen.i64);
    })
  );
}

function phisOf(f: FunctionEmitter, { join }: FlatBranch): PhiInstruction[] {
  const block = f.fn.blocks[f.plan.nodes[join]?.irBlock ?? -1];
  const phis = (block?.instructions ?? []).filter((inst) => inst.op === "phi");
  return phis.filter((phi) => f.facts.useCount[phi.slot] !== 0 && !f.derived.has(phi.slot));
}

/** Flat branches of the function being emitted, by node: none where edges do more than count, or are seen from outside. */
export function findFlatBranches(
  f: FunctionEmitter,
  mayPass: (edge: number) => boolean,
): ReadonlyMap<number, FlatBranch> {
  if (f.live || f.setJumps) return new Map();
  return new Map([...flatBranches(f.fn, f.plan, mayPass)].filter(([, branch]) => isSelectable(f, branch)));
}

/**
 * A flat branch in place of its node's terminator: values are selected, and both ways counted by the condition; `count` gives
 * the statements that count so many passages of a plan edge.
 */
export function emitFlatBranch(
  f: FunctionEmitter,
  branch: FlatBranch,
  last: Instruction,
  count: (edge: number, times: Expression) => Expression[],
): Expression[] {
  if (last.op !== "condbr") throw new InternalError("a flat branch is none");
  const { m } = f;
  const condition = f.newLocal(binaryen.i32);
  const holds = (): Expression => m.local.get(condition, binaryen.i32);
  return [
    m.local.set(condition, f.use(last.condition)),
    ...emitSelected(f, branch, condition),
    ...branch.yes.flatMap((edge) => count(edge, m.i64.extend_u(holds()))),
    ...branch.no.flatMap((edge) => count(edge, m.i64.extend_u(m.i32.eqz(holds())))),
  ];
}

/** The nodes and edges that code is emitted for: flat branches have one edge, without the empty nodes. */
export function flattened(
  plan: FunctionPlan,
  reachable: readonly number[],
  flat: ReadonlyMap<number, FlatBranch>,
): { nodes: readonly number[]; edges: { from: number; to: number; index: number }[] } {
  const arms = new Set([...flat.values()].flatMap((branch) => branch.arms));
  const nodes = reachable.filter((node) => !arms.has(node));
  const number = new Int32Array(plan.nodes.length).fill(-1);
  nodes.forEach((node, i) => {
    number[node] = i;
  });
  const at = (node: number): number => number[node] ?? -1;
  const edges = plan.edges.flatMap((edge, index) =>
    at(edge.from) < 0 || flat.has(edge.from) ? [] : [{ from: at(edge.from), to: at(edge.to), index }],
  );
  for (const [node, { join }] of flat)
    if (at(node) >= 0) edges.push({ from: at(node), to: at(join), index: flatEdge(node) });
  return { nodes, edges };
}

/** Statements that select the values of both ways; the condition is in the local `condition`. */
function emitSelected(f: FunctionEmitter, branch: FlatBranch, condition: number): Expression[] {
  const { m } = f;
  const selected: Expression[] = [];
  const moved: Expression[] = [];
  const blockBefore = (way: readonly number[]): number => {
    const from = f.plan.edges[way.at(-1) ?? -1]?.from ?? -1;
    return f.plan.nodes[from]?.irBlock ?? -1;
  };
  const [fromYes, fromNo] = [blockBefore(branch.yes), blockBefore(branch.no)];
  for (const phi of phisOf(f, branch)) {
    const to = f.localsOf(phi.slot, phi.type)[0];
    const valueFrom = (block: number): PhiInstruction["incoming"][number]["value"] | undefined => {
      const value = phi.incoming.find((entry) => entry.block === block)?.value;
      return value?.kind === "undef" || value?.kind === "poison" ? undefined : value;
    };
    const [yes, no] = [valueFrom(fromYes), valueFrom(fromNo)];
    const one = yes ?? no;
    if (to === undefined || one === undefined || (yes === phi && no === phi)) continue;
    const value =
      yes === undefined || no === undefined || yes === no
        ? f.use(one)
        : m.select(m.local.get(condition, binaryen.i32), f.use(yes), f.use(no));
    // All are read before any is written.
    const local = f.newLocal(f.typeOf(to));
    selected.push(m.local.set(local, value));
    moved.push(m.local.set(to, m.local.get(local, f.typeOf(to))));
  }
  return [...selected, ...moved];
}
