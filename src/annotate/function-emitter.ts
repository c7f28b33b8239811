// Translates one function: the plan's nodes as WebAssembly, values in locals, phis as moves on edges, counters on the
// edges that have one. What single instructions mean is in the folders integers, numbers, memory, calls …; this file
// holds the function together.
//
// Values: an integer of up to 32 bits, a pointer or a float's pattern is an i32 local, wider ones an i64 local,
// aggregates several locals. A pure value with one use in its own block has no local: it is computed where it is used.

import { InternalError } from "../base/diagnostic.ts";
import { terminatorOf } from "../bitcode/index.ts";
import { Aside } from "./control/aside.ts";
import type { Argument, BasicBlock, GlobalFunction, Instruction, Type, Value } from "../bitcode/index.ts";
import { AlignmentChecks, emitChecks } from "./memory/alignment.ts";
import { emitAggregate, fieldsOf } from "./vectors/aggregates.ts";
import { emitCall } from "./calls/calls.ts";
import { computeScalar } from "./compute.ts";
import { countAbandonedCall } from "./counting/abandoned-calls.ts";
import { countedEdges, layoutEdges, type CounterEdge, type EdgeName } from "./counting/counters.ts";
import { constantBits, isConstant, scalarWidth } from "./constants.ts";
import { derivedInductions, derivedValue } from "./loops/derived-inductions.ts";
import { Untranslatable } from "./fault.ts";
import {
  allocaOffsets,
  lowerStack,
  raiseStack,
  type FrameSteps,
  type MachineFrame,
} from "./memory/frames.ts";
import { flatEdge, flattened } from "./control/flat-branches.ts";
import { FlatBranches } from "./control/flat-code.ts";
import { fillsLocal, functionFacts, isCleanAlready } from "./function-facts.ts";
import { hostOperation } from "./numbers/host-operations.ts";
import type { FunctionLayout, LayoutIndirectCall, LayoutSite } from "./layout.ts";
import { LiveAccount } from "./counting/live.ts";
import { reversePostorder } from "./loops/loops.ts";
import { knownTurns } from "./loops/loop-turns.ts";
import { emitAlloca, emitAtomic, emitStore } from "./memory/memory.ts";
import { SetJumps, setJumpSites, structuredWithReturns } from "./control/nonlocal-jumps.ts";
import { getBits, numberLocal, passedLocal, setBits, setPassed } from "./numbers/number-locals.ts";
import { emitPaired } from "./numbers/paired-code.ts";
import { isPeeledLoop } from "./loops/peeling.ts";
import { movesOn } from "./control/phi-moves.ts";
import { outgoingEdges, planNodeOf } from "./plan.ts";
import type { FunctionPlan, OutgoingEdge, PlanNode, PlanSite } from "./plan.ts";
import { leavesOf, Program, signatureOf, wasmType } from "./program.ts";
import { emitInstructions } from "./region-code.ts";
import { emitResult } from "./results.ts";
import { runtimeCall } from "./calls/runtime-call.ts";
import { shiftedValue } from "./loops/unrolled-turns.ts";
import { signExtended, withoutUpperBits } from "./integers/odd-widths.ts";
import { countSite, prepareSites } from "./counting/sites.ts";
import { structured, type FlowCode } from "./control/structure.ts";
import { emitTerminator } from "./control/terminator.ts";
import { CountedLoops, turnsBefore } from "./loops/turns-before.ts";
import { binaryen, type Expression, type WasmModule, type WasmType } from "./wasm.ts";

/** Bytes of frame that one function's fixed part may have. */
const FRAME_LIMIT = 1 << 26;
/** Folded values are nested this deep at most; real code has some tens. */
const EXPRESSION_DEPTH = 500;

