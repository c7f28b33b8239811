// What the generated C++ of the original wants and our code does not: helper functions of a core that call resources take
// the instruction and a logger as parameters and hand them on, with the core, as the first arguments of each method. They
// are taken out before anything is typed, so that `check(L1d, thisInstr(), logger)` reads `check(L1d)`.
import type { Block } from "./blocks.ts";
import type { Span } from "./source.ts";
import type { SyntaxFunction, SyntaxValue } from "./syntax.ts";

const HIDDEN_TYPES = new Set(["InstrType", "Logger"]);
const HIDDEN_CALLS = new Set(["thisCore", "thisInstr"]);

/** Takes them out of the functions of a core and of the code of its instruction classes; enums become integers. */
export function dropHiddenArguments(core: Block): void {
  const enums = new Set(core.enums.map((one) => one.name));
  for (const [name, written] of core.functions) {
    const hidden = written.parameters.filter((one) => HIDDEN_TYPES.has(one.type.name)).map((one) => one.name);
    const parameters = written.parameters
      .filter((one) => !HIDDEN_TYPES.has(one.type.name))
      .map((one) => (enums.has(one.type.name) ? { ...one, type: { ...one.type, name: "int" } } : one));
    const body = strip(written.body, new Set([...hidden, "logger"]));
    core.functions.set(name, { ...written, parameters, body } satisfies SyntaxFunction);
  }
  const hooks = core.keys.get("branch_hook");
  if (hooks) core.keys.set("branch_hook", hooks.map(ownCalls));
  for (const block of core.children) {
    if (block.type !== "instr_class") continue;
    for (const [name, entries] of block.keys) {
      const found = entries.some((entry) => entry.value.kind === "code");
      if (!found) continue;
      const stripped = entries.map((entry) => ({
        ...entry,
        value: strip(entry.value, new Set(["logger"])) as SyntaxValue,
      }));
      block.keys.set(name, stripped);
    }
  }
}

/** A hook that is handed the instruction: `instr.branch_taken()` is `branch_taken()`, as in the code of a class. */
function ownCalls<T extends { readonly value: SyntaxValue }>(entry: T): T {
  if (entry.value.kind !== "code") return entry;
  const [instruction, ...others] = entry.value.parameters;
  const names = new Set([...(instruction ? [instruction.name] : []), "logger"]);
  const body = strip(withoutObject(entry.value.body, instruction?.name), names);
  return { ...entry, value: { ...entry.value, parameters: others, body } };
}

/** The same tree with the methods of one object as calls by their names alone. */
function withoutObject<T>(node: T, object: string | undefined): T {
  if (Array.isArray(node)) return node.map((one: unknown) => withoutObject(one, object)) as T;
  if (node === null || typeof node !== "object") return node;
  const member = node as {
    kind?: string;
    object?: { kind?: string; name?: string };
    name?: string;
    span?: Span;
  };
  if (member.kind === "member" && member.object?.kind === "name" && member.object.name === object)
    return { kind: "name", name: member.name, span: member.span } as T;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === "span" ? (value as unknown) : withoutObject(value as unknown, object),
    ]),
  ) as T;
}

/** The same tree without hidden arguments of calls. */
function strip<T>(node: T, hidden: ReadonlySet<string>): T {
  if (Array.isArray(node)) return node.map((one: unknown) => strip(one, hidden)) as T;
  if (node === null || typeof node !== "object") return node;
  const changed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    changed[key] = key === "span" ? value : strip(value as unknown, hidden);
  }
  const call = changed as { kind?: string; arguments?: unknown[] };
  if (call.kind === "call" && Array.isArray(call.arguments)) {
    call.arguments = call.arguments.filter((argument) => !isHidden(argument, hidden));
  }
  return changed as T;
}

function isHidden(argument: unknown, hidden: ReadonlySet<string>): boolean {
  const one = argument as { kind?: string; name?: string; callee?: { kind?: string; name?: string } };
  if (one.kind === "name") return hidden.has(one.name ?? "");
  return one.kind === "call" && one.callee?.kind === "name" && HIDDEN_CALLS.has(one.callee.name ?? "");
}
