// Live accounting: a module that knows target time and energy while it runs, beside its counters.
//
// Two globals hold cycles and dynamic energy. A function adds to a local and flushes it to the globals where somebody may
// look: before calls that can reach a system call, when it returns, and in loops now and then. As with counters, only the
// edges outside a spanning tree add something: every node has a potential (what is spent from the function's entry to
// the node, along the tree), an edge adds what it costs beyond the difference of potentials, and a flush adds the
// potential of the place where it is. So a loop pays one addition for each counter it has, and one comparison.
//
// At flushes the global of cycles is compared with the time of the next sample of power; the host takes it.

import type { CallInstruction, DebugLocation } from "../../bitcode/index.ts";
import type { CounterEdge } from "./counters.ts";
import { placeOf } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { LIVE_CYCLE, LIVE_GLOBALS, OUTSIDE } from "../layout.ts";
import type { LiveFunction, LivePlan } from "./live-plan.ts";
import type { MemorySegment } from "../memory/memory-image.ts";
import type { Program } from "../program.ts";
import { evaluate } from "./sites.ts";
import type { PlanSite } from "../plan.ts";
import { binaryen, type Expression, type WasmModule } from "../wasm.ts";

const CYCLES = "bw:live_cycles";
const ENERGY = "bw:live_energy";
const NEXT = "bw:live_next";
const PLACE = "bw:live_place";
const SAMPLE = "bw:sample";
const FLUSH = "bw:flush";
const TURNS = "bw:turns";
/** With fewer turns, what a counted loop spends fits into a word. */
const FEW_TURNS = 1024;
/** A loop flushes after about this many cycles. */
const LOOP_CYCLES = 4096;
const { i64, f64 } = binaryen;

/** What live accounting needs once a module. */
export class LiveModule {
  readonly plan: LivePlan;
  readonly #m: WasmModule;
  readonly #segments: MemorySegment[] = [];
  readonly #places = new Map<string, number>([["", 0]]);

  constructor(m: WasmModule, plan: LivePlan) {
    this.#m = m;
    this.plan = plan;
    const { cycles, energy } = halves(plan.start);
    m.addGlobal(CYCLES, i64, true, m.i64.const(cycles));
    m.addGlobal(ENERGY, i64, true, m.i64.const(energy));
    m.addGlobal(NEXT, i64, true, m.i64.const(0n));
    m.addGlobal(PLACE, binaryen.i32, true, m.i32.const(0));
    m.addGlobalExport(PLACE, LIVE_GLOBALS.place);
    m.addGlobalExport(CYCLES, LIVE_GLOBALS.cycles);
    m.addGlobalExport(ENERGY, LIVE_GLOBALS.energy);
    m.addFunctionImport(SAMPLE, "env", "sample", binaryen.createType([f64, f64]), f64);
    m.addFunction(FLUSH, binaryen.createType([i64]), binaryen.none, [], this.flush(0));
    m.addFunction(TURNS, binaryen.createType([i64, i64, i64]), binaryen.none, [], this.#turns());
  }

  /** Body of the function for long counted loops (turns, cycles, energy). */
  #turns(): Expression {
    const m = this.#m;
    const product = (factor: number): Expression => m.i64.mul(m.local.get(0, i64), m.local.get(factor, i64));
    return m.block(null, [
      m.global.set(CYCLES, m.i64.add(m.global.get(CYCLES, i64), product(1))),
      m.global.set(ENERGY, m.i64.add(m.global.get(ENERGY, i64), product(2))),
      this.#sampleWhenDue(),
    ]);
  }

