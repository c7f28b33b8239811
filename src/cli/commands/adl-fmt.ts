// `blockwatt adl fmt FILE…`: descriptions in our style. Files change only when their tokens stay the same, and are
// written only when their text changes.
import { readFileSync, statSync } from "node:fs";
import { expandDescription, formatDescription } from "../../adl/format/index.ts";
import { DiagnosticError, fail } from "../../base/diagnostic.ts";
import type { CommandContext } from "../context.ts";
import { sourceOptions } from "../adl-commands.ts";
import type { DescriptionFlags } from "../adl-commands.ts";
import { printDiagnostics } from "../output.ts";
import { writeOutput } from "../output-file.ts";

const LARGEST = 4 * 1024 * 1024;

export async function adlFormatCommand(
  context: CommandContext,
  files: readonly string[],
  options: DescriptionFlags & { check?: boolean; stdout?: boolean; expanded?: boolean },
): Promise<void> {
  const unformatted: string[] = [];
  for (const file of files) {
    if (options.expanded === true) {
      const { text, diagnostics } = expandDescription(file, sourceOptions(options));
      if (text === undefined) throw new DiagnosticError(diagnostics);
      process.stdout.write(text);
      continue;
    }
    const before = readText(file);
    const { text, diagnostics } = formatDescription(file, before);
    printDiagnostics(diagnostics);
    if (diagnostics.length > 0) context.setStatus(1);
    if (options.stdout === true) process.stdout.write(text);
    else if (text !== before) {
      unformatted.push(file);
      if (options.check !== true) writeOutput(file, text);
    }
  }
  if (unformatted.length > 0) {
    const what = options.check === true ? "not formatted" : "formatted";
    process.stderr.write(`${unformatted.map((file) => `${what}: ${file}`).join("\n")}\n`);
    if (options.check === true) context.setStatus(1);
  }
}

function readText(file: string): string {
  try {
    const status = statSync(file);
    if (status.isFile() && status.size <= LARGEST) return readFileSync(file, "utf8");
  } catch {
    // Reported below, like everything else that is no readable file.
  }
  fail("BW0110", `cannot read ${file}`, "give the names of description files");
}
