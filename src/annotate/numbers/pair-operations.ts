// What can be done to two doubles at once, and the pairs of a region (number-pairs.ts), looked for once.

import type { BasicBlock, Instruction } from "../../bitcode/index.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { laneCall } from "../loops/float-loop.ts";
import { alignOf } from "../memory/alignment.ts";
import { hasFused, isHardware, usesLanes } from "./hard-float.ts";
import { numberPairs, type Pairs } from "./number-pairs.ts";
import type { NumberRegion } from "./number-regions.ts";

const known = new WeakMap<NumberRegion, Pairs>();

/** What is done to two doubles at once in a region. */
export function pairsOf(f: FunctionEmitter, block: BasicBlock, region: NumberRegion): Pairs {
  let pairs = known.get(region);
  if (pairs === undefined) {
    const operation = (inst: Instruction): string | null => pairOperation(f, inst);
    pairs = usesLanes(f, "f64") ? numberPairs(block, region, { terms: region.terms, operation }) : new Map();
    known.set(region, pairs);
  }
  return pairs;
}

/** A name for what an instruction does; null: that is not done to two doubles at once. */
function pairOperation(f: FunctionEmitter, inst: Instruction): string | null {
  if (f.facts.dead.has(inst)) return null;
  if (inst.op === "load" || inst.op === "store") {
    const { type } = inst.op === "load" ? inst : inst.value;
    return type.kind === "double" && alignOf(f, inst.address, inst.align) >= 4 ? inst.op : null;
  }
  if (inst.type.kind !== "double" || !isHardware(f, inst.type)) return null;
  switch (inst.op) {
    case "binary":
      return /^f(add|sub|mul|div)$/.test(inst.operator) ? inst.operator : null;
    case "fneg":
      return inst.op;
    case "call": {
      const name = laneCall(inst);
      if (name === null || name === "fabs") return name;
      return f.p.fused && hasFused(f, inst.type) ? "fused" : null;
    }
    default:
      return null;
  }
}
