// Arbitrary syntax trees, of the shapes that the parser makes.
import fc from "fast-check";
import type { Span } from "../../../src/adl/source.ts";
import type {
  Sourcing,
  SyntaxExpression,
  SyntaxItem,
  SyntaxParameter,
  SyntaxStatement,
  SyntaxType,
  SyntaxValue,
} from "../../../src/adl/syntax.ts";

const span: Span = { source: { name: "", path: "", text: "" }, offset: 0, length: 0 };

/** A tree without its places, comparable with another. */
export function withoutSpans(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree, (key, value: unknown) => (key === "span" ? undefined : value)));
}

const name = fc.constantFrom(
  "a",
  "b",
  "GPR",
  "RA",
  "S_EX",
  "Mem",
  "x1",
  "long_name",
  "reg",
  "width",
  "define_it",
);
const text = fc.string({
  unit: fc.constantFrom("a", " ", ".", "%f", "é", "\\n", "//", "{", "#"),
  maxLength: 6,
});
const numeral = fc.constantFrom("0", "7", "42", "0x1f", "0b101", "123456789", "'c'");
const operator = fc.constantFrom(
  ...["||", "&&", "|", "^", "&", "==", "!=", "<", "<=", ">", ">=", "<<", ">>", "+", "-", "*", "/", "%"],
);
const assignment = fc.constantFrom("=", "+=", "-=", "<<=", "|=");

const sourcing: fc.Arbitrary<Sourcing> = fc.oneof(
  text.map((t): Sourcing => ({ kind: "document", text: t, boundPercent: NaN, span })),
  fc
    .tuple(text, fc.constantFrom(5, 40, 12.5))
    .map(([t, boundPercent]): Sourcing => ({ kind: "estimate", text: t, boundPercent, span })),
);

const quantity: fc.Arbitrary<SyntaxExpression> = fc
  .record(
    {
      text: fc.oneof(numeral, fc.constantFrom("1.5", "2e10")),
      unit: fc.constantFrom("pJ", "mW/MHz", "cycles", "V"),
      sourcing,
    },
    { requiredKeys: ["text"] },
  )
  .map((n): SyntaxExpression => ({ kind: "number", ...n, span }));

const type: fc.Arbitrary<SyntaxType> = fc
  .record({
    base: fc.oneof(
      fc.constantFrom("bits", "sbits").chain((n) => numeral.map((w) => ({ name: n, width: w }))),
      fc.constantFrom("unsigned int", "bool", "var", "uint32").map((n) => ({ name: n, width: "" })),
    ),
    constant: fc.boolean(),
    reference: fc.boolean(),
  })
  .map(({ base, constant, reference }): SyntaxType => ({
    name: base.name,
    arguments: base.width === "" ? [] : [{ kind: "number", text: base.width, span }],
    constant,
    reference,
    span,
  }));
const plainType = type.map((t) => ({ ...t, constant: false, reference: false }));

type Trees = {
  expression: SyntaxExpression;
  statement: SyntaxStatement;
  item: SyntaxItem;
};

