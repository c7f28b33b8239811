// The grammar of ADL and uADL as a Chevrotain parser: define blocks here, code and expressions in code-parser.ts. The
// tree is built while parsing. Where a choice needs more than the next token (a function, a key or an instance all start
// with a name), a gate looks ahead by hand.
import { EOF as END } from "chevrotain";
import { CodeParser } from "./code-parser.ts";
import type { Findings } from "./findings.ts";
import { TooManyErrors, reportForeign, reportParseErrors, startCountingErrors } from "./parse-errors.ts";
import { LIMITS } from "./limits.ts";
import { spanOf } from "./lexer.ts";
import type { Token } from "./lexer.ts";
import { join } from "./source.ts";
import type {
  Sourcing,
  SyntaxDefine,
  SyntaxItem,
  SyntaxName,
  SyntaxParameter,
  SyntaxValue,
} from "./syntax.ts";
import * as T from "./tokens.ts";

class DescriptionParser extends CodeParser {
  readonly description = this.rule(
    "description",
    (): SyntaxItem[] => {
      const items: SyntaxItem[] = [];
      this.MANY(() => {
        const item = this.SUBRULE(this.item);
        this.ACTION(() => {
          if (item) items.push(item);
        });
      });
      return items;
    },
    () => [],
  );

  readonly item = this.rule(
    "item",
    (): SyntaxItem | undefined => {
      return this.OR<SyntaxItem | undefined>({
        DEF: [
          { ALT: () => this.SUBRULE(this.defineBlock) },
          {
            GATE: () => this.LA(1).tokenType !== T.StringLiteral || this.LA(2).tokenType !== T.Equals,
            ALT: () => this.SUBRULE(this.documentation),
          },
          { ALT: () => this.SUBRULE(this.enumeration) },
          {
            ALT: () => {
              this.CONSUME(T.Semicolon);
              return undefined;
            },
          },
          {
            GATE: () => this.LA(1).image === "remove" && this.LA(2).tokenType === T.Identifier,
            ALT: () => this.SUBRULE(this.removal),
          },
          {
            GATE: () => this.startsForeign(),
            ALT: () => {
              this.SUBRULE(this.foreign);
              return undefined;
            },
          },
          {
            GATE: () => this.LA(2).tokenType !== T.Equals && this.startsFunction() === "prototype",
            ALT: () => this.SUBRULE(this.prototypeDeclaration),
          },
          {
            GATE: () => this.LA(2).tokenType !== T.Equals && this.startsFunction() !== undefined,
            ALT: () => {
              const f = this.SUBRULE(this.functionDefinition);
              return this.ACTION((): SyntaxItem => ({ kind: "function", function: f, span: f.span }));
            },
          },
          {
            GATE: () => this.startsVariable(),
            ALT: () => {
              const statement = this.SUBRULE(this.declaration);
              this.CONSUME1(T.Semicolon);
              return this.ACTION((): SyntaxItem => ({ kind: "variable", statement, span: statement.span }));
            },
          },
          {
            GATE: () => this.LA(1).tokenType === T.Identifier && this.LA(2).tokenType === T.Identifier,
            ALT: () => this.SUBRULE(this.instances),
          },
          { ALT: () => this.SUBRULE(this.key) },
        ],
        IGNORE_AMBIGUITIES: true,
        ERR_MSG: "a define block, a key or a function",
      });
    },
    () => undefined,
  );

  readonly defineBlock = this.rule(
    "defineBlock",
    (): SyntaxDefine => {
      const start = this.OR([{ ALT: () => this.CONSUME(T.Define) }, { ALT: () => this.CONSUME(T.Defmod) }]);
      this.CONSUME(T.OpenParen);
      const type = this.CONSUME(T.Identifier);
      const names: SyntaxName[] = [];
      this.OPTION(() => this.CONSUME(T.Equals));
      this.OPTION1(() => {
        this.OR1([
          {
            ALT: () => {
              const name = this.SUBRULE(this.blockName);
              this.ACTION(() => names.push(name));
            },
          },
          {
            ALT: () => {
              this.CONSUME1(T.OpenParen);
              this.AT_LEAST_ONE_SEP({
                SEP: T.Comma,
                DEF: () => {
                  const name = this.SUBRULE1(this.blockName);
                  this.ACTION(() => names.push(name));
                },
              });
              this.CONSUME1(T.CloseParen);
            },
          },
        ]);
      });
      const end = this.CONSUME(T.CloseParen);
      this.CONSUME(T.OpenBrace);
      const items: SyntaxItem[] = [];
      this.MANY(() => {
        const item = this.SUBRULE(this.item);
        this.ACTION(() => {
          if (item) items.push(item);
        });
      });
      this.CONSUME(T.CloseBrace);
      return this.ACTION((): SyntaxDefine => ({
        kind: "define",
        modify: start.tokenType === T.Defmod,
        type: type.image,
        names,
        items,
        span: join(spanOf(start), spanOf(end)),
      }));
    },
    () => this.brokenDefine(),
  );

