// A user's fault is a Diagnostic: a value with a stable code, a place and a next step. Diagnostics are gathered and
// shown together; only impossible states throw (InternalError). Code that can't go on after a user's fault throws
// DiagnosticError, which carries the gathered list to the command line.

export type Severity = "error" | "warning" | "note";

/** A place in a text or a binary file. Lines and columns count from 1; `offset` is a byte offset for binary files. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Number of columns that the caret line underlines, at least 1. */
  readonly length?: number;
  readonly offset?: number;
}

export interface Diagnostic {
  /** Stable code, `BW` and four digits; the table is docs/diagnostics.md. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly place?: Place;
  /** The text line that `place` names, for the caret. */
  readonly sourceLine?: string;
  /** What to do next. */
  readonly help?: string;
  /** Of a simulated program that faulted: the status that a shell would tell, 128 + the number of the signal. */
  readonly exitStatus?: number;
}

export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => `${d.code}: ${d.message}`).join("\n"));
    this.name = "DiagnosticError";
    this.diagnostics = diagnostics;
  }
}

/** Is it a user's fault with this code? */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof DiagnosticError && error.diagnostics.some((one) => one.code === code);
}

/** An impossible state: a bug of ours, never a user's fault. */
export class InternalError extends Error {
  constructor(message: string) {
    super(`internal error: ${message}`);
    this.name = "InternalError";
  }
}

/** Ends a switch over a closed union; the type checker names every place that a new member must be handled. */
export function assertUnreachable(value: never): never {
  throw new InternalError(`unexpected value ${JSON.stringify(value)}`);
}

/** Throws one error diagnostic. */
export function fail(code: string, message: string, help?: string, place?: Place): never {
  throw new DiagnosticError([
    {
      code,
      severity: "error",
      message,
      ...(help === undefined ? {} : { help }),
      ...(place ? { place } : {}),
    },
  ]);
}

/** One diagnostic as the text a terminal shows: `file:line:column: error BW0001: message`, source line, caret, help. */
export function formatDiagnostic(d: Diagnostic): string {
  const p = d.place;
  let at = "";
  if (p) {
    at = p.file;
    if (p.line !== undefined) at += `:${p.line}:${p.column ?? 1}`;
    else if (p.offset !== undefined) at += `:+0x${p.offset.toString(16)}`;
    at += ": ";
  }
  let text = `${at}${d.severity} ${d.code}: ${d.message}`;
  if (d.sourceLine !== undefined && p?.column !== undefined) {
    const lead = d.sourceLine.slice(0, p.column - 1).replace(/[^\t]/g, " ");
    text += `\n  ${d.sourceLine}\n  ${lead}${"^".repeat(Math.max(1, p.length ?? 1))}`;
  }
  if (d.help !== undefined) text += `\n  help: ${d.help}`;
  return text;
}
