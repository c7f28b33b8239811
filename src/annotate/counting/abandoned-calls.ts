// Calls that a program ends in, by exit or a fault: each call site of a function has a cell of its own, so that what was counted on
// entering the callee can be told from what came back.

import type { Program } from "../program.ts";
import type { Expression } from "../wasm.ts";

const CELL_SHIFT = 3;

/** Adds one to the cell of the call that is left, the `site`-th from `firstCell` on. `site` gives a fresh expression each time. */
export function countAbandonedCall(p: Program, firstCell: number, site: () => Expression): Expression {
  const { m } = p;
  const base = p.cellAddress(firstCell);
  const at = (): Expression => m.i32.shl(site(), m.i32.const(CELL_SHIFT));
  return m.i64.store(base, 8, at(), m.i64.add(m.i64.load(base, 8, at()), m.i64.const(1n)));
}
