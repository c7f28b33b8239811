// Which registers and stack slots hold which constants at a place of a function? The back end computes a constant that does not fit
// an instruction once, outside of the loop that compares with it; without it a switch tree in the loop is not understood.
//
// A forward dataflow over the whole function: a constant holds where it holds on every way in. It is made when first asked
// for, since few functions need it.
import type { ListingItem } from "../cfg/index.ts";
import type { WalkableFunction } from "./region.ts";
import { SymbolicMachine } from "./symbolic-machine.ts";

const NOTHING: ReadonlyMap<number, number> = new Map();
const cache = new WeakMap<WalkableFunction, ReadonlyMap<number, ReadonlyMap<number, number>>>();

/** Is this a place where a register is saved? Variables in the frame may change through pointers. */
export function isSpill(item: ListingItem | undefined): boolean {
  return item?.kind === "instruction" && item.spill === true;
}

/** Constants at item `item`, which must be the function's first or one that something jumps to. */
export function constantsAt(fn: WalkableFunction, item: number): ReadonlyMap<number, number> {
  let states = cache.get(fn);
  if (states === undefined) {
    states = propagate(fn);
    cache.set(fn, states);
  }
  return states.get(item) ?? NOTHING;
}

function propagate(fn: WalkableFunction): ReadonlyMap<number, ReadonlyMap<number, number>> {
  const { items, flows, targets, addresses } = fn.placed;
  const leaders = new Set<number>([0]);
  for (const target of targets) if (target >= 0) leaders.add(target);
  for (const tables of fn.jumps.values()) for (const target of tables.flat()) leaders.add(target);
  const states = new Map<number, Map<number, number>>([[0, new Map()]]);
  const work = [0];
  // A state only ever loses constants, so this ends.
  while (work.length > 0) {
    const leader = work.pop()!;
    const machine = new SymbolicMachine(() => undefined, false);
    machine.assume(states.get(leader)!);
    const goTo = (target: number): void => {
      const here = machine.constants();
      const old = states.get(target);
      if (old === undefined) {
        states.set(target, here);
        work.push(target);
        return;
      }
      let changed = false;
      for (const [place, value] of old) {
        if (here.get(place) === value) continue;
        old.delete(place);
        changed = true;
      }
      if (changed) work.push(target);
    };
    walk: for (let item = leader; item < items.length; item++) {
      if (item !== leader && leaders.has(item)) {
        goTo(item);
        break;
      }
      const flow = flows[item];
      if (flow === undefined) continue;
      switch (flow.kind) {
        case "next":
          machine.step(fn.wordAt(addresses[item]!), isSpill(items[item]));
          break;
        case "call":
        case "indirectCall":
        case "conditionalCall":
          machine.call();
          break;
        case "conditional":
          if (targets[item]! >= 0) goTo(targets[item]!);
          break;
        case "conditionalReturn":
          break;
        case "branch":
          if (targets[item]! >= 0) goTo(targets[item]!);
          break walk;
        case "indirect":
          for (const target of new Set((fn.jumps.get(item) ?? []).flat())) goTo(target);
          break walk;
        case "return":
        case "trap":
          break walk;
      }
    }
  }
  return states;
}
