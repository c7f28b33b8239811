// A tiny symbolic machine for the code of switch trees: every register is a constant, an unknown plus a constant, or a
// function of one unknown. With it, a branch's condition becomes a set of values of the switch operand.
//
// Why not run the code on numbers: what a register holds when the tree starts is not known, and a tree can be entered with
// its operand in any register. An unknown is a name ("r5 at the start", "loaded at 0x…"); the caller then tries the
// hypothesis that one unknown is the operand, and keeps it only when every case value goes where the IR says.

/** A register's value. `base` numbers the unknown; functions take the unknown's value (unsigned 32 bits). */
export type Symbolic =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "sum"; readonly base: number; readonly add: number }
  | {
      readonly kind: "function";
      readonly base: number;
      readonly of: (unknown: number) => number | undefined;
      /** Set where the function is one to one: the unknown for a given value. */
      readonly inverse?: (value: number) => number;
    };

/** One bit of the condition register. */
export type SymbolicBit =
  | {
      readonly kind: "compare";
      readonly relation: "lt" | "gt" | "eq";
      readonly signed: boolean;
      readonly left: Symbolic;
      readonly right: Symbolic;
    }
  /** `base` -1: a constant. */
  | {
      readonly kind: "function";
      readonly base: number;
      readonly of: (unknown: number) => boolean | undefined;
    }
  /** Of two bits that do not depend on the same single unknown. */
  | {
      readonly kind: "logic";
      readonly left: SymbolicBit;
      readonly right: SymbolicBit;
      readonly of: (x: boolean, y: boolean) => boolean;
    }
  | { readonly kind: "unknown" };

export function constant(value: number): Symbolic {
  return { kind: "constant", value: value >>> 0 };
}

/** The value for a given value of unknown `base`; undefined when it depends on another unknown. */
export function evaluate(symbolic: Symbolic, base: number, unknown: number): number | undefined {
  switch (symbolic.kind) {
    case "constant":
      return symbolic.value;
    case "sum":
      return symbolic.base === base ? (unknown + symbolic.add) >>> 0 : undefined;
    case "function":
      return symbolic.base === base ? symbolic.of(unknown) : undefined;
  }
}

/** The bit for a given value of unknown `base`; undefined when it depends on something else, too. */
export function evaluateBit(bit: SymbolicBit, base: number, unknown: number): boolean | undefined {
  switch (bit.kind) {
    case "logic": {
      const left = evaluateBit(bit.left, base, unknown);
      const right = evaluateBit(bit.right, base, unknown);
      if (left === undefined && right === undefined) return undefined;
      // What is not known may make no difference.
      const first = bit.of(left ?? false, right ?? false);
      return first === bit.of(left ?? true, right ?? true) ? first : undefined;
    }
    case "unknown":
      return undefined;
    case "function":
      return bit.base === base || bit.base < 0 ? bit.of(unknown) : undefined;
    case "compare": {
      const left = evaluate(bit.left, base, unknown);
      const right = evaluate(bit.right, base, unknown);
      if (left === undefined || right === undefined) return undefined;
      const l = bit.signed ? left | 0 : left;
      const r = bit.signed ? right | 0 : right;
      return bit.relation === "lt" ? l < r : bit.relation === "gt" ? l > r : l === r;
    }
  }
}

/** The unknown that a bit depends on, or undefined (a constant, or more than one). */
export function baseOfBit(bit: SymbolicBit): number | undefined {
  switch (bit.kind) {
    case "unknown":
    case "logic":
      return undefined;
    case "function":
      return bit.base < 0 ? undefined : bit.base;
    case "compare":
      return commonBase(bit.left, bit.right);
  }
}

/** All unknowns that a bit depends on. */
export function basesOfBit(bit: SymbolicBit): number[] {
  switch (bit.kind) {
    case "unknown":
      return [];
    case "function":
      return bit.base < 0 ? [] : [bit.base];
    case "compare":
      return [bit.left, bit.right].flatMap((value) => (value.kind === "constant" ? [] : [value.base]));
    case "logic":
      return [...basesOfBit(bit.left), ...basesOfBit(bit.right)];
  }
}

/** The one unknown in both values; undefined when there is none or they differ. */
export function commonBase(a: Symbolic, b: Symbolic): number | undefined {
  if (a.kind === "constant") return b.kind === "constant" ? undefined : b.base;
  if (b.kind === "constant") return a.base;
  return a.base === b.base ? a.base : undefined;
}

/** `f(a, b)` as a value: a constant, or a function of the one unknown in both; undefined when there are two. */
export function combine(
  a: Symbolic,
  b: Symbolic,
  f: (x: number, y: number) => number | undefined,
): Symbolic | undefined {
  if (a.kind === "constant" && b.kind === "constant") {
    const value = f(a.value, b.value);
    return value === undefined ? undefined : constant(value);
  }
  const base = commonBase(a, b);
  if (base === undefined) return undefined;
  return {
    kind: "function",
    base,
    of: (unknown) => {
      const x = evaluate(a, base, unknown);
      const y = evaluate(b, base, unknown);
      if (x === undefined || y === undefined) return undefined;
      const result = f(x, y);
      return result === undefined ? undefined : result >>> 0;
    },
  };
}

/** `a + b`, kept as a sum where one side is constant. */
export function add(a: Symbolic, b: Symbolic): Symbolic | undefined {
  if (b.kind === "constant" && a.kind === "sum") {
    return { kind: "sum", base: a.base, add: (a.add + b.value) >>> 0 };
  }
  if (a.kind === "constant" && b.kind === "sum") return add(b, a);
  return combine(a, b, (x, y) => x + y);
}

/** `a ^ c`: how code compares with constants that do not fit an instruction. */
export function exclusiveOr(a: Symbolic, c: number): Symbolic {
  switch (a.kind) {
    case "constant":
      return constant(a.value ^ c);
    case "sum":
      return {
        kind: "function",
        base: a.base,
        of: (unknown) => (((unknown + a.add) >>> 0) ^ c) >>> 0,
        inverse: (value) => ((value ^ c) - a.add) >>> 0,
      };
    case "function": {
      const { inverse } = a;
      return {
        kind: "function",
        base: a.base,
        of: (unknown) => {
          const value = a.of(unknown);
          return value === undefined ? undefined : (value ^ c) >>> 0;
        },
        ...(inverse === undefined ? {} : { inverse: (value: number) => inverse((value ^ c) >>> 0) }),
      };
    }
  }
}

/**
 * Values of the unknown at which a bit can change, when the bit compares with a constant; undefined when the bit is
 * of another form and has to be tried value by value.
 */
export function breaksOf(bit: SymbolicBit): number[] | undefined {
  if (bit.kind !== "compare") return undefined;
  const { left, right } = bit;
  if (bit.relation === "eq" && left.kind === "function" && left.inverse && right.kind === "constant") {
    const only = left.inverse(right.value);
    return [only, (only + 1) >>> 0];
  }
  const sum = left.kind === "sum" ? left : right.kind === "sum" ? right : undefined;
  const other = sum === left ? right : left;
  if (sum === undefined || other.kind !== "constant") return undefined;
  // In terms of y = unknown + add: y = c, y = c + 1, y wraps at 0, y changes sign.
  return [other.value, other.value + 1, 0, 0x80000000].map((y) => (y - sum.add) >>> 0);
}
