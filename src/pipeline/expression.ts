// Action code of the microarchitecture to JavaScript text: expressions, statements and helper functions of up to 32 bits.
// Values are unsigned JavaScript numbers; signed operators convert on the way in. Methods of resources and operands mean
// nothing here: the caller says what text they become.
import { InternalError, fail } from "../base/diagnostic.ts";
import type { BinaryOperator, Expression, HelperFunction, Statement, ValueType } from "../machine/action.ts";

export interface ExpressionContext {
  /** Text of a method call, a field, a bare name …: everything that depends on the machine. */
  leaf(expression: Expression, compile: (inner: Expression) => string): string;
  /** Prefix of a helper function's name in the generated code. */
  readonly helperPrefix: string;
  /** Text of a call of a helper function; absent: a plain call. */
  call?(expression: Expression & { kind: "call" }, compile: (inner: Expression) => string): string;
  /** Text of a statement that is an expression; undefined: compile it as an expression. */
  statement?(expression: Expression, compile: (inner: Expression) => string): string | undefined;
  /** Text that takes the place of an expression; undefined: compile it. */
  replace?(expression: Expression): string | undefined;
  /** Text of the test of an `if`, where inquiries that fail are stalls. */
  test?(expression: Expression, compile: (inner: Expression) => string): string;
  /** Collects `Repeat` statements. */
  repeat?(body: readonly Statement[]): void;
}

/** Rounds of a loop after which it counts as endless. */
export const loopLimit = 100_000;

/** Ends a loop that does not end; generated code reaches it as `endless`. */
export function endless(): never {
  return fail("BW0712", "a loop in microarchitecture code does not end", `it went round ${loopLimit} times`);
}

/** A name as part of a JavaScript identifier. Names come from descriptions, and the text made here is executed. */
export function identifier(name: string): string {
  if (!/^\w+$/.test(name)) throw new InternalError(`the name ${JSON.stringify(name)} is no identifier`);
  return name;
}

const booleanOperators: ReadonlySet<BinaryOperator> = new Set(["==", "!=", "<", "<=", ">", ">=", "&&", "||"]);

function refuseWide(type: ValueType): void {
  if (type.width > 32) {
    fail(
      "BW0701",
      `microarchitecture code uses a value of ${type.width} bits; at most 32 are supported`,
      "use bits<32>",
    );
  }
}

/** `text` cut to `width` bits, as an unsigned number. */
function cut(text: string, width: number): string {
  return width === 32 ? `((${text}) >>> 0)` : `((${text}) & ${2 ** width - 1})`;
}

/** `text` (unsigned, `width` bits) as a signed number. */
function signed(text: string, width: number): string {
  return width === 32 ? `((${text}) | 0)` : `(((${text}) << ${32 - width}) >> ${32 - width})`;
}

function isBoolean(expression: Expression): boolean {
  return (
    (expression.kind === "binary" && booleanOperators.has(expression.operator)) ||
    (expression.kind === "unary" && expression.operator === "!")
  );
}

