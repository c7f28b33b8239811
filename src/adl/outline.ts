// The blocks and functions of one file, as they stand in its text: for an editor's outline. Imports are not read.
import { Findings } from "./findings.ts";
import { tokenize } from "./lexer.ts";
import { parse } from "./parser.ts";
import { lineOf, placeOf } from "./source.ts";
import type { SourceFile, Span } from "./source.ts";
import type { SyntaxItem } from "./syntax.ts";
import { Directive } from "./tokens.ts";

export interface OutlineEntry {
  readonly name: string;
  /** The block's type, or "function". */
  readonly detail: string;
  readonly kind: "block" | "function";
  /** Where its head stands, from 1; the end is behind its last character. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly children: readonly OutlineEntry[];
}

/** Faults of the text are passed over: what could be read is there. */
export function outlineOf(name: string, text: string): OutlineEntry[] {
  const source: SourceFile = { name, path: name, text };
  const tokens = tokenize(source, new Findings()).filter((token) => token.tokenType !== Directive);
  return entriesOf(parse(tokens, new Findings()));
}

function entriesOf(items: readonly SyntaxItem[]): OutlineEntry[] {
  return items.flatMap((item): OutlineEntry[] => {
    if (item.kind === "function")
      return [
        {
          name: item.function.name,
          detail: "function",
          kind: "function",
          ...rangeOf(item.span),
          children: [],
        },
      ];
    if (item.kind !== "define" || item.type === "") return [];
    const names = item.names.map((n) => n.text).join(", ");
    return [
      {
        name: names === "" ? item.type : names,
        detail: item.modify ? `${item.type}, changed` : item.type,
        kind: "block",
        ...rangeOf(item.span),
        children: entriesOf(item.items),
      },
    ];
  });
}

function rangeOf(span: Span): Pick<OutlineEntry, "line" | "column" | "endLine" | "endColumn"> {
  const { line = 1, column = 1 } = placeOf(span);
  const end = span.offset + span.length;
  const endLine = lineOf(span.source, end);
  const endColumn = placeOf({ ...span, offset: end, length: 1 }).column ?? 1;
  return { line, column, endLine, endColumn };
}
