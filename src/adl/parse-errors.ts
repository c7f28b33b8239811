// Parse errors in words: what was found, what was expected. A missing token is shown behind the token before it, where
// the writer has to put it, not at the next one, which may be lines away.
import { EOF as END, tokenLabel } from "chevrotain";
import type { IParserErrorMessageProvider, IRecognitionException, IToken, TokenType } from "chevrotain";
import { LIMITS } from "./limits.ts";
import type { Findings } from "./findings.ts";
import { spanOf } from "./lexer.ts";
import type { Span } from "./source.ts";

const HELP: Readonly<Record<string, string>> = {
  key: "keys are written: name = value;",
  defineBlock: "blocks are written: define (type=name) { … }",
  sourcing: 'write: from "document, section", or: estimate 40 percent "reason"',
};

function found(token: IToken | undefined): string {
  if (!token || token.tokenType === END) return "the end of the description";
  const image = token.image.length > 24 ? `${token.image.slice(0, 24)}…` : token.image;
  return `\`${image}\``;
}

function label(type: TokenType): string {
  if (type === END) return "a define block";
  return tokenLabel(type).replace(/^(?=[a-z])(?!an? |the )/, "");
}

/** Thrown out of the parser when going on to search for sense would take too long. */
export class TooManyErrors extends Error {}

let built = 0;

/** To be called before each parse. */
export function startCountingErrors(): void {
  built = 0;
}

/** The message, unless there were too many: then parsing ends. Each recovery may search through all that follows. */
function counted(message: string): string {
  if (++built > LIMITS.parseErrors) throw new TooManyErrors();
  return message;
}

export const parseErrorMessages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) =>
    counted(`expected ${label(expected)}, found ${found(actual)}`),
  buildNotAllInputParsedMessage: ({ firstRedundant }) => counted(`unexpected ${found(firstRedundant)}`),
  buildNoViableAltMessage: ({ actual, customUserDescription, ruleName }) =>
    counted(`expected ${customUserDescription ?? ruleWords(ruleName)}, found ${found(actual[0])}`),
  buildEarlyExitMessage: ({ actual, customUserDescription, ruleName }) =>
    counted(`expected ${customUserDescription ?? ruleWords(ruleName)}, found ${found(actual[0])}`),
};

function ruleWords(rule: string): string {
  const words: Readonly<Record<string, string>> = {
    blockName: "a name",
    key: "a key",
    value: "a value",
    type: "a type",
    statement: "a statement",
  };
  return words[rule] ?? `a ${rule.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`)}`;
}

/** Turns the parser's errors into findings. */
export function reportParseErrors(errors: readonly IRecognitionException[], findings: Findings): void {
  for (const error of errors) {
    const previous = (error as IRecognitionException & { previousToken?: IToken }).previousToken;
    const atEnd = error.token.tokenType === END || !error.token.payload;
    const useful = previous?.payload ? previous : undefined;
    const missing = error.name === "MismatchedTokenException" && useful;
    let span: Span | undefined;
    if (missing || (atEnd && useful)) {
      const before = spanOf(useful);
      span = { source: before.source, offset: before.offset + before.length, length: 1 };
    } else if (!atEnd) span = spanOf(error.token);
    // The rest of a line with a broken string or a strange character makes no sense to the parser.
    if (span && findings.hasErrorOnLine(span)) continue;
    const rule = error.context.ruleStack.at(-1) ?? "";
    findings.error("BW0120", span, error.message, HELP[rule]);
  }
  if (errors.length > 0) findings.markPartial();
}

/** C++ that descriptions cannot hold, by the word that begins it, and what to write instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  class: "keep state in registers of the description, and write what its methods do as functions",
  struct: "keep state in registers of the description, and write what its methods do as functions",
  union: "use bits<N> and slices of it",
  namespace: "names of a description need no namespace",
  using: "names of a description need no namespace",
  typedef: "write the type itself, or a #define for it",
  extern: "write the function in the description",
  static: "leave the word out; state that lasts is a register",
  inline: "leave the word out",
};

/** Words that begin C++ which the parser leaves out. */
export const FOREIGN: ReadonlySet<string> = new Set(Object.keys(INSTEAD));

/** Refuses the C++ that was left out, each by its name. */
export function reportForeign(
  places: readonly { word: string; name: string; span: Span }[],
  findings: Findings,
): void {
  for (const { word, name, span } of places)
    findings.error(
      "BW0123",
      span,
      `${`${word} ${name}`.trim()}: this is C++ and no part of the language`,
      INSTEAD[word],
    );
  if (places.length > 0) findings.markPartial();
}