/** JavaScript of `expression`: an unsigned number, or a boolean for comparisons and logic. */
export function compileExpression(expression: Expression, context: ExpressionContext): string {
  const replaced = context.replace?.(expression);
  if (replaced !== undefined) return replaced;
  const compile = (inner: Expression): string => compileExpression(inner, context);
  /** As a number even when the JavaScript is a boolean. */
  const number = (inner: Expression): string =>
    isBoolean(inner) ? `((${compile(inner)}) ? 1 : 0)` : compile(inner);
  switch (expression.kind) {
    case "constant":
      return String(BigInt.asUintN(Math.max(1, expression.type.width), expression.value));
    case "local":
      return `l_${identifier(expression.name)}`;
    case "slice": {
      const { first, last, value } = expression;
      refuseWide(value.type);
      const shift = `(${value.type.width - 1} - ${number(last)})`;
      const width = `(${number(last)} - ${number(first)} + 1)`;
      return `((((${number(value)}) >>> ${shift}) & (${width} >= 32 ? -1 : (1 << ${width}) - 1)) >>> 0)`;
    }
    case "concat": {
      refuseWide(expression.type);
      let text = "0";
      for (const part of expression.parts) {
        text = `(((${text}) << ${part.type.width}) | (${number(part)}))`;
      }
      return `(${text} >>> 0)`;
    }
    case "extend": {
      refuseWide(expression.type);
      const from = expression.value.type;
      if (from.width >= expression.type.width) return cut(number(expression.value), expression.type.width);
      return from.signed
        ? cut(signed(number(expression.value), from.width), expression.type.width)
        : number(expression.value);
    }
    case "unary": {
      const { operator, value, type } = expression;
      if (operator === "!") return `(!(${compile(value)}))`;
      if (operator === "+") return number(value);
      return cut(`${operator}(${number(value)})`, Math.min(32, type.width));
    }
    case "binary":
      return compileBinary(expression, compile, number);
    case "conditional":
      return `((${compile(expression.test)}) ? ${number(expression.then)} : ${number(expression.otherwise)})`;
    case "builtin": {
      const args = expression.arguments.map(number);
      if (expression.name === "count_leading_zeros") {
        const width = expression.arguments[0]!.type.width;
        refuseWide(expression.arguments[0]!.type);
        return `(Math.clz32(${args[0]}) - ${32 - width})`;
      }
      return fail(
        "BW0702",
        `the function ${expression.name} cannot be used in microarchitecture code`,
        "compute latencies from operand values with arithmetic and count_leading_zeros",
      );
    }
    case "call":
      if (context.call) return context.call(expression, number);
      return `${context.helperPrefix}${identifier(expression.helper)}(${expression.arguments.map(number).join(", ")})`;
    case "register":
    case "element":
    case "memory":
    case "field":
    case "cia":
    case "nia":
    case "method":
    case "name":
    case "parm":
    case "entry":
    case "range":
    case "insert":
    case "service":
      return context.leaf(expression, compile);
  }
}

function compileBinary(
  expression: Expression & { kind: "binary" },
  compile: (inner: Expression) => string,
  number: (inner: Expression) => string,
): string {
  const { operator, left, right, type } = expression;
  if (operator === "&&" || operator === "||") return `(${compile(left)} ${operator} ${compile(right)})`;
  refuseWide(left.type);
  const isSigned = left.type.signed && right.type.signed;
  const a = isSigned ? signed(number(left), left.type.width) : number(left);
  const b = isSigned ? signed(number(right), right.type.width) : number(right);
  const width = Math.min(32, type.width);
  switch (operator) {
    case "==":
    case "!=":
      // Inquiries are true or false here, and 1 or 0 beside numbers.
      return `(+${number(left)} ${operator}= +${number(right)})`;
    case "<":
    case "<=":
    case ">":
    case ">=":
      return `(${a} ${operator} ${b})`;
    case "*":
      return cut(`Math.imul(${a}, ${b})`, width);
    case "/":
      return cut(`((${b}) === 0 ? 0 : (${a}) / (${b}))`, width);
    case "%":
      return cut(`((${b}) === 0 ? 0 : (${a}) % (${b}))`, width);
    case "<<":
      return cut(`((${number(right)}) > 31 ? 0 : (${a}) << (${number(right)}))`, width);
    case ">>":
      return left.type.signed
        ? cut(`(${signed(number(left), left.type.width)} >> Math.min(31, ${number(right)}))`, width)
        : cut(`((${number(right)}) > 31 ? 0 : (${number(left)}) >>> (${number(right)}))`, width);
    default:
      return cut(`${a} ${operator} ${b}`, width);
  }
}

