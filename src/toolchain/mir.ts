// Gets the LLVM IR out of a machine-IR file (`llc -stop-before=…`), where it is an indented YAML block between `--- |`
// and `...`. That IR is the program exactly as instruction selection will see it, but for one thing: private globals
// become internal ones. Private names never reach the executable's symbol table, and the annotated module needs the
// address of every global.

import { InternalError } from "../base/diagnostic.ts";

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
