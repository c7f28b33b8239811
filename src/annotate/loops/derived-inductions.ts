// Induction variables that step alike. In loops with calls, the target's code keeps each in a register over a call; the host has
// no such registers under V8, and a variable that goes around the loop is loaded, stepped and stored each turn, one waiting for
// the other. So one of them leads, and the others are computed from it and from where they started, which does not change.
//
// In loops without calls, where they started takes a register, too, and nothing would be gained: there, only what starts at a constant
// is computed so. The constant is part of an address, or of another constant (the optimiser makes a variable of each element's index
// when it unrolls the loop inside).

import {
  operandsOf,
  successorsOf,
  terminatorOf,
  type GlobalFunction,
  type Instruction,
  type PhiInstruction,
  type Value,
} from "../../bitcode/index.ts";
import { isConstant } from "../constants.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { loopNest } from "./loops.ts";
import type { Expression } from "../wasm.ts";

/** A 32-bit value that is `start + leader * ratio + constant`. */
export interface DerivedInduction {
  /** Null: nothing, or part of the constant. */
  readonly start: Value | null;
  readonly leader: PhiInstruction;
  readonly ratio: number;
  readonly constant: number;
}

/** A phi of a loop's header that grows by `step` each turn, and the instruction that makes it grow. */
interface Induction {
  readonly phi: PhiInstruction;
  readonly next: Instruction;
  readonly start: Value;
  readonly step: number;
}

/** Multiples that cost nothing, or are part of an address. */
const RATIOS = new Set([1, -1, 2, 4, 8]);
/** Largest step of a leader: others are multiples of it. */
const LEADER_STEP = 4;

/** What follows from a leader, by slot. */
export function derivedInductions(fn: GlobalFunction): ReadonlyMap<number, DerivedInduction> {
  const found = new Map<number, DerivedInduction>();
  const edges = fn.blocks.flatMap((block) =>
    successorsOf(terminatorOf(block)).map((to) => ({ from: block.index, to })),
  );
  for (const { entries, nodes } of loopNest(fn.blocks.length, edges, 0).loops) {
    const [header] = entries;
    if (header === undefined || entries.length > 1 || nodes.length < 2) continue;
    const calls = nodes.some((node) => fn.blocks[node]?.instructions.some(isRealCall));
    const inside = new Set(nodes);
    const inductions: Induction[] = [];
    for (const inst of fn.blocks[header]?.instructions ?? []) {
      if (inst.op !== "phi") break;
      const induction = inductionOf(inst, inside);
      if (induction !== null) inductions.push(induction);
    }
    const leader = leaderOf(inductions);
    if (leader?.start.kind !== "integer") continue;
    for (const { phi, next, start, step } of inductions) {
      const ratio = step / leader.step;
      if (phi === leader.phi || !RATIOS.has(ratio) || (!calls && start.kind !== "integer")) continue;
      // On an edge, phis take their values at once; what is computed from a phi has no place there.
      if (isMerged(fn, phi, phi) || isMerged(fn, next, phi)) continue;
      const known = start.kind === "integer";
      const constant = (known ? Number(start.value) : 0) - Number(leader.start.value) * ratio;
      const derived = { start: known ? null : start, leader: leader.phi, ratio };
      found.set(phi.slot, { ...derived, constant });
      found.set(next.slot, { ...derived, constant: constant + step });
    }
  }
  return found;
}

/** The value less `constant`, which the caller adds. */
export function derivedBase(f: FunctionEmitter, { start, leader, ratio }: DerivedInduction): Expression {
  const { m } = f;
  const turns = f.use(leader);
  if (ratio === -1) return m.i32.sub(start === null ? m.i32.const(0) : f.use(start), turns);
  const grown = ratio === 1 ? turns : m.i32.shl(turns, m.i32.const(Math.log2(ratio)));
  return start === null ? grown : m.i32.add(f.use(start), grown);
}

export function derivedValue(f: FunctionEmitter, derived: DerivedInduction): Expression {
  const base = derivedBase(f, derived);
  return derived.constant === 0 ? base : f.m.i32.add(base, f.m.i32.const(derived.constant | 0));
}

/** The smallest step from a known start. */
function leaderOf(inductions: readonly Induction[]): Induction | undefined {
  return inductions
    .filter(
      ({ phi, start, step }) =>
        phi.type.kind === "integer" && start.kind === "integer" && Math.abs(step) <= LEADER_STEP,
    )
    .sort((a, b) => Math.abs(a.step) - Math.abs(b.step))[0];
}

/** Is a value what a phi other than its own gets? */
function isMerged(fn: GlobalFunction, value: Instruction, own: PhiInstruction): boolean {
  return fn.blocks.some((block) =>
    block.instructions.some((inst) => inst.op === "phi" && inst !== own && operandsOf(inst).includes(value)),
  );
}

/** A call of a function, not of an intrinsic that becomes something else. */
function isRealCall(inst: Instruction): boolean {
  if (inst.op !== "call" || inst.callee.kind === "asm") return false;
  return inst.callee.kind !== "function" || !inst.callee.name.startsWith("llvm.");
}

function inductionOf(phi: PhiInstruction, inside: ReadonlySet<number>): Induction | null {
  if (phi.type.kind !== "pointer" && (phi.type.kind !== "integer" || phi.type.width !== 32)) return null;
  const nexts = new Set<Value>();
  const starts = new Set<Value>();
  for (const { value, block } of phi.incoming) (inside.has(block) ? nexts : starts).add(value);
  const [next] = nexts;
  const [start] = starts;
  if (nexts.size !== 1 || next?.kind !== "instruction" || starts.size !== 1 || start === undefined)
    return null;
  if (start.kind !== "instruction" && start.kind !== "argument" && !isConstant(start)) return null;
  if (next.op === "binary") {
    if (next.operator !== "add" || next.left !== phi || next.right.kind !== "integer") return null;
    const step = Number(next.right.value);
    return step === 0 ? null : { phi, next, start, step };
  }
  if (next.op !== "getelementptr" || next.base !== phi || next.indices.length !== 1) return null;
  const [index] = next.indices;
  if (next.sourceType.kind !== "integer" || next.sourceType.width !== 8 || index?.kind !== "integer")
    return null;
  const step = Number(index.value);
  return step === 0 ? null : { phi, next, start, step };
}
