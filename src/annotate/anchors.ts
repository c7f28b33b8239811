// Values that are worth computing where they stand.
//
// V8 keeps loads in order but puts pure operations as late in their block as it can. In a block of many loads (a round of a
// cipher on tables) all are then done first, and what they gave waits in registers that there are not enough of. Storing
// a result to a cell that nobody reads holds its operations to their place, for the price of one store.

import type { BasicBlock, Instruction, Value } from "../bitcode/index.ts";
import { scalarWidth } from "./constants.ts";
import type { FunctionEmitter } from "./function-emitter.ts";
import { isPure, operandsOf } from "./function-facts.ts";
import type { Expression } from "./wasm.ts";

/** Loads in a block from which on their results are too many for the registers. */
const MANY_LOADS = 8;
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
