// Facts about IR functions that the parts above share.
export {
  addressTakenFunctions,
  calleeOf,
  canVanish,
  intrinsicOf,
  isEmpty,
  noreturnFunctions,
  probeIndexes,
} from "./block-facts.ts";
export { askedOfInfinity, combinedPredicate } from "./combined-comparisons.ts";
export { LABEL_TABLE, labelAddresses, type LabelAddresses } from "./label-addresses.ts";
export {
  byValueCopies,
  isSurelyExpanded,
  likeliestCalls,
  memoryOperations,
  type MemoryOperation,
} from "./memory-copies.ts";
export { LONG_JUMP, SET_JUMP } from "./returns-twice.ts";
export {
  isConstantOf,
  isSelected,
  isSoftFloat,
  isTwice,
  canMakeCalls,
  predicateOf,
  softFloatCalls,
} from "./runtime-calls.ts";
export { firstSame, isSameValue } from "./same-values.ts";
export { abiAlign, allocSize, roundUp, storeSize, structOffset } from "./type-layout.ts";
export { Untranslatable } from "./untranslatable.ts";
export { withoutSign } from "./signs.ts";