  readonly blockName = this.rule(
    "blockName",
    (): SyntaxName => {
      let group = false;
      this.OPTION({
        GATE: () => this.LA(1).image === "*",
        DEF: () => {
          this.CONSUME(T.Operator);
          group = true;
        },
      });
      return this.OR<SyntaxName>([
        {
          ALT: () => {
            const token = this.OR1([
              { ALT: () => this.CONSUME(T.Identifier) },
              { ALT: () => this.CONSUME(T.IntegerLiteral) },
              { ALT: () => this.CONSUME(T.Default) },
            ]);
            return this.ACTION((): SyntaxName => ({
              text: token.image,
              ...(group ? { group } : {}),
              span: spanOf(token),
            }));
          },
        },
        {
          ALT: () => {
            const text = this.SUBRULE(this.text);
            return this.ACTION((): SyntaxName => ({ ...text, ...(group ? { group } : {}) }));
          },
        },
      ]);
    },
    () => ({ text: "", span: this.placeHere() }),
  );

  readonly documentation = this.rule(
    "documentation",
    (): SyntaxItem => {
      const text = this.SUBRULE(this.text);
      return this.ACTION((): SyntaxItem => ({ kind: "documentation", ...text }));
    },
    () => this.brokenItem(),
  );

  readonly removal = this.rule(
    "removal",
    (): SyntaxItem => {
      const start = this.CONSUME(T.Identifier);
      const names: SyntaxName[] = [];
      this.AT_LEAST_ONE_SEP({
        SEP: T.Comma,
        DEF: () => {
          const name = this.CONSUME1(T.Identifier);
          this.ACTION(() => names.push({ text: name.image, span: spanOf(name) }));
        },
      });
      this.CONSUME(T.Semicolon);
      return this.ACTION((): SyntaxItem => ({ kind: "remove", names, span: spanOf(start) }));
    },
    () => this.brokenItem(),
  );

  readonly instances = this.rule(
    "instances",
    (): SyntaxItem => {
      const type = this.CONSUME(T.Identifier);
      const names: SyntaxName[] = [];
      this.AT_LEAST_ONE_SEP({
        SEP: T.Comma,
        DEF: () => {
          const name = this.CONSUME1(T.Identifier);
          this.OPTION(() => {
            this.CONSUME(T.OpenBracket);
            this.SUBRULE(this.expression);
            this.CONSUME(T.CloseBracket);
          });
          this.ACTION(() => names.push({ text: name.image, span: spanOf(name) }));
        },
      });
      this.CONSUME(T.Semicolon);
      return this.ACTION((): SyntaxItem => ({
        kind: "instances",
        type: type.image,
        names,
        span: spanOf(type),
      }));
    },
    () => this.brokenItem(),
  );

  readonly enumeration = this.rule(
    "enumeration",
    (): SyntaxItem => {
      const list = this.SUBRULE(this.enumerators);
      return this.ACTION((): SyntaxItem => ({ kind: "enum", ...list }));
    },
    () => this.brokenItem(),
  );

  readonly prototypeDeclaration = this.rule(
    "prototypeDeclaration",
    (): SyntaxItem => {
      const result = this.SUBRULE(this.type);
      const name = this.CONSUME(T.Identifier);
      const parameters = this.SUBRULE(this.parameters);
      this.OPTION(() => this.CONSUME(T.Const));
      this.CONSUME(T.Semicolon);
      return this.ACTION((): SyntaxItem => ({
        kind: "prototype",
        name: name.image,
        result,
        parameters,
        span: spanOf(name),
      }));
    },
    () => this.brokenItem(),
  );

