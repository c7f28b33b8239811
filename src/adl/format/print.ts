// Prints a syntax tree as text that parses to the same tree: what a description says once imports, macros and
// conditionals are done, with its comments gone. Parentheses stand only where precedence needs them.
import { InternalError } from "../../base/diagnostic.ts";
import { precedenceOf } from "../operators.ts";
import type {
  Sourcing,
  SyntaxEnumMember,
  SyntaxExpression,
  SyntaxFunction,
  SyntaxItem,
  SyntaxName,
  SyntaxParameter,
  SyntaxStatement,
  SyntaxType,
} from "../syntax.ts";
import { KEYWORDS } from "../tokens.ts";

/** The text of a description's items, one a line, not laid out. Fails: InternalError on a tree with unreadable parts. */
export function printItems(items: readonly SyntaxItem[]): string {
  return items.map(printItem).join("\n");
}

function printItem(item: SyntaxItem): string {
  switch (item.kind) {
    case "define": {
      const names = item.names.map(printName);
      const list =
        names.length === 0 ? "" : names.length === 1 ? `=${names.join("")}` : `=(${names.join(",")})`;
      const inner = item.items.map(printItem);
      const short = inner.length <= 3 && !inner.some((text) => text.includes("{") || text.includes("\n"));
      const body = inner.length === 0 ? "" : short ? ` ${inner.join(" ")} ` : `\n${inner.join("\n")}\n`;
      return `${item.modify ? "defmod" : "define"} (${item.type}${list}) {${body}}`;
    }
    case "key": {
      const name = isName(item.name) || item.name === "default" ? item.name : quoted(item.name);
      const { value } = item;
      if (value.kind === "expression") {
        const text = printExpression(value.value);
        // In parentheses, because a number would take the source that follows it for its own.
        const apart = value.sourcing && value.value.kind !== "list" ? `(${text})` : text;
        return `${name} = ${apart}${printSourcing(value.sourcing)};`;
      }
      const head =
        value.parameters.length > 0 ? `func(${value.parameters.map(printParameter).join(", ")}) ` : "";
      return `${name} = ${head}${printStatement(value.body)};`;
    }
    case "remove":
      return `remove ${item.names.map((name) => name.text).join(", ")};`;
    case "function":
      return printFunction(item.function);
    case "prototype":
      return `${printType(item.result)} ${item.name}(${item.parameters.map(printParameter).join(", ")});`;
    case "enum":
      return printEnum(item);
    case "instances":
      return `${item.type} ${item.names.map((name) => name.text).join(", ")};`;
    case "variable":
      return printStatement(item.statement);
    case "documentation":
      return `""" ${item.text} """;`;
  }
}

function printName({ text, group }: SyntaxName): string {
  const plain = isName(text) || text === "default" || /^\d+$/.test(text);
  return `${group === true ? "*" : ""}${plain ? text : quoted(text)}`;
}

function isName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !KEYWORDS.has(text);
}

