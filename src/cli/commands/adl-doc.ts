// `blockwatt adl doc FILE -o DIR`: a description as one HTML page.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "../../adl/index.ts";
import { DiagnosticError, fail } from "../../base/diagnostic.ts";
import { documentationPage } from "../../report/adl-doc/page.ts";
import { sourceOptions } from "../adl-commands.ts";
import type { SourceFlags } from "../adl-commands.ts";
import type { CommandContext } from "../context.ts";
import { printDiagnostics } from "../output.ts";

export async function adlDocCommand(
  _: CommandContext,
  file: string,
  options: SourceFlags & { output: string },
): Promise<void> {
  const described = describe(file, sourceOptions(options));
  const { isa, diagnostics } = described;
  if (!isa || diagnostics.some((d) => d.severity === "error")) throw new DiagnosticError(diagnostics);
  printDiagnostics(diagnostics);
  const page = documentationPage({ ...described, isa });
  const path = join(options.output, "index.html");
  try {
    mkdirSync(options.output, { recursive: true });
    writeFileSync(path, page);
  } catch (error) {
    fail("BW0903", `can't write ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  process.stdout.write(`${path}\n`);
}