export class FunctionEmitter {
  readonly p: Program;
  readonly m: WasmModule;
  readonly fn: GlobalFunction;
  readonly plan: FunctionPlan;
  readonly facts: ReturnType<typeof functionFacts>;
  /** Values without locals that follow from a loop's leading induction variable, by slot. */
  readonly derived: ReturnType<typeof derivedInductions>;
  /** The node and instruction being emitted. */
  node: PlanNode;
  nodeIndex = 0;
  instruction: Instruction | null = null;
  instructionIndex = 0;
  /** The local with the pointer to the variable arguments; -1: not variadic. */
  readonly variadicLocal: number;
  /** The hardware loop counter's local, made at first use. */
  #loopCounter = -1;

  readonly #locals: WasmType[] = [];
  readonly #paramCount: number;
  readonly #slotLocals: (readonly number[] | undefined)[];
  readonly #results: readonly WasmType[];
  #resultLocal = -1;
  #frameLocal = -1;
  #extraBytes = 0; // below the machine frame
  readonly aside = new Aside(this);
  readonly #machineFrame: MachineFrame | undefined;
  readonly #allocaOffsets: ReadonlyMap<number, number>;
  readonly #counterEdges: readonly CounterEdge[];
  /** Index in `#counterEdges` by plan edge. */
  readonly #counterOf = new Map<number, number>();
  readonly #returnCounters = new Map<number, number>();
  readonly #cells: number[] = [];
  readonly #counterLocals = new Map<number, number>();
  readonly #sites: { node: number; instruction: number }[] = [];
  #siteLocal = -1;
  readonly #layoutSites: LayoutSite[] = [];
  readonly #siteLocals: { cell: number; local: number }[] = [];
  readonly #indirectCalls: LayoutIndirectCall[] = [];
  readonly #sitesByNode: ReadonlyMap<number, readonly PlanSite[]>;
  readonly #reachable: readonly number[];
  readonly #outgoing: readonly (readonly OutgoingEdge[])[];
  readonly #usedCalls = new Set<number>();
  /** Null where accesses that are not aligned are tolerated. */
  readonly #alignment: AlignmentChecks | null;
  #epilogueUsed = false;
  #depth = 0;
  /** Live accounting, in modules that have it. */
  readonly live: LiveAccount | null;
  /** Of functions that call setjmp. */
  readonly setJumps: SetJumps | null;

