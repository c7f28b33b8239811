// A description as text again, block by block: what documentation shows besides the model, which keeps meanings but not
// how they were written. Macros are expanded and definitions put together; comments in front of a block are its remarks.
import type { Block, KeyEntry } from "./blocks.ts";
import { formatDescription } from "./format/index.ts";
import { printExpression, printFunction, printParameter, printStatement } from "./format/print.ts";
import { lineOf } from "./source.ts";
import type { Span } from "./source.ts";
import type { Sourcing, SyntaxExpression, SyntaxStatement } from "./syntax.ts";

export interface KeyText {
  readonly name: string;
  readonly text: string;
  /** The file that its last value stands in. */
  readonly file: string;
  /** Action code, and not a value. */
  readonly isCode: boolean;
  /** Where the values come from, each as the description says. */
  readonly sources: readonly SourceText[];
  /** Code that consists of labelled parts, as that of instruction classes: label → text. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface SourceText {
  readonly kind: "document" | "estimate";
  readonly text: string;
  readonly boundPercent?: number;
}

export interface BlockText {
  readonly type: string;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** Its documentation, or the comment lines right before it. */
  readonly remarks: string;
  readonly keys: readonly KeyText[];
  readonly children: readonly BlockText[];
  readonly functions: readonly { readonly name: string; readonly text: string; readonly remarks: string }[];
}

/** The text of a block and of everything in it. */
export function blockText(block: Block): BlockText {
  const { source, offset } = block.span;
  return {
    type: block.type,
    name: block.name,
    file: source.name,
    line: lineOf(source, offset),
    remarks: block.documentation.join("\n\n") || commentBefore(block.span),
    keys: [...block.keys].map(([name, entries]) => keyText(name, entries)),
    children: block.children.map(blockText),
    functions: [...block.functions.values()].map((f) => ({
      name: f.name,
      text: laidOut(printFunction(f)),
      remarks: commentBefore(f.span),
    })),
  };
}

function keyText(name: string, entries: readonly KeyEntry[]): KeyText {
  const labels: Record<string, string> = {};
  const sources: SourceText[] = [];
  const texts: string[] = [];
  let isCode = false;
  for (const { value } of entries) {
    if (value.kind === "expression") {
      texts.push(laidOut(printExpression(withoutSources(value.value, sources), true)));
      note(value.sourcing, sources);
      continue;
    }
    isCode = true;
    const { body, parameters } = value;
    const statements = body.kind === "block" ? body.body : [body];
    for (const s of statements) if (s.kind === "label") labels[s.name] = laidOut(printBody(s.body)).trim();
    // Code that was replaced is not shown; states of a class are replaced one by one.
    texts.length = 0;
    const code = laidOut(statements.map(printStatement).join("\n"));
    const head = parameters.map(printParameter).join(", ");
    texts.push(head === "" ? code : `func(${head}) {\n${code}}`);
  }
  const text = isCode ? texts.join("") : texts.map((t) => t.trim()).join(", ");
  const file = entries.at(-1)?.span.source.path ?? "";
  return { name, text: text.trimEnd(), file, isCode, sources, labels };
}

function printBody(s: SyntaxStatement): string {
  return s.kind === "block" ? s.body.map(printStatement).join("\n") : printStatement(s);
}

/** The text in our style. */
function laidOut(text: string): string {
  return formatDescription("text", text).text;
}

function note(sourcing: Sourcing | undefined, sources: SourceText[]): void {
  if (!sourcing) return;
  const { kind, text, boundPercent } = sourcing;
  sources.push({ kind, text, ...(Number.isNaN(boundPercent) ? {} : { boundPercent }) });
}

/** The expression with its sources taken out into the list. */
function withoutSources(e: SyntaxExpression, sources: SourceText[]): SyntaxExpression {
  if (e.kind === "number" && e.sourcing) {
    note(e.sourcing, sources);
    return { kind: "number", text: e.text, ...(e.unit === undefined ? {} : { unit: e.unit }), span: e.span };
  }
  if (e.kind === "list") return { ...e, elements: e.elements.map((x) => withoutSources(x, sources)) };
  return e;
}

/** The comment lines that end on the line before the span's. */
function commentBefore({ source, offset }: Span): string {
  const lines = source.text.slice(0, offset).split("\n");
  lines.pop();
  const comment: string[] = [];
  for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
    const match = /^\s*\/\/ ?(.*)$/.exec(line);
    if (!match || /^[-=\s]{3,}|-{8,}$/.test(match[1] ?? "")) break;
    comment.unshift(match[1] ?? "");
  }
  return comment.join("\n").trim();
}
