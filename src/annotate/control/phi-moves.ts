// Phis as moves between locals, on the edges that lead to them.

import type { PhiInstruction, Value } from "../../bitcode/index.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { localLike, setBits } from "../numbers/number-locals.ts";
import type { PlanEdge } from "../plan.ts";
import type { Expression, WasmType } from "../wasm.ts";

/** Scalar number `leaf` of `value` into a local. */
export interface PhiMove {
  readonly to: number;
  readonly value: Value;
  readonly leaf: number;
  readonly type: WasmType;
}

/** The moves of one phi along the edge from IR block `from`. */
export function phiMoves(f: FunctionEmitter, phi: PhiInstruction, from: number, moves: PhiMove[]): void {
  if (f.facts.useCount[phi.slot] === 0 || f.derived.has(phi.slot)) return;
  const incoming = phi.incoming.find((entry) => entry.block === from);
  if (incoming === undefined) throw new Untranslatable("a phi has no value for an edge", undefined, "BW0803");
  const value = incoming.value;
  if (value.kind === "undef" || value.kind === "poison") return;
  f.localsOf(phi.slot, phi.type).forEach((to, leaf) => {
    moves.push({ to, value, leaf, type: f.typeOf(to) });
  });
}

/** The moves of all phis of IR block `to` along the edge from IR block `from`. */
export function edgeMoves(f: FunctionEmitter, from: number, to: number): Expression[] {
  const moves: PhiMove[] = [];
  for (const phi of f.fn.blocks[to]?.instructions ?? []) {
    if (phi.op !== "phi") break;
    phiMoves(f, phi, from, moves);
  }
  return parallelMoves(f, moves);
}

/** The moves of a plan edge. */
export function movesOn(f: FunctionEmitter, { from, to }: PlanEdge): Expression[] {
  const { nodes } = f.plan;
  return edgeMoves(f, nodes[from]?.irBlock ?? -1, nodes[to]?.irBlock ?? -1);
}

/** Moves that happen at once: ordered so that nothing is overwritten before it is read, cycles through a temporary. */
export function parallelMoves(f: FunctionEmitter, moves: readonly PhiMove[]): Expression[] {
  const { m } = f;
  const source = (move: { value: Value; leaf: number }): number => {
    const { value } = move;
    if (value.kind !== "instruction" && value.kind !== "argument") return -1;
    if (value.kind === "instruction" && (value.op === "alloca" || f.shifted.has(value.slot))) return -1;
    return f.localsOf(value.slot, value.type)[move.leaf] ?? -1;
  };
  let pending = moves
    .map((move) => ({ ...move, from: source(move) }))
    .filter((move) => move.from !== move.to);
  const out: Expression[] = [];
  const read = (move: { from: number; value: Value; leaf: number }): Expression =>
    move.from >= 0 ? f.get(move.from) : (f.fields(move.value)[move.leaf] ?? m.unreachable());
  while (pending.length > 0) {
    const sources = new Set(pending.map((move) => move.from));
    const ready = pending.filter((move) => !sources.has(move.to));
    if (ready.length > 0) {
      for (const move of ready) out.push(setBits(f, move.to, read(move)));
      pending = pending.filter((move) => sources.has(move.to));
      continue;
    }
    const first = pending[0];
    if (first === undefined) break;
    const temporary = localLike(f, first.to);
    out.push(setBits(f, temporary, f.get(first.to)));
    pending = pending.map((move) => (move.from === first.to ? { ...move, from: temporary } : move));
  }
  return out;
}
