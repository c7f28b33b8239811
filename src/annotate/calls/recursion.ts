// Which functions can be active more than once at a time. Only they can use up the stack without anybody having meant it, so
// only they look whether it is full: the frames of all others together are bounded by the program's text.

import type { Module } from "../../bitcode/index.ts";
import { resolveCallee } from "../program.ts";

/** Names of the functions on circles of the call graph, where an indirect call reaches every function of `taken`. */
export function recursiveFunctions(module: Module, taken: readonly string[]): ReadonlySet<string> {
  // Node 0 is "some indirect call".
  const numbers = new Map(module.functions.map((fn, i) => [fn.name, i + 1] as const));
  const edges: number[][] = [[], ...module.functions.map(() => [])];
  for (const name of taken) edges[0]?.push(numbers.get(name) ?? 0);
  module.functions.forEach((fn, i) => {
    const callees = new Set<number>();
    for (const block of fn.blocks) {
      for (const inst of block.instructions) {
        if (inst.op !== "call" || inst.callee.kind === "asm") continue;
        const callee = resolveCallee(inst.callee);
        callees.add(callee === null ? 0 : (numbers.get(callee.name) ?? 0));
      }
    }
    edges[i + 1] = [...callees];
  });
  const circles = onCircles(edges);
  return new Set(module.functions.filter((_, i) => circles[i + 1] === 1).map((fn) => fn.name));
}

/** By node: 1 when it is on a circle. Tarjan's strongly connected components, without recursion. */
function onCircles(edges: readonly (readonly number[])[]): Uint8Array {
  const size = edges.length;
  const result = new Uint8Array(size);
  const index = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const active = new Uint8Array(size);
  const stack: number[] = [];
  let next = 0;
  const open = (node: number): { node: number; edge: number } => {
    index[node] = low[node] = next++;
    active[node] = 1;
    stack.push(node);
    return { node, edge: 0 };
  };
  for (let root = 0; root < size; root++) {
    if ((index[root] ?? 0) >= 0) continue;
    const path = [open(root)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node } = top;
      const to = edges[node]?.[top.edge++];
      if (to !== undefined) {
        if ((index[to] ?? 0) < 0) path.push(open(to));
        else if (active[to] === 1) low[node] = Math.min(low[node] ?? 0, index[to] ?? 0);
        if (to === node) result[node] = 1;
        continue;
      }
      path.pop();
      const below = path.at(-1)?.node;
      if (below !== undefined) low[below] = Math.min(low[below] ?? 0, low[node] ?? 0);
      if (low[node] !== index[node]) continue;
      const members = stack.splice(stack.lastIndexOf(node));
      for (const member of members) {
        active[member] = 0;
        if (members.length > 1) result[member] = 1;
      }
    }
  }
  return result;
}
