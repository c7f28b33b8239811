// What the binary operators of action code give on numbers that are known: the one meaning that everything which folds
// constants shares.
import type { BinaryOperator } from "./action.ts";

/**
 * Result on mathematical integers, before it is cut to its type; undefined for a division by zero. `width` is that of
 * the left operand, which shifts look at.
 */
export function evaluate(operator: BinaryOperator, a: bigint, b: bigint, width: number): bigint | undefined {
  const truthOf = (value: boolean): bigint => (value ? 1n : 0n);
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0n ? undefined : a / b;
    case "%":
      return b === 0n ? undefined : a % b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      return b < 0n || b >= BigInt(width) ? 0n : a << b;
    case ">>":
      if (b < 0n || b >= BigInt(width)) return a < 0n ? -1n : 0n;
      return a >> b;
    case "==":
      return truthOf(a === b);
    case "!=":
      return truthOf(a !== b);
    case "<":
      return truthOf(a < b);
    case "<=":
      return truthOf(a <= b);
    case ">":
      return truthOf(a > b);
    case ">=":
      return truthOf(a >= b);
    case "&&":
      return truthOf(a !== 0n && b !== 0n);
    case "||":
      return truthOf(a !== 0n || b !== 0n);
  }
}
