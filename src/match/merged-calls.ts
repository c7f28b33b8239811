// Calls in ends of blocks that were merged. The back end makes one code of the equal ends of two blocks, and where all
// that is left of a block is shared, its probe is gone: the code then seems to belong to the block before it, which cannot make the calls.
// They are given to the node without code that follows, which is the block that makes them.
import type { Passed } from "./call-flow.ts";
import type { EdgeClass, NodeCall } from "./mapping.ts";

export interface CallingNode {
  path: readonly number[];
  calls: readonly NodeCall[];
}

/** Attributes the calls of a node to the instructions of its IR block; null: the IR makes other calls. */
export type Attribute = (
  node: number,
  calls: readonly NodeCall[],
  passed: () => readonly (readonly Passed[])[],
) => readonly NodeCall[] | null;

/** Moves such calls. `isEmpty` says which nodes have no code; `passed` what each call of a node is given. */
export function moveMergedCalls(
  nodes: readonly CallingNode[],
  classes: readonly EdgeClass[],
  isEmpty: (node: number) => boolean,
  passed: (node: number) => readonly (readonly Passed[])[],
  attribute: Attribute,
): void {
  if (!nodes.some(({ calls }) => openAtEnd(calls) > 0)) return;
  const [into, out]: [EdgeClass[][], EdgeClass[][]] = [nodes.map(() => []), nodes.map(() => [])];
  for (const one of classes) {
    into[one.to]?.push(one);
    out[one.from]?.push(one);
  }
  nodes.forEach((node, id) => {
    if (!isEmpty(id) || node.calls.length > 0) return;
    const before = (into[id] ?? []).map(({ from }) => from);
    const first = before[0];
    const from = before.map((one) => nodes[one]?.calls ?? []);
    const count = Math.min(...from.map(openAtEnd));
    const merged = from[0]?.slice(from[0].length - count) ?? [];
    const isShared = from.every((calls) =>
      merged.every(({ block }, i) => calls[calls.length - count + i]?.block === block),
    );
    const isOnlyWay = before.every((one) => !isEmpty(one) && out[one]?.length === 1);
    if (first === undefined || count === 0 || !isShared || !isOnlyWay) return;
    const skipped = (from[0]?.length ?? 0) - count;
    const own = attribute(id, merged.map(unattributed), () =>
      passed(first)
        .slice(skipped)
        .map((words) => words.map((word) => later(word, skipped))),
    );
    if (own === null || own.some(({ instruction }) => instruction === null)) return;
    // A path of none has no edge before a call.
    node.calls = own.map((call) => ({ ...call, at: 0 }));
    before.forEach((one, i) => {
      const rest = (from[i] ?? []).slice(0, -count);
      const mover = nodes[one];
      if (mover !== undefined)
        mover.calls = attribute(one, rest.map(unattributed), () => passed(one)) ?? rest;
    });
  });
}

/** How many calls at the end of a node's code are no instruction's. */
function openAtEnd(calls: readonly NodeCall[]): number {
  return calls.length - 1 - calls.findLastIndex(({ instruction }) => instruction !== null);
}

function unattributed({ given: _, ...call }: NodeCall): NodeCall {
  return { ...call, instruction: null };
}

/** What is passed, when the first `skipped` calls are left out. */
function later(word: Passed, skipped: number): Passed {
  if (word.kind !== "result") return word;
  if (word.call < skipped) return { kind: "other", base: null, flipped: false };
  return { ...word, call: word.call - skipped };
}
