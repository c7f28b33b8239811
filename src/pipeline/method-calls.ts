// Calls of methods in action code, wherever they stand: what it asks of resources, operands and its instruction.
import type { Expression } from "../machine/action.ts";

export type MethodCall = Extract<Expression, { kind: "method" }>;

/** Visits the calls in statements or expressions, each before those in its arguments. */
export function forEachMethodCall(code: unknown, visit: (call: MethodCall) => void): void {
  if (Array.isArray(code)) {
    for (const part of code) forEachMethodCall(part, visit);
    return;
  }
  if (typeof code !== "object" || code === null) return;
  if ((code as { readonly kind?: string }).kind === "method") visit(code as MethodCall);
  for (const part of Object.values(code)) forEachMethodCall(part, visit);
}

/** Operands, of those named, whose value() the code takes, in order of appearance. */
export function valuesTaken(code: unknown, names: readonly string[]): string[] {
  const used: string[] = [];
  forEachMethodCall(code, ({ object, method }) => {
    if (method === "value" && names.includes(object) && !used.includes(object)) used.push(object);
  });
  return used;
}