  /** Lines of the program, by the number that `at` notes. */
  get places(): readonly string[] {
    return [...this.#places.keys()];
  }

  /** Statement: notes where the program is, for who looks. */
  at(location: DebugLocation | null): Expression {
    const place = placeOf(location);
    const text = place === undefined ? "" : `${place.file}:${String(place.line)}`;
    const number = this.#places.get(text) ?? this.#places.size;
    this.#places.set(text, number);
    return this.#m.global.set(PLACE, this.#m.i32.const(number));
  }

  /** Contents of the tables of sites. */
  get segments(): readonly MemorySegment[] {
    return this.#segments;
  }

  /** Adds the word in a local to the globals; takes a sample when its time has come. */
  flush(local: number): Expression {
    const m = this.#m;
    const word = (): Expression => m.local.get(local, i64);
    const energy = (): Expression => m.i64.extend32_s(word());
    const cycles = m.i64.shr_s(m.i64.sub(word(), energy()), m.i64.const(32n));
    return m.block(null, [
      m.global.set(ENERGY, m.i64.add(m.global.get(ENERGY, i64), energy())),
      m.global.set(CYCLES, m.i64.add(m.global.get(CYCLES, i64), cycles)),
      this.#sampleWhenDue(),
    ]);
  }

  #sampleWhenDue(): Expression {
    const m = this.#m;
    const get = (name: string): Expression => m.global.get(name, i64);
    const asFloat = (name: string): Expression => m.f64.convert_s.i64(get(name));
    const sample = m.call(SAMPLE, [asFloat(CYCLES), asFloat(ENERGY)], f64);
    return m.if(m.i64.ge_s(get(CYCLES), get(NEXT)), m.global.set(NEXT, m.i64.trunc_s_sat.f64(sample)));
  }

  /** Address of a table of words. */
  table(p: Program, words: readonly bigint[]): number {
    const address = p.cellAddress(p.cells(words.length));
    this.#segments.push({ address, data: new Uint8Array(BigInt64Array.from(words).buffer) });
    return address;
  }
}

function halves(word: bigint): { cycles: bigint; energy: bigint } {
  const energy = BigInt.asIntN(32, word);
  return { cycles: (word - energy) >> 32n, energy };
}

/** Live accounting of one function while it is emitted. */
export class LiveAccount {
  readonly #f: FunctionEmitter;
  readonly #live: LiveModule;
  readonly #costs: LiveFunction;
  readonly #potential: readonly bigint[];
  /** By plan edge: what it adds. */
  readonly #added: readonly bigint[];
  readonly #entryAdded: bigint;
  /** By node that returns. */
  readonly #returnAdded: readonly bigint[];
  readonly #position: Int32Array;
  #local = -1;

