// The grammar of expressions and types in action code and key values. code-parser.ts adds statements, parser.ts the
// define blocks. Recursion is bounded: brackets are counted before parsing, long chains here.
import { EmbeddedActionsParser } from "chevrotain";
import type { IToken, ParserMethod, TokenType } from "chevrotain";
import { LIMITS } from "./limits.ts";
import { spanOf } from "./lexer.ts";
import { resolvePrecedence } from "./operators.ts";
import { parseErrorMessages } from "./parse-errors.ts";
import { join } from "./source.ts";
import type { Span } from "./source.ts";
import type { Sourcing, SyntaxExpression, SyntaxType } from "./syntax.ts";
import * as T from "./tokens.ts";

/** C's integer type names of several words. */
export const BASIC_TYPES: ReadonlySet<string> = new Set([
  "unsigned",
  "signed",
  "int",
  "long",
  "short",
  "char",
]);
/** Types that take a width in angle brackets. */
export const TEMPLATE_TYPES: ReadonlySet<string> = new Set(["bits", "sbits"]);
/** Types that a value may be converted to as in C: `(unsigned) x`. */
const CAST_TYPES: ReadonlySet<string> = new Set([
  ...BASIC_TYPES,
  ...["bool", "size_t"],
  ...[8, 16, 32, 64].flatMap((n) => [`int${n}`, `uint${n}`, `int${n}_t`, `uint${n}_t`]),
]);
const SOURCING_WORDS = new Set(["from", "estimate"]);

/** Thrown out of the parser when the text nests deeper than the limit. */
class TooDeep extends Error {}

export class ExpressionParser extends EmbeddedActionsParser {
  tooDeep = false;

  constructor() {
    super(T.ALL_TOKENS, {
      recoveryEnabled: true,
      maxLookahead: 1,
      skipValidations: true,
      errorMessageProvider: parseErrorMessages,
    });
  }

  #assignments = 0;

  resetDepth(): void {
    this.tooDeep = false;
    this.#assignments = 0;
  }

  /** The token that is next. */
  nextToken(): IToken {
    return this.LA(1);
  }

  /** A rule that gives `broken()` when its text could not be read, so that no caller meets an undefined. */
  protected rule<T>(name: string, implementation: () => T, broken: () => T): ParserMethod<[], T> {
    return this.RULE(name, implementation, { recoveryValueFunc: broken });
  }

  /** A token that the parser makes up for a missing one stands where it is missing. */
  protected override getTokenToInsert(type: TokenType): IToken {
    const token = super.getTokenToInsert(type);
    const { source, offset } = this.placeHere();
    return { ...token, payload: source, startOffset: offset };
  }

  protected brokenType(): SyntaxType {
    return { name: "unsigned", arguments: [], constant: false, reference: false, span: this.placeHere() };
  }

  protected brokenExpression(): SyntaxExpression {
    return { kind: "broken", span: this.placeHere() };
  }

  protected placeHere(): Span {
    const last = this.LA(0);
    const token = last.payload ? last : this.LA(1);
    return spanOf(token);
  }

  protected bound(count: number): void {
    if (count > LIMITS.chain) {
      this.tooDeep = true;
      throw new TooDeep();
    }
  }
  protected startsSourcing(): boolean {
    const next = this.LA(1);
    return (
      next.tokenType === T.Identifier && SOURCING_WORDS.has(next.image) && this.LA(2).tokenType !== T.Equals
    );
  }

