// Expressions of action code, from syntax to typed trees. Rules of widths (also in adl/README.md):
//  - a number without a type takes the type of the other operand;
//  - + - * / % << and unary - work on at least 32 bits, as in C; ~ & | ^ >> on the width of their operands;
//  - operands of different widths are extended to the wider one; a mix of signed and unsigned is unsigned, as in C;
//  - comparisons and logical operators give one bit.
import type { BinaryOperator, Expression, ValueType } from "../machine/action.ts";
import type { InstructionField } from "../machine/model.ts";
import { typeBuiltin, typeConversion } from "./builtin-calls.ts";
import type { Findings } from "./findings.ts";
import { count, didYouMean } from "./findings.ts";
import {
  BIT,
  WORD,
  add,
  binary,
  conditional,
  constant,
  constantValue,
  convert,
  slice,
  truth,
  unary,
} from "./fold.ts";
import { LIMITS } from "./limits.ts";
import { constantDifference } from "./linear.ts";
import { isRegisterMethod, typeMethodCall, typeObjectMethod } from "./method-calls.ts";
import { parseInteger } from "./number.ts";
import type { Binding, HelperSignature, Scope } from "./scope.ts";
import type { Span } from "./source.ts";
import type { SyntaxExpression } from "./syntax.ts";
import { POISON } from "./typed.ts";
import type { Typed, Typer, Untyped } from "./typed.ts";
import { resolveType } from "./types.ts";

const INT: ValueType = { width: 32, signed: true };

const ARITHMETIC = new Set(["+", "-", "*", "/", "%"]);
const COMPARISONS = new Set(["==", "!=", "<", "<=", ">", ">="]);
const BINARY_OPERATORS = new Set([...ARITHMETIC, ...COMPARISONS, "&", "|", "^", "<<", ">>", "&&", "||"]);

export class ExpressionTyper implements Typer {
  readonly findings: Findings;
  scope: Scope;
  /** Whether uADL methods (`exec()`, `Src.read()`) may be called. */
  readonly #calls = new Set<string>();
  #depth = 0;

  constructor(scope: Scope, findings: Findings) {
    this.scope = scope;
    this.findings = findings;
  }

  /** Names of the helpers that were called. */
  get calledHelpers(): ReadonlySet<string> {
    return this.#calls;
  }

  error(code: string, span: Span, message: string, help?: string): Expression {
    this.findings.error(code, span, message, help);
    return POISON;
  }

  /** A value with a type of its own. */
  value(e: SyntaxExpression): Expression {
    return this.settle(this.typed(e));
  }

  /** A value converted to `type`. */
  valueAs(e: SyntaxExpression, type: ValueType): Expression {
    return this.coerce(this.typed(e), type, e.span);
  }

  /** A value as a condition of one bit. */
  condition(e: SyntaxExpression): Expression {
    const typed = this.typed(e);
    return typed.kind === "untyped" ? constant(typed.value === 0n ? 0n : 1n, BIT) : truth(typed);
  }

  settle(typed: Typed): Expression {
    if (typed.kind !== "untyped") return typed;
    const fits = typed.value >= -(1n << 31n) && typed.value < 1n << 32n;
    if (!fits) return constant(typed.value, { width: 64, signed: true });
    return constant(typed.value, typed.value < 1n << 31n ? INT : WORD);
  }

  coerce(typed: Typed, type: ValueType, span: Span): Expression {
    if (typed.kind !== "untyped") return convert(typed, type);
    if (typed.value >= 1n << BigInt(type.width) || typed.value < -(1n << BigInt(type.width - 1))) {
      this.findings.warn("BW0231", span, `${typed.value} does not fit in ${type.width} bits`);
    }
    return constant(typed.value, type);
  }

  typed(e: SyntaxExpression): Typed {
    if (++this.#depth > 4 * LIMITS.chain) {
      this.#depth--;
      return this.error("BW0121", e.span, "expression is nested too deeply");
    }
    try {
      return this.#typed(e);
    } finally {
      this.#depth--;
    }
  }

