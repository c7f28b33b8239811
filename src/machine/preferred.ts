// Which of two instructions a word is when it fits both: what decoders and the checker of descriptions agree on.
import type { Instruction } from "./model.ts";

/** The one that a decoder prefers, "apart" when no word fits both, undefined when it cannot tell. */
export function preferred(a: Instruction, b: Instruction): "apart" | "first" | "second" | undefined {
  const words = (i: Instruction): { mask: number; match: number }[] => [i, ...(i.more ?? [])];
  const [x, y] = [words(a), words(b)];
  let [aMore, bMore] = [false, false];
  for (let at = 0; at < Math.max(x.length, y.length); at++) {
    const [p, q] = [x[at] ?? { mask: 0, match: 0 }, y[at] ?? { mask: 0, match: 0 }];
    if (((p.match ^ q.match) & p.mask & q.mask) !== 0) return "apart";
    if ((p.mask & ~q.mask) !== 0) aMore = true;
    if ((q.mask & ~p.mask) !== 0) bMore = true;
  }
  if (aMore !== bMore) return aMore ? "first" : "second";
  // The one that fixes more bits, and otherwise the one without fields that may conflict.
  if (!a.conflicts && !b.conflicts) return undefined;
  return a.conflicts && !b.conflicts ? "second" : "first";
}
