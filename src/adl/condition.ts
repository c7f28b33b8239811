// The value of a #if or #elif line: integers, `defined`, and C's operators. Names that are no macros count as 0.
import type { Findings } from "./findings.ts";
import { LIMITS } from "./limits.ts";
import { spanOf } from "./lexer.ts";
import type { Token } from "./lexer.ts";
import type { Macros } from "./macros.ts";
import { parseInteger } from "./number.ts";
import type { Span } from "./source.ts";
import { CloseParen, Identifier, IntegerLiteral, OpenParen } from "./tokens.ts";

const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<", "<=", ">", ">="],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];

class ConditionError extends Error {}

/** Whether the condition holds; a wrong one is reported and counts as false. */
export function evaluateCondition(
  line: readonly Token[],
  macros: Macros,
  findings: Findings,
  place: Span,
): boolean {
  try {
    const resolved = resolveDefined(line, macros);
    const tokens = macros.expand(resolved, 10_000);
    let at = 0;
    let depth = 0;
    const binary = (level: number): bigint => {
      const operators = LEVELS[level];
      if (!operators) return unary();
      let left = binary(level + 1);
      for (;;) {
        const operator = tokens[at]?.image ?? "";
        if (!operators.includes(operator)) return left;
        at++;
        left = apply(operator, left, binary(level + 1));
      }
    };
    const unary = (): bigint => {
      if (++depth > LIMITS.nesting) throw new ConditionError("too deeply nested");
      const token = tokens[at++];
      try {
        if (!token) throw new ConditionError("ends too early");
        if (token.image === "!") return unary() === 0n ? 1n : 0n;
        if (token.image === "-") return -unary();
        if (token.image === "~") return ~unary();
        if (token.image === "+") return unary();
        if (token.tokenType === OpenParen) {
          const value = binary(0);
          if (tokens[at++]?.tokenType !== CloseParen) throw new ConditionError('lacks a ")"');
          return value;
        }
        if (token.tokenType === IntegerLiteral) return parseInteger(token.image) ?? 0n;
        if (token.tokenType === Identifier) return 0n;
        if (token.image === "true") return 1n;
        if (token.image === "false") return 0n;
        throw new ConditionError(`has an unexpected ${token.image.slice(0, 20)}`);
      } finally {
        depth--;
      }
    };
    if (tokens.length === 0) throw new ConditionError("is empty");
    const value = binary(0);
    const rest = tokens[at];
    if (rest) throw new ConditionError(`has an unexpected ${rest.image.slice(0, 20)}`);
    return value !== 0n;
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    findings.error("BW0115", line[0] ? spanOf(line[0]) : place, `the condition ${error.message}`);
    return false;
  }
}

function resolveDefined(line: readonly Token[], macros: Macros): Token[] {
  const result: Token[] = [];
  for (let at = 0; at < line.length; at++) {
    const token = line[at];
    if (!token) break;
    if (token.image !== "defined") {
      result.push(token);
      continue;
    }
    const parenthesised = line[at + 1]?.tokenType === OpenParen;
    const name = line[at + (parenthesised ? 2 : 1)];
    if (name?.tokenType !== Identifier) throw new ConditionError("needs a name after `defined`");
    at += parenthesised ? 3 : 1;
    result.push({ ...token, tokenType: IntegerLiteral, image: macros.has(name.image) ? "1" : "0" });
  }
  return result;
}

function apply(operator: string, a: bigint, b: bigint): bigint {
  const truth = (value: boolean): bigint => (value ? 1n : 0n);
  const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);
  switch (operator) {
    case "||":
      return truth(a !== 0n || b !== 0n);
    case "&&":
      return truth(a !== 0n && b !== 0n);
    case "|":
      return wrap(a | b);
    case "^":
      return wrap(a ^ b);
    case "&":
      return wrap(a & b);
    case "==":
      return truth(a === b);
    case "!=":
      return truth(a !== b);
    case "<":
      return truth(a < b);
    case "<=":
      return truth(a <= b);
    case ">":
      return truth(a > b);
    case ">=":
      return truth(a >= b);
    case "<<":
      return wrap(a << BigInt.asUintN(6, b));
    case ">>":
      return wrap(a >> BigInt.asUintN(6, b));
    case "+":
      return wrap(a + b);
    case "-":
      return wrap(a - b);
    case "*":
      return wrap(a * b);
    default:
      if (b === 0n) throw new ConditionError("divides by zero");
      return operator === "/" ? a / b : a % b;
  }
}
