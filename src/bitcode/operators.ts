// The numbers that records use for operators, predicates, orderings and flags, and what they stand for.

import type { BitCursor } from "./bitstream.ts";
import type {
  BinaryOperator,
  CastOperator,
  FastMathFlag,
  FloatPredicate,
  GepFlags,
  IntegerFlags,
  IntegerPredicate,
  Ordering,
  RmwOperator,
  Type,
} from "./module.ts";
import { floatWidth, scalarOf } from "./types.ts";

const INTEGER_BINARY: readonly BinaryOperator[] = [
  "add",
  "sub",
  "mul",
  "udiv",
  "sdiv",
  "urem",
  "srem",
  "shl",
  "lshr",
  "ashr",
  "and",
  "or",
  "xor",
];
const FLOAT_BINARY: Readonly<Record<number, BinaryOperator>> = {
  0: "fadd",
  1: "fsub",
  2: "fmul",
  4: "fdiv",
  6: "frem",
};

const CASTS: readonly CastOperator[] = [
  "trunc",
  "zext",
  "sext",
  "fptoui",
  "fptosi",
  "uitofp",
  "sitofp",
  "fptrunc",
  "fpext",
  "ptrtoint",
  "inttoptr",
  "bitcast",
  "addrspacecast",
  "ptrtoaddr",
];

/** Index: the record's number. */
export const FLOAT_PREDICATES: readonly FloatPredicate[] = [
  "false",
  "oeq",
  "ogt",
  "oge",
  "olt",
  "ole",
  "one",
  "ord",
  "uno",
  "ueq",
  "ugt",
  "uge",
  "ult",
  "ule",
  "une",
  "true",
];

/** Index: the record's number less 32. */
export const INTEGER_PREDICATES: readonly IntegerPredicate[] = [
  "eq",
  "ne",
  "ugt",
  "uge",
  "ult",
  "ule",
  "sgt",
  "sge",
  "slt",
  "sle",
];

export const ORDERINGS: readonly Ordering[] = [
  "notatomic",
  "unordered",
  "monotonic",
  "acquire",
  "release",
  "acq_rel",
  "seq_cst",
];

export const RMW_OPERATORS: readonly RmwOperator[] = [
  "xchg",
  "add",
  "sub",
  "and",
  "nand",
  "or",
  "xor",
  "max",
  "min",
  "umax",
  "umin",
  "fadd",
  "fsub",
  "fmax",
  "fmin",
  "uinc_wrap",
  "udec_wrap",
  "usub_cond",
  "usub_sat",
  "fmaximum",
  "fminimum",
  "fmaximumnum",
  "fminimumnum",
];

/** Number 4 is both signed division and floating division: the type decides. */
export function binaryOperator(cursor: BitCursor, number: number, type: Type): BinaryOperator {
  const scalar = scalarOf(type);
  const operator = floatWidth(scalar) > 0 ? FLOAT_BINARY[number] : INTEGER_BINARY[number];
  if (operator === undefined) cursor.fail("BW0404", `binary operator ${String(number)} does not exist`);
  if (floatWidth(scalar) === 0 && scalar.kind !== "integer")
    cursor.fail("BW0406", "arithmetic on a type that has none");
  return operator;
}

export function castOperator(cursor: BitCursor, number: number): CastOperator {
  const operator = CASTS[number];
  if (operator === undefined) cursor.fail("BW0404", `cast operator ${String(number)} does not exist`);
  return operator;
}

const flag = (nuw: boolean, nsw: boolean, exact: boolean, disjoint: boolean): IntegerFlags => ({
  nuw,
  nsw,
  exact,
  disjoint,
});
const NO_FLAGS = flag(false, false, false, false);
const WRAP_FLAGS = [
  NO_FLAGS,
  flag(true, false, false, false),
  flag(false, true, false, false),
  flag(true, true, false, false),
] as const;
const EXACT = flag(false, false, true, false);
const DISJOINT = flag(false, false, false, true);

/** Flags of a binary integer operator; the same bit means different things for different operators. */
export function integerFlags(operator: BinaryOperator, bits: number): IntegerFlags {
  switch (operator) {
    case "add":
    case "sub":
    case "mul":
    case "shl":
      return WRAP_FLAGS[(bits & 3) as 0 | 1 | 2 | 3];
    case "sdiv":
    case "udiv":
    case "lshr":
    case "ashr":
      return (bits & 1) !== 0 ? EXACT : NO_FLAGS;
    case "or":
      return (bits & 1) !== 0 ? DISJOINT : NO_FLAGS;
    default:
      return NO_FLAGS;
  }
}

const GEP_FLAGS: readonly GepFlags[] = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({
  inbounds: (bits & 1) !== 0,
  // In bounds implies no unsigned-signed wrap, whether or not the bit is there.
  nusw: (bits & 3) !== 0,
  nuw: (bits & 4) !== 0,
}));

export function gepFlags(bits: number): GepFlags {
  return GEP_FLAGS[bits & 7] as GepFlags;
}

// Bit 0 is the old "fast", which stands for all of them; the order here is the one in which flags are printed.
const FAST_MATH: readonly (readonly [FastMathFlag, number])[] = [
  ["reassoc", 1 << 7],
  ["nnan", 1 << 1],
  ["ninf", 1 << 2],
  ["nsz", 1 << 3],
  ["arcp", 1 << 4],
  ["contract", 1 << 5],
  ["afn", 1 << 6],
];
const fastMathSets = new Map<number, readonly FastMathFlag[]>();

export function fastMathFlags(bits: number): readonly FastMathFlag[] {
  const all = (bits & 1) !== 0 ? 0xff : bits & 0xff;
  let flags = fastMathSets.get(all);
  if (flags === undefined) {
    flags = FAST_MATH.filter(([, mask]) => (all & mask) !== 0).map(([name]) => name);
    fastMathSets.set(all, flags);
  }
  return flags;
}
