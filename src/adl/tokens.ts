// The tokens of ADL and uADL, shared by the lexer, the preprocessor and the parser. Words such as `from`, `remove` or
// `reg` are no keywords: the public descriptions use many of them as names, so the parser looks at their spelling.
import { createToken, Lexer } from "chevrotain";
import type { TokenType } from "chevrotain";

export const Whitespace = createToken({
  name: "Whitespace",
  pattern: /(?:[ \t\r\n\f\v]|\\[ \t]*\r?\n)+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
export const LineComment = createToken({ name: "LineComment", pattern: /\/\/[^\n]*/, group: Lexer.SKIPPED });
export const BlockComment = createToken({
  name: "BlockComment",
  pattern: /\/\*[^]*?\*\//,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
/** A whole preprocessor line, with its continuation lines; blanks may follow the backslash, as in GCC. */
export const Directive = createToken({
  name: "Directive",
  pattern: /#[^\n\\]*(?:\\(?:[ \t]*\r?\n|[^])[^\n\\]*)*/,
  line_breaks: true,
});
/** `#` and `##` in the text of a macro: an argument as a string, two tokens as one. Only the lexer of macro texts knows them. */
export const Paste = createToken({ name: "Paste", pattern: "##" });
export const Stringize = createToken({ name: "Stringize", pattern: "#" });
export const DocString = createToken({
  name: "DocString",
  label: "documentation",
  pattern: /"""[^]*?"""/,
  line_breaks: true,
});
export const StringLiteral = createToken({
  name: "StringLiteral",
  label: "a string in quotes",
  pattern: /"(?:[^"\\\n]|\\[^\n])*"/,
});
export const FloatLiteral = createToken({
  name: "FloatLiteral",
  label: "a number",
  pattern: /(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)/,
});
export const IntegerLiteral = createToken({
  name: "IntegerLiteral",
  label: "a number",
  pattern:
    /(?:0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)(?:[uU]?[lL]{0,2}[uU]?)(?![A-Za-z0-9_])|'(?:[^'\\\n]|\\[^\n])'|(?:0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)/,
});
export const Identifier = createToken({
  name: "Identifier",
  label: "a name",
  pattern: /[A-Za-z_][A-Za-z0-9_]*/,
});

const keywords: TokenType[] = [];
function keyword(word: string): TokenType {
  const token = createToken({
    name: `\`${word}\``,
    pattern: new RegExp(word),
    longer_alt: Identifier,
    label: word,
  });
  keywords.push(token);
  return token;
}
export const Define = keyword("define");
export const Defmod = keyword("defmod");
export const Func = keyword("func");
export const If = keyword("if");
export const Else = keyword("else");
export const While = keyword("while");
export const Do = keyword("do");
export const For = keyword("for");
export const Switch = keyword("switch");
export const Case = keyword("case");
export const Default = keyword("default");
export const Break = keyword("break");
export const Continue = keyword("continue");
export const Return = keyword("return");
export const Const = keyword("const");
export const Enum = keyword("enum");
export const True = keyword("true");
export const False = keyword("false");

/** Words that can be no names. */
export const KEYWORDS: ReadonlySet<string> = new Set(keywords.map((token) => token.LABEL ?? ""));

const symbols: TokenType[] = [];
function symbol(name: string, text: string): TokenType {
  const token = createToken({ name, pattern: text, label: `'${text}'` });
  symbols.push(token);
  return token;
}
// Longer ones first.
export const AssignOperator = createToken({
  name: "AssignOperator",
  pattern: /(?:<<|>>|[+\-*/%&|^])=/,
  label: "'+='",
});
export const Increment = createToken({ name: "Increment", pattern: /\+\+|--/, label: "'++'" });
export const Operator = createToken({
  name: "Operator",
  pattern: /<<|>>|<=|>=|==|!=|&&|\|\||[*/%|^>]/,
  label: "an operator",
});
export const Less = symbol("Less", "<");
export const Ampersand = symbol("Ampersand", "&");
export const Plus = symbol("Plus", "+");
export const Minus = symbol("Minus", "-");
export const Not = symbol("Not", "!");
export const Tilde = symbol("Tilde", "~");
export const Equals = symbol("Equals", "=");
export const Question = symbol("Question", "?");
export const Scope = symbol("Scope", "::");
export const Colon = symbol("Colon", ":");
export const Semicolon = symbol("Semicolon", ";");
export const Comma = symbol("Comma", ",");
export const Dot = symbol("Dot", ".");
export const OpenParen = symbol("OpenParen", "(");
export const CloseParen = symbol("CloseParen", ")");
export const OpenBrace = symbol("OpenBrace", "{");
export const CloseBrace = symbol("CloseBrace", "}");
export const OpenBracket = symbol("OpenBracket", "[");
export const CloseBracket = symbol("CloseBracket", "]");

/** Any other character, so that the lexer never fails; the lexer's caller reports it. */
export const Stray = createToken({ name: "Stray", pattern: /[^]/, line_breaks: true });

/** All tokens in the order that the lexer tries them. */
export const ALL_TOKENS: TokenType[] = [
  Whitespace,
  LineComment,
  BlockComment,
  Directive,
  DocString,
  StringLiteral,
  FloatLiteral,
  IntegerLiteral,
  ...keywords,
  Identifier,
  AssignOperator,
  Increment,
  Operator,
  ...symbols,
  Stray,
];

/** The tokens of what follows a directive's name: no directive can start there. */
export const DIRECTIVE_TOKENS: TokenType[] = ALL_TOKENS.flatMap((token) =>
  token === Directive ? [Paste, Stringize] : [token],
);