  #typed(e: SyntaxExpression): Typed {
    switch (e.kind) {
      case "number": {
        if (e.unit !== undefined && e.unit !== "cycles" && e.unit !== "cycle") {
          return this.error("BW0221", e.span, "numbers in action code have no unit, or are cycles");
        }
        const value = parseInteger(e.text);
        if (value === undefined) return this.error("BW0221", e.span, `${e.text.slice(0, 40)} is no integer`);
        if (value >= 1n << 64n) return this.error("BW0221", e.span, "values have at most 64 bits");
        return { kind: "untyped", value };
      }
      case "boolean":
        return constant(e.value ? 1n : 0n, BIT);
      case "string":
        return this.error("BW0221", e.span, "a string is no value in action code");
      case "list":
        return this.error("BW0221", e.span, "a list is no value in action code");
      case "assign":
        return this.error(
          "BW0236",
          e.span,
          "an assignment is no value here",
          "write it as a statement of its own, before this one",
        );
      case "broken":
        return POISON;
      case "name":
        return this.#name(e.name, e.span);
      case "member":
        return this.#member(e);
      case "call":
        return this.#call(e);
      case "subscript":
        return this.error("BW0222", e.span, "there are no arrays; bits are written x(n) or x(first,last)");
      case "construct": {
        const type = resolveType(e.type, this.findings);
        const [argument] = e.arguments;
        if (!argument || e.arguments.length !== 1)
          return this.error("BW0225", e.span, `${e.type.name}<…>(x) takes one value`);
        if (!type) return POISON;
        if (argument.kind === "string") {
          const value = parseInteger(argument.value);
          if (value === undefined) return this.error("BW0221", argument.span, "the string is no integer");
          return this.coerce({ kind: "untyped", value }, type, argument.span);
        }
        return this.valueAs(argument, type);
      }
      case "unary":
        return this.#unary(e.operator, e.value, e.span);
      case "binary":
        return this.#binary(e.operator, e.left, e.right, e.span);
      case "conditional": {
        const test = this.condition(e.test);
        const [then, otherwise] = this.sameType(
          this.typed(e.then),
          this.typed(e.otherwise),
          e.then.span,
          e.otherwise.span,
          0,
        );
        return conditional(test, then, otherwise);
      }
    }
  }

  // ---- Names -------------------------------------------------------------------------------------------------

  /** The field's value as code sees it: 32 bits, extended as declared; a constant when the instruction fixes it. */
  fieldValue(field: InstructionField, value: bigint | undefined): Expression {
    const type: ValueType = { width: 32, signed: field.signed };
    if (value !== undefined && field.address !== "pc") {
      const plain = field.signed ? BigInt.asIntN(field.width, value) : value;
      return constant(plain << BigInt(field.shift), type);
    }
    return { kind: "field", field: field.name, type };
  }

  /** An operand of a slice or of concat: an unsigned field stands for its own bits there. */
  bitsOf(e: SyntaxExpression): Expression {
    if (e.kind === "name") {
      const binding = this.scope.lookup(e.name);
      if (
        binding?.kind === "field" &&
        !binding.field.signed &&
        binding.field.shift === 0 &&
        binding.field.address !== "pc"
      ) {
        const value = this.fieldValue(binding.field, binding.value);
        return convert(value, { width: binding.field.width, signed: false });
      }
    }
    return this.value(e);
  }

  #name(name: string, span: Span): Typed {
    const binding = this.scope.lookup(name);
    if (!binding) return this.unknown(name, span);
    switch (binding.kind) {
      case "local":
        return { kind: "local", name: binding.name, type: binding.type };
      case "field":
        return this.fieldValue(binding.field, binding.value);
      case "register":
        return {
          kind: "register",
          register: binding.register.name,
          type: { width: binding.register.width, signed: false },
        };
      case "constant":
        return { kind: "untyped", value: binding.value };
      case "cia":
        return { kind: "cia", type: WORD };
      case "nia":
        return { kind: "nia", type: WORD };
      case "registerFile":
        return this.error(
          "BW0222",
          span,
          `${name} is a register file`,
          `name one of its registers: ${name}(n)`,
        );
      case "helper":
      case "builtin":
      case "method":
        return this.error("BW0222", span, `${name} is a function`, `call it: ${name}(…)`);
      case "memory":
        return this.error(
          "BW0222",
          span,
          `${name} is the memory`,
          `name an address and a size: ${name}(ea,4)`,
        );
      case "otherField":
        return this.error(
          "BW0223",
          span,
          `${name} is an instruction field, but none of this code's own`,
          "an action sees the fields in its instruction's `fields`; a function gets them as arguments",
        );
      case "object":
      case "name":
        return { kind: "name", name, type: WORD };
    }
  }

  unknown(name: string, span: Span): Expression {
    return this.error("BW0223", span, `unknown name ${name}`, didYouMean(name, this.scope.names()));
  }

  #member(e: Extract<SyntaxExpression, { kind: "member" }>): Typed {
    const binding = e.object.kind === "name" ? this.scope.lookup(e.object.name) : undefined;
    if (binding?.kind === "register") {
      const field = binding.register.fields.find((f) => f.name === e.name);
      if (!field) {
        const known = binding.register.fields.map((f) => f.name);
        return this.error(
          "BW0223",
          e.span,
          `register ${binding.register.name} has no field ${e.name}`,
          didYouMean(e.name, known),
        );
      }
      const register: Expression = {
        kind: "register",
        register: binding.register.name,
        type: { width: binding.register.width, signed: false },
      };
      return slice(
        register,
        constant(BigInt(field.first), WORD),
        constant(BigInt(field.last), WORD),
        field.last - field.first + 1,
      );
    }
    if (binding?.kind === "object") {
      return { kind: "name", name: `${e.object.kind === "name" ? e.object.name : ""}.${e.name}`, type: WORD };
    }
    if (!binding && e.object.kind === "name") return this.unknown(e.object.name, e.object.span);
    return this.error("BW0222", e.span, `.${e.name} is no field of a register`);
  }

  // ---- Calls -------------------------------------------------------------------------------------------------

  #call(e: Extract<SyntaxExpression, { kind: "call" }>): Typed {
    const callee = e.callee;
    if (callee.kind === "name") {
      const binding = this.scope.lookup(callee.name);
      if (binding) return this.#callBinding(binding, callee.name, e);
      const known = typeConversion(this, callee.name, e);
      return (
        known ??
        this.error(
          "BW0223",
          callee.span,
          `unknown function ${callee.name}`,
          this.#suggestFunction(callee.name),
        )
      );
    }
    if (callee.kind === "member") {
      const object = callee.object.kind === "name" ? this.scope.lookup(callee.object.name) : undefined;
      const dotted = callee.object.kind === "member" ? this.#dottedObject(callee.object) : undefined;
      if (object?.kind === "object")
        return typeObjectMethod(this, object.objectKind, object.name, callee, e.arguments);
      if (dotted) return typeObjectMethod(this, dotted.objectKind, dotted.name, callee, e.arguments);
      const isField =
        object?.kind === "register" && object.register.fields.some((f) => f.name === callee.name);
      if (object?.kind === "register" && !isField && isRegisterMethod(callee.name)) {
        return typeObjectMethod(this, "register", object.register.name, callee, e.arguments);
      }
      if (!isField) {
        const method = typeMethodCall(this, callee, e.arguments);
        if (method) return method;
        return this.error("BW0222", callee.span, `a value has no method ${callee.name}`);
      }
    }
    return this.slice(this.settle(this.typed(callee)), e, 0);
  }

  /** `Mem.D` in `Mem.D.can_read()`. */
  #dottedObject(
    e: Extract<SyntaxExpression, { kind: "member" }>,
  ): Extract<Binding, { kind: "object" }> | undefined {
    if (e.object.kind !== "name") return undefined;
    const binding = this.scope.lookup(`${e.object.name}.${e.name}`);
    return binding?.kind === "object" ? binding : undefined;
  }

  #suggestFunction(name: string): string | undefined {
    return didYouMean(name, [
      ...this.scope.names(),
      "concat",
      "zero",
      "ones",
      "sign_extend",
      "zero_extend",
      "signed",
      "unsigned",
    ]);
  }

  #callBinding(binding: Binding, name: string, e: Extract<SyntaxExpression, { kind: "call" }>): Typed {
    switch (binding.kind) {
      case "local":
      case "field":
        return this.slice(this.bitsOf(e.callee), e, 0);
      case "register":
        return this.slice(this.settle(this.#name(name, e.callee.span)), e, binding.offset);
      case "registerFile": {
        const [index] = e.arguments;
        if (!index || e.arguments.length !== 1)
          return this.error("BW0225", e.span, `${name}(n) takes one index`);
        const typed = this.valueAs(index, WORD);
        const known = constantValue(typed);
        if (known !== undefined && known >= BigInt(binding.file.size)) {
          return this.error(
            "BW0233",
            index.span,
            `${name} has registers 0 to ${binding.file.size - 1}, not ${known}`,
          );
        }
        return {
          kind: "element",
          registerFile: binding.file.name,
          index: typed,
          type: { width: binding.file.width, signed: false },
        };
      }
      case "memory": {
        const [address, size] = e.arguments;
        if (!address || !size || e.arguments.length !== 2)
          return this.error("BW0225", e.span, `${name}(address,bytes) takes an address and a size`);
        const typed = this.valueAs(address, WORD);
        const bytes = constantValue(this.value(size));
        if (bytes !== 1n && bytes !== 2n && bytes !== 4n && bytes !== 8n) {
          return this.error("BW0226", size.span, "a memory access has 1, 2, 4 or 8 bytes");
        }
        return {
          kind: "memory",
          address: typed,
          bytes: Number(bytes),
          type: { width: 8 * Number(bytes), signed: false },
        };
      }
      case "builtin":
        return typeBuiltin(this, binding.name, e);
      case "helper":
        return this.#helper(binding.helper, e);
      case "method":
        return typeObjectMethod(this, undefined, "", { name: binding.name, span: e.span }, e.arguments);
      default:
        return this.error("BW0222", e.callee.span, `${name} cannot be called or sliced`);
    }
  }

  #helper(helper: HelperSignature, e: Extract<SyntaxExpression, { kind: "call" }>): Expression {
    this.#calls.add(helper.name);
    if (e.arguments.length !== helper.parameters.length) {
      return this.error(
        "BW0225",
        e.span,
        `${helper.name} takes ${count(helper.parameters.length, "argument")}, not ${e.arguments.length}`,
      );
    }
    const values = e.arguments.map((argument, i) =>
      this.valueAs(argument, helper.parameters[i]?.type ?? WORD),
    );
    return { kind: "call", helper: helper.name, arguments: values, type: helper.result ?? BIT };
  }

  /** `value(first,last)` and `value(n)`. */
  slice(value: Expression, e: Extract<SyntaxExpression, { kind: "call" }>, offset: number): Expression {
    const [first, last] = e.arguments;
    if (!first || e.arguments.length > 2)
      return this.error("BW0225", e.span, "bits are written x(n) or x(first,last)");
    const shift = constant(BigInt(-offset), WORD);
    const position = (at: SyntaxExpression): Expression => add(this.valueAs(at, WORD), shift);
    const from = position(first);
    const to = last ? position(last) : from;
    const difference = last ? constantDifference(from, to) : 0n;
    const width = value.type.width;
    for (const [at, known] of [
      [first, constantValue(from)],
      [last ?? first, constantValue(to)],
    ] as const) {
      if (known !== undefined && known >= BigInt(width)) {
        return this.error(
          "BW0233",
          at.span,
          `bit ${BigInt.asIntN(32, known) + BigInt(offset)} lies outside a value of ${width} bits`,
          `bits are counted from the left, from ${offset} to ${offset + width - 1}`,
        );
      }
    }
    if (difference === undefined) {
      return this.error(
        "BW0224",
        e.span,
        "the width of this slice is not constant",
        "the difference of the two bit numbers must be a constant",
      );
    }
    if (difference < 0n || difference >= BigInt(width)) {
      return this.error(
        "BW0233",
        e.span,
        difference < 0n ? "the slice ends before it starts" : "the slice is wider than the value",
        "bits are counted from the left: x(first,last)",
      );
    }
    return slice(value, from, to, Number(difference) + 1);
  }

  // ---- Operators ---------------------------------------------------------------------------------------------

  #unary(operator: string, operand: SyntaxExpression, span: Span): Typed {
    const value = this.typed(operand);
    if (operator === "!") {
      if (value.kind === "untyped") return constant(value.value === 0n ? 1n : 0n, BIT);
      return unary("!", truth(value), BIT);
    }
    if (operator !== "-" && operator !== "+" && operator !== "~")
      return this.error("BW0222", span, `${operator} is no operator here`);
    if (value.kind === "untyped") {
      return {
        kind: "untyped",
        value: operator === "-" ? -value.value : operator === "~" ? ~value.value : value.value,
      };
    }
    if (operator === "~") return unary("~", value, value.type);
    const type: ValueType = { width: Math.max(32, value.type.width), signed: value.type.signed };
    return unary(operator, convert(value, type), type);
  }

  #binary(operator: string, leftSyntax: SyntaxExpression, rightSyntax: SyntaxExpression, span: Span): Typed {
    if (!BINARY_OPERATORS.has(operator)) return this.error("BW0222", span, `${operator} is no operator here`);
    if (operator === "&&" || operator === "||") {
      return binary(operator, this.condition(leftSyntax), this.condition(rightSyntax), BIT);
    }
    return this.operate(
      operator as BinaryOperator,
      this.typed(leftSyntax),
      this.typed(rightSyntax),
      leftSyntax.span,
      rightSyntax.span,
    );
  }

  /** left operator right, with the rules of widths at the head of this file. */
  operate(operator: BinaryOperator, left: Typed, right: Typed, leftSpan: Span, rightSpan: Span): Typed {
    if ((operator === "/" || operator === "%") && isZero(right))
      return this.error("BW0232", rightSpan, "division by zero");
    if (operator === "<<" || operator === ">>") {
      const count = this.coerce(right, WORD, rightSpan);
      if (left.kind === "untyped") {
        const known = constantValue(count);
        if (known !== undefined && known < 64n) {
          return { kind: "untyped", value: operator === "<<" ? left.value << known : left.value >> known };
        }
      }
      const value = this.settle(left);
      const type: ValueType =
        operator === "<<" ? { width: Math.max(32, value.type.width), signed: value.type.signed } : value.type;
      return binary(operator, convert(value, type), count, type);
    }
    if (left.kind === "untyped" && right.kind === "untyped") {
      const folded = binary(
        operator,
        constant(left.value, { width: 64, signed: true }),
        constant(right.value, { width: 64, signed: true }),
        COMPARISONS.has(operator) ? BIT : { width: 64, signed: true },
      );
      if (COMPARISONS.has(operator)) return folded;
      return { kind: "untyped", value: constantValue(folded) ?? 0n };
    }
    const least = ARITHMETIC.has(operator) ? 32 : 0;
    const [a, b] = this.sameType(left, right, leftSpan, rightSpan, least);
    return binary(operator, a, b, COMPARISONS.has(operator) ? BIT : a.type);
  }

  /** Both values at one type: the wider width, at least `least`; signed only when both are. */
  sameType(
    left: Typed,
    right: Typed,
    leftSpan: Span,
    rightSpan: Span,
    least: number,
  ): [Expression, Expression] {
    if (left.kind === "untyped" && right.kind === "untyped") {
      const a = this.settle(left);
      const b = this.settle(right);
      const type: ValueType = {
        width: Math.max(a.type.width, b.type.width),
        signed: a.type.signed && b.type.signed,
      };
      return [convert(a, type), convert(b, type)];
    }
    if (left.kind === "untyped" || right.kind === "untyped") {
      const known = left.kind === "untyped" ? (right as Expression) : left;
      const number = left.kind === "untyped" ? left : (right as Untyped);
      const fits =
        number.value < 1n << BigInt(known.type.width) &&
        number.value >= -(1n << BigInt(known.type.width - 1));
      const width = Math.max(
        known.type.width,
        least,
        fits ? 0 : number.value < 1n << 32n && number.value >= -(1n << 31n) ? 32 : 64,
      );
      const type: ValueType = { width, signed: known.type.signed };
      return [this.coerce(left, type, leftSpan), this.coerce(right, type, rightSpan)];
    }
    const type: ValueType = {
      width: Math.max(left.type.width, right.type.width, least),
      signed: left.type.signed && right.type.signed,
    };
    return [convert(left, type), convert(right, type)];
  }
}

function isZero(e: Typed): boolean {
  return e.kind === "untyped" ? e.value === 0n : constantValue(e) === 0n;
}
