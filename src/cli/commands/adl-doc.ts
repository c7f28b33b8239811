// `blockwatt adl doc FILE -o DIR`: a description as one HTML page.
import { join } from "node:path";
import { describe } from "../../adl/index.ts";
import { DiagnosticError } from "../../base/diagnostic.ts";
import { documentationPage } from "../../report/adl-doc/page.ts";
import { sourceOptions } from "../adl-commands.ts";
import type { DescriptionFlags } from "../adl-commands.ts";
import type { CommandContext } from "../context.ts";
import { printDiagnostics } from "../output.ts";
import { makeOutputFolder, writeOutput } from "../output-file.ts";

export async function adlDocCommand(
  _: CommandContext,
  file: string,
  options: DescriptionFlags & { output: string },
): Promise<void> {
  const described = describe(file, sourceOptions(options));
  const { isa, diagnostics } = described;
  if (!isa || diagnostics.some((d) => d.severity === "error")) throw new DiagnosticError(diagnostics);
  printDiagnostics(diagnostics);
  const page = documentationPage({ ...described, isa });
  const path = join(options.output, "index.html");
  makeOutputFolder(options.output);
  writeOutput(path, page);
  process.stdout.write(`${path}\n`);
}
