// Where a function must look whether an address is aligned.
//
// The IR calls most accesses aligned because of their type alone: a pointer to a member of a packed structure, or one made
// from bytes, may not be, and the target does not mind. Words are kept in host order, so an unaligned access would
// silently give other data. Therefore every access whose alignment is not proven has a check, but few remain: accesses
// that differ by a multiple of the alignment share a *root*, one check covers all that follow while the root keeps its
// value (available-expressions analysis over the plan's nodes), and checks of a root that a loop does not change stand before the
// loop. What is left is a test and a branch that is never taken, which hosts do beside other work.
//
// A failed check only traps: `src/run` then says so, and the program can be run again with a module that tolerates
// such accesses (`alignment: "any"`).

import type { GlobalFunction, Instruction, Type, Value } from "../../bitcode/index.ts";
import { paramAttribute } from "../../bitcode/index.ts";
import { isConstant, scalarWidth, type AddressMap } from "../constants.ts";
import { availableChecks, type CheckEvent } from "./available-checks.ts";
import { dominatorsOf } from "../loops/dominators.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { knownMultiple } from "../function-facts.ts";
import type { FunctionPlan } from "../plan.ts";
import type { Program } from "../program.ts";
import { gepMultiple, type PointerMultiples } from "./pointer-multiple.ts";
import { storeSize } from "../../ir/index.ts";
import type { Expression } from "../wasm.ts";
import { isDoneInWords, isWhole } from "../vectors/whole-values.ts";

/** `value` must be a multiple of `need` (2 or 4). */
export interface AlignmentCheck {
  readonly value: Value;
  readonly need: 2 | 4;
}

/** An access and what its address must be a multiple of to be done as a whole. */
interface Access {
  readonly address: Value;
  readonly need: 2 | 4;
}

export class AlignmentChecks {
  readonly #atInstruction = new Map<Instruction, Map<number, AlignmentCheck[]>>();
  readonly #onEdge = new Map<number, AlignmentCheck[]>();

  /** Checks to make before an instruction of a node. */
  before(node: number, instruction: Instruction): readonly AlignmentCheck[] {
    return this.#atInstruction.get(instruction)?.get(node) ?? [];
  }

  /** Checks to make when a plan edge is followed, before its phis. */
  onEdge(edge: number): readonly AlignmentCheck[] {
    return this.#onEdge.get(edge) ?? [];
  }

