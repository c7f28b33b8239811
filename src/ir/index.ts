// Analyses of IR functions: control flow, loops, where to count, and facts that block mapping needs.
export {
  addressTakenFunctions,
  calleeOf,
  canVanish,
  intrinsicOf,
  isEmpty,
  noreturnFunctions,
  probeIndexes,
} from "./block-facts.ts";
export {
  flowGraphOf,
  graphFrom,
  immediateDominators,
  loopDepths,
  reachableFrom,
  reversePostorder,
  type FlowGraph,
} from "./flow.ts";
