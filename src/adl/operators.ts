// Turns a flat list of operands and operators into a tree by C's precedence. The grammar reads flat lists, so that the
// parser's stack does not grow by one rule for each level of precedence.
import type { SyntaxExpression } from "./syntax.ts";
import { join } from "./source.ts";

const PRECEDENCE: Readonly<Record<string, number>> = {
  "||": 1,
  "&&": 2,
  "|": 3,
  "^": 4,
  "&": 5,
  "==": 6,
  "!=": 6,
  "<": 7,
  "<=": 7,
  ">": 7,
  ">=": 7,
  "<<": 8,
  ">>": 8,
  "+": 9,
  "-": 9,
  "*": 10,
  "/": 10,
  "%": 10,
};

/** 1 (loosest) to 10 of a binary operator. */
export function precedenceOf(operator: string): number {
  return PRECEDENCE[operator] ?? 0;
}

/** operands[0] operators[0] operands[1] … as a tree; all binary operators are left-associative. */
export function resolvePrecedence(
  operands: readonly SyntaxExpression[],
  operators: readonly string[],
): SyntaxExpression {
  const output: SyntaxExpression[] = [];
  const waiting: string[] = [];
  const reduce = (): void => {
    const operator = waiting.pop();
    const right = output.pop();
    const left = output.pop();
    if (operator === undefined || !left || !right) return;
    output.push({ kind: "binary", operator, left, right, span: join(left.span, right.span) });
  };
  operands.forEach((operand, i) => {
    output.push(operand);
    const operator = operators[i];
    if (operator === undefined || i === operands.length - 1) return;
    const level = PRECEDENCE[operator] ?? 0;
    while (waiting.length > 0 && (PRECEDENCE[waiting.at(-1) ?? ""] ?? 0) >= level) reduce();
    waiting.push(operator);
  });
  while (waiting.length > 0) reduce();
  const [tree] = output;
  if (!tree) throw new Error("an expression has at least one operand");
  return tree;
}
