// Which locals change: what is known of a local holds only until code assigns it again.
import type { Expression } from "./action.ts";

/** Names of locals that code gives a value to after their declaration. */
export function assignedLocals(code: unknown): Set<string> {
  const names = new Set<string>();
  const note = (target: Expression): void => {
    if (target.kind === "local") names.add(target.name);
    else if (target.kind === "slice" || target.kind === "range" || target.kind === "extend")
      note(target.value);
    else if (target.kind === "concat") target.parts.forEach(note);
  };
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== "object" || node === null) return;
    const s = node as { kind?: string; target?: Expression; outputs?: readonly Expression[] };
    if (s.kind === "assign" && s.target) note(s.target);
    if (s.kind === "service" || s.kind === "call") s.outputs?.forEach(note);
    Object.values(node).forEach(visit);
  };
  visit(code);
  return names;
}
