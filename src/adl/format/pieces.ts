// The text of one file as tokens with everything between them: comments, preprocessor lines, line ends. Nothing is
// expanded and nothing is lost: the pieces put together again are the text, so a formatter that prints every piece
// cannot change what a description means.
import type { TokenType } from "chevrotain";
import type { Findings } from "../findings.ts";
import { tokenize } from "../lexer.ts";
import type { SourceFile } from "../source.ts";
import { Directive } from "../tokens.ts";

/** A comment or preprocessor line in front of a token. */
export interface Trivia {
  readonly kind: "line" | "block" | "directive";
  readonly text: string;
  /** Line ends between what is before and this. */
  readonly newlines: number;
  /** Blanks before it on its line. */
  readonly blanks: number;
}

export interface Piece {
  readonly image: string;
  /** Undefined at the end of the file. */
  readonly type: TokenType | undefined;
  readonly trivia: readonly Trivia[];
  /** Line ends between the last trivia, or the token before, and this token. */
  readonly newlines: number;
  /** The text before the token, trivia included, as it stands in the file. */
  readonly gap: string;
}

/** The pieces of a file; the last one is its end. Text that makes no tokens is reported. */
export function piecesOf(source: SourceFile, findings: Findings): Piece[] {
  const tokens = tokenize(source, findings);
  const pieces: Piece[] = [];
  let from = 0;
  let gapStart = 0;
  let trivia: Trivia[] = [];
  let newlines = 0;
  const readGap = (end: number): void => {
    const read = readTrivia(source.text.slice(from, end), newlines);
    trivia.push(...read.trivia);
    newlines = read.newlines;
  };
  for (const token of tokens) {
    const { startOffset: start, image } = token;
    readGap(start);
    from = start + image.length;
    if (token.tokenType === Directive) {
      trivia.push({ kind: "directive", text: image, newlines, blanks: 0 });
      newlines = 0;
      continue;
    }
    pieces.push({ image, type: token.tokenType, trivia, newlines, gap: source.text.slice(gapStart, start) });
    gapStart = from;
    trivia = [];
    newlines = 0;
  }
  readGap(source.text.length);
  pieces.push({ image: "", type: undefined, trivia, newlines, gap: source.text.slice(gapStart) });
  return pieces;
}

/** The text that the pieces were made of. */
export function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.gap + piece.image).join("");
}

/** Comments and line ends of the text between two tokens, which holds nothing else. */
function readTrivia(text: string, newlines: number): { trivia: Trivia[]; newlines: number } {
  const trivia: Trivia[] = [];
  let blanks = 0;
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at, at + 2);
    if (rest === "//" || rest === "/*") {
      const close = rest === "//" ? text.indexOf("\n", at) : text.indexOf("*/", at + 2);
      const end = close < 0 ? text.length : rest === "//" ? close : close + 2;
      trivia.push({
        kind: rest === "//" ? "line" : "block",
        text: text.slice(at, end).trimEnd(),
        newlines,
        blanks,
      });
      newlines = 0;
      blanks = 0;
      at = end;
      continue;
    }
    if (text[at] === "\n") {
      newlines++;
      blanks = 0;
    } else blanks++;
    at++;
  }
  return { trivia, newlines };
}
