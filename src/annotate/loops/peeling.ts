// Which loops do their first turn before the loop. The host checks its stack once a turn and keeps what is needed for that, and
// loops that look for something (a mismatch, an end, a free place) often find it at once: outside the loop, the first
// turn costs no more than its own instructions.

import { terminatorOf, type Instruction } from "../../bitcode/index.ts";
import type { FlatBranches } from "../control/flat-code.ts";
import type { FunctionEmitter } from "../function-emitter.ts";

/** Instructions that such a loop may have. */
const MOST_INSTRUCTIONS = 40;

/** Is a loop of the flow graph one of those? `planNodes`: the plan's, by the graph's. It can be left in two places, and calls nothing. */
export function isPeeledLoop(
  { fn, plan, live }: Pick<FunctionEmitter, "fn" | "plan" | "live">,
  loop: readonly number[],
  planNodes: readonly number[],
  flat: FlatBranches | null,
): boolean {
  const nodes = loop.map((node) => planNodes[node] ?? 0);
  if (live !== null || nodes.some((node) => flat?.regions.has(node))) return false;
  const inside = new Set(nodes);
  const exits = new Set(
    plan.edges.filter(({ from, to }) => inside.has(from) && !inside.has(to)).map(({ from }) => from),
  );
  if (exits.size < 2 || plan.sites?.some(({ node }) => inside.has(node)) === true) return false;
  let size = 0;
  for (const node of nodes) {
    const { irBlock, calls } = plan.nodes[node]!;
    const block = fn.blocks[irBlock]!;
    const last = terminatorOf(block);
    if ((calls !== null && calls.length > 0) || (last.op !== "br" && last.op !== "condbr")) return false;
    if (block.instructions.some(isCall)) return false;
    size += block.instructions.length;
  }
  return size <= MOST_INSTRUCTIONS;
}

/** A call that is not known to become nothing, or a few instructions. */
function isCall(inst: Instruction): boolean {
  if (inst.op !== "call") return inst.op === "atomicrmw" || inst.op === "cmpxchg" || inst.op === "alloca";
  const { callee } = inst;
  if (callee.kind === "asm") return callee.text !== "";
  return (
    callee.kind !== "function" ||
    !/^llvm\.(pseudoprobe|loop\.decrement|ctlz|cttz|abs|[su]m(ax|in))\b/.test(callee.name)
  );
}
