// `blockwatt adl check FILE…`: everything that is wrong with descriptions, or not yet said in them.
import { coverageOf, coverageText } from "../../adl/check/coverage.ts";
import { checkDescriptions } from "../../adl/index.ts";
import { formatDiagnostic } from "../../base/diagnostic.ts";
import { sourceOptions } from "../adl-commands.ts";
import type { DescriptionFlags } from "../adl-commands.ts";
import type { CommandContext } from "../context.ts";
import { printReport } from "../output.ts";

export async function adlCheckCommand(
  context: CommandContext,
  files: readonly string[],
  options: DescriptionFlags & { json?: boolean; strict?: boolean },
): Promise<void> {
  const { diagnostics: found, described } = checkDescriptions(files, sourceOptions(options));
  const diagnostics =
    options.strict === true
      ? found.map((d) => (d.severity === "warning" ? { ...d, severity: "error" as const } : d))
      : found;
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const warnings = diagnostics.filter((diagnostic) => diagnostic.severity === "warning").length;
  const coverage = described.flatMap((one) => coverageOf(one) ?? []);
  const report = { schema: "blockwatt.adl-check/1", errors, warnings, diagnostics, coverage };
  printReport(report, options.json ?? false, () =>
    [
      ...diagnostics.map(formatDiagnostic),
      ...coverage.map(coverageText),
      `${errors} errors, ${warnings} warnings`,
    ].join("\n"),
  );
  if (errors > 0) context.setStatus(1);
}
