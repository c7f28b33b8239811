// Any flow graph to WebAssembly's nested blocks and loops, after Ramsey's "Beyond Relooper": the code of a node's
// dominator subtree is nested in the node; nodes where paths meet again follow a block that branches to them leave; a
// loop header opens a loop. No helper variable, no code copied, linear time. Irreducible loops first get a dispatcher:
// one new header that goes on to the wanted entry by a number in a local.

import { InternalError } from "../../base/diagnostic.ts";
import { loopNest, reversePostorder, type FlowEdge } from "../loops/loops.ts";
import { binaryen, sequence, type Expression, type WasmModule } from "../wasm.ts";

const I32 = binaryen.i32;

/** What the nodes and edges do. Statement lists that end a node must not fall through. */
export interface FlowCode {
  /** The node's statements with its decision at the end; `go(edge)` gives the statements that follow an edge. */
  node(node: number, go: (edge: number) => Expression[]): Expression[];
  /** Statements executed when an edge is followed. */
  edge(edge: number): Expression[];
  /**
   * Statements before the loop that a node is the header of, executed each time the loop is entered. They may leave: `go`
   * is for edges of that node out of the loop.
   */
  beforeLoop(node: number, go: (edge: number) => Expression[]): Expression[];
  /** Is the first turn of an innermost loop with these nodes, the header first, to be done before it, in code of its own? */
  isPeeled(nodes: readonly number[]): boolean;
  /** A new local of type i32. */
  newLocal(): number;
}

interface WorkEdge {
  from: number;
  to: number;
  /** Index of the caller's edge; -1: from a dispatcher. */
  readonly origin: number;
  /** Dispatcher numbers to set, in order. */
  readonly assign: { readonly local: number; readonly value: number }[];
}

interface Dispatcher {
  readonly local: number;
  /** Work edges to the entries, by number. */
  readonly edges: WorkEdge[];
}

/** The code of the whole graph, entered at node 0. Every node must be reachable. */
export function structured(
  m: WasmModule,
  size: number,
  edges: readonly FlowEdge[],
  code: FlowCode,
): Expression {
  const work: WorkEdge[] = edges.map((edge, origin) => ({
    from: edge.from,
    to: edge.to,
    origin,
    assign: [],
  }));
  const dispatchers = new Map<number, Dispatcher>();
  const nodeCount = makeReducible(size, work, dispatchers, code);
  return new Structurer(m, nodeCount, work, dispatchers, code).run();
}

/** Adds dispatchers until every loop has one entry; returns the number of nodes then. */
function makeReducible(
  size: number,
  edges: WorkEdge[],
  dispatchers: Map<number, Dispatcher>,
  code: FlowCode,
): number {
  let count = size;
  for (;;) {
    const bad = loopNest(count, edges, 0).loops.filter((loop) => loop.entries.length > 1);
    const outermost = bad.reduce((least, loop) => Math.min(least, loop.depth), Infinity);
    const loop = bad.find((candidate) => candidate.depth === outermost);
    if (loop === undefined) return count;
    const id = count;
    count += 1;
    const local = code.newLocal();
    for (const edge of edges) {
      const value = loop.entries.indexOf(edge.to);
      if (value < 0) continue;
      edge.assign.push({ local, value });
      edge.to = id;
    }
    const own = loop.entries.map((to): WorkEdge => ({ from: id, to, origin: -1, assign: [] }));
    edges.push(...own);
    dispatchers.set(id, { local, edges: own });
  }
}

class Structurer {
  readonly #m: WasmModule;
  readonly #edges: readonly WorkEdge[];
  readonly #dispatchers: ReadonlyMap<number, Dispatcher>;
  readonly #code: FlowCode;
  readonly #byOrigin: WorkEdge[] = [];
  readonly #order: readonly number[];
  readonly #position: Int32Array;
  readonly #isMerge: Uint8Array;
  readonly #isHeader: Uint8Array;
  /** Nodes that follow a block, by the node they are nested in, in reverse postorder. */
  readonly #merges: number[][];
  /** The same, for nodes that follow the whole loop of which the node is the header. */
  readonly #afterLoop: number[][];
  /** Headers of innermost loops whose first turn is done before them. */
  readonly #peeled = new Map<number, ReadonlySet<number>>();
  /** The nodes of the first turn that is being emitted: its labels differ from those of the loop. */
  #first: ReadonlySet<number> | null = null;

