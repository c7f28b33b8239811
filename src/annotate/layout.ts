// Where the annotated module keeps its counts, and how every count follows from the few that are kept.
//
// A function's plan is a flow graph: what enters a node leaves it. With the outside world as one more node, the edges
// outside a spanning tree determine all others, so only those ("chords") have counters. The layout is plain data
// (JSON) that stands beside the .wasm, so that counts can be read without the rest of the toolchain.

/** Node number of the world outside a function: callers, and the end of the program. */
export const OUTSIDE = -1;

export interface LayoutEdge {
  /** Node in the plan, or OUTSIDE. */
  readonly from: number;
  readonly to: number;
  /**
   * `plan`: edge `index` of the plan. `entry`: a call of the function. `return`: the function ends at node `from`.
   * `abandoned`: node `from` was left by the program's end or a longjmp while it waited for the call at instruction `index`
   * of its IR block. `resumed`: the setjmp at instruction `index` of node `to` returned once more.
   */
  readonly kind: "plan" | "entry" | "return" | "abandoned" | "resumed";
  /** Which plan edge, or which instruction (see kind); 0 otherwise. */
  readonly index: number;
  /** Counter cell, or -1 when the count follows from the others. */
  readonly cell: number;
  /** Cells whose sum is the count, where there is no cell for it alone. */
  readonly cells?: readonly number[];
}

/**
 * Exported global: not zero when the program's own code trapped (a failed check, code that C says is never reached). An
 * `unreachable` with it still zero is an access that turned out not to be aligned.
 */
export const TRAPPED_GLOBAL = "trapped";

/** Values of that global. */
export const TRAPS = { own: 1, stackOverflow: 2, misaligned: 3 } as const;

/** Units a cycle, and a picojoule, of live accounting. */
export const LIVE_CYCLE = 4096;
export const LIVE_PICOJOULE = 16;

/** Exported globals of a module with live accounting. */
export const LIVE_GLOBALS = { cycles: "live_cycles", energy: "live_energy", place: "live_place" } as const;

/** Counters of one classified instruction: cells for classes 1 to classes-1. */
export interface LayoutSite {
  readonly node: number;
  readonly instruction: number;
  readonly classes: number;
  readonly firstCell: number;
}

/** An indirect call; cell `firstCell + i` counts calls of `addressTaken[i]`. */
export interface LayoutIndirectCall {
  readonly node: number;
  /** Index in the IR block's `instructions`. */
  readonly instruction: number;
  readonly firstCell: number;
}

export interface FunctionLayout {
  readonly name: string;
  /** Address of the machine function. */
  readonly address: number;
  readonly nodeCount: number;
  /** Edges of the plan; those that can't be reached are missing in `edges`. */
  readonly edgeCount: number;
  /** IR block of each node. */
  readonly irBlocks: readonly number[];
  readonly edges: readonly LayoutEdge[];
  readonly sites: readonly LayoutSite[];
  readonly indirectCalls: readonly LayoutIndirectCall[];
}

/** Bytes for what only the host has on a stack: variable arguments, copies of structures passed by value. A multiple of 64 KiB. */
export const ASIDE_BYTES = 16 << 20;

/** Addresses from `from` up to, not with, `to`. */
export interface MemoryRange {
  readonly from: number;
  readonly to: number;
}

export interface CounterLayout {
  readonly schema: "blockwatt.counters/1";
  /** False: the plain module; there are no cells. */
  readonly counters: boolean;
  /** Byte address of cell 0; cells are little-endian unsigned 64-bit words. */
  readonly counterBase: number;
  readonly cellCount: number;
  /** Bytes that the program may use; counters stand above. */
  readonly programBytes: number;
  /** Where the initial stack frame (argc, argv …) is put, and the room there. */
  readonly argumentBase: number;
  readonly argumentBytes: number;
  /** Where the program has no memory and nothing else is: below it, and around the counters. */
  readonly holes: readonly MemoryRange[];
  /** The module's own tables, which nobody writes. */
  readonly tables: MemoryRange;
  /** Size of the memory in 64 KiB pages; the last `ASIDE_BYTES` are the stack of what only the host needs. */
  readonly memoryPages: number;
  /** The exported function to call with the address of the initial stack image (argc, argv …). */
  readonly start: string;
  /** Functions whose address is used as a value, in the order of indirect-call cells. */
  readonly addressTaken: readonly string[];
  readonly functions: readonly FunctionLayout[];
  /** Modules with live accounting: where the program was when it last told, by the number in the exported global. */
  readonly places?: readonly string[];
}

/** Something that happened at a call. */
export interface CallCount {
  readonly node: number;
  /** Index in the IR block's `instructions`. */
  readonly instruction: number;
  readonly count: bigint;
}