/** Escapes in strings are kept as they were written, so nothing is to be escaped here. */
function quoted(text: string): string {
  const simple = /^(?:[^"\\\n]|\\[^\n])*$/.test(text);
  return simple ? `"${text}"` : `""" ${text} """`;
}

/** A function with its body. */
export function printFunction(f: SyntaxFunction): string {
  const template = f.template?.map(({ type, name }) => `${printType(type)} ${name}`).join(", ");
  const parameters = f.parameters.map(printParameter).join(", ");
  const head = template === undefined ? "" : `template <${template}>\n`;
  return `${head}${printType(f.result)} ${f.name}(${parameters}) ${printStatement(f.body)}`;
}

/** A parameter: type and name. */
export function printParameter({ type, name, initial }: SyntaxParameter): string {
  const value = initial ? ` = ${printExpression(initial)}` : "";
  return `${`${printType(type)} ${name}`.trim()}${value}`;
}

function printType({ name, arguments: list, constant, reference }: SyntaxType): string {
  const template = list.length > 0 ? `<${list.map((e) => printTight(e)).join(", ")}>` : "";
  return `${constant ? "const " : ""}${name}${template}${reference ? "&" : ""}`;
}

function printEnum({ name, members }: { name?: string; members: readonly SyntaxEnumMember[] }): string {
  const list = members.map((m) => (m.value ? `${m.name} = ${printExpression(m.value)}` : m.name));
  return `enum ${name === undefined ? "" : `${name} `}{ ${list.join(", ")} }`;
}

function printSourcing(sourcing: Sourcing | undefined): string {
  if (!sourcing) return "";
  const bound = Number.isNaN(sourcing.boundPercent) ? "" : `${sourcing.boundPercent} percent `;
  return ` ${sourcing.kind === "estimate" ? "estimate" : "from"} ${bound}"${sourcing.text}"`;
}

// ---- Statements ------------------------------------------------------------------------------------------------

/** One statement as text. */
export function printStatement(s: SyntaxStatement): string {
  switch (s.kind) {
    case "block":
      return printBlock(s.body.map(printStatement));
    case "declare":
    case "assign":
    case "expression":
      return `${printSimple(s)};`;
    case "if": {
      const otherwise = s.otherwise ? ` else ${printStatement(s.otherwise)}` : "";
      return `if (${printExpression(s.test)}) ${printStatement(s.then)}${otherwise}`;
    }
    case "while":
      return `while (${printExpression(s.test)}) ${printStatement(s.body)}`;
    case "do":
      return `do ${printStatement(s.body)} while (${printExpression(s.test)});`;
    case "for": {
      const initial = s.initial.map(printSimple).join(", ");
      const step = s.step.map(printSimple).join(", ");
      return `for (${initial}; ${s.test ? printExpression(s.test) : ""}; ${step}) ${printStatement(s.body)}`;
    }
    case "switch": {
      const cases = s.cases.map(({ values, isDefault, body }) =>
        [
          ...values.map((value) => `case ${printExpression(value)}:`),
          ...(isDefault ? ["default:"] : []),
          ...body.map(printStatement),
        ].join("\n"),
      );
      return `switch (${printExpression(s.value)}) {\n${cases.join("\n")}\n}`;
    }
    case "break":
    case "continue":
      return `${s.kind};`;
    case "return":
      return s.value ? `return ${printExpression(s.value)};` : "return;";
    case "label":
      return `${s.name}: ${printStatement(s.body)}`;
    case "try": {
      const handlers = s.handlers.map(
        ({ parameter, body }) =>
          ` catch (${parameter ? printParameter(parameter) : ""}) ${printStatement(body)}`,
      );
      return `try ${printStatement(s.body)}${handlers.join("")}`;
    }
    case "enum":
      return `${printEnum(s)};`;
    case "empty":
      return ";";
  }
}

/** One short statement stays on the line of its braces. */
function printBlock(statements: readonly string[]): string {
  const [only] = statements;
  if (only === undefined) return "{}";
  if (statements.length === 1 && only.length < 60 && !only.includes("\n")) return `{ ${only} }`;
  return `{\n${statements.join("\n")}\n}`;
}

/** A declaration, assignment or call without its semicolon. */
function printSimple(s: SyntaxStatement): string {
  if (s.kind === "declare") {
    const names = s.names.map(({ name, size, value }) => {
      const array = size ? `[${printExpression(size)}]` : "";
      return `${name}${array}${value ? ` = ${printExpression(value)}` : ""}`;
    });
    return `${printType(s.type)} ${names.join(", ")}`;
  }
  if (s.kind === "expression") return printExpression(s.value);
  if (s.kind === "assign") {
    const target = printAt(s.target, 0);
    return s.value ? `${target} ${s.operator} ${printExpression(s.value, true)}` : `${target}${s.operator}`;
  }
  throw new InternalError(`a ${s.kind} statement cannot stand here`);
}

// ---- Expressions -----------------------------------------------------------------------------------------------

const QUANTITY = 9.5;
const OPERAND = 20;
const POSTFIX = 21;

/** How tightly an expression holds together: 0 conditional, 1 to 10 binary operators, above: operands. */
function level(e: SyntaxExpression): number {
  if (e.kind === "assign") return e.value ? -1 : OPERAND;
  if (e.kind === "conditional") return 0;
  if (e.kind === "binary") return precedenceOf(e.operator);
  if (e.kind === "unary") return OPERAND;
  // `2 W / s` would read as one unit.
  if (e.kind === "number" && (e.unit !== undefined || e.sourcing)) return QUANTITY;
  if (e.kind === "construct") return isTemplate(e) ? POSTFIX : OPERAND;
  return POSTFIX;
}

/** In parentheses unless it holds together at least as tightly as `wanted`. */
function printAt(e: SyntaxExpression, wanted: number): string {
  const text = printBare(e);
  return level(e) < wanted ? `(${text})` : text;
}

/** One expression as text; an assignment in parentheses unless it may stand bare. */
export function printExpression(e: SyntaxExpression, assignment = false): string {
  return printAt(e, assignment ? -1 : 0);
}

/** As an argument in angle brackets, where `>` would end it. */
function printTight(e: SyntaxExpression): string {
  return printAt(e, OPERAND);
}

function printList(list: readonly SyntaxExpression[]): string {
  return `(${list.map((e) => printExpression(e, true)).join(",")})`;
}

function printBare(e: SyntaxExpression): string {
  switch (e.kind) {
    case "number":
      return `${e.text}${e.unit === undefined ? "" : ` ${e.unit}`}${printSourcing(e.sourcing)}`;
    case "string":
      return quoted(e.value);
    case "boolean":
      return String(e.value);
    case "name":
      return e.name;
    case "member": {
      const template = e.template ? `<${e.template.map(printTight).join(", ")}>` : "";
      return `${printAt(e.object, POSTFIX)}.${e.name}${template}`;
    }
    case "call":
      return `${printAt(e.callee, POSTFIX)}${printList(e.arguments)}`;
    case "subscript":
      return `${printAt(e.object, POSTFIX)}[${printExpression(e.index)}]`;
    case "construct":
      if (isTemplate(e)) return `${printType(e.type)}${printList(e.arguments)}`;
      return `(${printType(e.type)}) ${printList(e.arguments)}`;
    case "list":
      return printList(e.elements);
    case "unary":
      return `${e.operator} ${printAt(e.value, OPERAND)}`;
    case "binary": {
      const own = precedenceOf(e.operator);
      return `${printAt(e.left, own)} ${e.operator} ${printAt(e.right, own + 1)}`;
    }
    case "conditional":
      return `${printAt(e.test, 1)} ? ${printExpression(e.then)} : ${printExpression(e.otherwise)}`;
    case "assign": {
      if (e.value) return `${printAt(e.target, 0)} ${e.operator} ${printExpression(e.value, true)}`;
      if (e.postfix === true) return `${printAt(e.target, POSTFIX)}${e.operator}`;
      return `${e.operator}${printAt(e.target, OPERAND)}`;
    }
    case "broken":
      throw new InternalError("an unreadable expression is not printed");
  }
}

/** `bits<8>(x)`, against `(unsigned) x`. */
function isTemplate(e: Extract<SyntaxExpression, { kind: "construct" }>): boolean {
  return e.type.name === "bits" || e.type.name === "sbits";
}
