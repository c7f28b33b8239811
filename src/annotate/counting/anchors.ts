// Values that are worth computing where they stand.
//
// V8 keeps loads in order but puts pure operations as late in their block as it can. In a block of many loads (a round of a
// cipher on tables) all are then done first, and what they gave waits in registers that there are not enough of. Storing
// a result to a cell that nobody reads holds its operations to their place, for the price of one store.

import { operandsOf } from "../../bitcode/index.ts";
import type { BasicBlock, Instruction, Value } from "../../bitcode/index.ts";
import { scalarWidth } from "../constants.ts";
import type { CountedLoop } from "../loops/counted-loop.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { isPure } from "../function-facts.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** Loads in a block from which on their results are too many for the registers. */
const MANY_LOADS = 8;
/** Loads of unrolled turns whose results may wait. */
const WAITING_LOADS = 6;
/** Loaded values that a result must end the wait of. */
const LOADS_ENDED = 4;

/** Statements after an instruction whose result has just been put in its local. */
export function anchored(f: FunctionEmitter, inst: Instruction): Expression[] {
  const block = f.fn.blocks[f.node.irBlock];
  if (block === undefined || !isPure(inst) || scalarWidth(inst.type) > 32) return [];
  const loads = loadsIn(block);
  if (loads.size < MANY_LOADS || loadsBehind(f, inst, loads) < LOADS_ENDED) return [];
  const { m, p } = f;
  const value = f.get(f.localsOf(inst.slot, inst.type)[0] ?? 0);
  return [m.i32.store(p.cellAddress(p.scratchCell()), 4, m.i32.const(0), value)];
}

/**
 * Statements after a turn of an unrolled loop with as many loads since the last such statements as should wait at most: what the
 * loop's phis collect is held to its place.
 */
export function anchoredTurn(
  f: FunctionEmitter,
  node: number,
  loop: CountedLoop,
  turn: number,
): Expression[] {
  const block = f.fn.blocks[f.plan.nodes[node]?.irBlock ?? -1];
  const loads = block === undefined ? 0 : loadsIn(block).size;
  if (block === undefined || loads === 0) return [];
  const together = Math.max(1, Math.floor(WAITING_LOADS / loads));
  if ((turn + 1) % together !== 0) return [];
  const { m, p } = f;
  return block.instructions.flatMap((phi) => {
    if (phi.op !== "phi" || loop.inductions.some((one) => one.phi === phi)) return [];
    const local = f.localsOf(phi.slot, phi.type)[0] ?? 0;
    if (f.typeOf(local) !== binaryen.i32) return [];
    return [m.i32.store(p.cellAddress(p.scratchCell()), 4, m.i32.const(0), f.get(local))];
  });
}

const known = new WeakMap<BasicBlock, ReadonlySet<Value>>();

function loadsIn(block: BasicBlock): ReadonlySet<Value> {
  let loads = known.get(block);
  if (loads === undefined) {
    loads = new Set<Value>(block.instructions.filter((inst) => inst.op === "load"));
    known.set(block, loads);
  }
  return loads;
}

/** How many of these loads go into one expression. Calls are intrinsics; they have locals but are as pure. */
function loadsBehind(f: FunctionEmitter, root: Instruction, loads: ReadonlySet<Value>): number {
  const seen = new Set<Value>([root]);
  const work: Value[] = [...operandsOf(root)];
  let found = 0;
  for (let value = work.pop(); value !== undefined; value = work.pop()) {
    if (value.kind !== "instruction" || seen.has(value)) continue;
    seen.add(value);
    if (loads.has(value)) found += 1;
    else if (value.op === "call" || f.facts.folded[value.slot] === true) work.push(...operandsOf(value));
  }
  return found;
}
