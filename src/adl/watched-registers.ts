// Which registers a function reads, itself and through the functions that it calls: a watch is called when one of them
// changes.
import type { HelperFunction } from "../machine/action.ts";

/** Names of registers and register files, sorted. */
export function registersRead(
  hook: string,
  hooks: ReadonlyMap<string, HelperFunction>,
  helpers: ReadonlyMap<string, HelperFunction>,
): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    const n = node as Record<string, unknown>;
    if (n["kind"] === "register" && typeof n["register"] === "string") found.add(n["register"]);
    if (n["kind"] === "element" && typeof n["registerFile"] === "string") found.add(n["registerFile"]);
    if (n["kind"] === "call" && typeof n["helper"] === "string") call(n["helper"]);
    // What is only assigned is not read.
    if (n["kind"] === "assign") {
      visit(n["value"]);
      const target = n["target"] as Record<string, unknown>;
      visit(target["index"]);
      return;
    }
    Object.values(n).forEach(visit);
  };
  const call = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    visit((hooks.get(name) ?? helpers.get(name))?.body);
  };
  call(hook);
  return [...found].sort();
}
