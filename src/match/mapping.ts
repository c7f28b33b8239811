// The block mapping: which machine edges are traversed when the IR takes an edge. Everything that is counted on the host
// becomes an exact machine count through it.
//
// The counting graph of a function is a graph of *nodes*. A node is an IR block at one place of the machine code: where
// the back end duplicated a block, the IR block has a node for each copy, and where an IR block left no code at a place,
// it has a node with an empty path. The annotator emits one WASM block per node. Then, with N the count of a node, C the
// count of a class and F the number of calls of the function,
//
//   count(machine edge inside a function) = Σ N × (times in node.path) + Σ C × (times in class.path) + F × (times in entryPath)
//   count(call edge)   = Σ N over the nodes that have the call (for indirect calls, split by the callee at run time)
//   count(return edge) = completed calls, split by the callee's exit block when it has several
//   count(machine block) = Σ count of the edges into it (+ 1 for the program's entry)
//
// A node that was entered but did not come to its end, since the program exited inside one of its calls, is counted in
// `HostCounts.unfinished` (see counts.ts).

import type { NumberTerms } from "./number-terms.ts";

/** A call in a node's machine code. */
export interface NodeCall {
  /** The machine block that ends with the call. */
  readonly block: number;
  /** The callee's name; null: an indirect call. */
  readonly callee: string | null;
  /** The block after the return; null when the call never returns. */
  readonly returnPoint: number | null;
  /** What the call leaves in the link register: the address behind it. */
  readonly link: number;
  /** Number of the node's path edges traversed before the call. */
  readonly at: number;
  /**
   * Index in the IR block's `instructions` of the instruction that makes the call: a `call`, or an operation or
   * intrinsic that the back end made into a runtime call. null: not determined (a runtime call whose origin in the
   * block is not unique).
   */
  readonly instruction: number | null;
  /** Of a call that computes with floating-point numbers, what it is given; absent: not known. */
  readonly given?: GivenTerms;
}

/**
 * What a runtime function is given for an operation, argument by argument: one of the operands, or that with its sign changed. A
 * multiply-add is two operations, the product (of its first two arguments) and the sum (of the product and the third). The back end
 * may give a sum's terms in the other order, and take a sign from one operation to the next; for the routine these are other
 * numbers, with other ways through its code and, where they are no numbers, other results.
 */
export interface GivenTerms {
  readonly terms: readonly { readonly operand: 0 | 1; readonly negated: boolean }[];
  /** The call's result is the operation's with its sign changed. Never of a comparison. */
  readonly negated: boolean;
}

export type NodeExit =
  /** The function returns; `block` ends with the return. */
  | { readonly kind: "return"; readonly block: number }
  /** The last call never returns. */
  | { readonly kind: "noreturn"; readonly block: number }
  /** The IR says that this is never reached. */
  | { readonly kind: "unreachable" };

/** An IR block at one place of the machine code. */
export interface MappingNode {
  /** Index in `FunctionMapping.nodes`; node 0 is the function's entry, a copy of IR block 0. */
  readonly id: number;
  /** Index in `fn.blocks`. */
  readonly irBlock: number;
  /** Machine edge ids that every execution of the node traverses, in order, up to its decision or exit. */
  readonly path: readonly number[];
  /** In machine order. */
  readonly calls: readonly NodeCall[];
  /** How the machine code does the node's operations on numbers by instructions, as far as it is known. */
  readonly numbers?: readonly NumberTerms[];
  /** Set for nodes without successors. */
  readonly exit: NodeExit | null;
}

/** A counted edge between nodes. Distinct classes of one node differ in `to`, in `path`, or in the successor. */
export interface EdgeClass {
  /** Index in `FunctionMapping.classes`. */
  readonly id: number;
  readonly from: number;
  readonly to: number;
  /**
   * Which of `successorsOf(terminator)` of the `from` node's IR block take this class: one for a `br` or `condbr`; for a
   * `switch` all cases that go the same way (index 0 is the default).
   */
  readonly successors: readonly number[];
  /**
   * Only for a `switch` whose default goes several machine ways: the unsigned inclusive intervals of the operand, among
   * the values that take the default, for which the default takes this class; ascending. All classes that have 0 in
   * `successors` have it then, and together they cover every value that takes the default.
   */
  readonly values?: readonly (readonly [bigint, bigint])[];
  /** Machine edge ids traversed after the node's path and up to the place of the `to` node, in order. */
  readonly path: readonly number[];
  /** The IR has this edge, the machine code not (a switch default that can't happen): its count must be 0. */
  readonly impossible?: true;
}

export type UnmatchedReason =
  /** The function has no IR. Such functions have a single path (`FunctionMapping.status.kind` "assembly"). */
  | "no-probe"
  | "branch-in-block"
  | "loop-in-block"
  | "successor-not-found"
  | "ambiguous-branch"
  | "switch-not-understood"
  | "jump-table-not-found"
  | "call-on-edge"
  | "call-not-found"
  | "too-many-paths"
  | "unsupported-terminator"
  | "uncovered-block";

export type MappingStatus =
  | { readonly kind: "matched" }
  /** Not compiled from IR: one path of blocks, from the entry to the return. `nodes` is empty. */
  | { readonly kind: "assembly" }
  | {
      readonly kind: "unmatched";
      readonly reason: UnmatchedReason;
      /** Where: index in `fn.blocks`, or null when the function as a whole is meant. */
      readonly irBlock: number | null;
      /** One sentence. */
      readonly detail: string;
    };

export interface FunctionMapping {
  readonly function: string;
  readonly status: MappingStatus;
  /** Machine edge ids from the function's entry to the place of node 0; for assembly, the whole path. */
  readonly entryPath: readonly number[];
  /** Calls of an assembly function, or in the entry path. */
  readonly entryCalls: readonly NodeCall[];
  readonly nodes: readonly MappingNode[];
  readonly classes: readonly EdgeClass[];
}

export interface ProgramMapping {
  /** By function name; one for each machine function. */
  readonly functions: ReadonlyMap<string, FunctionMapping>;
}
