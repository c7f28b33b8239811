// How a command answers: its report on stdout as JSON or text, diagnostics on stderr.
import pc from "picocolors";
import type { Diagnostic } from "../base/diagnostic.ts";
import { formatDiagnostic } from "../base/diagnostic.ts";

export function printReport<T>(report: T, json: boolean, text: (report: T) => string): void {
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `${text(report)}\n`);
}

export function printDiagnostics(diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) {
    const text = formatDiagnostic(diagnostic);
    process.stderr.write(`${diagnostic.severity === "error" ? pc.red(text) : pc.yellow(text)}\n`);
  }
}
