// The machine code of a program as blocks and edges: what costs are measured on, and what host counts are turned into.
//
// Why blocks end at calls: the cost of an edge depends on what ran just before it, and after a call that is the callee.
// So a call block has an edge to the callee's entry, and every exit block of the callee an edge to the return point;
// there is no edge from the call block to its return point.

export type TerminatorKind =
  | "fallthrough"
  | "branch"
  | "conditional"
  | "call"
  /** `blrl`, `bctrl`: the callee is known at run time only. */
  | "indirectCall"
  | "return"
  /** `bclr` under a condition: returns or falls through. */
  | "conditionalReturn"
  /** `bctr` that is no call: a jump table. */
  | "indirect"
  /** A call that never returns, or code that ends without a successor. */
  | "exit";

export interface MachineBlock {
  /** Index in `MachineCode.blocks`. */
  readonly id: number;
  /** First instruction's address, and the address after the last (unsigned; at least one instruction). */
  readonly start: number;
  readonly end: number;
  readonly function: string;
  readonly terminator: TerminatorKind;
  /** Direct calls (and branches to another function's entry): the callee's name. */
  readonly callee?: string;
  /** Calls: id of the block that runs after the return, when there is one. */
  readonly returnPoint?: number;
}

export type MachineEdgeKind = "fallthrough" | "taken" | "indirect" | "call" | "return";

export interface MachineEdge {
  /** Index in `MachineCode.edges`. */
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly kind: MachineEdgeKind;
  /** Return edges: the call block whose call returns here; that is `to`'s predecessor in the text. */
  readonly callBlock?: number;
}

export interface MachineFunction {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Block at `start`. */
  readonly entry: number;
  /** Ids of the function's blocks, by address. */
  readonly blocks: readonly number[];
  /** Blocks that return to the caller, by address. */
  readonly exits: readonly number[];
}

/**
 * Blocks and edges of a whole program. Call and return edges of direct calls are there from the start; those of
 * indirect calls are for the functions that the builder was told may be called indirectly.
 */
export interface MachineCode {
  readonly blocks: readonly MachineBlock[];
  readonly edges: readonly MachineEdge[];
  /** By name. */
  readonly functions: ReadonlyMap<string, MachineFunction>;
  /** Block that contains `address`, or undefined outside the program's code. */
  blockAt(address: number): MachineBlock | undefined;
  /** The edge from one block to another (there is at most one of each kind), or undefined. */
  edgeBetween(from: number, to: number, kind: MachineEdgeKind): MachineEdge | undefined;
  /** Edges out of and into a block. */
  outgoing(block: number): readonly MachineEdge[];
  incoming(block: number): readonly MachineEdge[];
}
