// setjmp and longjmp by WebAssembly's exceptions: `longjmp` throws; the function that called `setjmp` catches what is meant
// for it, and starts its body again at the place after that call. Locals keep what they hold, as C leaves it open.
//
// The buffer says who is meant: the activation that filled it has a number of its own (function calls itself again, buffers
// are copied), and each call of `setjmp` in a function has one. On the target the same words are registers that were saved:
// no program can know what is in them.

import type { CallInstruction, GlobalFunction } from "../../bitcode/index.ts";
import { terminatorOf } from "../../bitcode/index.ts";
import { SET_JUMP } from "../../ir/index.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { OUTSIDE, type LayoutEdge } from "../layout.ts";
import { outgoingEdges, type FunctionPlan } from "../plan.ts";
import { resolveCallee, type Program } from "../program.ts";
import type { FlowEdge } from "../loops/loops.ts";
import { structured, type FlowCode } from "./structure.ts";
import { binaryen, type Expression, type WasmModule } from "../wasm.ts";

const { i32 } = binaryen;
const ACTIVATIONS = "bw:activations";
const BUFFER = "bw:jump_buffer";
const VALUE = "bw:jump_value";
const TAG = "bw:jump";

/** Words of the buffer. */
const STACK_POINTER = 0;
const ACTIVATION = 4;
const SITE = 8;

/** One call of setjmp at one place of the machine code. */
export interface SetJumpSite {
  /** In the plan. */
  readonly node: number;
  readonly instruction: number;
  readonly call: CallInstruction;
  /** The plan edge that is taken after the call. */
  readonly edge: number;
}

/** The sites of a function, in the order of `nodes`. */
export function setJumpSites(
  fn: GlobalFunction,
  plan: FunctionPlan,
  nodes: readonly number[],
): SetJumpSite[] {
  const calls = new Map<number, number>();
  for (const block of fn.blocks) {
    block.instructions.forEach((inst, i) => {
      if (inst.op !== "call" || resolveCallee(inst.callee)?.name !== SET_JUMP) return;
      if (i !== block.instructions.length - 2 || terminatorOf(block).op !== "br")
        throw new Untranslatable("a call of setjmp is not at its block's end", "build the program again");
      calls.set(block.index, i);
    });
  }
  if (calls.size === 0) return [];
  const outgoing = outgoingEdges(plan);
  return nodes.flatMap((node) => {
    const irBlock = plan.nodes[node]?.irBlock ?? -1;
    const instruction = calls.get(irBlock);
    const call = fn.blocks[irBlock]?.instructions[instruction ?? -1];
    const edge = outgoing[node]?.[0]?.i;
    return call?.op === "call" && instruction !== undefined && edge !== undefined
      ? [{ node, instruction, call, edge }]
      : [];
  });
}

/** Statements of `longjmp(buffer, value)`. */
export function emitLongJump(
  f: FunctionEmitter,
  inst: CallInstruction,
  before: readonly Expression[],
): Expression[] {
  const { m } = f;
  declare(f.p);
  const [buffer, value] = inst.args;
  if (buffer === undefined || value === undefined) throw new Untranslatable("longjmp lacks arguments");
  const given = f.newLocal(i32);
  return [
    m.global.set(BUFFER, f.use(buffer)),
    m.local.set(given, f.use(value)),
    m.global.set(VALUE, m.i32.add(f.get(given), m.i32.eqz(f.get(given)))),
    ...before,
    m.throw(TAG, []),
  ];
}

/** The part of one function that calls setjmp. */
export class SetJumps {
  readonly sites: readonly SetJumpSite[];
  readonly #f: FunctionEmitter;
  readonly #activation: number;
  readonly #resume: number;
  /** By site: the counter of further returns. */
  readonly #cells: readonly number[];

  constructor(f: FunctionEmitter, sites: readonly SetJumpSite[]) {
    this.#cells = sites.map(() => (f.p.counters ? f.p.cells(1) : -1));
    declare(f.p);
    this.#f = f;
    this.sites = sites;
    this.#activation = f.newLocal(i32);
    this.#resume = f.newLocal(i32);
    f.aside.reserve(0, 1);
  }

