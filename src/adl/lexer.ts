// Text to tokens. Every token carries its source file in `payload`, because the parser sees one stream made of many
// files, and macros move tokens from one to another.
import { Lexer } from "chevrotain";
import type { ILexingResult, IToken } from "chevrotain";
import type { Findings } from "./findings.ts";
import { LIMITS } from "./limits.ts";
import type { SourceFile, Span } from "./source.ts";
import { ALL_TOKENS, DIRECTIVE_TOKENS, Stray } from "./tokens.ts";

const settings = {
  positionTracking: "onlyOffset",
  ensureOptimizations: false,
  skipValidations: true,
} as const;
const lexer = new Lexer(ALL_TOKENS, settings);
const directiveLexer = new Lexer(DIRECTIVE_TOKENS, settings);

/** A chain of macro names: cheaper than a set for each of many tokens. */
export interface Hidden {
  readonly name: string;
  readonly next: Hidden | undefined;
}

/** A token with the file that it stands in. For tokens out of a macro, that is the place where the macro is used. */
export interface Token extends IToken {
  payload: SourceFile;
  /** The macros that this token came out of: they are not expanded again in it. */
  hidden?: Hidden | undefined;
}

/** The tokens of a file. Strange characters are reported and skipped. */
export function tokenize(source: SourceFile, findings: Findings): Token[] {
  return tokenizeWith(lexer, source, findings, source.text, 0);
}

/** The tokens of the rest of a directive's line, `text`, which starts at offset `base` of the file. */
export function tokenizeDirective(
  source: SourceFile,
  findings: Findings,
  text: string,
  base: number,
): Token[] {
  return tokenizeWith(directiveLexer, source, findings, text, base);
}

/** The tokens of a text that two tokens of a macro make when they are joined; they stand where `at` stands. */
export function joinedTokens(text: string, at: Token): Token[] {
  const tokens = lexer.tokenize(text).tokens as Token[];
  return tokens.map((token) => ({ ...token, payload: at.payload, startOffset: at.startOffset }));
}

function tokenizeWith(
  lexer: Lexer,
  source: SourceFile,
  findings: Findings,
  text: string,
  base: number,
): Token[] {
  const open = findOpen(text);
  if (open) {
    findings.error(
      "BW0103",
      { source, offset: base + open.offset, length: open.mark.length },
      open.mark === "/*" ? "comment without its closing */" : 'documentation without its closing """',
    );
    // Without the open part no pattern of the lexer has to search to the end of the text in vain, again and again.
    text = text.slice(0, open.offset);
  }
  let result: ILexingResult;
  try {
    result = lexer.tokenize(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    findings.error("BW0121", { source, offset: base, length: 1 }, "a token of this file is too long to read");
    return [];
  }
  const tokens = result.tokens as Token[];
  for (const token of tokens) {
    token.payload = source;
    token.startOffset += base;
  }
  return tokens.some((t) => t.tokenType === Stray) ? withoutStrays(tokens, findings) : tokens;
}

/** Reports characters that begin no token; neighbours are reported together. */
function withoutStrays(tokens: readonly Token[], findings: Findings): Token[] {
  const kept: Token[] = [];
  let reported = 0;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (!token) break;
    if (token.tokenType !== Stray) {
      kept.push(token);
      continue;
    }
    let text = token.image;
    for (let next = tokens[at + 1]; next?.tokenType === Stray; next = tokens[at + 1]) {
      if (next.startOffset !== token.startOffset + text.length) break;
      text += next.image;
      at++;
    }
    if (++reported > LIMITS.diagnostics) continue;
    const span: Span = { ...spanOf(token), length: text.length };
    if (text.startsWith('"')) {
      findings.error("BW0102", span, "string without its closing quote on the same line");
    } else {
      const shown = JSON.stringify([...text].slice(0, 10).join(""));
      findings.error(
        "BW0101",
        span,
        `unexpected character ${shown}`,
        "descriptions are plain ASCII outside comments and strings",
      );
    }
  }
  return kept;
}

/** The first comment or documentation string that is never closed. */
function findOpen(text: string): { offset: number; mark: string } | undefined {
  const starts = /\/\/|\/\*|"""|"/g;
  for (let match = starts.exec(text); match; match = starts.exec(text)) {
    const [mark] = match;
    const inside = match.index + mark.length;
    let end: number;
    if (mark === '"') {
      end = inside;
      while (end < text.length && text[end] !== '"' && text[end] !== "\n") end += text[end] === "\\" ? 2 : 1;
      starts.lastIndex = end + 1;
      continue;
    }
    const closing = mark === "//" ? "\n" : mark === "/*" ? "*/" : '"""';
    end = text.indexOf(closing, inside);
    if (end < 0) return mark === "//" ? undefined : { offset: match.index, mark };
    starts.lastIndex = end + closing.length;
  }
  return undefined;
}

/** Where a token stands. */
export function spanOf(token: IToken): Span {
  const source = token.payload as SourceFile;
  return { source, offset: token.startOffset, length: Math.max(1, token.image.length) };
}
