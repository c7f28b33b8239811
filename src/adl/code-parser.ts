// The grammar of action code: statements, declarations, expressions, functions. parser.ts adds the define blocks.
// Recursion is bounded: brackets are counted before parsing, unbraced statements and long chains here.
import { EmbeddedActionsParser } from "chevrotain";
import type { IToken } from "chevrotain";
import { LIMITS } from "./limits.ts";
import { spanOf } from "./lexer.ts";
import { resolvePrecedence } from "./operators.ts";
import { parseErrorMessages } from "./parse-errors.ts";
import { join } from "./source.ts";
import type { Span } from "./source.ts";
import type {
  Sourcing,
  SyntaxExpression,
  SyntaxFunction,
  SyntaxParameter,
  SyntaxStatement,
  SyntaxType,
} from "./syntax.ts";
import * as T from "./tokens.ts";

const BASIC_TYPES = new Set(["unsigned", "signed", "int", "long", "short", "char"]);
const TEMPLATE_TYPES = new Set(["bits", "sbits"]);
const UNSOURCED = new Set(["from", "estimate"]);

/** Thrown out of the parser when the text nests deeper than the limit. */
class TooDeep extends Error {}

export class CodeParser extends EmbeddedActionsParser {
  #depth = 0;
  tooDeep = false;

  constructor() {
    super(T.ALL_TOKENS, {
      recoveryEnabled: true,
      maxLookahead: 2,
      skipValidations: true,
      errorMessageProvider: parseErrorMessages,
    });
  }

  resetDepth(): void {
    this.#depth = 0;
    this.tooDeep = false;
  }

  /** The token that is next. */
  nextToken(): IToken {
    return this.LA(1);
  }

