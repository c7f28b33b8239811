// What passes between the parts of the expression typer: typed expressions, constants that have no type yet, and the
// typer itself as its parts see it.
import type { Expression, ValueType } from "../machine/action.ts";
import type { Findings } from "./findings.ts";
import { WORD } from "./fold.ts";
import type { Scope } from "./scope.ts";
import type { Span } from "./source.ts";
import type { SyntaxExpression } from "./syntax.ts";

/** A constant that has no type of its own yet: a number, or arithmetic on numbers. */
export interface Untyped {
  readonly kind: "untyped";
  readonly value: bigint;
  /** Has 64 bits whatever its value: written with LL. */
  readonly long?: boolean;
}

export type Typed = Expression | Untyped;

/** Stands in for a wrong expression, so that checking can go on. */
export const POISON: Expression = { kind: "constant", value: 0n, type: WORD };

/** What action code may ask of its own instruction. */
export interface InstructionNames {
  readonly attributes: readonly string[];
}

export interface Typer {
  readonly findings: Findings;
  readonly scope: Scope;
  /** The instruction whose action this is; code that serves all instructions has none. */
  readonly instruction: InstructionNames | undefined;
  /** Reports and gives POISON. */
  error(code: string, span: Span, message: string, help?: string): Expression;
  /** Reports a name that nothing has, with a suggestion. */
  unknown(name: string, span: Span): Expression;
  typed(e: SyntaxExpression): Typed;
  /** A value with a type of its own. */
  value(e: SyntaxExpression): Expression;
  /** A value converted to `type`. */
  valueAs(e: SyntaxExpression, type: ValueType): Expression;
  /** `e` as the target of an assignment, or undefined when it is none (then reported). */
  target(e: SyntaxExpression): Expression | undefined;
}