  readonly key = this.rule(
    "key",
    (): SyntaxItem => {
      const name = this.OR([
        { ALT: () => this.CONSUME(T.Identifier) },
        { ALT: () => this.CONSUME(T.StringLiteral) },
        { ALT: () => this.CONSUME(T.Default) },
      ]);
      this.CONSUME(T.Equals);
      const value = this.SUBRULE(this.value);
      return this.ACTION((): SyntaxItem => ({
        kind: "key",
        name: name.tokenType === T.StringLiteral ? unquote(name.image) : name.image,
        value,
        span: spanOf(name),
      }));
    },
    () => this.brokenItem(),
  );

  readonly value = this.rule(
    "value",
    (): SyntaxValue => {
      return this.OR([
        {
          ALT: (): SyntaxValue => {
            const start = this.CONSUME(T.Func);
            let parameters: SyntaxParameter[] = [];
            this.OPTION(() => {
              parameters = this.SUBRULE(this.parameters);
            });
            const body = this.SUBRULE(this.block);
            return this.ACTION((): SyntaxValue => ({ kind: "code", parameters, body, span: spanOf(start) }));
          },
        },
        {
          ALT: (): SyntaxValue => {
            const body = this.SUBRULE1(this.block);
            return this.ACTION((): SyntaxValue => ({ kind: "code", parameters: [], body, span: body.span }));
          },
        },
        {
          ALT: (): SyntaxValue => {
            const value = this.SUBRULE(this.expression);
            let sourcing: Sourcing | undefined;
            this.OPTION1({
              GATE: () => this.startsSourcing(),
              DEF: () => {
                sourcing = this.SUBRULE(this.sourcing);
              },
            });
            this.CONSUME(T.Semicolon);
            return this.ACTION((): SyntaxValue => ({
              kind: "expression",
              value,
              ...(sourcing ? { sourcing } : {}),
              span: value.span,
            }));
          },
        },
      ]);
    },
    (): SyntaxValue => ({ kind: "expression", value: this.brokenExpression(), span: this.placeHere() }),
  );

  private brokenItem(): SyntaxItem {
    return { kind: "documentation", text: "", span: this.placeHere() };
  }

  private brokenDefine(): SyntaxDefine {
    return { kind: "define", modify: true, type: "", names: [], items: [], span: this.placeHere() };
  }

  constructor() {
    super();
    this.performSelfAnalysis();
  }
}

function unquote(image: string): string {
  return image.slice(1, -1);
}

let parser: DescriptionParser | undefined;

/** The items of a description. Faults are reported; what could be read comes back. */
export function parse(tokens: Token[], findings: Findings): SyntaxItem[] {
  if (tokens.length === 0 || !bracketsWithinBounds(tokens, findings)) return [];
  parser ??= new DescriptionParser();
  parser.input = tokens;
  parser.resetDepth();
  startCountingErrors();
  try {
    const items = parser.description();
    reportParseErrors(parser.errors, findings);
    reportForeign(parser.foreignPlaces, findings);
    const next = parser.errors.length === 0 ? parser.nextToken() : undefined;
    if (next && next.tokenType !== END)
      findings.error("BW0120", spanOf(next), `unexpected ${next.image.slice(0, 20)}`);
    return items ?? [];
  } catch (error) {
    const at = parser.nextToken();
    const place = at.tokenType === END ? tokens.at(-1) : at;
    if (error instanceof TooManyErrors) {
      reportParseErrors(parser.errors, findings);
      findings.error(
        "BW0122",
        undefined,
        "too many errors; the rest is not read",
        "mend the first ones and check again",
      );
      return [];
    }
    if (!(error instanceof RangeError) && !parser.tooDeep) throw error;
    findings.error(
      "BW0121",
      place && spanOf(place),
      "this code is too long or nested too deeply to read",
      `an expression has at most ${LIMITS.chain} operands, brackets nest at most ${LIMITS.nesting} deep`,
    );
    return [];
  } finally {
    parser.input = [];
  }
}

/** Reports brackets that nest too deeply for the recursive parser; returns whether parsing is safe. */
function bracketsWithinBounds(tokens: readonly Token[], findings: Findings): boolean {
  let depth = 0;
  for (const token of tokens) {
    const type = token.tokenType;
    if (type === T.OpenParen || type === T.OpenBrace || type === T.OpenBracket) {
      if (++depth > LIMITS.nesting) {
        findings.error(
          "BW0121",
          spanOf(token),
          "brackets are nested too deeply",
          `keep nesting below ${LIMITS.nesting}`,
        );
        return false;
      }
    } else if (type === T.CloseParen || type === T.CloseBrace || type === T.CloseBracket)
      depth = Math.max(0, depth - 1);
  }
  return true;
}
