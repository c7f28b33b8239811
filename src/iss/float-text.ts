// JavaScript text of the floating-point built-ins: calls of the functions in src/machine/float with operands as words. A
// result of two words, and the flags, are taken from the cell where those functions leave them.
import { InternalError } from "../base/diagnostic.ts";
import type { BuiltinName, ValueType } from "../machine/action.ts";
import {
  fpAdd,
  fpClass,
  fpClassSingle,
  fpCompare,
  fpDivide,
  fpFromSigned,
  fpFromSingle,
  fpFromUnsigned,
  fpMultiply,
  fpMultiplyAdd,
  fpResult,
  fpRound,
  fpSquareRoot,
  fpToSigned,
  fpToSingle,
  fpToUnsigned,
} from "../machine/float/index.ts";
import { convert, paired, value, WORD } from "../isa/values.ts";
import type { Value } from "../isa/values.ts";

const FUNCTIONS = {
  fpAdd,
  fpMultiply,
  fpDivide,
  fpSquareRoot,
  fpMultiplyAdd,
  fpRound,
  fpToSigned,
  fpToUnsigned,
  fpFromSigned,
  fpFromUnsigned,
  fpFromSingle,
  fpToSingle,
  fpCompare,
  fpClass,
  fpClassSingle,
  fpResult,
} as const;

/** Names that the texts use, and what they stand for. */
export const FLOAT_NAMES = Object.keys(FUNCTIONS).join(",");
export const FLOAT_FUNCTIONS: readonly unknown[] = Object.values(FUNCTIONS);

/** Arithmetic: the function, and what follows operands and control for a double; `true` in front for a single. */
const ARITHMETIC: Readonly<Record<string, readonly [name: keyof typeof FUNCTIONS, ...more: string[]]>> = {
  fp_add: ["fpAdd", "false"],
  fp_subtract: ["fpAdd", "true"],
  fp_multiply: ["fpMultiply"],
  fp_divide: ["fpDivide"],
  fp_square_root: ["fpSquareRoot"],
  fp_multiply_add: ["fpMultiplyAdd", "false"],
  fp_multiply_subtract: ["fpMultiplyAdd", "true"],
};

const OTHERS: Readonly<Record<string, keyof typeof FUNCTIONS>> = {
  fp_round_single: "fpRound",
  fp_to_signed: "fpToSigned",
  fp_to_unsigned: "fpToUnsigned",
  fp_from_signed: "fpFromSigned",
  fp_from_unsigned: "fpFromUnsigned",
  fp_from_single: "fpFromSingle",
  fp_to_single: "fpToSingle",
  fp_compare: "fpCompare",
  fp_class: "fpClass",
  fp_class_single: "fpClassSingle",
};

export interface FloatContext {
  temporary(v: Value): Value;
  halves(v: Value): readonly [high: string, low: string];
  fresh(stem: string): string;
  emit(text: string): void;
  readonly type: ValueType;
}

export function floatOperation(name: BuiltinName, args: readonly Value[], at: FloatContext): Value {
  if (name === "fp_flags") return at.temporary(value(WORD, "fpResult[2]"));
  const single = name.endsWith("_single") ? name.slice(0, -"_single".length) : undefined;
  const arithmetic = ARITHMETIC[name] ?? (single === undefined ? undefined : ARITHMETIC[single]);
  const [called, ...more] = arithmetic ?? [OTHERS[name]];
  if (called === undefined) throw new InternalError(`built-in ${name} is not compiled`);
  const operands = args.flatMap((a) => (a.type.width === 64 ? at.halves(a) : [convert(a, WORD).js]));
  if (arithmetic) operands.push(String(ARITHMETIC[name] === undefined), ...more);
  const call = `${called}(${operands.join(",")})`;
  if (at.type.width !== 64) return at.temporary(value(at.type, call));
  const result = at.fresh("t");
  at.emit(`${call};const ${result}h=fpResult[1],${result}l=fpResult[0];`);
  return paired(at.type, `${result}h`, `${result}l`);
}
