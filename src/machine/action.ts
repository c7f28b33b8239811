// Action code: the typed tree that the ADL loader makes of an instruction's `action`, of helper functions and of the
// uADL instruction classes, and that isa, iss and pipeline compile to JavaScript. Every expression knows its width, so
// no consumer needs the loader's symbol tables.
//
// Bits count from the left (PowerPC and ADL order): bit 0 is the most significant.
// Widths are 1 to 64. Values are unsigned bit vectors of their width; signed meaning comes from the operator.
//
// What the loader guarantees:
// - Operands of arithmetic, bitwise and comparison operators have the same width and sign, so `left.type` tells whether
//   `<`, `/`, `%` are signed. For `<<` and `>>` the left operand has the result's type, and its sign decides `>>`; the
//   count is an unsigned 32-bit value. `&&`, `||`, `!` and tests have one bit.
// - `extend` never narrows: it widens, or (at equal width) only changes the sign that operators above see. Narrowing is
//   a `slice` of the low bits.
// - A slice's width is `type.width`, constant; `last` is `first` + width − 1 even when both are computed.
// - The target of an assignment is a local, register, element, memory, nia, or a slice of a local, register or element;
//   the assigned value has the target's width. Parameters of helpers are locals of it and may be assigned.
// - Locals have names that are unique in their action or function. A local without a value starts as 0.
// - Fields that an encoding fixes are constants; branches that they make impossible are gone.

/** Width of a value in bits, and whether arithmetic operators and comparisons treat it as two's complement. */
export interface ValueType {
  readonly width: number;
  readonly signed: boolean;
}

/** `+` wraps at the result's width. Shifts by the width or more give 0 (or the sign for a signed `>>`). */
export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "&"
  | "|"
  | "^"
  | "<<"
  | ">>"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "&&"
  | "||";

export type UnaryOperator = "-" | "~" | "!" | "+";

export type Expression = { readonly type: ValueType } & (
  | { readonly kind: "constant"; readonly value: bigint }
  | { readonly kind: "local"; readonly name: string }
  /** An instruction field, after shift, sign extension and pc-relative addition as the field declares. */
  | { readonly kind: "field"; readonly field: string }
  | { readonly kind: "register"; readonly register: string }
  /** `GPR(RA)`, `SPR(n)`. */
  | { readonly kind: "element"; readonly registerFile: string; readonly index: Expression }
  /** `x(first,last)`, `CR.CR0`, `x(n)`: bits first to last of `value`, counted from its left. */
  | {
      readonly kind: "slice";
      readonly value: Expression;
      readonly first: Expression;
      readonly last: Expression;
    }
  | { readonly kind: "concat"; readonly parts: readonly Expression[] }
  | { readonly kind: "extend"; readonly value: Expression } // to type.width, by the sign when value.type.signed
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly value: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "conditional";
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  /** Memory read, `bytes` 1, 2, 4 or 8; the value is big-endian. */
  | { readonly kind: "memory"; readonly address: Expression; readonly bytes: number }
  /** Address of this instruction (CIA) and of the next one to execute (NIA; readable and assignable). */
  | { readonly kind: "cia" }
  | { readonly kind: "nia" }
  /** One of the language's built-in functions; the list with meanings is BUILTINS. */
  | { readonly kind: "builtin"; readonly name: BuiltinName; readonly arguments: readonly Expression[] }
  | { readonly kind: "call"; readonly helper: string; readonly arguments: readonly Expression[] }
  /** uADL only: a method of a resource or operand (`Src.can_read_fp(Fwd)`), or of the instruction (`exec()`, object ""). */
  | {
      readonly kind: "method";
      readonly object: string;
      readonly method: string;
      readonly arguments: readonly Expression[];
    }
  /** uADL only: a state, resource, operand, attribute or instruction class used as an argument. */
  | { readonly kind: "name"; readonly name: string }
);

export type Statement =
  | { readonly kind: "declare"; readonly name: string; readonly type: ValueType; readonly value?: Expression }
  | { readonly kind: "assign"; readonly target: Expression; readonly value: Expression }
  | { readonly kind: "expression"; readonly value: Expression }
  | {
      readonly kind: "if";
      readonly test: Expression;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: "while"; readonly test: Expression; readonly body: readonly Statement[] }
  | { readonly kind: "do"; readonly test: Expression; readonly body: readonly Statement[] }
  | {
      readonly kind: "for";
      readonly initial: readonly Statement[];
      readonly test: Expression;
      readonly step: readonly Statement[];
      readonly body: readonly Statement[];
    }
  | {
      readonly kind: "switch";
      readonly value: Expression;
      /** `values` empty: default. No fall through: the loader refuses a case without break. */
      readonly cases: readonly { readonly values: readonly bigint[]; readonly body: readonly Statement[] }[];
    }
  | { readonly kind: "break" }
  | { readonly kind: "continue" }
  | { readonly kind: "return"; readonly value?: Expression }
  /** uADL only: repeated each cycle while a lock-step neighbour stalls. */
  | { readonly kind: "repeat"; readonly body: readonly Statement[] };

/** The built-in functions of action code, with their argument count (-1: any). */
export const BUILTINS = {
  /** Carry-out of bit 0 of a+b+c (c is 0 or 1), at a's width. */
  carry: 3,
  /** Signed overflow of a+b+c at a's width. */
  overflow: 3,
  /** Number of leading zeros of a; its width when a is 0. */
  count_leading_zeros: 1,
  /** Rotate a left by b. */
  rotate_left: 2,
  /** Mask with ones from bit first to bit last of 32, wrapping when first > last. */
  mask32: 2,
  /** High 32 bits of the 64-bit product, signed and unsigned. */
  multiply_high_signed: 2,
  multiply_high_unsigned: 2,
  /** 32-bit divide truncating toward zero; where the architecture leaves the result undefined (division by zero,
   *  overflow) it is the dividend, as QEMU has it. */
  divide_signed: 2,
  divide_unsigned: 2,
  /** System call through the executor; reads and writes registers itself. */
  system_call: 0,
  /** Trap exception. */
  trap: 0,
  /** 64-bit time base of the executor. */
  time_base: 0,
  /** Make and test a reservation for lwarx/stwcx.: set(address), clear-and-test(address) → 1 when held. */
  reserve: 1,
  reservation_held: 1,
} as const;

export type BuiltinName = keyof typeof BUILTINS;

export interface HelperFunction {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: ValueType }[];
  readonly result?: ValueType;
  readonly body: readonly Statement[];
}
