// What the annotator must count, as plain data: for every function a flow graph whose nodes are copies of IR blocks.
//
// Why copies: where the back end duplicated a block, or where a cost depends on how a block was reached, one IR block
// stands for several nodes. The emitter writes each node's code once, so telling nodes apart costs nothing at run
// time but code size. A plan with one node per IR block (`identityPlan`) is always valid.

import { successorsOf, terminatorOf, type GlobalFunction } from "../bitcode/index.ts";

/** One node: a copy of an IR block. */
export interface PlanNode {
  /** Index in `fn.blocks`. */
  readonly irBlock: number;
  /**
   * Names of the functions that this node's machine code calls (tail calls included), in machine order, or null when
   * it is not known. Indirect calls are left out. It decides which intrinsics and operations become real calls.
   */
  readonly machineCalls: readonly string[] | null;
}

/** One edge between nodes. */
export interface PlanEdge {
  readonly from: number;
  readonly to: number;
  /** Which of `successorsOf(terminator)` of the `from` node's IR block this edge takes. */
  readonly successor: number;
  /**
   * Only when one IR edge has several plan edges (a `switch` whose machine tree reaches the target in several ways):
   * the inclusive unsigned ranges of the condition for which this edge is taken. All edges of that IR edge have it, and
   * together they cover every value that takes the IR edge.
   */
  readonly ranges?: readonly { readonly low: number; readonly high: number }[];
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

/** One node per IR block, one edge per IR edge, nothing known about machine calls. */
export function identityPlan(fn: GlobalFunction): FunctionPlan {
  const edges: PlanEdge[] = [];
  for (const block of fn.blocks) {
    successorsOf(terminatorOf(block)).forEach((to, successor) => {
      edges.push({ from: block.index, to, successor });
    });
  }
  return {
    name: fn.name,
    nodes: fn.blocks.map((block) => ({ irBlock: block.index, machineCalls: null })),
    edges,
  };
}
