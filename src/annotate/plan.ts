// What the annotator must count, as plain data: for every function a flow graph whose nodes are copies of IR blocks.
//
// Why copies: where the back end duplicated a block, or where a cost depends on how a block was reached, one IR block
// stands for several nodes. The emitter writes each node's code once, so telling nodes apart costs nothing at run
// time but code size. A plan with one node per IR block (`identityPlan`) is always valid.

import { successorsOf, terminatorOf, type BasicBlock, type GlobalFunction } from "../bitcode/index.ts";
import { Untranslatable } from "./fault.ts";
import type { FunctionMapping, GivenTerms } from "../match/mapping.ts";
import type { NumberTerms } from "../match/number-terms.ts";

/** A call in a node's machine code. */
export interface PlanCall {
  /** The callee's name; null: an indirect call. */
  readonly callee: string | null;
  /** What the call leaves in the target's link register: the address behind it. */
  readonly link: number;
  /** Index in the IR block's `instructions` of what makes the call; null: not known. */
  readonly instruction: number | null;
  /** Of a call that computes with floating-point numbers, what it is given; absent: not known. */
  readonly given?: GivenTerms;
}

/** One node: a copy of an IR block. */
export interface PlanNode {
  /** Index in `fn.blocks`. */
  readonly irBlock: number;
  /**
   * The calls of this node's machine code (tail calls included), in machine order, or null when they are not known. They
   * decide which intrinsics and operations become real calls.
   */
  readonly calls: readonly PlanCall[] | null;
  /** How the machine code does operations on numbers by instructions; what is not there is not known. */
  readonly numbers?: readonly NumberTerms[];
}

/** One edge between nodes. */
export interface PlanEdge {
  readonly from: number;
  readonly to: number;
  /** Which of `successorsOf(terminator)` of the `from` node's IR block this edge takes: all that go the same way. */
  readonly successors: readonly number[];
  /**
   * Only where a successor of a `switch` is split over several edges: the unsigned inclusive intervals of the operand
   * that take this edge. With it, `successors` is not looked at.
   */
  readonly values?: readonly (readonly [bigint, bigint])[];
}

/** An edge and its index in the plan. */
export interface OutgoingEdge {
  readonly edge: PlanEdge;
  readonly i: number;
}

/**
 * A question asked each time an instruction runs: which of `classes` cases is it? The operands are given to
 * `classify`, which answers with an expression of the small language below.
 */
export interface PlanSite {
  /** Index in `nodes`. */
  readonly node: number;
  /** Index in the IR block's `instructions`. */
  readonly instruction: number;
  /** Number of classes, at least 2. Class 0 is not counted: it is the node's count less the others. */
  readonly classes: number;
  readonly classify: SiteExpression;
  /**
   * Count the sum of what `classify` gives instead of how often it gives each class; `classes` is 2 and the sum stands
   * where the count of class 1 would. Enough, and cheaper, where cost grows evenly from class to class.
   */
  readonly sum?: true;
}

/**
 * An i32 expression over the instruction's operands (as the IR has them, without sign: an i16 is 0 to 65535; operands
 * wider than 32 bits are not allowed). Comparisons give 0 or 1. `clz` of 0 is 32.
 */
export type SiteExpression =
  | { readonly op: "const"; readonly value: number }
  | { readonly op: "operand"; readonly index: number }
  | { readonly op: "result" }
  | {
      readonly op:
        | "add"
        | "sub"
        | "mul"
        | "and"
        | "or"
        | "xor"
        | "shl"
        | "shr_u"
        | "shr_s"
        | "eq"
        | "ne"
        | "lt_s"
        | "lt_u"
        | "le_s"
        | "le_u"
        | "gt_s"
        | "gt_u"
        | "ge_s"
        | "ge_u";
      readonly left: SiteExpression;
      readonly right: SiteExpression;
    }
  | { readonly op: "clz" | "eqz"; readonly value: SiteExpression }
  | {
      readonly op: "if";
      readonly condition: SiteExpression;
      readonly then: SiteExpression;
      readonly else: SiteExpression;
    };

/** The plan of one function. Node 0 is the entry and a copy of IR block 0. */
export interface FunctionPlan {
  readonly name: string;
  readonly nodes: readonly PlanNode[];
  readonly edges: readonly PlanEdge[];
  readonly sites?: readonly PlanSite[];
  /** Expected executions of each node per call, for placing counters on cold edges; absent: estimated from loops. */
  readonly frequencies?: readonly number[];
}

/** A node and the IR block that it is a copy of. Fails: BW0803 when there is none. */
export function planNodeOf(
  fn: GlobalFunction,
  plan: FunctionPlan,
  node: number,
): { readonly planNode: PlanNode; readonly block: BasicBlock } {
  const planNode = plan.nodes[node];
  const block = planNode === undefined ? undefined : fn.blocks[planNode.irBlock];
  if (planNode === undefined || block === undefined)
    throw new Untranslatable("a plan names no block", undefined, "BW0803");
  return { planNode, block };
}

/** Edges by the node that they leave. */
export function outgoingEdges(plan: FunctionPlan): readonly (readonly OutgoingEdge[])[] {
  const outgoing: OutgoingEdge[][] = plan.nodes.map(() => []);
  plan.edges.forEach((edge, i) => outgoing[edge.from]?.push({ edge, i }));
  return outgoing;
}

/** One node per IR block, one edge per IR edge, nothing known about machine calls. */
export function identityPlan(fn: GlobalFunction): FunctionPlan {
  const edges: PlanEdge[] = [];
  for (const block of fn.blocks) {
    const byTarget = new Map<number, number[]>();
    successorsOf(terminatorOf(block)).forEach((to, successor) => {
      const list = byTarget.get(to);
      if (list === undefined) byTarget.set(to, [successor]);
      else list.push(successor);
    });
    for (const [to, successors] of byTarget) edges.push({ from: block.index, to, successors });
  }
  return {
    name: fn.name,
    nodes: fn.blocks.map((block) => ({ irBlock: block.index, calls: null })),
    edges,
  };
}

/** The plan that counts what a block mapping needs; undefined where the function is not matched. */
export function planOf(mapping: FunctionMapping): FunctionPlan | undefined {
  if (mapping.status.kind !== "matched") return undefined;
  return {
    name: mapping.function,
    nodes: mapping.nodes.map(({ irBlock, calls, numbers }) => ({
      irBlock,
      calls,
      ...(numbers === undefined ? {} : { numbers }),
    })),
    edges: mapping.classes,
  };
}
