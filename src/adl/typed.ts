// What passes between the parts of the expression typer: typed expressions, constants that have no type yet, and the
// typer itself as its parts see it.
import type { BinaryOperator, Expression, ValueType } from "../machine/action.ts";
import type { Findings } from "./findings.ts";
import { WORD } from "./fold.ts";
import type { Scope } from "./scope.ts";
import type { Span } from "./source.ts";
import type { SyntaxExpression } from "./syntax.ts";

/** A constant that has no type of its own yet: a number, or arithmetic on numbers. */
export interface Untyped {
  readonly kind: "untyped";
  readonly value: bigint;
}

export type Typed = Expression | Untyped;

/** Stands in for a wrong expression, so that checking can go on. */
export const POISON: Expression = { kind: "constant", value: 0n, type: WORD };

export interface Typer {
  readonly findings: Findings;
  readonly scope: Scope;
  /** Reports and gives POISON. */
  error(code: string, span: Span, message: string, help?: string): Expression;
  /** Reports a name that nothing has, with a suggestion. */
  unknown(name: string, span: Span): Expression;
  typed(e: SyntaxExpression): Typed;
  /** A value with a type of its own. */
  value(e: SyntaxExpression): Expression;
  /** A value converted to `type`. */
  valueAs(e: SyntaxExpression, type: ValueType): Expression;
  /** An operand of a slice or of concat: an unsigned field stands for its own bits there. */
  bitsOf(e: SyntaxExpression): Expression;
  operate(operator: BinaryOperator, left: Typed, right: Typed, leftSpan: Span, rightSpan: Span): Typed;
  /** Both values at one type, of at least `least` bits. */
  sameType(
    left: Typed,
    right: Typed,
    leftSpan: Span,
    rightSpan: Span,
    least: number,
  ): [Expression, Expression];
}
