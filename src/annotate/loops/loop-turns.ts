// Loops of several nodes that end by the hardware loop counter alone: how often their back edge is taken is known before they
// begin, so it is counted there, once, and what it tells need not be counted in the loop.

import { terminatorOf, type GlobalFunction } from "../../bitcode/index.ts";
import { isDecrement } from "./counted-loop.ts";
import { loopNest } from "./loops.ts";
import type { FunctionPlan } from "../plan.ts";

/** Back edges (indexes in `plan.edges`) by the loops' headers; each is taken once less often than the loop counter says. */
export function knownTurns(fn: GlobalFunction, plan: FunctionPlan): ReadonlyMap<number, number> {
  const known = new Map<number, number>();
  const decides = plan.nodes.map(({ irBlock }) => {
    const block = fn.blocks[irBlock]!;
    const last = terminatorOf(block);
    const condition = last.op === "condbr" && last.ifTrue !== last.ifFalse ? last.condition : null;
    return (
      condition?.kind === "instruction" && isDecrement(condition) && block.instructions.includes(condition)
    );
  });
  if (!decides.includes(true)) return known;
  const { loops, innermost } = loopNest(plan.nodes.length, plan.edges, 0);
  for (const { id, nodes, entries } of loops) {
    const [header] = entries;
    const latches = nodes.filter((node) => decides[node]);
    const [latch] = latches;
    if (header === undefined || latch === undefined || entries.length > 1 || latches.length > 1) continue;
    if (nodes.length === 1 || nodes.some((node) => innermost[node] !== id)) continue;
    const inside = new Set(nodes);
    const back: number[] = [];
    let leaves = false;
    plan.edges.forEach(({ from, to, successors }, i) => {
      if (!inside.has(from)) return;
      if (to === header) back.push(from === latch && successors.length === 1 && successors[0] === 0 ? i : -1);
      else if (!inside.has(to) || from === latch) leaves ||= from !== latch || inside.has(to);
    });
    if (!leaves && back.length === 1 && back[0] !== undefined && back[0] >= 0) known.set(header, back[0]);
  }
  return known;
}