  constructor(p: Program, fn: GlobalFunction, plan: FunctionPlan) {
    this.p = p;
    this.m = p.m;
    this.fn = fn;
    this.plan = plan;
    const first = plan.nodes[0];
    if (first === undefined || first.irBlock !== 0)
      throw new Untranslatable("a plan does not start at the entry", undefined, "BW0803");
    this.node = first;
    this.#slotLocals = new Array<readonly number[] | undefined>(fn.slotCount).fill(undefined);
    for (const arg of fn.args)
      this.#slotLocals[arg.slot] = leavesOf(arg.type).map((leaf) => passedLocal(this, leaf));
    this.variadicLocal = fn.valueType.variadic ? this.newLocal(binaryen.i32) : -1;
    this.#paramCount = this.#locals.length;
    this.#results = signatureOf(fn.valueType, p.floatingPoint).results;
    this.#reachable = reversePostorder(plan.nodes.length, plan.edges, 0);
    this.#outgoing = outgoingEdges(plan);

    this.derived = derivedInductions(fn);
    this.#machineFrame = p.frames[fn.name];
    this.#allocaOffsets = allocaOffsets(fn, this.#machineFrame);

    const facts = functionFacts(fn);
    this.#sitesByNode = p.counters ? prepareSites(fn, plan, facts.folded as boolean[]) : new Map();
    this.#alignment = AlignmentChecks.wanted(p, fn, plan);
    for (const value of this.#alignment?.values() ?? [])
      if (value.kind === "instruction") (facts.folded as boolean[])[value.slot] = false;
    this.facts = facts;

    const jumps = setJumpSites(fn, plan, this.#reachable);
    this.#flat = p.live || jumps.length > 0 ? null : new FlatBranches(this, this.#reachable, this.#alignment);
    this.#turns =
      p.counters && !p.live && jumps.length === 0 ? knownTurns(fn, plan) : new Map<number, number>();
    const summed = (edge: EdgeName): readonly number[] | undefined => this.#flat?.cellsOf(edge);
    this.#counterEdges = p.counters ? countedEdges(fn, plan, this.#reachable, summed, this.#turns) : [];
    this.#counterEdges.forEach((edge, i) => {
      this.#cells[i] = edge.counted ? p.cells(1) : -1;
      if (edge.kind === "plan") this.#counterOf.set(edge.index, i);
      else if (edge.kind === "return") this.#returnCounters.set(edge.from, i);
    });
    const costs = p.live?.plan.functions.get(fn.name);
    this.setJumps = jumps.length > 0 ? new SetJumps(this, jumps) : null;
    this.live =
      p.live && costs ? new LiveAccount(this, p.live, costs, this.#counterEdges, this.#reachable) : null;
  }

  // --------------------------------------------------------------------------------------------- locals, values

  newLocal(type: WasmType): number {
    this.#locals.push(type);
    return this.#locals.length - 1;
  }

  typeOf(local: number): WasmType {
    return this.#locals[local] ?? binaryen.i32;
  }

  readonly get = (local: number): Expression => getBits(this, local);

  localsOf(slot: number, type: Type): readonly number[] {
    const known = this.#slotLocals[slot];
    if (known !== undefined) return known;
    const made = leavesOf(type).map((leaf) => numberLocal(this, slot, type) ?? this.newLocal(wasmType(leaf)));
    this.#slotLocals[slot] = made;
    return made;
  }

  /** A value of its own for locals that are a part of another's. It has no bits above its width. */
  part(type: Type, locals: readonly number[]): Argument {
    const slot = this.#slotLocals.length;
    this.#slotLocals.push(locals);
    (this.facts.useCount as number[])[slot] = 1;
    (this.facts.clean as boolean[])[slot] = true;
    return { kind: "argument", type, name: null, index: -1, slot };
  }

  loopCounter(): number {
    return this.#loopCounter < 0 ? (this.#loopCounter = this.newLocal(binaryen.i32)) : this.#loopCounter;
  }

  constant(type: Type, bits: bigint): Expression {
    return scalarWidth(type) <= 32
      ? this.m.i32.const(Number(BigInt.asIntN(32, bits)))
      : this.m.i64.const(BigInt.asIntN(64, bits));
  }

  /** Values that are a constant above a local, while an unrolled turn is emitted: by slot. */
  readonly shifted = new Map<number, { readonly local: number; readonly by: number }>();

  /** A scalar's value. Odd widths have upper bits only where `facts.clean` says so. */
  use(value: Value): Expression {
    if (value.kind === "instruction" || value.kind === "argument") {
      if (value.kind === "instruction") {
        const shifted = shiftedValue(this, value.slot);
        if (shifted !== null) return shifted;
        const derived = this.derived.get(value.slot);
        if (derived !== undefined) return derivedValue(this, derived);
        if (this.facts.folded[value.slot] === true) return this.compute(value);
        if (value.op === "alloca") return this.#allocaAddress(value.slot);
      }
      const local = this.localsOf(value.slot, value.type)[0];
      if (local === undefined) throw new InternalError("an empty value is used");
      return this.get(local);
    }
    if (isConstant(value)) return this.constant(value.type, constantBits(value, this.p.addresses));
    throw new Untranslatable(`a value of kind ${value.kind} is used as an operand`);
  }

  /** A scalar of up to 32 or 64 bits, sign-extended to its local's width. */
  signed(value: Value): Expression {
    return signExtended(this, value);
  }

  /** The scalars of a value of any first-class type. */
  fields(value: Value): Expression[] {
    return fieldsOf(this, value);
  }

  /** Clears the bits above an odd width. */
  mask(type: Type, value: Expression): Expression {
    return withoutUpperBits(this, type, value);
  }

  /** The value of a scalar instruction; clean when the facts ask for it. */
  compute(inst: Instruction): Expression {
    const before = this.instruction;
    this.instruction = inst;
    this.#depth += 1;
    if (this.#depth > EXPRESSION_DEPTH) throw new Untranslatable("an expression is nested too deeply");
    const value = computeScalar(this, inst);
    this.#depth -= 1;
    this.instruction = before;
    this.p.locations.note(inst.debugLocation, value);
    if (fillsLocal(inst.type) || this.facts.clean[inst.slot] !== true || isCleanAlready(inst)) return value;
    return this.mask(inst.type, value);
  }

  // --------------------------------------------------------------------------------------------------- the frame

  /** Address of a piece that `reserve` gave. */
  below(place: number): Expression {
    return this.m.i32.add(this.frame(), this.m.i32.const(place));
  }

  /** A new piece of memory below the machine frame; see `below`. */
  reserve(bytes: number, align: number): number {
    this.#extraBytes = Math.ceil((this.#extraBytes + bytes) / align) * align;
    if (this.#extraBytes > FRAME_LIMIT) throw new Untranslatable("a stack frame is larger than the memory");
    this.frame();
    return -this.#extraBytes;
  }

  /** Where the back end put a stack variable, relative to `frame()`; undefined when it is not known. */
  machineOffset(slot: number): number | undefined {
    const offset = this.#allocaOffsets.get(slot);
    if (offset === undefined) return undefined;
    this.frame();
    return (this.#machineFrame?.size ?? 0) + offset;
  }

  /** The machine frame's lowest address; what only the host side needs is below. */
  frame(): Expression {
    if (this.#frameLocal < 0) this.#frameLocal = this.newLocal(binaryen.i32);
    return this.get(this.#frameLocal);
  }

  readonly frameOffsets = new Map<number, number>();
  #allocaAddress(slot: number): Expression {
    const offset = this.frameOffsets.get(slot);
    if (offset === undefined)
      return this.get(this.localsOf(slot, { id: -1, kind: "pointer", addressSpace: 0 })[0] ?? 0);
    return offset === 0 ? this.frame() : this.m.i32.add(this.frame(), this.m.i32.const(offset));
  }

  // ------------------------------------------------------------------------------------------------------- calls

  runtimeCall(names: readonly string[]): ReturnType<typeof runtimeCall> {
    return runtimeCall(this, names, this.#usedCalls);
  }

  /** Statements to put before a call that may end the program. */
  beforeExitingCall(): Expression[] {
    if (!this.p.counters) return [];
    if (this.#siteLocal < 0) this.#siteLocal = this.newLocal(binaryen.i32);
    const number = this.#sites.length;
    this.#sites.push({ node: this.nodeIndex, instruction: this.instructionIndex });
    return [this.m.local.set(this.#siteLocal, this.m.i32.const(number))];
  }

  /** First cell of the counters of an indirect call. */
  indirectCallCells(): number {
    const firstCell = this.p.cells(this.p.addressTaken.length + 1);
    this.#indirectCalls.push({ node: this.nodeIndex, instruction: this.instructionIndex, firstCell });
    return firstCell;
  }

  // ------------------------------------------------------------------------------------------------------ blocks

  /** From here on, code of a plan's node is emitted; gives its IR block. */
  enter(node: number): BasicBlock {
    const { planNode, block } = planNodeOf(this.fn, this.plan, node);
    this.node = planNode;
    this.nodeIndex = node;
    return block;
  }

  /** Statements of a node, its decision included. */
  #emitNode(node: number, go: (edge: number) => Expression[]): Expression[] {
    const terminator = terminatorOf(this.enter(node));
    const whole = hostOperation(this);
    if (whole !== null) return [...whole.statements, ...this.#emitReturn(whole.value)];
    const out = this.#emitBlock(node);
    const region = this.#flat?.regions.get(node);
    if (region !== undefined && this.#flat) {
      out.push(...this.#flat.emit(this, region, this.#regionCode));
      return region.end === null ? out : [...out, ...go(flatEdge(node))];
    }
    const edges = this.#outgoing[node] ?? [];
    const end = emitTerminator(this, terminator, edges, go, this.#regionCode.giveBack);
    if (terminator.op === "unreachable") this.p.locations.note(terminator.debugLocation, ...end);
    return [...out, ...end];
  }

  /** Statements of a node but for its decision. */
  #emitBlock(node: number): Expression[] {
    const block = this.enter(node);
    this.#usedCalls.clear();
    const out: Expression[] = [];
    const sites = this.#sitesByNode.get(node) ?? [];
    emitInstructions(this, block, sites.length > 0, out, (inst, i, into) => {
      this.instruction = inst;
      this.instructionIndex = i;
      const begin = into.length;
      this.#emitInstruction(inst, into);
      this.p.locations.note(inst.debugLocation, ...into.slice(begin));
      for (const site of sites) {
        if (site.instruction !== i) continue;
        into.push(...this.#emitSite(site, inst));
        if (this.live) into.push(...this.live.site(this.plan.sites?.indexOf(site) ?? -1, site));
      }
    });
    return out;
  }

  #emitSite(site: PlanSite, inst: Instruction): Expression[] {
    const firstCell = this.p.cells(site.classes - 1);
    this.#layoutSites.push({
      node: site.node,
      instruction: site.instruction,
      classes: site.classes,
      firstCell,
    });
    return countSite(this, site, inst, firstCell, (cell) => {
      const local = this.newLocal(binaryen.i64);
      this.#siteLocals.push({ cell, local });
      return local;
    });
  }

  #emitInstruction(inst: Instruction, out: Expression[]): void {
    if (this.facts.dead.has(inst)) return;
    if (this.#alignment !== null) out.push(...emitChecks(this, this.#alignment.before(this.nodeIndex, inst)));
    if (emitPaired(this, inst, out)) return;
    switch (inst.op) {
      case "phi":
      case "fence":
      case "br":
      case "condbr":
      case "switch":
      case "indirectbr":
      case "ret":
      case "unreachable":
        return;
      case "store":
        out.push(...emitStore(this, inst));
        return;
      case "alloca":
        out.push(...emitAlloca(this, inst));
        return;
      case "call":
        emitCall(this, inst, out);
        return;
      case "atomicrmw":
      case "cmpxchg":
        out.push(...emitAtomic(this, inst));
        return;
      case "insertvalue":
      case "extractvalue":
        emitAggregate(this, inst, out);
        return;
      default:
        break;
    }
    if (inst.slot < 0) throw new Untranslatable(`the instruction ${inst.op} is not supported`);
    if (this.facts.folded[inst.slot] === true || this.derived.has(inst.slot)) return;
    emitResult(this, inst, out);
  }

  /** Puts a scalar result into its local. */
  define(inst: Instruction, value: Expression, out: Expression[]): void {
    const local = this.localsOf(inst.slot, inst.type)[0];
    if (local === undefined) throw new InternalError("a value without a local is defined");
    out.push(setBits(this, local, value));
  }

  /** Puts a result of several scalars into its locals. */
  defineFields(inst: Instruction, values: readonly Expression[], out: Expression[]): void {
    this.localsOf(inst.slot, inst.type).forEach((local, i) => {
      const value = values[i];
      if (value !== undefined) out.push(setBits(this, local, value));
    });
  }

  #emitReturn(value: Value | null): Expression[] {
    const { m } = this;
    const out: Expression[] = [];
    const fields = value === null ? [] : this.fields(value);
    fields.slice(1).forEach((field, i) => {
      out.push(m.global.set(this.p.resultGlobal(i + 1, this.#results[i + 1] ?? binaryen.i32), field));
    });
    const first = fields[0];
    if (first !== undefined) {
      if (this.#resultLocal < 0) this.#resultLocal = this.newLocal(this.#results[0] ?? binaryen.i32);
      out.push(setPassed(this, this.#resultLocal, first));
    }
    const index = this.#returnCounters.get(this.nodeIndex);
    if (index !== undefined) out.push(...this.#count(index));
    if (this.live) out.push(...this.live.returning());
    this.#epilogueUsed = true;
    out.push(m.br("return"));
    return out;
  }

  // ------------------------------------------------------------------------------------------------ edges, counters

  readonly #turns: ReadonlyMap<number, number>;
  readonly #countedLoops = new CountedLoops(this);

  /** Before a counted loop: its turns are counted, and most or all of them done. */
  #beforeLoop(node: number, go: (edge: number) => Expression[]): Expression[] {
    const loop = this.#countedLoops.at(node);
    const { m } = this;
    const out: Expression[] = [];
    const cell = this.#cells[this.#counterOf.get(loop?.edge ?? this.#turns.get(node) ?? -1) ?? -1] ?? -1;
    const left = cell >= 0 || loop !== null ? this.loopCounter() : -1;
    if (cell >= 0)
      out.push(this.p.addToCell(cell, m.i64.extend_u(m.i32.sub(this.get(left), m.i32.const(1)))));
    if (loop === null) return out;
    if (this.live) out.push(...this.live.turns(loop.edge, left));
    const emit = (inst: Instruction, into: Expression[]): void => this.#emitInstruction(inst, into);
    return [...out, ...turnsBefore(this, node, loop, emit, () => go(loop.exit))];
  }

  readonly #flat: FlatBranches | null;
  readonly #regionCode = {
    block: (node: number): Expression[] => this.#emitBlock(node),
    giveBack: (value: Value | null): Expression[] => this.#emitReturn(value),
  };

  /** Counts one passage of a counter edge. */
  #count(index: number): Expression[] {
    const edge = this.#counterEdges[index];
    const cell = this.#cells[index] ?? -1;
    if (edge === undefined || cell < 0) return [];
    if (!edge.local) return [this.p.addToCell(cell, this.m.i64.const(1n))];
    let local = this.#counterLocals.get(index);
    if (local === undefined) this.#counterLocals.set(index, (local = this.newLocal(binaryen.i64)));
    return [this.m.local.set(local, this.m.i64.add(this.get(local), this.m.i64.const(1n)))];
  }

  /** Statements on a plan edge: the target's phis, then the counter. */
  #emitEdge(index: number): Expression[] {
    if (index < 0) return []; // of a flat branch
    const edge = this.plan.edges[index];
    if (edge === undefined) throw new InternalError("no such plan edge");
    const checks = emitChecks(this, this.#alignment?.onEdge(index) ?? []);
    const out = [...checks, ...movesOn(this, edge)];
    const counter = this.#counterOf.get(index);
    const counted = edge.from === edge.to && this.#countedLoops.at(edge.from) !== null;
    if (counter !== undefined && !counted && this.#turns.get(edge.to) !== index)
      out.push(...this.#count(counter));
    if (this.live) out.push(...this.live.passed(index, counted));
    return out;
  }

  // ---------------------------------------------------------------------------------------------------- the whole

  /** Adds the function to the module and gives its part of the layout. */
  emit(): FunctionLayout {
    const { m, p } = this;
    const { nodes, edges } = flattened(this.plan, this.#reachable, this.#flat?.regions ?? new Map());
    const edgeNumber = new Map(edges.map(({ index }, i) => [index, i]));
    const flow = { size: nodes.length, edges };
    const flowCode: FlowCode = {
      node: (node, go) => this.#emitNode(nodes[node] ?? 0, (edge) => go(edgeNumber.get(edge) ?? -1)),
      edge: (edge) => this.#emitEdge(edges[edge]?.index ?? -1),
      beforeLoop: (node, go) => this.#beforeLoop(nodes[node] ?? 0, (edge) => go(edgeNumber.get(edge) ?? -1)),
      isPeeled: (loop) => isPeeledLoop(this, loop, nodes, this.#flat),
      newLocal: () => this.newLocal(binaryen.i32),
    };
    const code = this.setJumps
      ? structuredWithReturns(m, flow, flowCode, this.setJumps, {
          target: (site) => nodes.indexOf(this.plan.edges[site.edge]?.to ?? -1),
          passed: (site) => this.#emitEdge(site.edge),
        })
      : structured(m, flow.size, flow.edges, flowCode);
    this.instruction = null;

    let body = code;
    if (this.setJumps || this.#sites.length > 0) body = this.#guarded(body);
    const whole: Expression[] = [...this.#prologue(), ...this.#entryCount()];
    whole.push(this.#epilogueUsed ? m.block("return", [body]) : body);
    if (this.#epilogueUsed)
      whole.push(...this.#flush(), ...(this.live?.flushed() ?? []), ...this.#epilogue());
    const result = this.#results[0] ?? binaryen.none;
    if (!this.#epilogueUsed) whole.push(m.unreachable());
    else if (this.#resultLocal >= 0) whole.push(m.local.get(this.#resultLocal, result));
    const params = binaryen.createType(this.#locals.slice(0, this.#paramCount));
    const locals = this.#locals.slice(this.#paramCount);
    p.locations.attach(m.addFunction(this.fn.name, params, result, locals, m.block(null, whole, result)));
    return this.#layout(p);
  }

  /** What the prologue and the epilogue add, if anything can see the stack pointer below this function. */
  #frameSteps(): FrameSteps | undefined {
    const machine = this.#machineFrame?.size ?? 0;
    if (this.#frameLocal < 0 && (machine === 0 || !this.p.stackUsers.has(this.fn.name))) return undefined;
    this.frame();
    return { machine, extra: Math.ceil(this.#extraBytes / 16) * 16 };
  }

  #prologue(): Expression[] {
    const { p, aside } = this;
    const steps = this.#frameSteps();
    if (steps === undefined) return aside.prologue();
    return [...aside.prologue(), ...lowerStack(p, this.#frameLocal, steps, p.recursive.has(this.fn.name))];
  }

  #epilogue(): Expression[] {
    const steps = this.#frameSteps();
    if (steps === undefined) return this.aside.epilogue();
    return [...this.aside.epilogue(), raiseStack(this.p, this.frame(), steps)];
  }

  #entryCount(): Expression[] {
    const index = this.#counterEdges.findIndex((edge) => edge.kind === "entry");
    return [...(index < 0 ? [] : this.#count(index)), ...(this.live?.entered() ?? [])];
  }

  /** Adds the counters in locals to their cells. */
  #flush(): Expression[] {
    const ofEdges = [...this.#counterLocals].map(([i, local]) => ({ cell: this.#cells[i] ?? 0, local }));
    return [...ofEdges, ...this.#siteLocals].map(({ cell, local }) =>
      this.p.addToCell(cell, this.get(local)),
    );
  }

  #abandonedCell = -1;

  /** The body with its counts saved when it is left inside one of its calls. */
  #guarded(body: Expression): Expression {
    const { m, p } = this;
    this.#abandonedCell = p.cells(this.#sites.length);
    const site = (): Expression => this.get(this.#siteLocal);
    const left = (): Expression[] =>
      this.#sites.length === 0 ? [] : [countAbandonedCall(p, this.#abandonedCell, site)];
    const save = (): Expression[] => [...this.#flush(), ...left()];
    if (this.setJumps) return this.setJumps.guarded(body, left(), save);
    return m.try("guard", body, [], [m.block(null, [...save(), m.rethrow("guard")])]);
  }

  #layout(p: Program): FunctionLayout {
    const cells = { edges: this.#cells, abandoned: this.#abandonedCell };
    return {
      name: this.fn.name,
      address: p.addresses.find(this.fn.name) ?? 0,
      nodeCount: this.plan.nodes.length,
      edgeCount: this.plan.edges.length,
      irBlocks: this.plan.nodes.map((node) => node.irBlock),
      edges: [
        ...layoutEdges(this.#counterEdges, this.#sites, cells),
        ...(this.setJumps?.layoutEdges() ?? []),
      ],
      sites: this.#layoutSites,
      indirectCalls: this.#indirectCalls,
    };
  }
}
