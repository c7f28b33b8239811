// The grammar of action code: functions, statements and declarations, on top of expressions. Where a declaration and an
// expression start alike, a gate looks ahead by hand. Unbraced statements that nest too deeply are refused.
import type { IToken } from "chevrotain";
import { BASIC_TYPES, ExpressionParser, TEMPLATE_TYPES } from "./expression-parser.ts";
import { spanOf } from "./lexer.ts";
import { FOREIGN } from "./parse-errors.ts";
import type { Span } from "./source.ts";
import type {
  SyntaxEnumMember,
  SyntaxExpression,
  SyntaxFunction,
  SyntaxParameter,
  SyntaxStatement,
  SyntaxType,
} from "./syntax.ts";
import * as T from "./tokens.ts";

/** The tokens that a description is made of after preprocessing. */
const ANYTHING = T.ALL_TOKENS.filter(
  (type) => type.GROUP === undefined && type !== T.Directive && type !== T.Stray,
);

export class CodeParser extends ExpressionParser {
  #depth = 0;

  protected brokenStatement(): SyntaxStatement {
    return { kind: "empty", span: this.placeHere() };
  }

  override resetDepth(): void {
    super.resetDepth();
    this.#depth = 0;
    this.foreignPlaces.length = 0;
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

  /** A constant or variable outside of code: a declaration with a value. */
  protected startsVariable(): boolean {
    const at = this.#afterType(1);
    return at > 0 && this.LA(at).tokenType === T.Identifier && this.LA(at + 1).tokenType === T.Equals;
  }

  /** Whether a function is next, or only the announcement of one. */
  protected startsFunction(): "definition" | "prototype" | undefined {
    if (this.LA(1).image === "template" && this.LA(2).tokenType === T.Less) return "definition";
    let at = this.#afterType(1);
    if (at === 0 || this.LA(at).tokenType !== T.Identifier || this.LA(at + 1).tokenType !== T.OpenParen)
      return undefined;
    let depth = 0;
    for (at++; ; at++) {
      const token = this.LA(at);
      if (token.tokenType === T.OpenParen) depth++;
      else if (token.tokenType === T.CloseParen && --depth === 0) break;
      else if (token.image === "" || token.tokenType === T.Semicolon || token.tokenType === T.OpenBrace)
        return undefined;
    }
    if (this.LA(at + 1).tokenType === T.Const) at++;
    const next = this.LA(at + 1).tokenType;
    if (next === T.Semicolon) return "prototype";
    return next === T.OpenBrace ? "definition" : undefined;
  }

  /** C++ that is not part of the language: it is left out, and reported. */
  protected startsForeign(): boolean {
    return FOREIGN.has(this.LA(1).image) && this.LA(2).tokenType === T.Identifier;
  }

  /** The C++ that was left out in this parse. */
  readonly foreignPlaces: { word: string; name: string; span: Span }[] = [];

  /** Everything up to a semicolon outside of braces. */
  readonly foreign = this.rule(
    "foreign",
    (): void => {
      const word = this.CONSUME(T.Identifier);
      const name = this.CONSUME1(T.Identifier);
      this.ACTION(() => this.foreignPlaces.push({ word: word.image, name: name.image, span: spanOf(word) }));
      let depth = 0;
      let ended = false;
      this.MANY({
        GATE: () => !ended,
        DEF: () => {
          const token = this.OR(ANYTHING.map((type) => ({ ALT: () => this.CONSUME2(type) })));
          this.ACTION(() => {
            const type = token.tokenType;
            if (type === T.OpenBrace) depth++;
            else if (type === T.CloseBrace) depth--;
            const next = this.LA(1).tokenType;
            ended = depth <= 0 && (type === T.Semicolon || (type === T.CloseBrace && next !== T.Semicolon));
          });
        },
      });
    },
    () => undefined,
  );

  // ---- Functions ---------------------------------------------------------------------------------------------

  readonly functionDefinition = this.rule(
    "functionDefinition",
    (): SyntaxFunction => {
      const template: { type: SyntaxType; name: string }[] = [];
      this.OPTION1({
        GATE: () => this.LA(1).image === "template" && this.LA(2).tokenType === T.Less,
        DEF: () => {
          this.CONSUME2(T.Identifier);
          this.CONSUME(T.Less);
          this.AT_LEAST_ONE_SEP({
            SEP: T.Comma,
            DEF: () => {
              const kind = this.SUBRULE1(this.type);
              const parameter = this.CONSUME3(T.Identifier);
              this.ACTION(() => template.push({ type: kind, name: parameter.image }));
            },
          });
          this.CONSUME(T.Operator);
        },
      });
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
        ...(template.length > 0 ? { template } : {}),
        span: spanOf(name),
      }));
    },
    () => ({
      name: "",
      result: this.brokenType(),
      parameters: [],
      body: this.brokenStatement(),
      span: this.placeHere(),
    }),
  );
  readonly parameters = this.rule(
    "parameters",
    (): SyntaxParameter[] => {
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
    },
    () => [],
  );
  // ---- Statements --------------------------------------------------------------------------------------------

  readonly block = this.rule(
    "block",
    (): SyntaxStatement => {
      const body: SyntaxStatement[] = [];
      const open = this.CONSUME(T.OpenBrace);
      this.MANY(() => {
        const statement = this.SUBRULE(this.statement);
        this.ACTION(() => body.push(statement));
      });
      this.CONSUME(T.CloseBrace);
      return this.ACTION((): SyntaxStatement => ({ kind: "block", body, span: spanOf(open) }));
    },
    () => this.brokenStatement(),
  );

  readonly statement = this.rule(
    "statement",
    (): SyntaxStatement => {
      this.ACTION(() => this.bound(++this.#depth));
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
              const list = this.SUBRULE(this.enumerators);
              this.CONSUME6(T.Semicolon);
              return this.ACTION((): SyntaxStatement => ({ kind: "enum", ...list }));
            },
          },
          {
            GATE: () => this.LA(1).image === "try" && this.LA(2).tokenType === T.OpenBrace,
            ALT: () => this.SUBRULE(this.tryStatement),
          },
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
    },
    () => this.brokenStatement(),
  );

  readonly declaration = this.rule(
    "declaration",
    (): SyntaxStatement => {
      const type = this.SUBRULE(this.type);
      const names: { name: string; size?: SyntaxExpression; value?: SyntaxExpression; span: Span }[] = [];
      this.AT_LEAST_ONE_SEP({
        SEP: T.Comma,
        DEF: () => {
          const name = this.CONSUME(T.Identifier);
          const size = this.OPTION1(() => {
            this.CONSUME(T.OpenBracket);
            const count = this.SUBRULE2(this.expression);
            this.CONSUME(T.CloseBracket);
            return count;
          });
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
          this.ACTION(() =>
            names.push({
              name: name.image,
              ...(size ? { size } : {}),
              ...(value ? { value } : {}),
              span: spanOf(name),
            }),
          );
        },
      });
      return this.ACTION((): SyntaxStatement => ({ kind: "declare", type, names, span: type.span }));
    },
    () => this.brokenStatement(),
  );

  readonly enumerators = this.rule(
    "enumerators",
    (): { name?: string; members: SyntaxEnumMember[]; span: Span } => {
      const start = this.CONSUME(T.Enum);
      const name = this.OPTION(() => this.CONSUME(T.Identifier));
      this.CONSUME(T.OpenBrace);
      const members: SyntaxEnumMember[] = [];
      this.MANY(() => {
        const member = this.CONSUME1(T.Identifier);
        const value = this.OPTION1(() => {
          this.CONSUME(T.Equals);
          return this.SUBRULE(this.expression);
        });
        this.OPTION2(() => this.CONSUME(T.Comma));
        this.ACTION(() =>
          members.push({ name: member.image, ...(value ? { value } : {}), span: spanOf(member) }),
        );
      });
      this.CONSUME(T.CloseBrace);
      return this.ACTION(() => ({ ...(name ? { name: name.image } : {}), members, span: spanOf(start) }));
    },
    () => ({ members: [], span: this.placeHere() }),
  );

  readonly tryStatement = this.rule(
    "tryStatement",
    (): SyntaxStatement => {
      const start = this.CONSUME(T.Identifier);
      const body = this.SUBRULE(this.block);
      const handlers: { parameter?: SyntaxParameter; body: SyntaxStatement }[] = [];
      this.AT_LEAST_ONE({
        GATE: () => this.LA(1).image === "catch",
        ERR_MSG: "catch (Exception e) { … }",
        DEF: () => {
          this.CONSUME1(T.Identifier);
          const list = this.SUBRULE(this.parameters);
          const handler = this.SUBRULE1(this.block);
          this.ACTION(() => handlers.push({ ...(list[0] ? { parameter: list[0] } : {}), body: handler }));
        },
      });
      return this.ACTION((): SyntaxStatement => ({ kind: "try", body, handlers, span: spanOf(start) }));
    },
    () => this.brokenStatement(),
  );

  /** An assignment, an increment or a call. */
  readonly simpleStatement = this.rule(
    "simpleStatement",
    (): SyntaxStatement => {
      const value = this.SUBRULE(this.assignment);
      return this.ACTION((): SyntaxStatement => {
        if (value.kind !== "assign") return { kind: "expression", value, span: value.span };
        const { target, operator, span } = value;
        return { kind: "assign", target, operator, ...(value.value ? { value: value.value } : {}), span };
      });
    },
    () => this.brokenStatement(),
  );

  readonly ifStatement = this.rule(
    "ifStatement",
    (): SyntaxStatement => {
      const start = this.CONSUME(T.If);
      this.CONSUME(T.OpenParen);
      const test = this.SUBRULE(this.assignment);
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
    },
    () => this.brokenStatement(),
  );

  readonly whileStatement = this.rule(
    "whileStatement",
    (): SyntaxStatement => {
      const start = this.CONSUME(T.While);
      this.CONSUME(T.OpenParen);
      const test = this.SUBRULE(this.assignment);
      this.CONSUME(T.CloseParen);
      const body = this.SUBRULE(this.statement);
      return this.ACTION((): SyntaxStatement => ({ kind: "while", test, body, span: spanOf(start) }));
    },
    () => this.brokenStatement(),
  );

  readonly doStatement = this.rule(
    "doStatement",
    (): SyntaxStatement => {
      const start = this.CONSUME(T.Do);
      const body = this.SUBRULE(this.statement);
      this.CONSUME(T.While);
      this.CONSUME(T.OpenParen);
      const test = this.SUBRULE(this.assignment);
      this.CONSUME(T.CloseParen);
      this.CONSUME(T.Semicolon);
      return this.ACTION((): SyntaxStatement => ({ kind: "do", test, body, span: spanOf(start) }));
    },
    () => this.brokenStatement(),
  );

  readonly forStatement = this.rule(
    "forStatement",
    (): SyntaxStatement => {
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
    },
    () => this.brokenStatement(),
  );

  readonly switchStatement = this.rule(
    "switchStatement",
    (): SyntaxStatement => {
      const start = this.CONSUME(T.Switch);
      this.CONSUME(T.OpenParen);
      const value = this.SUBRULE(this.assignment);
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
    },
    () => this.brokenStatement(),
  );
}
