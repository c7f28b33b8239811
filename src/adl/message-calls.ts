// Calls of functions that are not the language's and are given text: somebody's C++ that prints. A description does without.
import type { Expression } from "../machine/action.ts";
import { BIT, constant } from "./fold.ts";
import type { SyntaxExpression } from "./syntax.ts";
import type { Typer } from "./typed.ts";

/** Undefined: no argument is text. Reports BW0240 as a warning. */
export function messageCall(
  typer: Typer,
  name: string,
  e: Extract<SyntaxExpression, { kind: "call" }>,
  suggestion: string | undefined,
): Expression | undefined {
  if (!e.arguments.some((argument) => argument.kind === "string")) return undefined;
  typer.findings.warn(
    "BW0240",
    e.span,
    `${name} is no function of the language; as it takes text it is left out`,
    suggestion ?? "write info(level,…) for messages",
  );
  return constant(0n, BIT);
}