  constructor(
    m: WasmModule,
    size: number,
    edges: readonly WorkEdge[],
    dispatchers: ReadonlyMap<number, Dispatcher>,
    code: FlowCode,
  ) {
    this.#m = m;
    this.#edges = edges;
    this.#dispatchers = dispatchers;
    this.#code = code;
    for (const edge of edges) if (edge.origin >= 0) this.#byOrigin[edge.origin] = edge;
    this.#order = reversePostorder(size, edges, 0);
    if (this.#order.length !== size) throw new InternalError("a flow graph has unreachable nodes");
    this.#position = new Int32Array(size);
    this.#order.forEach((node, i) => {
      this.#position[node] = i;
    });
    this.#isMerge = new Uint8Array(size);
    this.#isHeader = new Uint8Array(size);
    const forward = new Int32Array(size);
    for (const edge of edges) {
      if (this.#isBack(edge)) this.#isHeader[edge.to] = 1;
      else forward[edge.to] = (forward[edge.to] ?? 0) + 1;
    }
    for (let node = 0; node < size; node += 1) if ((forward[node] ?? 0) > 1) this.#isMerge[node] = 1;
    const nest = loopNest(size, edges, 0);
    const inLoop = (node: number, loop: number): boolean => {
      for (let at = nest.innermost[node] ?? -1; at >= 0; at = nest.loops[at]?.parent ?? -1)
        if (at === loop) return true;
      return false;
    };
    // What is left on leaving a loop must not be nested in it: engines look at loops as they are written.
    for (const edge of edges) {
      const loop = nest.innermost[edge.from] ?? -1;
      if (loop >= 0 && !this.#isBack(edge) && !inLoop(edge.to, loop)) this.#isMerge[edge.to] = 1;
    }
    for (const loop of nest.loops) {
      const [header] = loop.entries;
      if (header === undefined || nest.loops.some(({ parent }) => parent === loop.id)) continue;
      const nodes = [header, ...loop.nodes.filter((node) => node !== header)];
      if (nodes.every((node) => !dispatchers.has(node)) && code.isPeeled(nodes))
        this.#peeled.set(header, new Set(nodes));
    }
    const dominator = this.#dominators(size);
    this.#merges = Array.from({ length: size }, () => []);
    this.#afterLoop = Array.from({ length: size }, () => []);
    for (const node of this.#order) {
      if (this.#isMerge[node] !== 1) continue;
      const parent = dominator[node] ?? 0;
      let left = -1;
      for (let at = nest.innermost[parent] ?? -1; at >= 0; at = nest.loops[at]?.parent ?? -1)
        if (!inLoop(node, at)) left = at;
      const header = nest.loops[left]?.entries[0];
      if (header === undefined) this.#merges[parent]?.push(node);
      else this.#afterLoop[header]?.push(node);
    }
  }

  #isBack(edge: FlowEdge): boolean {
    return (this.#position[edge.to] ?? 0) <= (this.#position[edge.from] ?? 0);
  }

  /** Immediate dominators (Cooper, Harvey and Kennedy); one pass is enough for reducible graphs. */
  #dominators(size: number): Int32Array {
    const predecessors: number[][] = Array.from({ length: size }, () => []);
    for (const edge of this.#edges) if (!this.#isBack(edge)) predecessors[edge.to]?.push(edge.from);
    const dominator = new Int32Array(size).fill(-1);
    dominator[0] = 0;
    const at = (node: number): number => this.#position[node] ?? 0;
    for (const node of this.#order) {
      if (node === 0) continue;
      let common = -1;
      for (const from of predecessors[node] ?? []) {
        if (common === -1) {
          common = from;
          continue;
        }
        let a = common;
        let b = from;
        while (a !== b) {
          if (at(a) > at(b)) a = dominator[a] ?? 0;
          else b = dominator[b] ?? 0;
        }
        common = a;
      }
      dominator[node] = common;
    }
    return dominator;
  }

  run(): Expression {
    return sequence(this.#m, this.#tree(0));
  }

  #tree(node: number): Expression[] {
    const go = (origin: number): Expression[] => {
      const edge = this.#byOrigin[origin];
      if (edge === undefined) throw new InternalError(`edge ${String(origin)} is not in the flow graph`);
      return this.#follow(edge);
    };
    let inner: Expression[];
    if (this.#isHeader[node] === 1) {
      const first: Expression[] = [];
      this.#first = this.#peeled.get(node) ?? null;
      if (this.#first !== null) first.push(this.#m.block(this.#label("l", node), this.#body(node, go)));
      this.#first = null;
      const before = this.#dispatchers.has(node) ? [] : this.#code.beforeLoop(node, go);
      const loop = this.#m.loop(this.#label("l", node), sequence(this.#m, this.#body(node, go)));
      inner = [...first, ...before, loop, this.#m.unreachable()];
    } else inner = this.#body(node, go);
    for (const merge of this.#afterLoop[node] ?? [])
      inner = [this.#m.block(this.#label("n", merge), inner), ...this.#tree(merge)];
    return inner;
  }

  #label(kind: "n" | "l", node: number): string {
    return `${kind}${String(node)}${this.#first?.has(node) === true ? "first" : ""}`;
  }

  /** A node and what is nested in it; of a loop's header: one turn. */
  #body(node: number, go: (origin: number) => Expression[]): Expression[] {
    const dispatcher = this.#dispatchers.get(node);
    let inner = dispatcher === undefined ? this.#code.node(node, go) : this.#dispatch(node, dispatcher);
    for (const merge of this.#merges[node] ?? [])
      inner = [this.#m.block(this.#label("n", merge), inner), ...this.#tree(merge)];
    return inner;
  }

  #follow(edge: WorkEdge): Expression[] {
    const m = this.#m;
    const statements = edge.origin >= 0 ? this.#code.edge(edge.origin) : [];
    for (const { local, value } of edge.assign) statements.push(m.local.set(local, m.i32.const(value)));
    if (this.#isBack(edge)) statements.push(m.br(this.#label("l", edge.to)));
    else if (this.#isMerge[edge.to] === 1) statements.push(m.br(this.#label("n", edge.to)));
    else statements.push(...this.#tree(edge.to));
    return statements;
  }

  #dispatch(node: number, dispatcher: Dispatcher): Expression[] {
    const m = this.#m;
    const labels = dispatcher.edges.map((_, i) => `d${String(node)}_${String(i)}`);
    let inner: Expression[] = [m.switch(labels, labels[0] ?? "", m.local.get(dispatcher.local, I32))];
    dispatcher.edges.forEach((edge, i) => {
      inner = [m.block(labels[i] ?? "", inner), ...this.#follow(edge)];
    });
    return inner;
  }
}
