// Control flow of an IR function as plain arrays: successors, predecessors, reachability, loop depth. Near-linear in blocks
// and edges, without recursion: functions with tens of thousands of blocks are ordinary.
import { successorsOf, terminatorOf, type GlobalFunction } from "../bitcode/index.ts";

export interface FlowGraph {
  /** By block: the blocks it can go to, each once, in the terminator's order. */
  readonly successors: readonly (readonly number[])[];
  /** By block: the blocks that can go to it, each once. */
  readonly predecessors: readonly (readonly number[])[];
}

/** The flow graph of `fn`, by block index. */
export function flowGraphOf(fn: GlobalFunction): FlowGraph {
  return graphFrom(fn.blocks.map((block) => [...new Set(successorsOf(terminatorOf(block)))]));
}

/** A flow graph from successor lists. */
export function graphFrom(successors: readonly (readonly number[])[]): FlowGraph {
  const predecessors: number[][] = successors.map(() => []);
  successors.forEach((targets, from) => {
    for (const to of new Set(targets)) predecessors[to]?.push(from);
  });
  return { successors, predecessors };
}

/** By block: whether it can be reached from `entry`. */
export function reachableFrom(graph: FlowGraph, entry: number): boolean[] {
  const reached = graph.successors.map(() => false);
  const stack = [entry];
  while (stack.length > 0) {
    const block = stack.pop()!;
    if (reached[block] !== false) continue;
    reached[block] = true;
    for (const next of graph.successors[block]!) stack.push(next);
  }
  return reached;
}

/** Reachable blocks in reverse postorder (a block before its successors, back edges aside). */
export function reversePostorder(graph: FlowGraph, entry: number): number[] {
  const order: number[] = [];
  const state = new Uint8Array(graph.successors.length);
  const stack: { block: number; next: number }[] = [];
  if (graph.successors.length === 0) return order;
  state[entry] = 1;
  stack.push({ block: entry, next: 0 });
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const target = graph.successors[top.block]![top.next++];
    if (target === undefined) {
      order.push(top.block);
      stack.pop();
    } else if (state[target] === 0) {
      state[target] = 1;
      stack.push({ block: target, next: 0 });
    }
  }
  return order.reverse();
}

/** Immediate dominators by block (the entry's is itself; unreachable: -1). Cooper, Harvey and Kennedy's iteration. */
export function immediateDominators(graph: FlowGraph, entry: number): Int32Array {
  const order = reversePostorder(graph, entry);
  const position = new Int32Array(graph.successors.length).fill(-1);
  order.forEach((block, i) => (position[block] = i));
  const dominator = new Int32Array(graph.successors.length).fill(-1);
  dominator[entry] = entry;
  for (let changed = true; changed;) {
    changed = false;
    for (const block of order) {
      if (block === entry) continue;
      let best = -1;
      for (const from of graph.predecessors[block]!) {
        if (dominator[from] === -1) continue;
        best = best === -1 ? from : meet(best, from, dominator, position);
      }
      if (best !== dominator[block]) {
        dominator[block] = best;
        changed = true;
      }
    }
  }
  return dominator;
}

function meet(a: number, b: number, dominator: Int32Array, position: Int32Array): number {
  while (a !== b) {
    while (position[a]! > position[b]!) a = dominator[a]!;
    while (position[b]! > position[a]!) b = dominator[b]!;
  }
  return a;
}

/**
 * Loop depth by block, 0 outside of loops. Natural loops only: an edge to a dominator makes a loop; loops entered in
 * several places are not seen, which costs a counter's best place and nothing else.
 */
export function loopDepths(graph: FlowGraph, entry: number): Int32Array {
  const count = graph.successors.length;
  const depth = new Int32Array(count);
  const dominator = immediateDominators(graph, entry);
  const order = reversePostorder(graph, entry);
  const position = new Int32Array(count).fill(-1);
  order.forEach((block, i) => (position[block] = i));
  const dominates = (a: number, b: number): boolean => {
    while (position[b]! > position[a]!) b = dominator[b]!;
    return a === b;
  };
  const mark = new Int32Array(count).fill(-1);
  for (const header of order) {
    const latches = graph.predecessors[header]!.filter(
      (from) => position[from]! >= 0 && dominates(header, from),
    );
    if (latches.length === 0) continue;
    depth[header]! += 1;
    mark[header] = header;
    const stack = latches.filter((latch) => latch !== header);
    while (stack.length > 0) {
      const block = stack.pop()!;
      if (mark[block] === header) continue;
      mark[block] = header;
      depth[block]! += 1;
      for (const from of graph.predecessors[block]!) if (position[from]! >= 0) stack.push(from);
    }
  }
  return depth;
}
