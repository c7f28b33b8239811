// Dominators of any flow graph (Cooper, Harvey and Kennedy), iterated, so that irreducible graphs are right too.

import { successorsOf, terminatorOf, type GlobalFunction } from "../../bitcode/index.ts";
import { reversePostorder, type FlowEdge } from "./loops.ts";

/** Does every way from the entry (node 0) to `other` go through `node`? False for nodes that cannot be reached. */
export type Dominates = (node: number, other: number) => boolean;

export function dominators(size: number, edges: readonly FlowEdge[]): Dominates {
  const order = reversePostorder(size, edges, 0);
  const position = new Int32Array(size).fill(-1);
  order.forEach((node, i) => {
    position[node] = i;
  });
  const predecessors: number[][] = Array.from({ length: size }, () => []);
  for (const edge of edges) if ((position[edge.from] ?? -1) >= 0) predecessors[edge.to]?.push(edge.from);
  const above = new Int32Array(size).fill(-1);
  above[0] = 0;
  const at = (node: number): number => position[node] ?? 0;
  for (let changed = true; changed;) {
    changed = false;
    for (const node of order) {
      if (node === 0) continue;
      let common = -1;
      for (const from of predecessors[node] ?? []) {
        if (above[from] === -1) continue;
        if (common === -1) {
          common = from;
          continue;
        }
        let a = common;
        let b = from;
        while (a !== b) {
          if (at(a) > at(b)) a = above[a] ?? 0;
          else b = above[b] ?? 0;
        }
        common = a;
      }
      if (above[node] === common) continue;
      above[node] = common;
      changed = true;
    }
  }
  const depth = new Int32Array(size);
  for (const node of order) if (node !== 0) depth[node] = (depth[above[node] ?? 0] ?? 0) + 1;
  return (node, other) => {
    if (above[node] === -1 || above[other] === -1) return false;
    let up = other;
    while ((depth[up] ?? 0) > (depth[node] ?? 0)) up = above[up] ?? 0;
    return up === node;
  };
}

/** The same for a function's blocks. */
export function dominatorsOf(fn: GlobalFunction): Dominates {
  const edges = fn.blocks.flatMap((block) =>
    successorsOf(terminatorOf(block)).map((to) => ({ from: block.index, to })),
  );
  return dominators(fn.blocks.length, edges);
}