  /** Every value that is looked at. */
  values(): Value[] {
    const atNodes = [...this.#atInstruction.values()].flatMap((byNode) => [...byNode.values()]);
    return [...atNodes, ...this.#onEdge.values()].flat().map((check) => check.value);
  }

  /** The checks that a function of this program needs; null: none. */
  static wanted(p: Program, fn: GlobalFunction, plan: FunctionPlan): AlignmentChecks | null {
    if (!p.tolerant) return AlignmentChecks.of(fn, plan, p.multiples, p.addresses, () => true);
    if (!p.alignedNumbers) return null;
    return AlignmentChecks.of(fn, plan, p.multiples, p.addresses, isNumber);
  }

  /** The checks for accesses of types that `concerns` names. */
  static of(
    fn: GlobalFunction,
    plan: FunctionPlan,
    multiples: PointerMultiples,
    addresses: AddressMap,
    concerns: (type: Type) => boolean,
  ): AlignmentChecks {
    const made = new AlignmentChecks();
    const roots = new Roots(fn, multiples, addresses);
    const facts: AlignmentCheck[] = [];
    const factOf = new Map<number, [number, number]>();
    /** Numbers of the facts "a multiple of 2" and "a multiple of 4" about a root. */
    const factsOf = (root: Value & { slot: number }): [number, number] => {
      let pair = factOf.get(root.slot);
      if (pair === undefined) {
        pair = [facts.length, facts.length + 1];
        facts.push({ value: root, need: 2 }, { value: root, need: 4 });
        factOf.set(root.slot, pair);
      }
      return pair;
    };
    const checksOf = fn.blocks.map((block) =>
      block.instructions.flatMap((inst, instruction) =>
        accessesOf(inst, concerns).flatMap(({ address, need }) => {
          const root = multiples.of(fn, address) >= need ? null : roots.of(address, need);
          return root === null ? [] : [{ instruction, fact: factsOf(root)[need === 4 ? 1 : 0] }];
        }),
      ),
    );
    if (facts.length === 0) return made;
    const eventsOf = fn.blocks.map((block): CheckEvent[] => {
      const checks = checksOf[block.index] ?? [];
      const events: CheckEvent[] = checks.map(({ instruction, fact }) => ({
        kind: "check",
        instruction,
        fact,
      }));
      block.instructions.forEach((inst, instruction) => {
        const pair = inst.slot >= 0 ? factOf.get(inst.slot) : undefined;
        if (pair === undefined) return;
        // Phis get their values on the way into the block.
        events.push({ kind: "kill", instruction: inst.op === "phi" ? -1 : instruction, fact: pair[0] });
      });
      // A check before an instruction looks at what was there before it.
      return events.sort((a, b) => a.instruction - b.instruction || (a.kind === "check" ? -1 : 1));
    });
    const { atNode, onEdge } = availableChecks(plan, facts.length, (node) => eventsOf[node.irBlock] ?? []);
    for (const { node, instruction, fact } of atNode) {
      const inst = fn.blocks[plan.nodes[node]?.irBlock ?? -1]?.instructions[instruction];
      if (inst === undefined) continue;
      let byNode = made.#atInstruction.get(inst);
      if (byNode === undefined) made.#atInstruction.set(inst, (byNode = new Map<number, AlignmentCheck[]>()));
      append(byNode, node, facts[fact]);
    }
    for (const { edge, fact } of onEdge) append(made.#onEdge, edge, facts[fact]);
    return made;
  }
}

function append<T>(map: Map<number, T[]>, at: number, value: T | undefined): void {
  if (value === undefined) return;
  const list = map.get(at);
  if (list === undefined) map.set(at, [value]);
  else list.push(value);
}

/**
 * Traps when a value is not the multiple that it must be. A module that tolerates such accesses checks only those that the
 * target does not: there, the trap is the program's end.
 */
export function emitChecks(f: FunctionEmitter, checks: readonly AlignmentCheck[]): Expression[] {
  const { m } = f;
  return checks.map(({ value, need }) =>
    m.if(m.i32.and(f.use(value), m.i32.const(need - 1)), f.p.tolerant ? f.p.misaligned() : m.unreachable()),
  );
}

/** The alignment of a pointer to go by, where the IR says `claimed`, because of a type or for a better reason. */
export function alignOf(f: FunctionEmitter, pointer: Value, claimed: number): number {
  if (claimed === 1 || !f.p.tolerant) return claimed;
  return Math.min(claimed, f.p.multiples.of(f.fn, pointer));
}

/** What must divide the address of a scalar of `bytes` bytes that is said to be aligned to `align`; null: nothing. */
function needOf(bytes: number, align: number): 2 | 4 | null {
  if (bytes === 2 && align >= 2) return 2;
  if ((bytes === 4 || bytes === 8) && align >= 4) return 4;
  return null;
}

function scalarBytes(type: Value["type"]): number {
  if (isWhole(type)) return isDoneInWords(type) ? 8 : 0;
  switch (type.kind) {
    case "integer":
    case "pointer":
    case "float":
    case "double":
      return storeSize(type);
    default:
      return 0;
  }
}

const POINTER: Type = { id: -1, kind: "pointer", addressSpace: 0 };

/** Is it a floating-point number? */
function isNumber(type: Type): boolean {
  return type.kind === "float" || type.kind === "double";
}

function accessesOf(inst: Instruction, concerns: (type: Type) => boolean): Access[] {
  const one = (address: Value, type: Type, align: number): Access[] => {
    const need = concerns(type) ? needOf(scalarBytes(type), align) : null;
    return need === null ? [] : [{ address, need }];
  };
  switch (inst.op) {
    case "load":
      return one(inst.address, inst.type, inst.align);
    case "store":
      return one(inst.address, inst.value.type, inst.align);
    case "atomicrmw":
      return one(inst.address, inst.value.type, 8);
    case "cmpxchg":
      return one(inst.address, inst.expected.type, 8);
    case "call": {
      const name = inst.callee.kind === "function" ? inst.callee.name : "";
      const set = name.startsWith("llvm.memset.");
      if (!concerns(POINTER)) return [];
      const copy = /^llvm\.mem(cpy|move)\./.test(name);
      return inst.args.flatMap((address, index): Access[] => {
        const area = (index === 0 && (set || copy)) || (index === 1 && copy);
        const wanted = area ? argumentAlign(inst, index) >= 4 : isCopied(inst, index);
        return wanted ? [{ address, need: 4 }] : [];
      });
    }
    default:
      return [];
  }
}

/** The alignment that a call's attribute states for an argument. */
export function argumentAlign(inst: Extract<Instruction, { op: "call" }>, index: number): number {
  const attribute = paramAttribute(inst.attributes, index, "align");
  return attribute?.kind === "int" ? Number(attribute.value) : 1;
}

/** Is an argument a structure that the caller copies? */
function isCopied(inst: Extract<Instruction, { op: "call" }>, index: number): boolean {
  return paramAttribute(inst.attributes, index, "byval") !== undefined;
}

type Root = Value & { readonly slot: number };

/** Finds the value that an address differs from by a multiple. */
class Roots {
  readonly #fn: GlobalFunction;
  readonly #multiples: PointerMultiples;
  readonly #addresses: AddressMap;
  /** Block of each slot's definition; -1 for arguments. */
  readonly #block: Int32Array;
  #dominates: ((block: number, other: number) => boolean) | undefined;

  constructor(fn: GlobalFunction, multiples: PointerMultiples, addresses: AddressMap) {
    this.#fn = fn;
    this.#multiples = multiples;
    this.#addresses = addresses;
    this.#block = new Int32Array(fn.slotCount).fill(-1);
    for (const block of fn.blocks)
      for (const inst of block.instructions) if (inst.slot >= 0) this.#block[inst.slot] = block.index;
  }

  /** Null when there is nothing to look at (a constant address is known to the emitter). */
  of(value: Value, need: number): Root | null {
    const root = this.#strip(value, need);
    if (root === null) return null;
    if (root.kind === "instruction" || root.kind === "argument") return root;
    return value.kind === "instruction" ? value : null;
  }

  /** Takes off what is a multiple of `need`; null when nothing is left. */
  #strip(value: Value, need: number): Value | null {
    let at = value;
    for (let steps = 0; steps < 64; steps += 1) {
      if (isConstant(at)) return this.#multiples.of(this.#fn, at) >= need ? null : at;
      if (at.kind !== "instruction") return at;
      const next = this.#stripOnce(at, need);
      if (next === null) return null;
      if (next === at) return at.op === "phi" ? this.#ofPhi(at, need) : at;
      at = next;
    }
    return at;
  }

  #stripOnce(at: Instruction, need: number): Value | null {
    switch (at.op) {
      case "getelementptr":
        return this.#gepMultiple(at) >= need ? at.base : at;
      case "freeze":
        return at.operand;
      case "cast": {
        const whole = scalarWidth(at.type) === 32 && scalarWidth(at.operand.type) === 32;
        return whole && /^(inttoptr|ptrtoint|ptrtoaddr|bitcast)$/.test(at.operator) ? at.operand : at;
      }
      case "binary":
        if (at.type.kind !== "integer" || at.type.width !== 32) return at;
        if (knownMultiple(at) >= need) return null;
        if (at.operator !== "add" && at.operator !== "sub") return at;
        if (knownMultiple(at.right) >= need) return at.left;
        return at.operator === "add" && knownMultiple(at.left) >= need ? at.right : at;
      default:
        return at;
    }
  }

  #gepMultiple(gep: Extract<Instruction, { op: "getelementptr" }>): number {
    try {
      return gepMultiple(gep, this.#addresses);
    } catch (error) {
      if (error instanceof Untranslatable) return 1;
      throw error;
    }
  }

  /** The one root of everything that flows into a phi and the phis around it, if it is one; else the phi. */
  #ofPhi(phi: Extract<Instruction, { op: "phi" }>, need: number): Value | null {
    const deepest = this.#webOf(phi, need, () => true);
    // What phis before it merge may be many things, but the result is one.
    return deepest === phi ? this.#webOf(phi, need, (other) => !this.#definedBefore(other, phi)) : deepest;
  }