const { expression, statement, item } = fc.letrec<Trees>((tie) => {
  const e = tie("expression");
  const s = tie("statement");
  const list = fc.array(e, { maxLength: 3 });
  const block = fc.array(s, { maxLength: 3 }).map((body): SyntaxStatement => ({ kind: "block", body, span }));
  const parameter = fc.tuple(type, name).map(([t, n]): SyntaxParameter => ({ type: t, name: n, span }));
  const parameters = fc.array(parameter, { maxLength: 3 });
  const value: fc.Arbitrary<SyntaxValue> = fc.oneof(
    e.map((v): SyntaxValue => ({ kind: "expression", value: v, span })),
    fc
      .tuple(parameters, block)
      .map(([p, body]): SyntaxValue => ({ kind: "code", parameters: p, body, span })),
  );
  const declare = fc
    .tuple(
      type.map((t) => ({ ...t, reference: false })),
      fc.array(fc.tuple(name, fc.option(e), fc.option(e)), { minLength: 1, maxLength: 2 }),
    )
    .map(([t, names]): SyntaxStatement => ({
      kind: "declare",
      type: t,
      names: names.map(([n, size, v]) => ({
        name: n,
        ...(size ? { size } : {}),
        ...(v ? { value: v } : {}),
        span,
      })),
      span,
    }));
  const target = fc.oneof(
    name.map((n): SyntaxExpression => ({ kind: "name", name: n, span })),
    fc.tuple(name, list).map(([n, l]): SyntaxExpression => ({
      kind: "call",
      callee: { kind: "name", name: n, span },
      arguments: l,
      span,
    })),
  );
  const assign = fc.oneof(
    fc
      .tuple(target, assignment, e)
      .map(([t, o, v]): SyntaxStatement => ({ kind: "assign", target: t, operator: o, value: v, span })),
    target.map((t): SyntaxStatement => ({ kind: "assign", target: t, operator: "++", span })),
  );
  const members = fc.array(fc.tuple(name, fc.option(e)), { maxLength: 3 });
  return {
    expression: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      name.map((n): SyntaxExpression => ({ kind: "name", name: n, span })),
      quantity,
      text.map((t): SyntaxExpression => ({ kind: "string", value: t, span })),
      fc.boolean().map((b): SyntaxExpression => ({ kind: "boolean", value: b, span })),
      fc.tuple(e, name).map(([object, n]): SyntaxExpression => ({ kind: "member", object, name: n, span })),
      fc
        .tuple(e, list)
        .map(([callee, l]): SyntaxExpression => ({ kind: "call", callee, arguments: l, span })),
      fc.tuple(e, e).map(([object, index]): SyntaxExpression => ({ kind: "subscript", object, index, span })),
      fc.tuple(plainType, e).map(([t, x]): SyntaxExpression => {
        const known = ["bits", "sbits", "unsigned int", "bool", "uint32"];
        const chosen = known.includes(t.name) ? t : { ...t, name: "bool" };
        return { kind: "construct", type: chosen, arguments: [x], span };
      }),
      list.filter((l) => l.length !== 1).map((l): SyntaxExpression => ({ kind: "list", elements: l, span })),
      fc
        .tuple(fc.constantFrom("-", "+", "!", "~", "&"), e)
        .map(([o, v]): SyntaxExpression => ({ kind: "unary", operator: o, value: v, span })),
      fc
        .tuple(operator, e, e)
        .map(([o, left, right]): SyntaxExpression => ({ kind: "binary", operator: o, left, right, span })),
      fc.tuple(e, e, e).map(([test, then, otherwise]): SyntaxExpression => ({
        kind: "conditional",
        test,
        then,
        otherwise,
        span,
      })),
      fc
        .tuple(target, assignment, e)
        .map(([t, o, v]): SyntaxExpression => ({ kind: "assign", target: t, operator: o, value: v, span })),
      fc.tuple(target, fc.boolean()).map(([t, postfix]): SyntaxExpression => ({
        kind: "assign",
        target: t,
        operator: "--",
        ...(postfix ? { postfix } : {}),
        span,
      })),
    ),
    statement: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      fc.constant<SyntaxStatement>({ kind: "empty", span }),
      fc.constantFrom<SyntaxStatement>(
        { kind: "break", span },
        { kind: "continue", span },
        { kind: "return", span },
      ),
      e.map((v): SyntaxStatement => ({ kind: "return", value: v, span })),
      fc.tuple(name, list).map(([n, l]): SyntaxStatement => ({
        kind: "expression",
        value: { kind: "call", callee: { kind: "name", name: n, span }, arguments: l, span },
        span,
      })),
      assign,
      declare,
      block,
      // What stands between if and else is a block: otherwise the else could belong to an inner if.
      fc.tuple(e, block, fc.option(fc.oneof(block, s))).map(([test, then, otherwise]): SyntaxStatement => ({
        kind: "if",
        test,
        then,
        ...(otherwise ? { otherwise } : {}),
        span,
      })),
      fc.tuple(e, s).map(([test, body]): SyntaxStatement => ({ kind: "while", test, body, span })),
      fc.tuple(e, block).map(([test, body]): SyntaxStatement => ({ kind: "do", test, body, span })),
      fc
        .tuple(fc.oneof(declare, assign), fc.option(e), assign, s)
        .map(([first, test, step, body]): SyntaxStatement => ({
          kind: "for",
          initial: [first],
          ...(test ? { test } : {}),
          step: [step],
          body,
          span,
        })),
      fc
        .tuple(e, fc.array(fc.tuple(list, fc.boolean(), fc.array(s, { maxLength: 2 })), { maxLength: 3 }))
        .map(([v, cases]): SyntaxStatement => ({
          kind: "switch",
          value: v,
          cases: cases.flatMap(([values, isDefault, body]) =>
            // A case without statements would be one with the next.
            values.length > 0 || isDefault
              ? [{ values, isDefault, body: [...body, { kind: "break" as const, span }], span }]
              : [],
          ),
          span,
        })),
      fc.tuple(name, s).map(([n, body]): SyntaxStatement => ({ kind: "label", name: n, body, span })),
      fc.tuple(block, fc.option(parameter), block).map(([body, p, handler]): SyntaxStatement => ({
        kind: "try",
        body,
        handlers: [{ ...(p ? { parameter: p } : {}), body: handler }],
        span,
      })),
      members.map((m): SyntaxStatement => ({
        kind: "enum",
        name: "E",
        members: m.map(([n, v]) => ({ name: n, ...(v ? { value: v } : {}), span })),
        span,
      })),
    ),
    item: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      fc.tuple(name, value, fc.option(sourcing)).map(([n, v, source]): SyntaxItem => ({
        kind: "key",
        name: n,
        // A number takes the source that follows it.
        value: source && v.kind === "expression" ? { ...v, sourcing: source } : v,
        span,
      })),
      fc.array(name, { minLength: 1, maxLength: 2 }).map((names): SyntaxItem => ({
        kind: "remove",
        names: names.map((n) => ({ text: n, span })),
        span,
      })),
      text.map((t): SyntaxItem => ({ kind: "documentation", text: t.trim(), span })),
      fc.tuple(type, name, parameters, block).map(([result, n, p, body]): SyntaxItem => ({
        kind: "function",
        function: { name: n, result, parameters: p, body, span },
        span,
      })),
      fc
        .tuple(type, name, parameters)
        .map(([result, n, p]): SyntaxItem => ({ kind: "prototype", name: n, result, parameters: p, span })),
      fc
        .tuple(
          fc.boolean(),
          name,
          fc.array(
            fc.oneof(
              name.map((n) => ({ text: n, span })),
              name.map((n) => ({ text: n, group: true, span })),
              fc.constantFrom("add.", "if", "7", "default").map((n) => ({ text: n, span })),
            ),
            { maxLength: 3 },
          ),
          fc.array(tie("item"), { maxLength: 4 }),
        )
        .map(([modify, t, names, body]): SyntaxItem => ({
          kind: "define",
          modify,
          type: t,
          names,
          items: body,
          span,
        })),
    ),
  };
});

export { expression, statement };
export const items = fc.array(item, { minLength: 1, maxLength: 4 });
