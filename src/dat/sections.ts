// What a `.dat` document means: which lines set up which core, which were recorded, and which give the final state.
// Sections may be interleaved, and `CORE` stays in force across them. Only the first test of a file is taken. Commands
// of no known name are passed on; who reads them decides.
import type { Diagnostic } from "../base/diagnostic.ts";
import type { DatCommand, DatDocument } from "./syntax.ts";
import { valueOf } from "./syntax.ts";

export type DatSection = "init" | "trace" | "results";

export interface DatEntry {
  readonly section: DatSection;
  /** Path of the core with a colon between its parts, without a leading colon; "" before any CORE line. */
  readonly core: string;
  /** Context and its number, "t:0", when one is in force. */
  readonly context: string;
  readonly command: DatCommand;
}

export interface DatTest {
  readonly file: string;
  readonly entries: readonly DatEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The lines of the first test with their section and core. Both RESULT and RESULTS open the final state.
 * `cores` renames cores, as an option of the original simulator does. Faults: BW0363 a CORE or CTX line without a name.
 */
export function sectionsOf(document: DatDocument, cores: ReadonlyMap<string, string> = new Map()): DatTest {
  const entries: DatEntry[] = [];
  const diagnostics: Diagnostic[] = [];
  let section: DatSection = "init";
  let core = "";
  let context = "";
  let begun = false;
  for (const item of document.items) {
    if (item.kind !== "command") continue;
    const name = (): string => {
      const value = valueOf(item, "n");
      if (value !== undefined) return value.replace(/^:/, "");
      diagnostics.push(missingKey(document.file, item, "n"));
      return "";
    };
    if (item.name === "TEST") {
      if (begun) break;
      begun = true;
      continue;
    }
    begun = true;
    if (item.name === "INIT") section = "init";
    else if (item.name === "TRACE") section = "trace";
    else if (item.name === "RESULT" || item.name === "RESULTS") section = "results";
    else if (item.name === "CORE") {
      const path = name();
      core = cores.get(path) ?? path;
      context = "";
    } else if (item.name === "CTX") context = `${name()}:${valueOf(item, "cn") ?? "0"}`;
    else if (item.name === "NOCTX") context = "";
    else entries.push({ section, core, context, command: item });
  }
  return { file: document.file, entries, diagnostics };
}

/** The fault of a command that lacks a key, or whose value is no number. */
export function missingKey(
  file: string,
  command: DatCommand,
  key: string,
  severity: "error" | "warning" = "error",
): Diagnostic {
  const value = valueOf(command, key);
  return {
    code: "BW0363",
    severity,
    message:
      value === undefined
        ? `${command.name} needs ${key}=…`
        : `${command.name}: ${key}=${value.length > 40 ? `${value.slice(0, 40)}…` : value} is not what is expected here`,
    place: { file, line: command.line, column: 1 },
  };
}
