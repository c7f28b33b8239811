// Where a NaN's bits can be seen. WebAssembly leaves the sign and payload of an arithmetic result that is a NaN open; the
// target does not. Results that only go into further arithmetic, or into comparisons and conversions, need not have the right
// bits: what is made of them is a NaN again, or does not depend on which NaN it was. Only where such a chain ends (in memory,
// a phi, a call) is the NaN looked for, and its bits worked out then. A value that two blocks use ends its chain, too.

import { operandsOf } from "../../bitcode/index.ts";
import type { BasicBlock, GlobalFunction, Instruction, Value } from "../../bitcode/index.ts";
import { numberRegions, type NumberRegion, type RegionFacts } from "./number-regions.ts";

/** Operations that may be worked out again where a NaN is seen. */
const MOST_REPEATED = 12;

/** What an instruction is to NaNs: makes a NaN of its own, hands on its operand's, does not care which it is, or shows it. */
export type NanRole = "arithmetic" | "sign" | "blind" | "shows";

export interface NanFacts {
  /** By slot: the value is an arithmetic result whose bits are not the target's when it is a NaN. */
  readonly open: readonly boolean[];
  /** The parts of a block with one look for NaNs. */
  readonly regions: ReadonlyMap<BasicBlock, readonly NumberRegion[]>;
}

const slotOf = (value: Value): number => (value.kind === "instruction" ? value.slot : -1);

export function nanFacts(fn: GlobalFunction, facts: Omit<RegionFacts, "isSettled">): NanFacts {
  const roleOf = facts.role;
  const open = new Array<boolean>(fn.slotCount).fill(false);
  for (const block of fn.blocks) {
    for (const inst of block.instructions) {
      const role = roleOf(inst);
      if (inst.slot >= 0 && (role === "arithmetic" || role === "sign")) open[inst.slot] = true;
    }
  }
  // A value is open only while none of its uses shows it, and it has no other use if one is in another block.
  const uses = new Uint32Array(fn.slotCount);
  const elsewhere = new Set<number>();
  for (const block of fn.blocks) {
    const own = new Set<Value>(block.instructions);
    for (const inst of block.instructions) {
      const shows = inst.op === "phi" || roleOf(inst) === "shows";
      for (const operand of operandsOf(inst)) {
        const slot = slotOf(operand);
        if (slot < 0) continue;
        uses[slot] = (uses[slot] ?? 0) + 1;
        if (shows) open[slot] = false;
        if (!own.has(operand)) elsewhere.add(slot);
      }
    }
  }
  for (const slot of elsewhere) if (uses[slot] !== 1) open[slot] = false;
  // After the copied turns of a loop, phis are what the next turn would begin with: nothing can be worked out again.
  for (const block of fn.blocks) {
    const isLoop = block.instructions.some(
      (inst) => inst.op === "phi" && inst.incoming.some((way) => way.block === block.index),
    );
    if (!isLoop) continue;
    for (const { slot } of block.instructions) if (elsewhere.has(slot)) open[slot] = false;
  }
  const isSettled = (inst: Instruction): boolean => {
    if (open[inst.slot] === true) return false;
    return roleOf(inst) !== "sign" || operandsOf(inst).some((operand) => open[slotOf(operand)] === true);
  };
  const regions = new Map<BasicBlock, readonly NumberRegion[]>();
  for (const block of fn.blocks) {
    const found = numberRegions(block, { ...facts, isSettled });
    if (found.length > 0) regions.set(block, found);
    // Where everything is done again, nothing need be done a third time.
    for (const { covered } of found) for (const inst of covered) open[inst.slot] = false;
  }
  // Chains that would be long to repeat are cut; signs of values that are right are right.
  const cost = new Uint32Array(fn.slotCount);
  for (const block of fn.blocks) {
    for (const inst of block.instructions) {
      const role = roleOf(inst);
      if (inst.slot < 0 || (role !== "arithmetic" && role !== "sign")) continue;
      const behind = operandsOf(inst)
        .map(slotOf)
        .filter((slot) => slot >= 0 && open[slot] === true);
      let sum = 1;
      for (const slot of behind) sum += cost[slot] ?? 0;
      if (sum > MOST_REPEATED) {
        for (const slot of behind) open[slot] = false;
        behind.length = 0;
        sum = 1;
      }
      cost[inst.slot] = sum;
      if (role === "sign" && behind.length === 0) open[inst.slot] = false;
    }
  }
  return { open, regions };
}
