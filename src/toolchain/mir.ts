// Gets the LLVM IR out of a machine-IR file (`llc -stop-before=…`), where it is an indented YAML block between `--- |`
// and `...`. That IR is the program exactly as instruction selection will see it, but for one thing: private globals
// become internal ones. Private names never reach the executable's symbol table, and the annotated module needs the
// address of every global.

import { InternalError } from "../base/diagnostic.ts";

/** Types longer than this are written once. */
const LONG = 200;

/**
 * Gives the long types of globals a name. The back end merges globals into structures of hundreds of members, and every
 * access would spell all of them: nine tenths of a large program's text. `ir` without types of these names.
 */
export function nameLongTypes(ir: string): string {
  const types = new Set<string>();
  for (const [, start = ""] of ir.matchAll(/^@[^=\n]+ = [^<\n]*(?:global|constant) (<\{[^\n]*)/gm)) {
    const type = structure(start);
    if (type !== undefined && type.length > LONG) types.add(type);
  }
  if (types.size === 0) return ir;
  let text = ir;
  const definitions = [...types]
    .sort((a, b) => b.length - a.length)
    .map((type, i) => {
      text = text.split(type).join(`%__bw_merged.${String(i)}`);
      return `%__bw_merged.${String(i)} = type ${type}\n`;
    });
  return text.replace(/^@/m, () => `${definitions.join("")}\n@`);
}

/** The packed structure type that `text` begins with. */
function structure(text: string): string | undefined {
  let depth = 0;
  for (const { 0: bracket, index } of text.matchAll(/<\{|\}>/g)) {
    depth += bracket === "<{" ? 1 : -1;
    if (depth === 0) return text.slice(0, index + 2);
  }
  return undefined;
}

/** The IR module's text. */
export function irFromMir(mir: string): string {
  const lines = mir.split("\n");
  const start = lines.indexOf("--- |");
  const end = lines.indexOf("...", start);
  if (start < 0 || end < 0) throw new InternalError("llc's machine IR has no IR module");
  return lines
    .slice(start + 1, end)
    .map((line) => (line.startsWith("  ") ? line.slice(2) : line))
    .map((line) => (line.startsWith("@") ? line.replace(" = private ", " = internal ") : line))
    .join("\n")
    .concat("\n");
}