  #startsUnit(): boolean {
    const next = this.LA(1);
    if (next.tokenType !== T.Identifier || SOURCING_WORDS.has(next.image)) return false;
    const after = this.LA(2).tokenType;
    return after !== T.Equals && after !== T.OpenParen && after !== T.OpenBrace;
  }

  /** Index of the ")" of `(type)` in front of a value, or 0. */
  #castEnd(): number {
    if (this.LA(1).tokenType !== T.OpenParen) return 0;
    let at = this.LA(2).tokenType === T.Enum ? 3 : 2;
    const first = this.LA(at);
    if (first.tokenType !== T.Identifier) return 0;
    if (at === 2 && !CAST_TYPES.has(first.image) && !TEMPLATE_TYPES.has(first.image)) return 0;
    at++;
    while (BASIC_TYPES.has(this.LA(at).image)) at++;
    if (TEMPLATE_TYPES.has(first.image)) {
      const [open, width, close] = [this.LA(at), this.LA(at + 1), this.LA(at + 2)];
      if (open.tokenType !== T.Less || width.tokenType !== T.IntegerLiteral || close.image !== ">") return 0;
      at += 3;
    }
    if (this.LA(at).tokenType !== T.CloseParen) return 0;
    const next = this.LA(at + 1).tokenType;
    const value = [T.Identifier, T.IntegerLiteral, T.FloatLiteral, T.OpenParen, T.True, T.False];
    return value.includes(next) || [T.Minus, T.Tilde, T.Not].includes(next) ? at : 0;
  }
  // ---- Types -------------------------------------------------------------------------------------------------

  readonly type = this.rule(
    "type",
    (): SyntaxType => {
      let constant = false;
      let reference = false;
      this.OPTION(() => {
        this.CONSUME(T.Const);
        constant = true;
      });
      let name = "";
      this.OPTION3(() => {
        name = `${this.CONSUME(T.Enum).image} `;
      });
      const first = this.CONSUME(T.Identifier);
      name += first.image;
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
    },
    () => this.brokenType(),
  );

  readonly templateArguments = this.rule(
    "templateArguments",
    (): SyntaxExpression[] => {
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
    },
    () => [],
  );

  readonly templateArgument = this.rule(
    "templateArgument",
    (): SyntaxExpression => this.#operations([T.Plus, T.Minus, T.Operator], () => this.LA(1).image !== ">"),
    () => this.brokenExpression(),
  );

  // ---- Expressions -------------------------------------------------------------------------------------------

  readonly expression = this.rule(
    "expression",
    (): SyntaxExpression => {
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
          this.bound(arms.length);
        });
      });
      return this.ACTION(() =>
        arms.reduceRight<SyntaxExpression>(
          (otherwise, { test, then }) => ({ kind: "conditional", test, then, otherwise, span: test.span }),
          last,
        ),
      );
    },
    () => this.brokenExpression(),
  );

  /** An expression, or an assignment used as one. */
  readonly assignment = this.rule(
    "assignment",
    (): SyntaxExpression => {
      const target = this.SUBRULE(this.expression);
      let operator: IToken | undefined;
      let value: SyntaxExpression | undefined;
      this.OPTION(() => {
        operator = this.OR([
          { ALT: () => this.CONSUME(T.Equals) },
          { ALT: () => this.CONSUME(T.AssignOperator) },
        ]);
        this.ACTION(() => this.bound(++this.#assignments));
        value = this.SUBRULE(this.assignment);
        this.ACTION(() => this.#assignments--);
      });
      return this.ACTION((): SyntaxExpression =>
        operator && value
          ? { kind: "assign", target, operator: operator.image, value, span: target.span }
          : target,
      );
    },
    () => this.brokenExpression(),
  );

  readonly binaryExpression = this.rule(
    "binaryExpression",
    (): SyntaxExpression => this.#operations([T.Operator, T.Less, T.Ampersand, T.Plus, T.Minus]),
    () => this.brokenExpression(),
  );

  /** Operands with binary operators of these kinds between them, as long as the gate lets one in. */
  #operations(kinds: readonly TokenType[], gate?: () => boolean): SyntaxExpression {
    const operands: SyntaxExpression[] = [];
    const operators: string[] = [];
    const first = this.SUBRULE(this.operand);
    this.ACTION(() => operands.push(first));
    this.MANY({
      ...(gate ? { GATE: gate } : {}),
      DEF: () => {
        const operator = this.OR(kinds.map((kind) => ({ ALT: () => this.CONSUME(kind) })));
        const next = this.SUBRULE1(this.operand);
        this.ACTION(() => {
          operators.push(operator.image);
          operands.push(next);
          this.bound(operands.length);
        });
      },
    });
    return this.ACTION(() => resolvePrecedence(operands, operators));
  }

  readonly operand = this.rule(
    "operand",
    (): SyntaxExpression => {
      const prefixes: IToken[] = [];
      this.MANY({
        // Of the binary operators only `*` may stand here: `*this`, which models of several threads pass on.
        GATE: () => this.LA(1).tokenType !== T.Operator || this.LA(1).image === "*",
        DEF: () => {
          const prefix = this.OR([
            { ALT: () => this.CONSUME(T.Minus) },
            { ALT: () => this.CONSUME(T.Plus) },
            { ALT: () => this.CONSUME(T.Not) },
            { ALT: () => this.CONSUME(T.Tilde) },
            { ALT: () => this.CONSUME(T.Ampersand) },
            { ALT: () => this.CONSUME(T.Increment) },
            { ALT: () => this.CONSUME(T.Operator) },
          ]);
          this.ACTION(() => {
            prefixes.push(prefix);
            this.bound(prefixes.length);
          });
        },
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
        this.ACTION(() => this.bound(++links));
      });
      this.OPTION2(() => {
        const operator = this.CONSUME1(T.Increment).image;
        this.ACTION(() => {
          value = { kind: "assign", target: value, operator, postfix: true, span: value.span };
        });
      });
      return this.ACTION(() =>
        prefixes.reduceRight<SyntaxExpression>((inner, prefix) => {
          const span = join(spanOf(prefix), inner.span);
          return prefix.tokenType === T.Increment
            ? { kind: "assign", target: inner, operator: prefix.image, span }
            : { kind: "unary", operator: prefix.image, value: inner, span };
        }, value),
      );
    },
    () => this.brokenExpression(),
  );

  readonly callArguments = this.rule(
    "callArguments",
    (): { list: SyntaxExpression[]; span: Span } => {
      const list: SyntaxExpression[] = [];
      const open = this.CONSUME(T.OpenParen);
      this.MANY_SEP({
        SEP: T.Comma,
        DEF: () => {
          const value = this.SUBRULE(this.assignment);
          this.ACTION(() => list.push(value));
        },
      });
      const close = this.CONSUME(T.CloseParen);
      return this.ACTION(() => ({ list, span: join(spanOf(open), spanOf(close)) }));
    },
    () => ({ list: [], span: this.placeHere() }),
  );

  readonly primary = this.rule(
    "primary",
    (): SyntaxExpression => {
      return this.OR<SyntaxExpression>({
        DEF: [
          { ALT: () => this.SUBRULE(this.quantity) },
          {
            ALT: (): SyntaxExpression => {
              const text = this.SUBRULE(this.text);
              return this.ACTION((): SyntaxExpression => ({
                kind: "string",
                value: text.text,
                span: text.span,
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
            GATE: () => this.#castEnd() > 0,
            ALT: (): SyntaxExpression => {
              this.CONSUME(T.OpenParen);
              const type = this.SUBRULE2(this.type);
              this.CONSUME(T.CloseParen);
              const value = this.SUBRULE(this.operand);
              return this.ACTION((): SyntaxExpression => ({
                kind: "construct",
                type,
                arguments: [value],
                span: join(type.span, value.span),
              }));
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
    () => this.brokenExpression(),
  );

  /** One or several strings in a row, which are one. */
  readonly text = this.rule(
    "text",
    (): { text: string; span: Span } => {
      let text = "";
      let first: IToken | undefined;
      this.AT_LEAST_ONE(() => {
        const token = this.OR([
          { ALT: () => this.CONSUME(T.StringLiteral) },
          { ALT: () => this.CONSUME(T.DocString) },
        ]);
        this.ACTION(() => {
          first ??= token;
          text +=
            token.tokenType === T.DocString ? token.image.slice(3, -3).trim() : token.image.slice(1, -1);
        });
      });
      return this.ACTION(() => {
        const span = spanOf(first as IToken);
        return { text, span: first?.tokenType === T.DocString ? { ...span, length: 3 } : span };
      });
    },
    () => ({ text: "", span: this.placeHere() }),
  );

  readonly quantity = this.rule(
    "quantity",
    (): SyntaxExpression => {
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
    },
    () => this.brokenExpression(),
  );

  /** `from "document"`, or `estimate 40 percent "reason"`. */
  readonly sourcing = this.rule(
    "sourcing",
    (): Sourcing => {
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
    },
    (): Sourcing => ({ kind: "document", text: "?", boundPercent: 0, span: this.placeHere() }),
  );
}
