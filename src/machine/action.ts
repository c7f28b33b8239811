// Action code: the typed tree that the ADL loader makes of an instruction's `action`, of helper functions and of the
// uADL instruction classes, and that isa, iss and pipeline compile to JavaScript. Every expression knows its width, so
// no consumer needs the loader's symbol tables.
//
// Bits count from the left (PowerPC and ADL order): bit 0 is the most significant.
// Widths are 1 to 1024 (instruction-set descriptions of our own keep to 64). Values are unsigned bit vectors of their
// width; signed meaning comes from the operator.
//
// What the loader guarantees:
// - Operands of arithmetic, bitwise and comparison operators have the same width and sign, so `left.type` tells whether
//   `<`, `/`, `%` are signed. For `<<` and `>>` the left operand has the result's type, and its sign decides `>>`; the
//   count is an unsigned 32-bit value. `&&`, `||`, `!` and tests have one bit.
// - `extend` never narrows: it widens, or (at equal width) only changes the sign that operators above see. Narrowing is
//   a `slice` of the low bits.
// - A slice's width is `type.width`, constant; `last` is `first` + width − 1 even when both are computed. Where the
//   number of bits is itself computed, it is a `range`. Computed positions count modulo the value's width.
// - The target of an assignment is a local, register, element, memory, nia, parm, entry, or a slice or range of a local,
//   register, element, parm or entry; the assigned value has the target's width. Parameters of helpers are locals of it
//   and may be assigned.
// - A value with named parts (an entry of a translation table, the data of an exception) is one bit vector, whose parts
//   are slices.
// - Locals have names that are unique in their action or function. A local without a value starts as 0.
// - Fields that an encoding fixes are constants; branches that they make impossible are gone.