  /** Statements of the call: fills in the buffer, gives 0. */
  set(inst: CallInstruction): Expression[] {
    const f = this.#f;
    const { m, p } = f;
    const [argument] = inst.args;
    const site = this.sites.findIndex((one) => one.node === f.nodeIndex);
    if (argument === undefined || site < 0) throw new Untranslatable("a call of setjmp without its buffer");
    const buffer = f.newLocal(i32);
    const store = (offset: number, value: Expression): Expression =>
      m.i32.store(offset, 4, f.get(buffer), value);
    const next = m.i32.add(m.global.get(ACTIVATIONS, i32), m.i32.const(1));
    const mine = m.block(null, [
      m.global.set(ACTIVATIONS, next),
      m.local.set(this.#activation, m.global.get(ACTIVATIONS, i32)),
    ]);
    return [
      m.local.set(buffer, f.use(argument)),
      m.if(m.i32.eqz(f.get(this.#activation)), mine),
      store(STACK_POINTER, p.stackPointer()),
      store(ACTIVATION, f.get(this.#activation)),
      store(SITE, m.i32.const(site + 1)),
      ...this.#result(inst, m.i32.const(0)),
    ];
  }

  #result(inst: CallInstruction, value: Expression): Expression[] {
    const f = this.#f;
    const local = inst.slot >= 0 ? f.localsOf(inst.slot, inst.type)[0] : undefined;
    return local === undefined ? [] : [f.m.local.set(local, value)];
  }

  /** Where the body begins: `go(0)` for the entry, `go(i + 1)` for the return to site i. */
  dispatch(go: (way: number) => Expression[]): Expression[] {
    const { m } = this.#f;
    const ways = this.sites.map((_, i) =>
      m.if(m.i32.eq(this.#f.get(this.#resume), m.i32.const(i + 1)), m.block(null, go(i + 1))),
    );
    return [...ways, ...go(0)];
  }

  /** Statements with which site `i` is returned to. */
  returned(i: number): Expression[] {
    const site = this.sites[i];
    if (site === undefined) return [];
    const f = this.#f;
    f.enter(site.node);
    f.instructionIndex = site.instruction;
    const cell = this.#cells[i] ?? -1;
    return [
      ...this.#result(site.call, f.m.global.get(VALUE, i32)),
      ...(cell < 0 ? [] : [f.p.addToCell(cell)]),
      ...(f.live?.resumed() ?? []),
    ];
  }

  /** The edges of further returns. */
  layoutEdges(): LayoutEdge[] {
    return this.sites.map(({ node, instruction }, i) => ({
      from: OUTSIDE,
      to: node,
      kind: "resumed",
      index: instruction,
      cell: this.#cells[i] ?? -1,
    }));
  }

  /**
   * The whole body: a jump to one of the sites starts `body` again, after `left`; what is not meant for this activation, and
   * the program's end, go on outwards after `passed`.
   */
  guarded(body: Expression, left: readonly Expression[], passed: () => readonly Expression[]): Expression {
    const f = this.#f;
    const { m, p } = f;
    const word = (offset: number): Expression => m.i32.load(offset, 4, m.global.get(BUFFER, i32));
    const mine = m.i32.and(
      m.i32.ne(f.get(this.#activation), m.i32.const(0)),
      m.i32.eq(f.get(this.#activation), word(ACTIVATION)),
    );
    const again = m.block(null, [
      ...left,
      m.local.set(this.#resume, word(SITE)),
      p.setStackPointer(word(STACK_POINTER)),
      f.aside.resume(),
      m.br("again"),
    ]);
    const jumped = m.block(null, [m.if(mine, again), ...passed(), m.rethrow("guard")]);
    const ended = m.block(null, [...passed(), m.rethrow("guard")]);
    return m.loop("again", m.try("guard", body, [TAG], [jumped, ended]));
  }
}

/** What further returns do, by site. */
interface Returns {
  /** Node of the flow graph that is come to. */
  target(site: SetJumpSite): number;
  /** Statements of the edge from the site on. */
  passed(site: SetJumpSite): Expression[];
}

/** `structured`, with a beginning that goes to the entry or to what follows one of the sites. */
export function structuredWithReturns(
  m: WasmModule,
  flow: { readonly size: number; readonly edges: readonly FlowEdge[] },
  code: FlowCode,
  jumps: SetJumps,
  returns: Returns,
): Expression {
  // Node 0 is the beginning; the function's nodes follow, then one for each site.
  const { sites } = jumps;
  const inner = flow.edges.length;
  const own = (node: number): boolean => node >= 1 && node <= flow.size;
  const edges = flow.edges.map(({ from, to }) => ({ from: from + 1, to: to + 1 }));
  edges.push({ from: 0, to: 1 });
  sites.forEach((_, i) => edges.push({ from: 0, to: flow.size + 1 + i }));
  sites.forEach((site, i) => edges.push({ from: flow.size + 1 + i, to: returns.target(site) + 1 }));
  const passing = inner + 1 + sites.length;
  return structured(m, 1 + flow.size + sites.length, edges, {
    node(node, go) {
      if (node === 0) return jumps.dispatch((way) => go(inner + way));
      if (own(node)) return code.node(node - 1, go);
      const i = node - 1 - flow.size;
      return [...jumps.returned(i), ...go(passing + i)];
    },
    edge(edge) {
      if (edge < inner) return code.edge(edge);
      const site = sites[edge - passing];
      return site === undefined ? [] : returns.passed(site);
    },
    beforeLoop: (node, go) => (own(node) ? code.beforeLoop(node - 1, go) : []),
    isPeeled: () => false,
    newLocal: () => code.newLocal(),
  });
}

/** The tag and globals, once a module. */
function declare(p: Program): void {
  const { m } = p;
  p.support(TAG, () => {
    m.addTag(TAG, binaryen.none, binaryen.none);
    for (const name of [ACTIVATIONS, BUFFER, VALUE]) m.addGlobal(name, i32, true, m.i32.const(0));
  });
}
