// The unrolled turns of a counted loop: all but the last few, which the loop itself does.

import { InternalError } from "../base/diagnostic.ts";
import type { Instruction } from "../bitcode/index.ts";
import type { CountedLoop } from "./counted-loop.ts";
import type { FunctionEmitter } from "./function-emitter.ts";
import { parallelMoves, phiMoves, type PhiMove } from "./phi-moves.ts";
import type { Expression } from "./wasm.ts";

type EmitInstruction = (inst: Instruction, out: Expression[]) => void;

/** A loop of `loop.copies` turns at a time, while more than that many are left. */
export function unrolledTurns(
  f: FunctionEmitter,
  node: number,
  loop: CountedLoop,
  emit: EmitInstruction,
): Expression {
  const { m } = f;
  const left = f.loopCounter();
  const label = `u${String(node)}`;
  const turns: Expression[] = [m.br_if(`${label}_done`, m.i32.le_u(f.get(left), m.i32.const(loop.copies)))];
  for (let turn = 0; turn < loop.copies; turn += 1) turns.push(...oneTurn(f, node, loop, turn, emit));
  f.shifted.clear();
  for (const { phi, step } of loop.inductions) {
    const local = f.localsOf(phi.slot, phi.type)[0] ?? 0;
    turns.push(m.local.set(local, m.i32.add(f.get(local), m.i32.const((step * loop.copies) | 0))));
  }
  turns.push(m.local.set(left, m.i32.sub(f.get(left), m.i32.const(loop.copies))), m.br(label));
  return m.block(`${label}_done`, [m.loop(label, m.block(null, turns))]);
}

/** One turn of an unrolled loop, without its decision. */
function oneTurn(
  f: FunctionEmitter,
  node: number,
  loop: CountedLoop,
  turn: number,
  emit: EmitInstruction,
): Expression[] {
  const planNode = f.plan.nodes[node];
  const block = planNode === undefined ? undefined : f.fn.blocks[planNode.irBlock];
  if (planNode === undefined || block === undefined) throw new InternalError("a plan node has no block");
  f.node = planNode;
  f.nodeIndex = node;
  const made = new Set<Instruction>([loop.decrement]);
  for (const { phi, next, step } of loop.inductions) {
    const local = f.localsOf(phi.slot, phi.type)[0] ?? 0;
    f.shifted.set(phi.slot, { local, by: step * turn });
    f.shifted.set(next.slot, { local, by: step * (turn + 1) });
    made.add(next);
  }
  const out: Expression[] = [];
  block.instructions.forEach((inst, i) => {
    f.instruction = inst;
    f.instructionIndex = i;
    if (!made.has(inst)) emit(inst, out);
  });
  const moves: PhiMove[] = [];
  for (const phi of block.instructions) {
    if (phi.op !== "phi") break;
    if (!f.shifted.has(phi.slot)) phiMoves(f, phi, block.index, moves);
  }
  out.push(...parallelMoves(f, moves));
  return out;
}