/** Width of a value in bits, and whether arithmetic operators and comparisons treat it as two's complement. */
export interface ValueType {
  readonly width: number;
  readonly signed: boolean;
  /** One of C's integers (`int`, `bool`), not a bit vector. Only the loader's rules of widths look at it. */
  readonly native?: true;
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
  /**
   * An instruction field: its bits, or 32 bits when it is signed, shifted or an address; after shift, sign extension and
   * pc-relative addition as the field declares.
   */
  | { readonly kind: "field"; readonly field: string }
  /** `direct`: the stored bits, without the register's hooks. */
  | { readonly kind: "register"; readonly register: string; readonly direct?: true }
  /** `GPR(RA)`, `SPR(n)`. */
  | {
      readonly kind: "element";
      readonly registerFile: string;
      readonly index: Expression;
      readonly direct?: true;
    }
  /** A parameter of the architecture; its value is the number of the option. */
  | { readonly kind: "parm"; readonly parm: string }
  /** An entry of a translation table, `TlbCam(set,way)`, or a field of a cache's set or way. */
  | {
      readonly kind: "entry";
      readonly object: string;
      readonly indices: readonly Expression[];
      readonly field?: string;
    }
  /** `x(first,last)`, `CR.CR0`, `x(n)`: bits first to last of `value`, counted from its left. */
  | {
      readonly kind: "slice";
      readonly value: Expression;
      readonly first: Expression;
      readonly last: Expression;
    }
  /** Bits first to last of `value` at its right end, the rest 0; as wide as `value`, both positions modulo its width. */
  | {
      readonly kind: "range";
      readonly value: Expression;
      readonly first: Expression;
      readonly last: Expression;
    }
  /** `value` with its bits first to last replaced by the lowest bits of `bits`. */
  | {
      readonly kind: "insert";
      readonly value: Expression;
      readonly first: Expression;
      readonly last: Expression;
      readonly bits: Expression;
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
  /** Memory read, `bytes` 1, 2, 4 or 8 (up to 64 in foreign descriptions); the value is big-endian. `memory`: a local
   *  memory instead of the global one. */
  | {
      readonly kind: "memory";
      readonly address: Expression;
      readonly bytes: number;
      readonly memory?: string;
    }
  /** Address of this instruction (CIA) and of the next one to execute (NIA; readable and assignable). */
  | { readonly kind: "cia" }
  | { readonly kind: "nia" }
  /** One of the language's built-in functions; the list with meanings is BUILTINS. */
  | { readonly kind: "builtin"; readonly name: BuiltinName; readonly arguments: readonly Expression[] }
  | {
      readonly kind: "call";
      readonly helper: string;
      readonly arguments: readonly Expression[];
      /** What references are bound to; the helper's result holds, after that of the call, a value for each. */
      readonly outputs?: readonly Expression[];
    }
  /** Something that the simulator does: translate an address, touch a cache line, raise an exception (SERVICES). */
  | {
      readonly kind: "service";
      readonly service: ServiceName;
      /** The cache, table, bus, exception or attribute that it is done to or with. */
      readonly object?: string;
      readonly arguments: readonly Expression[];
      /** Locals that it gives values to, besides its result. */
      readonly outputs?: readonly Expression[];
    }
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
  /** `handler` runs when an exception is raised in `body`. */
  | { readonly kind: "try"; readonly body: readonly Statement[]; readonly handler: readonly Statement[] }
  /**
   * Done `delay` instructions later, at the end; 0: at the end of this one; all ones: when the packet ends. Its locals
   * are those of now.
   */
  | { readonly kind: "delayed"; readonly delay: Expression; readonly body: readonly Statement[] }
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
  /** Names the instruction's data address when it moves no data there, as operations on cache lines do not: it is what
   *  memory requests of its class are sent to. Without effect otherwise. */
  note_address: 1,
  /** Carry out of every bit of a+b+c, at the wider of a and b. */
  carries: 3,
  /** Ones from bit first to bit last of the result's width, wrapping when first > last; positions modulo the width. */
  mask: 2,
  count_ones: 1,
  /** Bytes in opposite order. */
  swap_bytes: 1,
  /** Products and quotients of signed values at the operands' (equal) width; a quotient by zero is 0 when the width is
   *  32 or less. */
  signed_multiply: 2,
  signed_divide: 2,
  /** IEEE 754 arithmetic on the bits of doubles (64 bits), rounded once; `…_single` to a single's precision and range, given
   *  as the double with its value. The last argument is the control: rounding mode in its last two bits (0 nearest, 1 to
   *  zero, 2 upward, 3 downward); 0x40 and 0x20: a result too large, too small, is given with its exponent moved into
   *  the range (by 1536, 192). A NaN operand is the result, made quiet: the first of a, b, c. src/machine/float. */
  fp_add: 3,
  fp_add_single: 3,
  fp_subtract: 3,
  fp_subtract_single: 3,
  fp_multiply: 3,
  fp_multiply_single: 3,
  fp_divide: 3,
  fp_divide_single: 3,
  fp_square_root: 2,
  fp_square_root_single: 2,
  /** (a,c,b,control): a × c + b, a × c − b. */
  fp_multiply_add: 4,
  fp_multiply_add_single: 4,
  fp_multiply_subtract: 4,
  fp_multiply_subtract_single: 4,
  /** A double rounded to a single's precision and range. */
  fp_round_single: 2,
  /** A double as a signed or unsigned word: the nearest end of the range when it does not fit, the lower for a NaN. */
  fp_to_signed: 2,
  fp_to_unsigned: 2,
  /** A word as a double. */
  fp_from_signed: 1,
  fp_from_unsigned: 1,
  /** A single's bits as the double with its value, and back, as loads and stores do: without rounding and flags. */
  fp_from_single: 1,
  fp_to_single: 1,
  /** 8 a < b, 4 a > b, 2 equal, 1 unordered. */
  fp_compare: 2,
  /** Class and sign, as the PowerPC's FPRF; of the single with the same value. */
  fp_class: 1,
  fp_class_single: 1,
  /** What the last of these operations reported in this instruction, as bits of the PowerPC's FPSCR (float/flags.ts). */
  fp_flags: 0,
} as const;

export type BuiltinName = keyof typeof BUILTINS;

/** What simulators do for action code beyond computing. */
export const SERVICES = {
  /** Raises the exception `object` now, with its data: the instruction ends here. */
  raise: true,
  /** Has the exception `object` handled when the instruction is done. */
  set_exception: true,
  cancel_exception: true,
  /** The core stops. */
  halt: true,
  reset_core: true,
  /** Real address of an effective one, for kind 0 instruction, 1 load, 2 store. */
  translate: true,
  last_real_address: true,
  /** Looks an address up in a table or a cache; gives set and way. */
  search: true,
  sets: true,
  ways: true,
  /** Methods of the cache `object`: `cache_touch(address)` … */
  cache_allocate: true,
  cache_enabled: true,
  cache_fill: true,
  cache_find: true,
  cache_flush: true,
  cache_fully_locked: true,
  cache_fully_unlocked: true,
  cache_get_set: true,
  cache_invalidate: true,
  cache_is_dirty: true,
  cache_is_locked: true,
  cache_is_valid: true,
  cache_is_write_through: true,
  cache_lock: true,
  cache_read_from_mem: true,
  cache_read_from_next: true,
  cache_store: true,
  cache_touch: true,
  cache_unlock: true,
  /** Sends data on the event bus `object`; the second argument: to the sender, too. */
  send: true,
  /** Whether the instruction being executed has the attribute `object`. */
  has_attribute: true,
  valid_index: true,
  /** Whether the register that an index of the file `object` stands for has an attribute; its number is the argument. */
  register_has_attribute: true,
  /** The next instruction's permission to execute is checked, though its page is the same. */
  check_permissions: true,
  instruction_count: true,
  /** Switches to the instruction table with this number. */
  set_table: true,
  current_table: true,
  /** System calls: whether there are any, an argument, the call, its result. */
  syscall_enabled: true,
  syscall_argument: true,
  syscall_trigger: true,
  syscall_result: true,
  /** Executes the instruction, given as a number, of the instruction table `object`. */
  run: true,
  /** Nothing but the evaluation of its arguments, one after the other. */
  in_turn: true,
  /** Executes instructions of the tables that `object` lists, from the micro-operation offset on, up to a branch. */
  run_all: true,
  micro_offset: true,
  set_micro_offset: true,
  /** A word of the instruction that is being executed, and how many bytes it has. */
  instruction_word: true,
  instruction_bytes: true,
  /** Position in the packet; setting it to 0 ends the packet with this instruction. */
  packet_position: true,
  set_packet_position: true,
  /** The instruction that is fetched next is not executed. */
  skip_instruction: true,
  is_active: true,
  /** From here on what is written can be undone (0: no more), is undone, or is as it stands. */
  enable_rollback: true,
  commit_rollback: true,
  flush_rollback: true,
  /** Writes of registers and memory have no effect, and memory reads as 0, or not; whether that is so. */
  set_ignore_mode: true,
  ignore_enabled: true,
  /** Ends the simulation: `object` is something that it does not have. */
  refuse: true,
  external_flag: true,
  set_external_flag: true,
  /** Ends the simulation with a message. */
  fatal: true,
} as const;

export type ServiceName = keyof typeof SERVICES;

export interface HelperFunction {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: ValueType }[];
  readonly result?: ValueType;
  readonly body: readonly Statement[];
}
