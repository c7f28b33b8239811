// Register contexts: sets of registers that exist several times, of which one is active. A plain name is the active one's;
// `foobar(1).AR` and `foobar(1).ARF(3)` are those of one of them. A context that holds the instruction address is a thread,
// which the simulators do not have.
import type { ContextElement, ContextModel, RegisterField } from "../machine/model.ts";
import type { Expression } from "../machine/action.ts";
import type { HookTyper } from "./architecture.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { WORD, constant } from "./fold.ts";
import { checkKnown, constantOf, integerOf, nameIn, namesOf } from "./keys.ts";
import type { Scope } from "./scope.ts";
import { elementOf } from "./places.ts";
import type { SyntaxExpression } from "./syntax.ts";
import type { Typer } from "./typed.ts";
import { UNSIGNED } from "./width-rules.ts";

const KEYS = "attrs regs regfiles mmulookups num_contexts active mem_layout mem_omit type".split(" ");

/** Makes the names of contexts known. Reports threads (BW0240) and registers that there are not (BW0212). */
export function declareContexts(block: Block, scope: Scope, findings: Findings): void {
  for (const child of childrenOf(block, "context")) {
    checkKnown(child, KEYS, [], findings);
    for (const { text, span } of namesOf(child, "regs", findings)) {
      const kind = scope.lookup(text)?.kind;
      if (kind === "cia" || kind === "nia") {
        findings.error(
          "BW0240",
          span,
          `context ${child.name} holds the instruction address: threads are not supported`,
          "describe one thread: a core without this context",
        );
        break;
      }
    }
    const size = integerOf(child, "num_contexts", 1, { min: 1, max: 1024 }, findings);
    scope.set(child.name, { kind: "context", name: child.name, size });
  }
}

/** `foobar(0).AR`, `foobar(0).ARF(1)` with constant numbers, as an entry of a file or an alias names it. */
export function isOfContext(e: SyntaxExpression): boolean {
  return e.kind === "member" || (e.kind === "call" && e.callee.kind === "member");
}

/**
 * The register that such an expression names; `block` has the contexts. Reports names and numbers that there are not
 * (BW0212, BW0206).
 */
export function contextElement(
  e: SyntaxExpression,
  block: Block,
  widthOf: (name: string) => { readonly width: number; readonly size?: number } | undefined,
  findings: Findings,
): ContextElement | undefined {
  const member = e.kind === "call" ? e.callee : e;
  if (member.kind !== "member" || member.object.kind !== "call") return undefined;
  const { callee, arguments: numbers } = member.object;
  const context = childrenOf(block, "context").find(
    (one) => callee.kind === "name" && one.name === callee.name,
  );
  const listed = context
    ? [...namesOf(context, "regs", findings), ...namesOf(context, "regfiles", findings)]
    : [];
  const found = listed.some((one) => one.text === member.name) ? widthOf(member.name) : undefined;
  if (!context || !found || (found.size === undefined) !== (e.kind === "member")) {
    findings.error("BW0212", e.span, `this is no register of a context`, "write CONTEXT(n).REGISTER");
    return undefined;
  }
  const number = (at: SyntaxExpression | undefined, limit: number): number | undefined => {
    // `child_id` is the number of this core among its siblings: there is one.
    const own = at && nameIn(at)?.text === "child_id" ? 0n : undefined;
    const value = own ?? (at ? constantOf(at, findings.constants) : undefined);
    if (value !== undefined && value >= 0n && value < BigInt(limit)) return Number(value);
    findings.error("BW0206", e.span, `${context.name}: a number from 0 to ${limit - 1} is wanted here`);
    return undefined;
  };
  const size = integerOf(context, "num_contexts", 1, { min: 1, max: 1024 }, findings);
  const which = number(numbers[0], size);
  const index = e.kind === "call" ? number(e.arguments[0], found.size ?? 1) : 0;
  if (which === undefined || index === undefined) return undefined;
  return { object: `${context.name}.${member.name}`, which, index, width: found.width };
}

/** The contexts, with the functions that say which one is active. */
export function elaborateContexts(
  block: Block,
  scope: Scope,
  hooks: HookTyper,
  watch: (hook: string) => void,
  findings: Findings,
): ContextModel[] {
  return childrenOf(block, "context").map((child) => {
    const active = hooks.type(child, "active", `${child.name}.active`, UNSIGNED);
    if (active !== undefined) watch(active);
    const named = (key: string, kind: "register" | "registerFile"): string[] =>
      namesOf(child, key, findings).flatMap(({ text, span }) => {
        const found = scope.lookup(text)?.kind;
        if (found === kind) return [text];
        if (found !== "cia" && found !== "nia")
          findings.error(
            "BW0212",
            span,
            `${text} is no ${kind === "register" ? "register" : "register file"}`,
          );
        return [];
      });
    const lookups = namesOf(child, "mmulookups", findings);
    for (const { text, span } of lookups)
      findings.error("BW0240", span, `translation table ${text} in a context is not supported`);
    return {
      name: child.name,
      size: integerOf(child, "num_contexts", 1, { min: 1, max: 1024 }, findings),
      ...(active === undefined ? {} : { active }),
      registers: named("regs", "register"),
      registerFiles: named("regfiles", "registerFile"),
    };
  });
}

/** `foobar(0).AR`, `foobar(0).ARF(3)`, with the fields that it has; undefined: something else. */
export function contextPlace(
  typer: Typer,
  e: SyntaxExpression,
): { value: Expression; fields: readonly RegisterField[]; what: string; offset: number } | undefined {
  const member = e.kind === "call" ? e.callee : e;
  if (member.kind !== "member" || member.object.kind !== "call" || member.object.callee.kind !== "name")
    return undefined;
  const context = typer.scope.lookup(member.object.callee.name);
  if (context?.kind !== "context") return undefined;
  const [which] = member.object.arguments;
  const binding = typer.scope.lookup(member.name);
  if (!which) return undefined;
  const index = typer.valueAs(which, WORD);
  const object = `${context.name}.${member.name}`;
  if (binding?.kind === "register" && e.kind === "member") {
    const { register, offset } = binding;
    const type = { width: register.width, signed: false };
    const value: Expression = { kind: "entry", object, indices: [index, constant(0n, WORD)], type };
    return { value, fields: register.fields, what: register.name, offset };
  }
  if (binding?.kind !== "registerFile" || e.kind !== "call") return undefined;
  const element = elementOf(typer, binding, member.name, e);
  const at = element.kind === "element" ? element.index : constant(0n, WORD);
  const type = { width: binding.file.width, signed: false };
  const value: Expression = { kind: "entry", object, indices: [index, at], type };
  return { value, fields: binding.fields, what: binding.file.name, offset: binding.offset };
}
