// Calls of the language's own functions: builtins such as `carry`, which the simulators implement, and conversions such as
// `concat` or `sign_extend`, which leave only slices, extensions and constants in the tree.
import { BUILTINS } from "../machine/action.ts";
import type { BuiltinName, Expression, ValueType } from "../machine/action.ts";
import { count } from "./findings.ts";
import { BIT, WORD, concat, constant, constantValue, convert } from "./fold.ts";
import type { SyntaxExpression } from "./syntax.ts";
import { POISON } from "./typed.ts";
import type { Typed, Typer } from "./typed.ts";
import { settle } from "./width-rules.ts";

const DOUBLE: ValueType = { width: 64, signed: false };

/** Types of the floating-point operations that do not take doubles and a control, or do not give a double. */
const FLOAT_TYPES: Readonly<Record<string, readonly [result: ValueType, ...operands: ValueType[]]>> = {
  fp_to_signed: [WORD, DOUBLE, WORD],
  fp_to_unsigned: [WORD, DOUBLE, WORD],
  fp_from_signed: [DOUBLE, WORD],
  fp_from_unsigned: [DOUBLE, WORD],
  fp_from_single: [DOUBLE, WORD],
  fp_to_single: [WORD, DOUBLE],
  fp_compare: [{ width: 4, signed: false }, DOUBLE, DOUBLE],
  fp_class: [{ width: 5, signed: false }, DOUBLE],
  fp_class_single: [{ width: 5, signed: false }, DOUBLE],
  fp_flags: [WORD],
};

/** Result and operands of a floating-point operation with `count` operands. */
function floatTypes(name: BuiltinName, count: number): readonly [ValueType, ...ValueType[]] {
  return FLOAT_TYPES[name] ?? [DOUBLE, ...new Array<ValueType>(count - 1).fill(DOUBLE), WORD];
}

/** A call of one of the BUILTINS: they stay calls in the tree. */
export function typeBuiltin(
  typer: Typer,
  name: BuiltinName,
  e: Extract<SyntaxExpression, { kind: "call" }>,
): Expression {
  const wanted = BUILTINS[name];
  if (e.arguments.length !== wanted) {
    return typer.error(
      "BW0225",
      e.span,
      `${name} takes ${count(wanted, "argument")}, not ${e.arguments.length}`,
    );
  }
  const result = (type: ValueType, ...values: Expression[]): Expression => ({
    kind: "builtin",
    name,
    arguments: values,
    type,
  });
  const [a, b, c] = e.arguments;
  if (name.startsWith("fp_")) {
    const [given, ...taken] = floatTypes(name, wanted);
    return result(given, ...e.arguments.map((x, i) => typer.valueAs(x, taken[i] ?? WORD)));
  }
  switch (name) {
    case "carry":
    case "overflow": {
      if (!a || !b || !c) return POISON;
      const [x, y] = [settle(typer.typed(a)), settle(typer.typed(b))];
      const word: ValueType = { width: Math.max(32, x.type.width, y.type.width), signed: false };
      return result(BIT, convert(x, word), convert(y, word), typer.valueAs(c, BIT));
    }
    case "count_leading_zeros":
      return a ? result(WORD, typer.value(a)) : POISON;
    case "rotate_left": {
      if (!a || !b) return POISON;
      const x = typer.value(a);
      return result({ width: x.type.width, signed: false }, x, typer.valueAs(b, WORD));
    }
    case "time_base":
      return result({ width: 64, signed: false });
    case "system_call":
    case "trap":
      return result(BIT);
    case "reservation_held":
      return a ? result(BIT, typer.valueAs(a, WORD)) : POISON;
    case "reserve":
    case "note_address":
      return a ? result(BIT, typer.valueAs(a, WORD)) : POISON;
    default:
      return result(WORD, ...e.arguments.map((x) => typer.valueAs(x, WORD)));
  }
}

/** Conversions that are part of the language, not builtins: they leave only extends, slices and constants. */
export function typeConversion(
  typer: Typer,
  name: string,
  e: Extract<SyntaxExpression, { kind: "call" }>,
): Typed | undefined {
  const [first, second] = e.arguments;
  const arity = (n: number): boolean => {
    if (e.arguments.length === n) return true;
    typer.findings.error(
      "BW0225",
      e.span,
      `${name} takes ${count(n, "argument")}, not ${e.arguments.length}`,
    );
    return false;
  };
  const width = (at: SyntaxExpression): number | undefined => {
    const value = constantValue(typer.value(at));
    if (value !== undefined && value >= 1n && value <= 1024n) return Number(value);
    typer.findings.error("BW0220", at.span, `${name} takes a constant width from 1 to 1024`);
    return undefined;
  };
  switch (name) {
    case "concat": {
      if (e.arguments.length === 0) return typer.error("BW0225", e.span, "concat takes at least one value");
      const parts = e.arguments.map((part) => {
        if (typer.typed(part).kind === "untyped") {
          return typer.error(
            "BW0227",
            part.span,
            "a number in concat needs a width",
            "write bits<8>(0) or zero(8)",
          );
        }
        return typer.value(part);
      });
      if (parts.reduce((sum, part) => sum + part.type.width, 0) > 1024)
        return typer.error("BW0220", e.span, "concat gives more than 1024 bits");
      return concat(parts);
    }
    case "zero":
    case "ones": {
      if (!arity(1) || !first) return POISON;
      const n = width(first);
      return n === undefined ? POISON : constant(name === "zero" ? 0n : -1n, { width: n, signed: false });
    }
    case "sign_extend":
    case "zero_extend": {
      if (!arity(2) || !first || !second) return POISON;
      const n = width(second);
      if (n === undefined) return POISON;
      const value = typer.value(first);
      if (n < value.type.width)
        return typer.error("BW0220", e.span, `${name} to ${n} bits would cut a value of ${value.type.width}`);
      const signed = name === "sign_extend";
      return convert(convert(value, { width: value.type.width, signed }), { width: n, signed });
    }
    case "signed":
    case "unsigned": {
      if (!arity(1) || !first) return POISON;
      const value = typer.value(first);
      return convert(value, { width: value.type.width, signed: name === "signed" });
    }
    default:
      return undefined;
  }
}
