// Loops of a flow graph, by strongly connected components: a component's entry is its header; without the header, what
// is still connected is an inner loop. Components with several entries (irreducible flow) are reported, so that the
// structurer can give them a dispatcher; for everyone else they are just loops. All walks are iterative.

export interface FlowEdge {
  readonly from: number;
  readonly to: number;
}

export interface Loop {
  readonly id: number;
  /** Nodes of the loop that are entered from outside it; more than one: irreducible. */
  readonly entries: readonly number[];
  readonly nodes: readonly number[];
  readonly depth: number;
  /** The loop around this one, -1: none. */
  readonly parent: number;
}

export interface LoopNest {
  readonly loops: readonly Loop[];
  /** Number of loops around each node. */
  readonly depth: readonly number[];
  /** Innermost loop of each node, -1: none. */
  readonly innermost: readonly number[];
}

/** `entry` counts as entered from outside. A loop that nothing enters (unreachable code) has an arbitrary entry. */
export function loopNest(size: number, edges: readonly FlowEdge[], entry: number): LoopNest {
  const successors: number[][] = Array.from({ length: size }, () => []);
  const predecessors: number[][] = Array.from({ length: size }, () => []);
  for (const edge of edges) {
    successors[edge.from]?.push(edge.to);
    predecessors[edge.to]?.push(edge.from);
  }
  const loops: Loop[] = [];
  const depth = new Array<number>(size).fill(0);
  const innermost = new Array<number>(size).fill(-1);
  const work: { nodes: number[]; depth: number; parent: number }[] = [
    { nodes: Array.from({ length: size }, (_, i) => i), depth: 0, parent: -1 },
  ];
  for (let region = work.pop(); region !== undefined; region = work.pop()) {
    for (const component of components(region.nodes, successors, size)) {
      const first = component[0];
      if (first === undefined) continue;
      if (component.length === 1 && successors[first]?.includes(first) !== true) continue;
      const inside = new Set(component);
      const entries = component.filter(
        (node) => node === entry || predecessors[node]?.some((from) => !inside.has(from)) === true,
      );
      if (entries.length === 0) entries.push(first);
      const id = loops.length;
      loops.push({ id, entries, nodes: component, depth: region.depth + 1, parent: region.parent });
      for (const node of component) {
        depth[node] = region.depth + 1;
        innermost[node] = id;
      }
      // Without its entries, what is still connected is inside. (For several entries any choice is right.)
      const rest = component.filter((node) => node !== entries[0]);
      if (rest.length > 0) work.push({ nodes: rest, depth: region.depth + 1, parent: id });
    }
  }
  return { loops, depth, innermost };
}

/** Tarjan's components of the subgraph on `nodes`, without recursion. */
function components(nodes: readonly number[], successors: readonly number[][], size: number): number[][] {
  const inside = new Uint8Array(size);
  for (const node of nodes) inside[node] = 1;
  const index = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const onStack = new Uint8Array(size);
  const stack: number[] = [];
  const found: number[][] = [];
  let next = 0;
  for (const root of nodes) {
    if (index[root] !== -1) continue;
    const path: { node: number; at: number }[] = [{ node: root, at: 0 }];
    index[root] = low[root] = next;
    next += 1;
    stack.push(root);
    onStack[root] = 1;
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const node = frame.node;
      const to = successors[node]?.[frame.at];
      if (to === undefined) {
        path.pop();
        const parent = path.at(-1);
        if (parent !== undefined) low[parent.node] = Math.min(low[parent.node] ?? 0, low[node] ?? 0);
        if (low[node] === index[node]) {
          const component: number[] = [];
          for (;;) {
            const member = stack.pop();
            if (member === undefined) break;
            onStack[member] = 0;
            component.push(member);
            if (member === node) break;
          }
          found.push(component);
        }
        continue;
      }
      frame.at += 1;
      if (inside[to] === 0) continue;
      if (index[to] === -1) {
        index[to] = low[to] = next;
        next += 1;
        stack.push(to);
        onStack[to] = 1;
        path.push({ node: to, at: 0 });
      } else if (onStack[to] === 1) low[node] = Math.min(low[node] ?? 0, index[to] ?? 0);
    }
  }
  return found;
}

/** Nodes in reverse postorder from `entry`; unreachable ones are left out. */
export function reversePostorder(size: number, edges: readonly FlowEdge[], entry: number): number[] {
  const successors: number[][] = Array.from({ length: size }, () => []);
  for (const edge of edges) successors[edge.from]?.push(edge.to);
  const seen = new Uint8Array(size);
  const order: number[] = [];
  const path: { node: number; at: number }[] = [{ node: entry, at: 0 }];
  seen[entry] = 1;
  for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
    const list = successors[frame.node] ?? [];
    // Backwards, so that a first successor comes right after its block in the order.
    const to = list[list.length - 1 - frame.at];
    if (to === undefined) {
      order.push(frame.node);
      path.pop();
      continue;
    }
    frame.at += 1;
    if (seen[to] === 1) continue;
    seen[to] = 1;
    path.push({ node: to, at: 0 });
  }
  return order.reverse();
}
