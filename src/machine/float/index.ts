// IEEE 754 arithmetic for action code: exact results and flags in every rounding mode, on doubles given as two words.
export { fpAdd, fpDivide, fpMultiply, fpMultiplyAdd, fpRound, fpSquareRoot } from "./fast.ts";
export {
  fpClass,
  fpClassSingle,
  fpCompare,
  fpFromSigned,
  fpFromSingle,
  fpFromUnsigned,
  fpToSigned,
  fpToSingle,
  fpToUnsigned,
} from "./convert.ts";
export { result as fpResult } from "./result.ts";
