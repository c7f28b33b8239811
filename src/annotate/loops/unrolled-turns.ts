// The unrolled turns of a counted loop: all but the last few, which the loop itself does.

import type { Instruction } from "../../bitcode/index.ts";
import { anchoredTurn } from "../counting/anchors.ts";
import type { CountedLoop } from "./counted-loop.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { parallelMoves, phiMoves, type PhiMove } from "../control/phi-moves.ts";
import { emitInstructions } from "../region-code.ts";
import { sequence, type Expression } from "../wasm.ts";

export type EmitInstruction = (inst: Instruction, out: Expression[]) => void;

/**
 * A loop of `loop.copies` turns at a time, while that many are left (more, if the last turn cannot be done here). `leave`
 * gives the statements that go on after the last turn.
 */
export function unrolledTurns(
  f: FunctionEmitter,
  node: number,
  loop: CountedLoop,
  emit: EmitInstruction,
  leave: () => Expression[],
): Expression[] {
  const { m } = f;
  const left = f.loopCounter();
  const label = `u${String(node)}`;
  const least = loop.finishable ? loop.copies : loop.copies + 1;
  const turns: Expression[] = [];
  for (let turn = 0; turn < loop.copies; turn += 1) {
    turns.push(...oneTurn(f, node, loop, turn, emit));
    if (turn + 1 < loop.copies) turns.push(...anchoredTurn(f, node, loop, turn));
  }
  f.shifted.clear();
  turns.push(...stepped(f, loop, loop.copies));
  turns.push(m.br_if(label, m.i32.ge_u(f.get(left), m.i32.const(least))));
  const out = [m.loop(label, m.block(null, turns))];
  if (loop.finishable) out.push(m.if(m.i32.eqz(f.get(left)), sequence(m, finished(f, loop, leave))));
  return [m.if(m.i32.ge_u(f.get(left), m.i32.const(least)), m.block(null, out))];
}

/** Statements that bring the inductions and the loop counter forward by some turns. */
export function stepped(f: FunctionEmitter, loop: CountedLoop, turns: number): Expression[] {
  const { m } = f;
  const left = f.loopCounter();
  const out: Expression[] = [];
  for (const { phi, step } of loop.inductions) {
    const local = f.localsOf(phi.slot, phi.type)[0] ?? 0;
    out.push(m.local.set(local, m.i32.add(f.get(local), m.i32.const((step * turns) | 0))));
  }
  out.push(m.local.set(left, m.i32.sub(f.get(left), m.i32.const(turns))));
  return out;
}

/** Statements after the last turn: what the inductions are then, and the way out. */
export function finished(f: FunctionEmitter, loop: CountedLoop, leave: () => Expression[]): Expression[] {
  const out = loop.inductions.map(({ phi, next }) => {
    const to = f.localsOf(next.slot, next.type)[0] ?? 0;
    return f.m.local.set(to, f.get(f.localsOf(phi.slot, phi.type)[0] ?? 0));
  });
  return [...out, ...leave()];
}

/** From here on, inductions stand for what they are some turns after what their locals hold. */
export function shiftInductions(f: FunctionEmitter, loop: CountedLoop, turns: number): void {
  for (const { phi, next, step } of loop.inductions) {
    const local = f.localsOf(phi.slot, phi.type)[0] ?? 0;
    f.shifted.set(phi.slot, { local, by: step * turns });
    f.shifted.set(next.slot, { local, by: step * (turns + 1) });
  }
}

/** An induction as it stands shifted now; null for other values. */
export function shiftedValue(f: FunctionEmitter, slot: number): Expression | null {
  const shifted = f.shifted.get(slot);
  if (shifted === undefined) return null;
  const local = f.get(shifted.local);
  return shifted.by === 0 ? local : f.m.i32.add(local, f.m.i32.const(shifted.by | 0));
}

/** One turn of an unrolled loop, without its decision. */
function oneTurn(
  f: FunctionEmitter,
  node: number,
  loop: CountedLoop,
  turn: number,
  emit: EmitInstruction,
): Expression[] {
  const block = f.enter(node);
  shiftInductions(f, loop, turn);
  const made = new Set<Instruction>([loop.decrement, ...loop.inductions.map(({ next }) => next)]);
  const out: Expression[] = [];
  emitInstructions(f, block, false, out, (inst, i, into) => {
    f.instruction = inst;
    f.instructionIndex = i;
    if (!made.has(inst)) emit(inst, into);
  });
  const moves: PhiMove[] = [];
  for (const phi of block.instructions) {
    if (phi.op !== "phi") break;
    if (!f.shifted.has(phi.slot)) phiMoves(f, phi, block.index, moves);
  }
  out.push(...parallelMoves(f, moves));
  return out;
}
