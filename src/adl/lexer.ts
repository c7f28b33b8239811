// Text to tokens. Every token carries its source file in `payload`, because the parser sees one stream made of many
// files, and macros move tokens from one to another.
import { Lexer } from "chevrotain";
import type { IToken } from "chevrotain";
import type { Findings } from "./findings.ts";
import { LIMITS } from "./limits.ts";
import type { SourceFile, Span } from "./source.ts";
import { ALL_TOKENS } from "./tokens.ts";

const lexer = new Lexer(ALL_TOKENS, {
  positionTracking: "onlyOffset",
  ensureOptimizations: false,
  skipValidations: true,
});

/** A token with the file that it stands in. For tokens out of a macro, that is the place where the macro is used. */
export interface Token extends IToken {
  payload: SourceFile;
  /** Names of the macros that this token came out of: they are not expanded again in it. */
  hidden?: ReadonlySet<string>;
}

/** The tokens of a file, or of a piece of it that starts at `base`. Strange characters are reported and skipped. */
export function tokenize(source: SourceFile, findings: Findings, text = source.text, base = 0): Token[] {
  const result = lexer.tokenize(text);
  const tokens = result.tokens as Token[];
  for (const token of tokens) {
    token.payload = source;
    token.startOffset += base;
  }
  const open = tokens.findIndex(
    (t, i) =>
      t.image === "/" &&
      tokens[i + 1]?.image.startsWith("*") &&
      tokens[i + 1]?.startOffset === t.startOffset + 1,
  );
  if (open >= 0) {
    const [start] = tokens.splice(open);
    if (start) findings.error("BW0103", { ...spanOf(start), length: 2 }, "comment without its closing */");
  }
  for (const error of result.errors.slice(0, LIMITS.diagnostics)) {
    const span: Span = { source, offset: error.offset + base, length: Math.max(1, error.length) };
    const piece = text.slice(error.offset, error.offset + error.length);
    if (piece.startsWith('"""'))
      findings.error("BW0102", { ...span, length: 3 }, 'documentation without its closing """');
    else if (piece.startsWith('"'))
      findings.error("BW0102", span, "string without its closing quote on the same line");
    else
      findings.error(
        "BW0101",
        span,
        `unexpected character ${JSON.stringify(piece.slice(0, 20))}`,
        "descriptions are plain ASCII outside comments and strings",
      );
  }
  return tokens;
}

/** Where a token stands. */
export function spanOf(token: IToken): Span {
  const source = token.payload as SourceFile;
  return { source, offset: token.startOffset, length: Math.max(1, token.image.length) };
}
