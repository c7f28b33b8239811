// Source files and the places in them. Positions are kept as offsets; line and column are worked out only for the few
// that are shown, so that lexing stays fast.
import type { Place } from "../base/diagnostic.ts";

export interface SourceFile {
  /** The name that messages show: relative to the folder that the command was given where that is shorter. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** A piece of a source file. */
export interface Span {
  readonly source: SourceFile;
  readonly offset: number;
  readonly length: number;
}

const lineStarts = new WeakMap<SourceFile, number[]>();

function startsOf(source: SourceFile): number[] {
  let starts = lineStarts.get(source);
  if (!starts) {
    starts = [0];
    for (let at = source.text.indexOf("\n"); at >= 0; at = source.text.indexOf("\n", at + 1))
      starts.push(at + 1);
    lineStarts.set(source, starts);
  }
  return starts;
}

/** Line of an offset, from 1. */
export function lineOf(source: SourceFile, offset: number): number {
  const starts = startsOf(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

/** The place that a diagnostic shows; the underline never runs past the end of the line. */
export function placeOf(span: Span): Place {
  const line = lineOf(span.source, span.offset);
  const start = startsOf(span.source)[line - 1] ?? 0;
  const column = span.offset - start + 1;
  const rest = sourceLineOf(span).length - column + 1;
  return { file: span.source.name, line, column, length: Math.max(1, Math.min(span.length, rest)) };
}

/** The text line that the span starts in, without its line end; very long lines are cut. */
export function sourceLineOf(span: Span): string {
  const line = lineOf(span.source, span.offset);
  const start = startsOf(span.source)[line - 1] ?? 0;
  let end = span.source.text.indexOf("\n", start);
  if (end < 0) end = span.source.text.length;
  return printable(span.source.text.slice(start, Math.min(end, start + 300)).replace(/\r$/, ""));
}

/** Control characters replaced by dots, one for one, so that a hostile text cannot command the terminal. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, "·");
}

/** From the start of one span to the end of another of the same file. */
export function join(first: Span, last: Span): Span {
  if (first.source !== last.source || last.offset < first.offset) return first;
  return { source: first.source, offset: first.offset, length: last.offset + last.length - first.offset };
}
