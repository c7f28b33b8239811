// A latency function of the core's description as a site expression: the annotated module evaluates on real operands
// exactly what the reference pipeline evaluates.
//
// Before: helper `divide_latency(Src1.value(), Src2.value())` with declarations, ifs and returns.
// After: one expression over operands; helpers are inlined, an `if` that returns becomes an `if` expression. Loops have no
// such form; such a latency stays at its base value and is reported by the caller.
import type { Expression, HelperFunction, Statement, ValueType } from "../../machine/action.ts";
import type { SiteExpression } from "../plan.ts";

/** What a latency function reads. */
export interface LatencyNames {
  /** Operand name → the expression for its value. */
  readonly operands: ReadonlyMap<string, SiteExpression>;
  readonly helpers: Readonly<Record<string, HelperFunction>>;
}

const sizeLimit = 4000;

/** undefined when the function has no expression form (loops, values of more than 32 bits, unbounded size). */
export function latencyExpression(expression: Expression, names: LatencyNames): SiteExpression | undefined {
  try {
    return new Translator(names).expression(expression, new Map());
  } catch (error) {
    if (error instanceof NoForm) return undefined;
    throw error;
  }
}

class NoForm extends Error {}

type Scope = Map<string, SiteExpression>;

const constant = (value: number): SiteExpression => ({ op: "const", value: value | 0 });

class Translator {
  private readonly names: LatencyNames;
  private size = 0;
  private depth = 0;

  constructor(names: LatencyNames) {
    this.names = names;
  }

  expression(e: Expression, scope: Scope): SiteExpression {
    if (++this.size > sizeLimit) throw new NoForm();
    switch (e.kind) {
      case "constant":
        return constant(Number(BigInt.asIntN(32, e.value)));
      case "local": {
        const value = scope.get(e.name);
        if (!value) throw new NoForm();
        return value;
      }
      case "extend": {
        const from = e.value.type;
        const value = this.expression(e.value, scope);
        if (!from.signed || from.width >= 32) return this.cut(value, e.type);
        const shift = constant(32 - from.width);
        return this.cut(
          { op: "shr_s", left: { op: "shl", left: value, right: shift }, right: shift },
          e.type,
        );
      }
      case "slice":
        return this.slice(e, scope);
      case "unary":
        return this.unary(e, scope);
      case "binary":
        return this.binary(e, scope);
      case "conditional":
        return {
          op: "if",
          condition: this.expression(e.test, scope),
          then: this.expression(e.then, scope),
          else: this.expression(e.otherwise, scope),
        };
      case "builtin":
        if (e.name === "count_leading_zeros" && e.arguments[0]!.type.width === 32) {
          return { op: "clz", value: this.expression(e.arguments[0]!, scope) };
        }
        throw new NoForm();
      case "call":
        return this.call(e.helper, e.arguments, scope);
      case "method": {
        const value = e.method === "value" ? this.names.operands.get(e.object) : undefined;
        if (!value) throw new NoForm();
        return value;
      }
      default:
        throw new NoForm();
    }
  }

  private slice(e: Extract<Expression, { kind: "slice" }>, scope: Scope): SiteExpression {
    const { first, last, value } = e;
    if (first.kind !== "constant" || last.kind !== "constant" || value.type.width > 32) throw new NoForm();
    const right = value.type.width - 1 - Number(last.value);
    const width = Number(last.value) - Number(first.value) + 1;
    const shifted: SiteExpression = {
      op: "shr_u",
      left: this.expression(value, scope),
      right: constant(right),
    };
    return this.cut(shifted, { width, signed: false });
  }

  private unary(e: Extract<Expression, { kind: "unary" }>, scope: Scope): SiteExpression {
    const value = this.expression(e.value, scope);
    switch (e.operator) {
      case "+":
        return value;
      case "-":
        return this.cut({ op: "sub", left: constant(0), right: value }, e.type);
      case "~":
        return this.cut({ op: "xor", left: value, right: constant(-1) }, e.type);
      case "!":
        return { op: "eqz", value };
    }
  }

  private binary(e: Extract<Expression, { kind: "binary" }>, scope: Scope): SiteExpression {
    const left = this.expression(e.left, scope);
    const right = this.expression(e.right, scope);
    const signed = e.left.type.signed && e.right.type.signed;
    const plain = (op: "add" | "sub" | "mul" | "and" | "or" | "xor"): SiteExpression =>
      this.cut({ op, left, right }, e.type);
    switch (e.operator) {
      case "+":
        return plain("add");
      case "-":
        return plain("sub");
      case "*":
        return plain("mul");
      case "&":
        return plain("and");
      case "|":
        return plain("or");
      case "^":
        return plain("xor");
      case "<<":
        return this.cut(this.shift("shl", left, right), e.type);
      case ">>":
        return this.shift(e.left.type.signed ? "shr_s" : "shr_u", left, right);
      case "==":
        return { op: "eq", left, right };
      case "!=":
        return { op: "ne", left, right };
      case "<":
        return { op: signed ? "lt_s" : "lt_u", left, right };
      case "<=":
        return { op: signed ? "le_s" : "le_u", left, right };
      case ">":
        return { op: signed ? "gt_s" : "gt_u", left, right };
      case ">=":
        return { op: signed ? "ge_s" : "ge_u", left, right };
      case "&&":
        return { op: "if", condition: left, then: this.truth(right), else: constant(0) };
      case "||":
        return { op: "if", condition: left, then: constant(1), else: this.truth(right) };
      case "/":
      case "%":
        return this.byPowerOfTwo(e, left);
    }
  }