  /** `order`: the reachable nodes in the order in which they are emitted. */
  constructor(
    f: FunctionEmitter,
    live: LiveModule,
    costs: LiveFunction,
    edges: readonly CounterEdge[],
    order: readonly number[],
  ) {
    this.#f = f;
    this.#live = live;
    this.#costs = costs;
    const cost = (edge: CounterEdge): bigint => {
      const node = edge.from === OUTSIDE ? 0n : (costs.nodes[edge.from]?.total ?? 0n);
      if (edge.kind === "entry") return costs.entry;
      return node + (edge.kind === "plan" ? (costs.edges[edge.index] ?? 0n) : 0n);
    };
    const size = f.plan.nodes.length;
    const { nodes, outside } = potentials(size, edges, cost);
    this.#potential = nodes.map((value) => value - outside);
    const at = (node: number): bigint => (node === OUTSIDE ? 0n : (this.#potential[node] ?? 0n));
    const added = new Array<bigint>(f.plan.edges.length).fill(0n);
    const returnAdded = new Array<bigint>(size).fill(0n);
    let entryAdded = 0n;
    for (const edge of edges) {
      const more = cost(edge) + at(edge.from) - at(edge.to);
      if (edge.kind === "entry") entryAdded = more;
      else if (edge.kind === "return") returnAdded[edge.from] = more;
      else if (edge.kind === "plan") added[edge.index] = more;
    }
    this.#added = added;
    this.#returnAdded = returnAdded;
    this.#entryAdded = entryAdded;
    this.#position = new Int32Array(size);
    order.forEach((node, i) => (this.#position[node] = i));
  }

  #account(): number {
    if (this.#local < 0) this.#local = this.#f.newLocal(i64);
    return this.#local;
  }

  #add(word: bigint): Expression[] {
    if (word === 0n) return [];
    const { m } = this.#f;
    const local = this.#account();
    return [m.local.set(local, m.i64.add(this.#f.get(local), m.i64.const(word)))];
  }

  entered(): Expression[] {
    return this.#add(this.#entryAdded);
  }

  /**
   * A plan edge is taken. Edges that go back in the order of nodes are in every loop, so loops flush there. `counted`: the
   * back edge of a counted loop, for which `turns` stands.
   */
  passed(edge: number, counted: boolean): Expression[] {
    if (counted) return [];
    const out = this.#add(this.#added[edge] ?? 0n);
    const { from, to } = this.#f.plan.edges[edge] ?? { from: 0, to: 0 };
    if ((this.#position[to] ?? 0) > (this.#position[from] ?? 0)) return out;
    const { m } = this.#f;
    const local = this.#account();
    const here = this.#potential[to] ?? 0n;
    const limit = (BigInt(LOOP_CYCLES * LIVE_CYCLE) << 32n) - here;
    const block = this.#f.fn.blocks[this.#f.plan.nodes[to]?.irBlock ?? -1];
    const flush = [
      this.#live.at(block?.instructions.find((inst) => inst.debugLocation !== null)?.debugLocation ?? null),
      m.call(FLUSH, [m.i64.add(this.#f.get(local), m.i64.const(here))], binaryen.none),
      m.local.set(local, m.i64.const(-here)),
    ];
    out.push(m.if(m.i64.ge_s(this.#f.get(local), m.i64.const(limit)), m.block(null, flush)));
    return out;
  }

  /** Before a counted loop that will take its back edge one time less than the local `left` says. */
  turns(edge: number, left: number): Expression[] {
    const word = this.#added[edge] ?? 0n;
    if (word === 0n) return [];
    const { m } = this.#f;
    const local = this.#account();
    const times = (): Expression => m.i32.sub(this.#f.get(left), m.i32.const(1));
    const more = m.i64.mul(m.i64.extend_u(times()), m.i64.const(word));
    const { cycles, energy } = halves(word);
    return [
      m.if(
        m.i32.lt_u(times(), m.i32.const(FEW_TURNS)),
        m.local.set(local, m.i64.add(this.#f.get(local), more)),
        m.call(TURNS, [m.i64.extend_u(times()), m.i64.const(cycles), m.i64.const(energy)], binaryen.none),
      ),
    ];
  }

  /** Before a call in the current node: all that was spent up to the callee's first block. */
  beforeCall(inst: CallInstruction): Expression[] {
    const { p, m, nodeIndex, instructionIndex } = this.#f;
    if (!p.callMaySystem(inst)) return [];
    const node = this.#costs.nodes[nodeIndex];
    const call = node?.calls.find((one) => one.instruction === instructionIndex);
    const here = (this.#potential[nodeIndex] ?? 0n) + (call?.before ?? 0n);
    const local = this.#account();
    return [
      m.local.set(local, m.i64.add(this.#f.get(local), m.i64.const(here))),
      this.#live.at(inst.debugLocation),
      this.#live.flush(local),
      m.local.set(local, m.i64.const(-here)),
    ];
  }

  /** Before a read of the time base in the current node: all that is spent up to the next call in it, or up to its end. */
  beforeTimeBase(): Expression[] {
    const { m, nodeIndex, instructionIndex } = this.#f;
    const node = this.#costs.nodes[nodeIndex];
    const next = node?.calls.find((one) => one.instruction !== null && one.instruction > instructionIndex);
    const here = (this.#potential[nodeIndex] ?? 0n) + (next?.before ?? node?.total ?? 0n);
    const local = this.#account();
    return [
      m.local.set(local, m.i64.add(this.#f.get(local), m.i64.const(here))),
      this.#live.flush(local),
      m.local.set(local, m.i64.const(-here)),
    ];
  }

  /** A setjmp in the current node has returned once more; what was spent up to the longjmp is in the globals. */
  resumed(): Expression[] {
    const { m, nodeIndex, instructionIndex } = this.#f;
    const call = this.#costs.nodes[nodeIndex]?.calls.find((one) => one.instruction === instructionIndex);
    const here = (this.#potential[nodeIndex] ?? 0n) + (call?.before ?? 0n);
    return [m.local.set(this.#account(), m.i64.const(-here))];
  }

  /**
   * An indirect call in the current node. `place` is a local with the callee's position among the functions whose address is
   * taken, times 8.
   */
  calledIndirectly(place: number): Expression[] {
    const { p, m } = this.#f;
    const callees = this.#callees();
    if (callees === undefined) return [];
    const words = [...p.addressTaken.map((name) => callees.get(name) ?? 0n), 0n];
    const local = this.#account();
    const more = m.i64.load(this.#live.table(p, words), 8, this.#f.get(place));
    return [m.local.set(local, m.i64.add(this.#f.get(local), more))];
  }

  /** The same where the callee is known to be `name`. */
  calledGuessed(name: string): Expression[] {
    return this.#add(this.#callees()?.get(name) ?? 0n);
  }

  #callees(): ReadonlyMap<string, bigint> | undefined {
    const { nodeIndex, instructionIndex } = this.#f;
    const calls = this.#costs.nodes[nodeIndex]?.calls;
    return calls?.find((one) => one.instruction === instructionIndex)?.callees;
  }

  /** A `ret` in the current node; `flushed` follows at the function's end. */
  returning(): Expression[] {
    return this.#add(this.#returnAdded[this.#f.nodeIndex] ?? 0n);
  }

  flushed(): Expression[] {
    return this.#local < 0 ? [] : [this.#live.at(null), this.#live.flush(this.#local)];
  }

  /** An instruction with operand-dependent latency has run. */
  site(index: number, site: PlanSite): Expression[] {
    const inst = this.#f.instruction;
    const words = this.#costs.sites[index] ?? [];
    if (inst === null || words.every((word) => word === 0n)) return [];
    const { m } = this.#f;
    const local = this.#account();
    const chosen = evaluate(this.#f, site.classify, inst);
    const more =
      words.length === 2
        ? m.select(chosen, m.i64.const(words[1] ?? 0n), m.i64.const(words[0] ?? 0n))
        : m.i64.load(this.#live.table(this.#f.p, words), 8, m.i32.shl(chosen, m.i32.const(3)));
    return [m.local.set(local, m.i64.add(this.#f.get(local), more))];
  }
}

/** Cost from the entry to each node along the edges that are not counted, which form a tree. */
function potentials(
  size: number,
  edges: readonly CounterEdge[],
  cost: (edge: CounterEdge) => bigint,
): { nodes: bigint[]; outside: bigint } {
  const slot = (node: number): number => (node === OUTSIDE ? size : node);
  const near: { to: number; cost: bigint }[][] = Array.from({ length: size + 1 }, () => []);
  for (const edge of edges) {
    if (edge.counted) continue;
    near[slot(edge.from)]?.push({ to: slot(edge.to), cost: cost(edge) });
    near[slot(edge.to)]?.push({ to: slot(edge.from), cost: -cost(edge) });
  }
  const value = new Array<bigint | undefined>(size + 1).fill(undefined);
  // The outside first; nodes that the tree does not reach (unreachable code) start anew.
  for (const root of [size, ...Array.from({ length: size }, (_, i) => i)]) {
    if (value[root] !== undefined) continue;
    value[root] = 0n;
    const work = [root];
    for (let at = work.pop(); at !== undefined; at = work.pop())
      for (const next of near[at] ?? []) {
        if (value[next.to] !== undefined) continue;
        value[next.to] = (value[at] ?? 0n) + next.cost;
        work.push(next.to);
      }
  }
  return { nodes: value.slice(0, size).map((v) => v ?? 0n), outside: value[size] ?? 0n };
}
