// Names of action code and the JavaScript variables that stand for them.
import type { Expression, ValueType } from "../machine/action.ts";

/** Inside a helper: where `return` puts the value and jumps to. Without a label: the helper is a function. */
export interface Exit {
  readonly label: string;
  readonly result: string;
  readonly type: ValueType | undefined;
}

export interface Local {
  readonly js: string;
  readonly type: ValueType;
  /** The value, when it always is the same. */
  readonly known?: bigint;
}

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
    if (s.kind === "service") s.outputs?.forEach(note);
    Object.values(node).forEach(visit);
  };
  visit(code);
  return names;
}

export class Scope {
  readonly names = new Map<string, Local>();
  readonly exit: Exit | undefined;
  readonly #outer: Scope | undefined;

  constructor(exit: Exit | undefined, outer?: Scope) {
    this.exit = exit;
    this.#outer = outer;
  }

  find(name: string): Local | undefined {
    return this.names.get(name) ?? this.#outer?.find(name);
  }
}