/** JavaScript of statements. */
export function compileStatements(statements: readonly Statement[], context: ExpressionContext): string {
  const compile = (inner: Expression): string => compileExpression(inner, context);
  const block = (body: readonly Statement[]): string => `{ ${compileStatements(body, context)} }`;
  return statements
    .map((statement): string => {
      switch (statement.kind) {
        case "declare": {
          refuseWide(statement.type);
          const value = statement.value === undefined ? "0" : compile(statement.value);
          return `let l_${identifier(statement.name)} = ${value};`;
        }
        case "assign": {
          if (statement.target.kind !== "local") {
            fail(
              "BW0702",
              "microarchitecture code can only assign to its own variables",
              "architectural state belongs to the instruction set's description",
            );
          }
          return `l_${identifier(statement.target.name)} = ${compile(statement.value)};`;
        }
        case "expression": {
          const text = context.statement?.(statement.value, compile);
          return text ?? `${compile(statement.value)};`;
        }
        case "if": {
          const test = context.test ? context.test(statement.test, compile) : compile(statement.test);
          const otherwise = statement.otherwise.length === 0 ? "" : ` else ${block(statement.otherwise)}`;
          return `if (${test}) ${block(statement.then)}${otherwise}`;
        }
        case "while":
          return guarded(`while (${compile(statement.test)})`, block(statement.body));
        case "do":
          return guarded("do", block(statement.body), `while (${compile(statement.test)});`);
        case "for": {
          const initial = compileStatements(statement.initial, context);
          const step = compileStatements(statement.step, context);
          const head = `for (; ${compile(statement.test)}; (() => { ${step} })())`;
          return `{ ${initial} ${guarded(head, block(statement.body))} }`;
        }
        case "switch": {
          const cases = statement.cases
            .map((one) => {
              const labels =
                one.values.length === 0 ? "default:" : one.values.map((value) => `case ${value}:`).join(" ");
              return `${labels} { ${compileStatements(one.body, context)} break; }`;
            })
            .join(" ");
          return `switch (${compile(statement.value)}) { ${cases} }`;
        }
        case "break":
          return "break;";
        case "continue":
          return "continue;";
        case "return":
          return statement.value === undefined ? "return;" : `return ${compile(statement.value)};`;
        case "try":
          return fail("BW0702", "microarchitecture code has no try", "no exception is raised in it");
        case "delayed":
          return fail(
            "BW0702",
            "microarchitecture code has no delayed_write",
            "registers are written by actions",
          );
        case "repeat":
          context.repeat?.(statement.body);
          return compileStatements(statement.body, context);
      }
    })
    .join(" ");
}

/** A loop that calls endless() when it goes round too often. */
function guarded(head: string, body: string, tail = ""): string {
  return `{ let rounds = 0; ${head} { if (++rounds > ${loopLimit}) endless(); ${body} } ${tail} }`;
}

/** JavaScript of the helper functions that use values only; those that call methods of resources are left out. */
export function compileHelper(helper: HelperFunction, prefix: string): string {
  const context: ExpressionContext = {
    helperPrefix: prefix,
    leaf: (expression) =>
      fail(
        "BW0702",
        `the helper function ${helper.name} uses ${describe(expression)}, which a helper cannot reach`,
        "pass operand values as parameters",
      ),
  };
  const parameters = helper.parameters.map((parameter) => `l_${identifier(parameter.name)}`).join(", ");
  return `function ${prefix}${identifier(helper.name)}(${parameters}) { ${compileStatements(helper.body, context)} return 0; }`;
}

function describe(expression: Expression): string {
  switch (expression.kind) {
    case "method":
      return expression.object === ""
        ? `${expression.method}()`
        : `${expression.object}.${expression.method}()`;
    case "register":
      return `the register ${expression.register}`;
    case "element":
      return `the register file ${expression.registerFile}`;
    case "name":
      return expression.name;
    default:
      return `a ${expression.kind}`;
  }
}

/** The helper functions that code calls, itself or through others; names that `find` does not know are left out. */
export function reachedHelpers(
  code: unknown,
  find: (name: string) => HelperFunction | undefined,
): HelperFunction[] {
  const reached = new Map<string, HelperFunction>();
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (node === null || typeof node !== "object") return;
    const call = node as { readonly kind?: string; readonly helper?: string };
    if (call.kind === "call" && call.helper !== undefined && !reached.has(call.helper)) {
      const helper = find(call.helper);
      if (helper) {
        reached.set(call.helper, helper);
        walk(helper.body);
      }
    }
    Object.values(node).forEach(walk);
  };
  walk(code);
  return [...reached.values()];
}
