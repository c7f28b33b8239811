// The machine code of a node as long as nothing decides where it goes on: jumps are followed, and calls come back.
import { isSpill } from "./constant-registers.ts";
import type { WalkableFunction } from "./region.ts";

/** Items that are gone through for one node. */
const MAX_STEPS = 100_000;

/** An instruction, or a call. */
export type StraightStep =
  { readonly kind: "call" } | { readonly kind: "next"; readonly word: number; readonly spill: boolean };

/** What is executed from item `start` on, up to a decision, a return, or an item at which `ends`. */
export function* straightCode(
  fn: WalkableFunction,
  start: number,
  ends: (item: number) => boolean = () => false,
): Generator<StraightStep, void> {
  const { flows, items, addresses, targets } = fn.placed;
  let item = start;
  for (let steps = 0; steps < MAX_STEPS && item < items.length; steps += 1) {
    if (ends(item)) return;
    const what = items[item];
    const flow = flows[item];
    if (what?.kind !== "instruction" || flow === undefined) {
      item += 1;
      continue;
    }
    if (flow.kind === "branch") {
      const to = targets[item] ?? -1;
      if (to < 0) return;
      item = to;
      continue;
    }
    if (flow.kind === "call" || flow.kind === "indirectCall") yield { kind: "call" };
    else if (flow.kind === "next")
      yield { kind: "next", word: fn.wordAt(addresses[item] ?? 0), spill: isSpill(what) };
    else return;
    item += 1;
  }
}