/** Every count of one function, by the indexes of its plan. */
export interface FunctionCounts {
  readonly name: string;
  readonly calls: bigint;
  /** By node. */
  readonly nodes: readonly bigint[];
  /** By plan edge. */
  readonly edges: readonly bigint[];
  /** Function ends by node (zero for nodes that do not return). */
  readonly returns: readonly bigint[];
  /** Activations that were waiting for a call when the program ended or a longjmp left them. */
  readonly abandoned: readonly CallCount[];
  /** Further returns of setjmp. */
  readonly resumed: readonly CallCount[];
  /** By site: count of each class, class 0 first. */
  readonly sites: readonly (readonly bigint[])[];
  readonly indirectCalls: readonly {
    readonly node: number;
    readonly instruction: number;
    /** By position in `addressTaken`. */
    readonly targets: readonly bigint[];
  }[];
}

/** The counts of all functions from the cells, in the layout's order. `cells` has at least `layout.cellCount` words. */
export function readCounts(layout: CounterLayout, cells: BigUint64Array | BigInt64Array): FunctionCounts[] {
  return layout.functions.map((fn) => functionCounts(fn, layout.addressTaken.length, cells));
}

function functionCounts(
  fn: FunctionLayout,
  targetCount: number,
  cells: BigUint64Array | BigInt64Array,
): FunctionCounts {
  const cell = (index: number): bigint => BigInt.asUintN(64, cells[index] ?? 0n);
  const flow = fn.edges.map((edge) => {
    if (edge.cells !== undefined) return edge.cells.reduce((sum, index) => sum + cell(index), 0n);
    return edge.cell >= 0 ? cell(edge.cell) : null;
  });
  solveTree(fn, flow);

  const nodes = new Array<bigint>(fn.nodeCount).fill(0n);
  const returns = new Array<bigint>(fn.nodeCount).fill(0n);
  const edges = new Array<bigint>(fn.edgeCount).fill(0n);
  const abandoned: CallCount[] = [];
  const resumed: CallCount[] = [];
  let calls = 0n;
  fn.edges.forEach((edge, i) => {
    const count = flow[i] ?? 0n;
    // A node that is come back to was entered before.
    if (edge.kind === "resumed") {
      if (count > 0n) resumed.push({ node: edge.to, instruction: edge.index, count });
      return;
    }
    if (edge.to !== OUTSIDE) nodes[edge.to] = (nodes[edge.to] ?? 0n) + count;
    if (edge.kind === "plan") edges[edge.index] = count;
    else if (edge.kind === "entry") calls += count;
    else if (edge.kind === "return") returns[edge.from] = (returns[edge.from] ?? 0n) + count;
    else if (count > 0n) abandoned.push({ node: edge.from, instruction: edge.index, count });
  });
  return {
    name: fn.name,
    calls,
    nodes,
    edges,
    returns,
    abandoned,
    resumed,
    sites: fn.sites.map((site) => {
      const others: bigint[] = [];
      for (let k = 1; k < site.classes; k += 1) others.push(cell(site.firstCell + k - 1));
      return [others.reduce((left, count) => left - count, nodes[site.node] ?? 0n), ...others];
    }),
    indirectCalls: fn.indirectCalls.map((call) => ({
      node: call.node,
      instruction: call.instruction,
      targets: Array.from({ length: targetCount }, (_, i) => cell(call.firstCell + i)),
    })),
  };
}

/**
 * Fills in the tree edges: again and again, a node with one unknown edge determines it. Which edge that is, is told by the
 * exclusive or of the numbers of a node's unknown edges, so that every edge is looked at once, however many a node has.
 */
function solveTree(fn: FunctionLayout, flow: (bigint | null)[]): void {
  const slotOf = (node: number): number => (node === OUTSIDE ? fn.nodeCount : node);
  const unknown = new Int32Array(fn.nodeCount + 1);
  const which = new Int32Array(fn.nodeCount + 1);
  const balance = new Array<bigint>(fn.nodeCount + 1).fill(0n); // known inflow less known outflow
  const settle = (from: number, to: number, count: bigint): void => {
    if (count === 0n) return;
    balance[from] = balance[from]! - count;
    balance[to] = balance[to]! + count;
  };
  fn.edges.forEach((edge, i) => {
    const from = slotOf(edge.from);
    const to = slotOf(edge.to);
    const known = flow[i];
    if (known !== null && known !== undefined) return settle(from, to, known);
    for (const end of from === to ? [from] : [from, to]) {
      unknown[end]! += 1;
      which[end]! ^= i;
    }
  });
  const work: number[] = [];
  unknown.forEach((count, slot) => {
    if (count === 1) work.push(slot);
  });
  for (let slot = work.pop(); slot !== undefined; slot = work.pop()) {
    // Its last edge may have been settled from the other end.
    if (unknown[slot] !== 1) continue;
    const index = which[slot]!;
    const edge = fn.edges[index]!;
    const from = slotOf(edge.from);
    const to = slotOf(edge.to);
    const count = from === slot ? balance[slot]! : -balance[slot]!;
    flow[index] = count;
    settle(from, to, count);
    for (const end of from === to ? [from] : [from, to]) {
      unknown[end]! -= 1;
      which[end]! ^= index;
      if (unknown[end] === 1) work.push(end);
    }
  }
}