  /** WebAssembly takes the count modulo 32; action code gives 0 from 32 on. */
  private shift(op: "shl" | "shr_s" | "shr_u", left: SiteExpression, right: SiteExpression): SiteExpression {
    if (right.op === "const" && right.value >= 0 && right.value < 32) return { op, left, right };
    return {
      op: "if",
      condition: { op: "lt_u", left: right, right: constant(32) },
      then: { op, left, right },
      else: op === "shr_s" ? { op, left, right: constant(31) } : constant(0),
    };
  }

  private byPowerOfTwo(e: Extract<Expression, { kind: "binary" }>, left: SiteExpression): SiteExpression {
    const divisor = e.right.kind === "constant" ? Number(e.right.value) : 0;
    const bits = Math.log2(divisor);
    if (!(divisor > 0) || !Number.isInteger(bits) || e.left.type.signed) throw new NoForm();
    return e.operator === "/"
      ? { op: "shr_u", left, right: constant(bits) }
      : { op: "and", left, right: constant(divisor - 1) };
  }

  private truth(value: SiteExpression): SiteExpression {
    return { op: "ne", left: value, right: constant(0) };
  }

  private cut(value: SiteExpression, type: ValueType): SiteExpression {
    if (type.width > 32) throw new NoForm();
    if (type.width === 32) return value;
    return { op: "and", left: value, right: constant(2 ** type.width - 1) };
  }

  private call(name: string, args: readonly Expression[], scope: Scope): SiteExpression {
    const helper = this.names.helpers[name];
    if (!helper || ++this.depth > 16) throw new NoForm();
    const inner: Scope = new Map();
    helper.parameters.forEach((parameter, index) => {
      const argument = args[index];
      if (!argument || parameter.type.width > 32) throw new NoForm();
      inner.set(parameter.name, this.cut(this.expression(argument, scope), parameter.type));
    });
    const result = this.statements(helper.body, inner);
    this.depth--;
    if (!result) throw new NoForm();
    return result;
  }

  /** The value that the statements return, or undefined when they end without a return; assignments update `scope`. */
  private statements(list: readonly Statement[], scope: Scope): SiteExpression | undefined {
    for (let index = 0; index < list.length; index++) {
      const statement = list[index]!;
      switch (statement.kind) {
        case "declare":
          scope.set(
            statement.name,
            statement.value ? this.cut(this.expression(statement.value, scope), statement.type) : constant(0),
          );
          break;
        case "assign":
          if (statement.target.kind !== "local") throw new NoForm();
          scope.set(
            statement.target.name,
            this.cut(this.expression(statement.value, scope), statement.target.type),
          );
          break;
        case "return":
          if (!statement.value) throw new NoForm();
          return this.expression(statement.value, scope);
        case "if": {
          const result = this.branch(statement, list.slice(index + 1), scope);
          if (result) return result;
          break;
        }
        default:
          throw new NoForm();
      }
    }
    return undefined;
  }

  /** An `if`: either both ways return (then with what follows appended), or both only assign. */
  private branch(
    statement: Extract<Statement, { kind: "if" }>,
    rest: readonly Statement[],
    scope: Scope,
  ): SiteExpression | undefined {
    const condition = this.expression(statement.test, scope);
    if (returns(statement.then) || returns(statement.otherwise)) {
      const one = this.statements([...statement.then, ...rest], new Map(scope));
      const other = this.statements([...statement.otherwise, ...rest], new Map(scope));
      if (!one || !other) throw new NoForm();
      return { op: "if", condition, then: one, else: other };
    }
    const thenScope = new Map(scope);
    const elseScope = new Map(scope);
    this.statements(statement.then, thenScope);
    this.statements(statement.otherwise, elseScope);
    for (const [name, before] of scope) {
      const one = thenScope.get(name) ?? before;
      const other = elseScope.get(name) ?? before;
      if (one !== other) scope.set(name, { op: "if", condition, then: one, else: other });
    }
    return undefined;
  }
}

function returns(list: readonly Statement[]): boolean {
  return list.some(
    (statement) =>
      statement.kind === "return" ||
      (statement.kind === "if" && (returns(statement.then) || returns(statement.otherwise))),
  );
}