  #bound(count: number): void {
    if (count > LIMITS.chain) {
      this.tooDeep = true;
      throw new TooDeep();
    }
  }

  // ---- Looking ahead -----------------------------------------------------------------------------------------

  /** Index after a type that starts at token `at`, or 0 when none does. */
  #afterType(at: number): number {
    if (this.LA(at).tokenType === T.Const) at++;
    const first = this.LA(at);
    if (first.tokenType !== T.Identifier) return 0;
    at++;
    if (BASIC_TYPES.has(first.image)) {
      while (this.LA(at).tokenType === T.Identifier && BASIC_TYPES.has(this.LA(at).image)) at++;
    }
    while (this.LA(at).tokenType === T.Scope && this.LA(at + 1).tokenType === T.Identifier) at += 2;
    if (this.LA(at).tokenType === T.Less) {
      let depth = 1;
      for (at++; depth > 0; at++) {
        const token = this.LA(at);
        if (token.tokenType === T.Less) depth++;
        else if (token.image === ">") depth--;
        else if (
          token.tokenType === T.Semicolon ||
          token.tokenType === T.OpenBrace ||
          token.tokenType === T.CloseBrace ||
          token.image === ""
        )
          return 0;
      }
    }
    while (this.LA(at).tokenType === T.Ampersand || this.LA(at).image === "*") at++;
    return at;
  }

  protected startsDeclaration(): boolean {
    const first = this.LA(1);
    if (first.tokenType === T.Const) return true;
    if (first.tokenType !== T.Identifier) return false;
    const second = this.LA(2).tokenType;
    if (second !== T.Identifier && second !== T.Less && second !== T.Scope) return false;
    if (second === T.Less && !TEMPLATE_TYPES.has(first.image)) return false;
    const at = this.#afterType(1);
    return at > 0 && this.LA(at).tokenType === T.Identifier;
  }

  protected startsFunction(): boolean {
    let at = this.#afterType(1);
    if (at === 0 || this.LA(at).tokenType !== T.Identifier || this.LA(at + 1).tokenType !== T.OpenParen)
      return false;
    let depth = 0;
    for (at++; ; at++) {
      const token = this.LA(at);
      if (token.tokenType === T.OpenParen) depth++;
      else if (token.tokenType === T.CloseParen && --depth === 0) break;
      else if (token.image === "" || token.tokenType === T.Semicolon || token.tokenType === T.OpenBrace)
        return false;
    }
    const next = this.LA(at + 1).tokenType;
    return next === T.OpenBrace || next === T.Const;
  }

  protected startsSourcing(): boolean {
    const next = this.LA(1);
    return next.tokenType === T.Identifier && UNSOURCED.has(next.image) && this.LA(2).tokenType !== T.Equals;
  }

  #startsUnit(): boolean {
    const next = this.LA(1);
    if (next.tokenType !== T.Identifier || UNSOURCED.has(next.image)) return false;
    const after = this.LA(2).tokenType;
    return after !== T.Equals && after !== T.OpenParen && after !== T.OpenBrace;
  }

  // ---- Functions and types -----------------------------------------------------------------------------------

  readonly functionDefinition = this.RULE("functionDefinition", (): SyntaxFunction => {
    const result = this.SUBRULE(this.type);
    const name = this.CONSUME(T.Identifier);
    const parameters = this.SUBRULE(this.parameters);
    this.OPTION(() => this.CONSUME(T.Const));
    const body = this.SUBRULE(this.block);
    return this.ACTION((): SyntaxFunction => ({
      name: name.image,
      result,
      parameters,
      body,
      span: spanOf(name),
    }));
  });

  readonly parameters = this.RULE("parameters", (): SyntaxParameter[] => {
    const list: SyntaxParameter[] = [];
    this.CONSUME(T.OpenParen);
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        const type = this.SUBRULE(this.type);
        const name = this.OPTION(() => this.CONSUME(T.Identifier));
        const initial = this.OPTION1(() => {
          this.CONSUME(T.Equals);
          return this.SUBRULE(this.expression);
        });
        this.ACTION(() =>
          list.push({
            type,
            name: name?.image ?? "",
            ...(initial ? { initial } : {}),
            span: name ? spanOf(name) : type.span,
          }),
        );
      },
    });
    this.CONSUME(T.CloseParen);
    return list;
  });

  readonly type = this.RULE("type", (): SyntaxType => {
    let constant = false;
    let reference = false;
    this.OPTION(() => {
      this.CONSUME(T.Const);
      constant = true;
    });
    const first = this.CONSUME(T.Identifier);
    let name = first.image;
    this.MANY({
      GATE: () => BASIC_TYPES.has(this.LA(0).image) && BASIC_TYPES.has(this.LA(1).image),
      DEF: () => {
        name += ` ${this.CONSUME1(T.Identifier).image}`;
      },
    });
    this.MANY1(() => {
      this.CONSUME(T.Scope);
      name += `::${this.CONSUME2(T.Identifier).image}`;
    });
    let parts: SyntaxExpression[] = [];
    this.OPTION1(() => {
      parts = this.SUBRULE(this.templateArguments);
    });
    this.OPTION2(() => {
      this.OR([{ ALT: () => this.CONSUME(T.Ampersand) }, { ALT: () => this.CONSUME(T.Operator) }]);
      reference = true;
    });
    return this.ACTION((): SyntaxType => ({
      name,
      arguments: parts,
      constant,
      reference,
      span: spanOf(first),
    }));
  });

  readonly templateArguments = this.RULE("templateArguments", (): SyntaxExpression[] => {
    const list: SyntaxExpression[] = [];
    this.CONSUME(T.Less);
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        const value = this.SUBRULE(this.templateArgument);
        this.ACTION(() => list.push(value));
      },
    });
    // The closing ">" is an operator token: "x > y" and "bits<8>" look alike to the lexer.
    this.CONSUME(T.Operator);
    return list;
  });

  readonly templateArgument = this.RULE("templateArgument", (): SyntaxExpression => {
    const operands: SyntaxExpression[] = [];
    const operators: string[] = [];
    const first = this.SUBRULE(this.operand);
    this.ACTION(() => operands.push(first));
    this.MANY({
      GATE: () => this.LA(1).image !== ">",
      DEF: () => {
        const operator = this.OR([
          { ALT: () => this.CONSUME(T.Plus) },
          { ALT: () => this.CONSUME(T.Minus) },
          { ALT: () => this.CONSUME(T.Operator) },
        ]);
        const next = this.SUBRULE1(this.operand);
        this.ACTION(() => {
          operators.push(operator.image);
          operands.push(next);
          this.#bound(operands.length);
        });
      },
    });
    return this.ACTION(() => resolvePrecedence(operands, operators));
  });

  // ---- Statements --------------------------------------------------------------------------------------------

  readonly block = this.RULE("block", (): SyntaxStatement => {
    const body: SyntaxStatement[] = [];
    const open = this.CONSUME(T.OpenBrace);
    this.MANY(() => {
      const statement = this.SUBRULE(this.statement);
      this.ACTION(() => body.push(statement));
    });
    this.CONSUME(T.CloseBrace);
    return this.ACTION((): SyntaxStatement => ({ kind: "block", body, span: spanOf(open) }));
  });

  readonly statement = this.RULE("statement", (): SyntaxStatement => {
    this.ACTION(() => this.#bound(++this.#depth));
    const result = this.OR<SyntaxStatement>({
      DEF: [
        { ALT: () => this.SUBRULE(this.block) },
        { ALT: () => this.SUBRULE(this.ifStatement) },
        { ALT: () => this.SUBRULE(this.whileStatement) },
        { ALT: () => this.SUBRULE(this.doStatement) },
        { ALT: () => this.SUBRULE(this.forStatement) },
        { ALT: () => this.SUBRULE(this.switchStatement) },
        {
          ALT: (): SyntaxStatement => {
            const token = this.CONSUME(T.Break);
            this.CONSUME(T.Semicolon);
            return this.ACTION((): SyntaxStatement => ({ kind: "break", span: spanOf(token) }));
          },
        },
        {
          ALT: (): SyntaxStatement => {
            const token = this.CONSUME(T.Continue);
            this.CONSUME1(T.Semicolon);
            return this.ACTION((): SyntaxStatement => ({ kind: "continue", span: spanOf(token) }));
          },
        },
        {
          ALT: (): SyntaxStatement => {
            const token = this.CONSUME(T.Return);
            const value = this.OPTION(() => this.SUBRULE(this.expression));
            this.CONSUME2(T.Semicolon);
            return this.ACTION((): SyntaxStatement => ({
              kind: "return",
              ...(value ? { value } : {}),
              span: spanOf(token),
            }));
          },
        },
        {
          ALT: (): SyntaxStatement => {
            const token = this.CONSUME3(T.Semicolon);
            return this.ACTION((): SyntaxStatement => ({ kind: "empty", span: spanOf(token) }));
          },
        },
        {
          GATE: () => this.LA(1).tokenType === T.Identifier && this.LA(2).tokenType === T.Colon,
          ALT: (): SyntaxStatement => {
            const name = this.CONSUME(T.Identifier);
            this.CONSUME(T.Colon);
            const body = this.SUBRULE1(this.statement);
            return this.ACTION((): SyntaxStatement => ({
              kind: "label",
              name: name.image,
              body,
              span: spanOf(name),
            }));
          },
        },
        {
          GATE: () => this.startsDeclaration(),
          ALT: (): SyntaxStatement => {
            const declaration = this.SUBRULE(this.declaration);
            this.CONSUME4(T.Semicolon);
            return declaration;
          },
        },
        {
          ALT: (): SyntaxStatement => {
            const statement = this.SUBRULE(this.simpleStatement);
            this.CONSUME5(T.Semicolon);
            return statement;
          },
        },
      ],
      IGNORE_AMBIGUITIES: true,
      ERR_MSG: "a statement",
    });
    this.ACTION(() => this.#depth--);
    return result;
  });

  readonly declaration = this.RULE("declaration", (): SyntaxStatement => {
    const type = this.SUBRULE(this.type);
    const names: { name: string; value?: SyntaxExpression; span: Span }[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        const name = this.CONSUME(T.Identifier);
        const value = this.OPTION(() =>
          this.OR([
            {
              ALT: () => {
                this.CONSUME(T.Equals);
                return this.SUBRULE(this.expression);
              },
            },
            {
              ALT: () => {
                this.CONSUME(T.OpenParen);
                const initial = this.SUBRULE1(this.expression);
                this.CONSUME(T.CloseParen);
                return initial;
              },
            },
          ]),
        );
        this.ACTION(() => names.push({ name: name.image, ...(value ? { value } : {}), span: spanOf(name) }));
      },
    });
    return this.ACTION((): SyntaxStatement => ({ kind: "declare", type, names, span: type.span }));
  });

  /** An assignment, an increment or a call. */
  readonly simpleStatement = this.RULE("simpleStatement", (): SyntaxStatement => {
    let before: IToken | undefined;
    this.OPTION(() => {
      before = this.CONSUME(T.Increment);
    });
    const target = this.SUBRULE(this.expression);
    let operator = before;
    let value: SyntaxExpression | undefined;
    this.OPTION1(() => {
      this.OR([
        {
          ALT: () => {
            operator = this.CONSUME1(T.Increment);
          },
        },
        {
          ALT: () => {
            operator = this.OR1([
              { ALT: () => this.CONSUME(T.Equals) },
              { ALT: () => this.CONSUME(T.AssignOperator) },
            ]);
            value = this.SUBRULE1(this.expression);
          },
        },
      ]);
    });
    return this.ACTION((): SyntaxStatement => {
      if (!operator) return { kind: "expression", value: target, span: target.span };
      return {
        kind: "assign",
        target,
        operator: operator.image,
        ...(value ? { value } : {}),
        span: target.span,
      };
    });
  });

  readonly ifStatement = this.RULE("ifStatement", (): SyntaxStatement => {
    const start = this.CONSUME(T.If);
    this.CONSUME(T.OpenParen);
    const test = this.SUBRULE(this.expression);
    this.CONSUME(T.CloseParen);
    const then = this.SUBRULE(this.statement);
    const otherwise = this.OPTION(() => {
      this.CONSUME(T.Else);
      return this.SUBRULE1(this.statement);
    });
    return this.ACTION((): SyntaxStatement => ({
      kind: "if",
      test,
      then,
      ...(otherwise ? { otherwise } : {}),
      span: spanOf(start),
    }));
  });

  readonly whileStatement = this.RULE("whileStatement", (): SyntaxStatement => {
    const start = this.CONSUME(T.While);
    this.CONSUME(T.OpenParen);
    const test = this.SUBRULE(this.expression);
    this.CONSUME(T.CloseParen);
    const body = this.SUBRULE(this.statement);
    return this.ACTION((): SyntaxStatement => ({ kind: "while", test, body, span: spanOf(start) }));
  });

  readonly doStatement = this.RULE("doStatement", (): SyntaxStatement => {
    const start = this.CONSUME(T.Do);
    const body = this.SUBRULE(this.statement);
    this.CONSUME(T.While);
    this.CONSUME(T.OpenParen);
    const test = this.SUBRULE(this.expression);
    this.CONSUME(T.CloseParen);
    this.CONSUME(T.Semicolon);
    return this.ACTION((): SyntaxStatement => ({ kind: "do", test, body, span: spanOf(start) }));
  });

  readonly forStatement = this.RULE("forStatement", (): SyntaxStatement => {
    const start = this.CONSUME(T.For);
    const initial: SyntaxStatement[] = [];
    const step: SyntaxStatement[] = [];
    this.CONSUME(T.OpenParen);
    this.OPTION(() => {
      this.OR({
        DEF: [
          {
            GATE: () => this.startsDeclaration(),
            ALT: () => {
              const declaration = this.SUBRULE(this.declaration);
              this.ACTION(() => initial.push(declaration));
            },
          },
          {
            ALT: () =>
              this.AT_LEAST_ONE_SEP({
                SEP: T.Comma,
                DEF: () => {
                  const statement = this.SUBRULE(this.simpleStatement);
                  this.ACTION(() => initial.push(statement));
                },
              }),
          },
        ],
        IGNORE_AMBIGUITIES: true,
      });
    });
    this.CONSUME(T.Semicolon);
    const test = this.OPTION1(() => this.SUBRULE(this.expression));
    this.CONSUME1(T.Semicolon);
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        const statement = this.SUBRULE1(this.simpleStatement);
        this.ACTION(() => step.push(statement));
      },
    });
    this.CONSUME(T.CloseParen);
    const body = this.SUBRULE(this.statement);
    return this.ACTION((): SyntaxStatement => ({
      kind: "for",
      initial,
      ...(test ? { test } : {}),
      step,
      body,
      span: spanOf(start),
    }));
  });

  readonly switchStatement = this.RULE("switchStatement", (): SyntaxStatement => {
    const start = this.CONSUME(T.Switch);
    this.CONSUME(T.OpenParen);
    const value = this.SUBRULE(this.expression);
    this.CONSUME(T.CloseParen);
    this.CONSUME(T.OpenBrace);
    const cases: { values: SyntaxExpression[]; isDefault: boolean; body: SyntaxStatement[]; span: Span }[] =
      [];
    this.MANY(() => {
      const values: SyntaxExpression[] = [];
      const body: SyntaxStatement[] = [];
      let isDefault = false;
      let first: IToken | undefined;
      this.AT_LEAST_ONE(() => {
        this.OR([
          {
            ALT: () => {
              const token = this.CONSUME(T.Case);
              first ??= token;
              const label = this.SUBRULE1(this.expression);
              this.ACTION(() => values.push(label));
            },
          },
          {
            ALT: () => {
              const token = this.CONSUME(T.Default);
              first ??= token;
              isDefault = true;
            },
          },
        ]);
        this.CONSUME(T.Colon);
      });
      this.MANY1(() => {
        const statement = this.SUBRULE(this.statement);
        this.ACTION(() => body.push(statement));
      });
      this.ACTION(() => {
        if (first) cases.push({ values, isDefault, body, span: spanOf(first) });
      });
    });
    this.CONSUME(T.CloseBrace);
    return this.ACTION((): SyntaxStatement => ({ kind: "switch", value, cases, span: spanOf(start) }));
  });

  // ---- Expressions -------------------------------------------------------------------------------------------

  readonly expression = this.RULE("expression", (): SyntaxExpression => {
    // a ? b : c ? d : e is read as a chain, not by recursion.
    const arms: { test: SyntaxExpression; then: SyntaxExpression }[] = [];
    let last = this.SUBRULE(this.binaryExpression);
    this.MANY(() => {
      this.CONSUME(T.Question);
      const then = this.SUBRULE(this.expression);
      this.CONSUME(T.Colon);
      const next = this.SUBRULE1(this.binaryExpression);
      this.ACTION(() => {
        arms.push({ test: last, then });
        last = next;
        this.#bound(arms.length);
      });
    });
    return this.ACTION(() =>
      arms.reduceRight<SyntaxExpression>(
        (otherwise, { test, then }) => ({ kind: "conditional", test, then, otherwise, span: test.span }),
        last,
      ),
    );
  });

  readonly binaryExpression = this.RULE("binaryExpression", (): SyntaxExpression => {
    const operands: SyntaxExpression[] = [];
    const operators: string[] = [];
    const first = this.SUBRULE(this.operand);
    this.ACTION(() => operands.push(first));
    this.MANY(() => {
      const operator = this.OR([
        { ALT: () => this.CONSUME(T.Operator) },
        { ALT: () => this.CONSUME(T.Less) },
        { ALT: () => this.CONSUME(T.Ampersand) },
        { ALT: () => this.CONSUME(T.Plus) },
        { ALT: () => this.CONSUME(T.Minus) },
      ]);
      const next = this.SUBRULE1(this.operand);
      this.ACTION(() => {
        operators.push(operator.image);
        operands.push(next);
        this.#bound(operands.length);
      });
    });
    return this.ACTION(() => resolvePrecedence(operands, operators));
  });

  readonly operand = this.RULE("operand", (): SyntaxExpression => {
    const prefixes: IToken[] = [];
    this.MANY(() => {
      const prefix = this.OR([
        { ALT: () => this.CONSUME(T.Minus) },
        { ALT: () => this.CONSUME(T.Plus) },
        { ALT: () => this.CONSUME(T.Not) },
        { ALT: () => this.CONSUME(T.Tilde) },
        { ALT: () => this.CONSUME(T.Ampersand) },
      ]);
      this.ACTION(() => {
        prefixes.push(prefix);
        this.#bound(prefixes.length);
      });
    });
    let value = this.SUBRULE(this.primary);
    let links = 0;
    this.MANY1(() => {
      this.OR1([
        {
          ALT: () => {
            const list = this.SUBRULE(this.callArguments);
            this.ACTION(() => {
              value = {
                kind: "call",
                callee: value,
                arguments: list.list,
                span: join(value.span, list.span),
              };
            });
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.Dot);
            const name = this.CONSUME(T.Identifier);
            let template: SyntaxExpression[] | undefined;
            this.OPTION({
              // `.get<32>(…)`: only a number between the brackets, so that `x.y < 3 …` stays a comparison.
              GATE: () =>
                this.LA(2).tokenType === T.IntegerLiteral &&
                this.LA(3).image === ">" &&
                this.LA(4).tokenType === T.OpenParen,
              DEF: () => {
                template = this.SUBRULE(this.templateArguments);
              },
            });
            this.ACTION(() => {
              value = {
                kind: "member",
                object: value,
                name: name.image,
                ...(template ? { template } : {}),
                span: join(value.span, spanOf(name)),
              };
            });
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.OpenBracket);
            const index = this.SUBRULE(this.expression);
            this.CONSUME(T.CloseBracket);
            this.ACTION(() => {
              value = { kind: "subscript", object: value, index, span: value.span };
            });
          },
        },
      ]);
      this.ACTION(() => this.#bound(++links));
    });
    return this.ACTION(() =>
      prefixes.reduceRight<SyntaxExpression>(
        (inner, prefix) => ({
          kind: "unary",
          operator: prefix.image,
          value: inner,
          span: join(spanOf(prefix), inner.span),
        }),
        value,
      ),
    );
  });

  readonly callArguments = this.RULE("callArguments", (): { list: SyntaxExpression[]; span: Span } => {
    const list: SyntaxExpression[] = [];
    const open = this.CONSUME(T.OpenParen);
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        const value = this.SUBRULE(this.expression);
        this.ACTION(() => list.push(value));
      },
    });
    const close = this.CONSUME(T.CloseParen);
    return this.ACTION(() => ({ list, span: join(spanOf(open), spanOf(close)) }));
  });

  readonly primary = this.RULE(
    "primary",
    (): SyntaxExpression => {
      return this.OR<SyntaxExpression>({
        DEF: [
          { ALT: () => this.SUBRULE(this.quantity) },
          {
            ALT: (): SyntaxExpression => {
              let text = "";
              let first: IToken | undefined;
              this.AT_LEAST_ONE(() => {
                const token = this.CONSUME(T.StringLiteral);
                first ??= token;
                text += token.image.slice(1, -1);
              });
              return this.ACTION((): SyntaxExpression => ({
                kind: "string",
                value: text,
                span: spanOf(first as IToken),
              }));
            },
          },
          {
            ALT: (): SyntaxExpression => {
              const token = this.OR1([
                { ALT: () => this.CONSUME(T.True) },
                { ALT: () => this.CONSUME(T.False) },
              ]);
              return this.ACTION((): SyntaxExpression => ({
                kind: "boolean",
                value: token.tokenType === T.True,
                span: spanOf(token),
              }));
            },
          },
          {
            GATE: () => TEMPLATE_TYPES.has(this.LA(1).image) && this.LA(2).tokenType === T.Less,
            ALT: (): SyntaxExpression => {
              const type = this.SUBRULE(this.type);
              const list = this.SUBRULE(this.callArguments);
              return this.ACTION((): SyntaxExpression => ({
                kind: "construct",
                type,
                arguments: list.list,
                span: join(type.span, list.span),
              }));
            },
          },
          {
            ALT: (): SyntaxExpression => {
              const token = this.CONSUME(T.Identifier);
              let name = token.image;
              this.MANY(() => {
                this.CONSUME(T.Scope);
                name += `::${this.CONSUME1(T.Identifier).image}`;
              });
              return this.ACTION((): SyntaxExpression => ({ kind: "name", name, span: spanOf(token) }));
            },
          },
          {
            ALT: (): SyntaxExpression => {
              const list = this.SUBRULE1(this.callArguments);
              return this.ACTION((): SyntaxExpression => {
                const [only] = list.list;
                if (list.list.length === 1 && only) return only;
                return { kind: "list", elements: list.list, span: list.span };
              });
            },
          },
        ],
        IGNORE_AMBIGUITIES: true,
        ERR_MSG: "a value",
      });
    },
    { recoveryValueFunc: () => this.#broken() },
  );

  #broken(): SyntaxExpression {
    const token = this.LA(0);
    return { kind: "broken", span: spanOf(token.payload ? token : this.LA(1)) };
  }

  readonly quantity = this.RULE("quantity", (): SyntaxExpression => {
    const token = this.OR([
      { ALT: () => this.CONSUME(T.IntegerLiteral) },
      { ALT: () => this.CONSUME(T.FloatLiteral) },
    ]);
    let unit = "";
    let sourcing: Sourcing | undefined;
    let end = token;
    this.OPTION({
      GATE: () => this.#startsUnit(),
      DEF: () => {
        end = this.CONSUME(T.Identifier);
        unit = end.image;
        this.MANY({
          GATE: () => "/*".includes(this.LA(1).image) && this.LA(2).tokenType === T.Identifier,
          DEF: () => {
            unit += this.CONSUME(T.Operator).image;
            end = this.CONSUME1(T.Identifier);
            unit += end.image;
          },
        });
      },
    });
    this.OPTION1({
      GATE: () => this.startsSourcing(),
      DEF: () => {
        sourcing = this.SUBRULE(this.sourcing);
      },
    });
    return this.ACTION((): SyntaxExpression => ({
      kind: "number",
      text: token.image,
      ...(unit === "" ? {} : { unit }),
      ...(sourcing ? { sourcing } : {}),
      span: join(spanOf(token), spanOf(end)),
    }));
  });

  /** `from "document"`, or `estimate 40 percent "reason"`. */
  readonly sourcing = this.RULE("sourcing", (): Sourcing => {
    const kind = this.CONSUME(T.Identifier);
    let bound: IToken | undefined;
    this.OPTION(() => {
      bound = this.OR([
        { ALT: () => this.CONSUME(T.IntegerLiteral) },
        { ALT: () => this.CONSUME(T.FloatLiteral) },
      ]);
      this.CONSUME1(T.Identifier); // percent
    });
    const text = this.CONSUME(T.StringLiteral);
    return this.ACTION((): Sourcing => ({
      kind: kind.image === "estimate" ? "estimate" : "document",
      text: text.image.slice(1, -1),
      boundPercent: bound ? Number(bound.image) : NaN,
      span: join(spanOf(kind), spanOf(text)),
    }));
  });
}