  /** The same; phis are followed where `goOn` says so. */
  #webOf(
    phi: Extract<Instruction, { op: "phi" }>,
    need: number,
    goOn: (other: Instruction) => boolean,
  ): Value | null {
    const web = new Set<Instruction>([phi]);
    const work: Instruction[] = [phi];
    let found: Value | null = null;
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      if (at.op !== "phi") continue;
      for (const { value } of at.incoming) {
        let source: Value | null = value;
        for (let steps = 0; source?.kind === "instruction" && steps < 16; steps += 1) {
          const next: Value | null = this.#stripOnce(source, need);
          if (next === source) break;
          source = next;
        }
        if (source === null || this.#multiples.of(this.#fn, source) >= need) continue;
        if (source.kind === "instruction" && source.op === "phi" && goOn(source)) {
          if (web.has(source)) continue;
          if (web.size >= 16) return phi;
          web.add(source);
          work.push(source);
          continue;
        }
        if (found !== null && found !== source) return phi;
        found = source;
      }
    }
    if (found === null) return null;
    return this.#definedBefore(found, phi) ? found : phi;
  }

  /** Is `value` defined in a block that every way to the phi goes through, and not in the phi's own? */
  #definedBefore(value: Value, phi: Instruction): boolean {
    if (value.kind === "argument") return true;
    if (value.kind !== "instruction") return false;
    this.#dominates ??= dominatorsOf(this.#fn);
    const own = this.#block[phi.slot] ?? 0;
    const other = this.#block[value.slot] ?? 0;
    return own !== other && this.#dominates(other, own);
  }
}
