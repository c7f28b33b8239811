// Hooks: functions without a name that a description gives as the value of a key, `enable = func() { … }`.
import type { HelperFunction } from "../machine/action.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { codeOf, entryOf } from "./keys.ts";
import { Scope } from "./scope.ts";
import type { ObjectKind } from "./scope.ts";
import { helperSignature, typeHelper } from "./helper-functions.ts";
import type { SyntaxType } from "./syntax.ts";

export interface Hook {
  /** How many parameters it has, at most. */
  readonly parameters: number;
  readonly result: "bool" | "unsigned" | "void";
  /** What its first parameter is, when it is an object with methods and no value. */
  readonly object?: ObjectKind;
}

/** The hook of a key, named `<block>.<key>`; undefined when there is none, or it has been reported as wrong. */
export function readHook(
  block: Block,
  key: string,
  hook: Hook,
  scope: Scope,
  findings: Findings,
): HelperFunction | undefined {
  const entry = entryOf(block, key);
  const code = codeOf(block, key, findings);
  if (!entry || !code) return undefined;
  if (code.parameters.length > hook.parameters) {
    findings.error("BW0205", entry.span, `${key} takes a function of ${hook.parameters} parameters at most`);
    return undefined;
  }
  const type = (name: string): SyntaxType => ({
    name,
    arguments: [],
    constant: false,
    reference: false,
    span: entry.span,
  });
  const inner = new Scope(scope);
  const [first] = code.parameters;
  if (hook.object && first) {
    inner.set(first.name, { kind: "object", objectKind: hook.object, name: `$${hook.object}` });
  }
  const written = {
    name: `${block.name}.${key}`,
    result: type(hook.result),
    parameters: code.parameters
      .slice(hook.object ? 1 : 0)
      .map((parameter, index) => (parameter.name === "" ? { ...parameter, name: `$${index}` } : parameter)),
    body: code.body,
    span: entry.span,
  };
  return typeHelper(written, helperSignature(written, inner, findings), inner, findings).helper;
}
