// The oracle of the cycle engine for whole programs, for this engine: what an instruction's word says is all that is told of
// its accesses.
import type { Oracle } from "../oracle.ts";
import type { OsmOracle } from "./oracle.ts";

/** For machines without caches and without exceptions. */
export function pathOracle(oracle: Oracle): OsmOracle {
  return {
    start: () => oracle.start(),
    step: () => oracle.step(),
    registerValue: (name, index) => oracle.registerValue(name, index),
  };
}
