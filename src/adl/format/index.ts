// The door of the formatter: `blockwatt adl fmt`. Formatting moves blanks and line ends only: the tokens of the result
// are compared with those of the text, so that a fault here cannot change a description.
import { InternalError } from "../../base/diagnostic.ts";
import type { Diagnostic } from "../../base/diagnostic.ts";
import { Findings } from "../findings.ts";
import { parse } from "../parser.ts";
import { preprocess } from "../preprocessor.ts";
import type { SourceOptions } from "../preprocessor.ts";
import type { SourceFile, Span } from "../source.ts";
import { layout } from "./layout.ts";
import { piecesOf } from "./pieces.ts";
import type { Piece } from "./pieces.ts";
import { printItems } from "./print.ts";
import { Unpaired, structureOf } from "./structure.ts";

export interface Formatted {
  /** The text in our style; the given text where it cannot be laid out. */
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Formats the text of one file. Imports are not read, macros not expanded. */
export function formatDescription(name: string, text: string): Formatted {
  const findings = new Findings();
  const source: SourceFile = { name, path: name, text: text.replace(/^\uFEFF/, " ").replace(/\r\n/g, "\n") };
  const pieces = piecesOf(source, findings);
  if (findings.errors > 0) return { text, diagnostics: findings.list() };
  let result: string;
  try {
    const { statements, end } = structureOf(pieces);
    result = layout(statements, end);
  } catch (error) {
    if (!(error instanceof Unpaired)) throw error;
    findings.warn(
      "BW0124",
      spanOfPiece(source, pieces, error.piece),
      `${error.message}: the file is left as it is`,
      "keep the braces of a block together, outside of #if and macros",
    );
    return { text, diagnostics: findings.list() };
  }
  const again = piecesOf({ ...source, text: result }, new Findings());
  if (!sameTokens(pieces, again)) throw new InternalError(`formatting ${name} changed its tokens`);
  return { text: result, diagnostics: findings.list() };
}

/**
 * What a description says once imports, macros and conditionals are done, as one text without comments. It parses to
 * the same as the description. Without a text there are errors.
 */
export function expandDescription(
  path: string,
  options: SourceOptions,
): { text?: string; diagnostics: readonly Diagnostic[] } {
  const findings = new Findings();
  const items = parse(preprocess(path, findings, options).tokens, findings);
  if (findings.errors > 0) return { diagnostics: findings.list() };
  const { text } = formatDescription(path, printItems(items));
  return { text, diagnostics: findings.list() };
}

function sameTokens(a: readonly Piece[], b: readonly Piece[]): boolean {
  const words = (list: readonly Piece[]): string =>
    list.map((piece) => [...piece.trivia.map((t) => normal(t.text)), piece.image].join("\n")).join("\n");
  return words(a) === words(b);
}

/** Comments and preprocessor lines, up to their indentation. */
function normal(text: string): string {
  return text.replace(/[ \t]*\n[ \t]*/g, "\n").trim();
}

function spanOfPiece(source: SourceFile, pieces: readonly Piece[], wanted: Piece): Span {
  let offset = 0;
  for (const piece of pieces) {
    offset += piece.gap.length;
    if (piece === wanted) break;
    offset += piece.image.length;
  }
  return { source, offset: Math.min(offset, source.text.length), length: Math.max(1, wanted.image.length) };
}
