// Which of many checks are needed: a check whose outcome is known on every way to it is left out, and one that a loop
// repeats without change is made where the loop is entered. Forward data flow over the plan's nodes (not the IR's blocks:
// copies of a block have their own paths).

import { dominators } from "../loops/dominators.ts";
import { loopNest, reversePostorder, type Loop } from "../loops/loops.ts";
import type { FunctionPlan, PlanNode } from "../plan.ts";

/**
 * Something that happens in a block, in order. Facts come in pairs 2k (weaker) and 2k+1 (stronger, implies the weaker):
 * a check makes its fact known, a kill ends both facts of the pair that `fact` belongs to.
 */
export interface CheckEvent {
  readonly kind: "check" | "kill";
  /** Index of the instruction; -1: on entry. */
  readonly instruction: number;
  readonly fact: number;
}

export interface NeededChecks {
  readonly atNode: readonly { readonly node: number; readonly instruction: number; readonly fact: number }[];
  readonly onEdge: readonly { readonly edge: number; readonly fact: number }[];
}

/** Words of bit sets over all nodes; above, only what happens within a node is looked at. */
const MOST_WORDS = 8_000_000;

export function availableChecks(
  plan: FunctionPlan,
  factCount: number,
  eventsOf: (node: PlanNode) => readonly CheckEvent[],
): NeededChecks {
  const size = plan.nodes.length;
  const words = Math.ceil(factCount / 32);
  const events = plan.nodes.map(eventsOf);
  const whole = size * words <= MOST_WORDS;
  const hoisted = whole ? hoistedChecks(plan, events) : new Map<number, Set<number>>();
  const known = whole ? solve(plan, events, words, hoisted) : undefined;

  const atNode: { node: number; instruction: number; fact: number }[] = [];
  const ends: Uint32Array[] = [];
  events.forEach((list, node) => {
    const facts = known?.slice(node * words, (node + 1) * words) ?? new Uint32Array(words);
    for (const event of list) {
      if (event.kind === "check" && !has(facts, event.fact))
        atNode.push({ node, instruction: event.instruction, fact: event.fact });
      apply(facts, event);
    }
    ends.push(facts);
  });
  const onEdge: { edge: number; fact: number }[] = [];
  for (const [edge, facts] of hoisted) {
    const from = ends[plan.edges[edge]?.from ?? -1];
    for (const fact of facts) {
      const implied = facts.has(fact | 1) && (fact & 1) === 0;
      if (!implied && (from === undefined || !has(from, fact))) onEdge.push({ edge, fact });
    }
  }
  return { atNode, onEdge };
}

function has(facts: Uint32Array, fact: number): boolean {
  return ((facts[fact >> 5] ?? 0) & (1 << (fact & 31))) !== 0;
}

function learn(facts: Uint32Array, fact: number): void {
  // The stronger fact brings the weaker one, which is in the same word.
  const bits = (fact & 1) === 0 ? 1 << (fact & 31) : 3 << ((fact - 1) & 31);
  facts[fact >> 5] = (facts[fact >> 5] ?? 0) | bits;
}

function apply(facts: Uint32Array, event: CheckEvent): void {
  if (event.kind === "check") learn(facts, event.fact);
  else facts[event.fact >> 5] = (facts[event.fact >> 5] ?? 0) & ~(3 << (event.fact & 30));
}

/** Facts known on entry of each node: the largest solution. `hoisted` are known after their edge. */
function solve(
  plan: FunctionPlan,
  events: readonly (readonly CheckEvent[])[],
  words: number,
  hoisted: ReadonlyMap<number, ReadonlySet<number>>,
): Uint32Array {
  const size = plan.nodes.length;
  const entry = new Uint32Array(size * words).fill(0xffffffff);
  const exit = new Uint32Array(size * words).fill(0xffffffff);
  const incoming: number[][] = Array.from({ length: size }, () => []);
  plan.edges.forEach((edge, i) => incoming[edge.to]?.push(i));
  const order = reversePostorder(size, plan.edges, 0);
  const facts = new Uint32Array(words);
  const along = new Uint32Array(words);
  for (let changed = true; changed;) {
    changed = false;
    for (const node of order) {
      facts.fill(node === 0 ? 0 : 0xffffffff);
      for (const edge of incoming[node] ?? []) {
        const from = plan.edges[edge]?.from ?? 0;
        along.set(exit.subarray(from * words, (from + 1) * words));
        for (const fact of hoisted.get(edge) ?? []) learn(along, fact);
        for (let i = 0; i < words; i += 1) facts[i] = (facts[i] ?? 0) & (along[i] ?? 0);
      }
      entry.set(facts, node * words);
      for (const event of events[node] ?? []) apply(facts, event);
      for (let i = 0; i < words; i += 1) {
        if (exit[node * words + i] === facts[i]) continue;
        exit[node * words + i] = facts[i] ?? 0;
        changed = true;
      }
    }
  }
  return entry;
}

/**
 * By edge into a loop: facts about values that the loop does not change, checked in every turn that goes round. A turn that
 * leaves before the check may be the first one; then the check was made for nothing, which is harmless.
 */
function hoistedChecks(
  plan: FunctionPlan,
  events: readonly (readonly CheckEvent[])[],
): Map<number, Set<number>> {
  const hoisted = new Map<number, Set<number>>();
  const size = plan.nodes.length;
  const nest = loopNest(size, plan.edges, 0);
  if (nest.loops.length === 0) return hoisted;
  const dominates = dominators(size, plan.edges);
  const within = nest.loops.map((loop) => new Set(loop.nodes));
  const changedIn = nest.loops.map(
    (loop) =>
      new Set(
        loop.nodes.flatMap((node) =>
          (events[node] ?? []).flatMap((event) => (event.kind === "kill" ? [event.fact >> 1] : [])),
        ),
      ),
  );
  const latches = nest.loops.map((loop) =>
    plan.edges.flatMap((edge) =>
      edge.to === loop.entries[0] && within[loop.id]?.has(edge.from) === true ? [edge.from] : [],
    ),
  );
  const ways = nest.loops.map((loop) =>
    plan.edges.flatMap((edge, i) =>
      edge.to === loop.entries[0] && within[loop.id]?.has(edge.from) !== true ? [i] : [],
    ),
  );
  const allowed = (loop: Loop, node: number, fact: number): boolean =>
    loop.entries.length === 1 &&
    loop.entries[0] !== 0 &&
    changedIn[loop.id]?.has(fact >> 1) !== true &&
    latches[loop.id]?.every((latch) => dominates(node, latch)) === true;
  events.forEach((list, node) => {
    for (const event of list) {
      if (event.kind !== "check") continue;
      let outermost: Loop | undefined;
      for (let at = nest.innermost[node] ?? -1; at >= 0; at = nest.loops[at]?.parent ?? -1) {
        const loop = nest.loops[at];
        if (loop === undefined || !allowed(loop, node, event.fact)) break;
        outermost = loop;
      }
      for (const edge of ways[outermost?.id ?? -1] ?? []) {
        let facts = hoisted.get(edge);
        if (facts === undefined) hoisted.set(edge, (facts = new Set()));
        facts.add(event.fact);
      }
    }
  });
  return hoisted;
}
