// Methods of bit vectors: `x.signedLT(y)`, `x.uint32()`, `x.set(first,last,y)`, `x.left_rotate(n)` … Those that change
// their vector in place give the changed vector here; as a statement of its own, such a call assigns it back
// (statements.ts).
import type { BuiltinName, Expression, ValueType } from "../machine/action.ts";
import { bitsAt, positionFromLeft, readBits } from "./bit-access.ts";
import { BIT, WORD, binary, constant, constantValue, convert, slice, truth, unary } from "./fold.ts";
import type { SyntaxExpression } from "./syntax.ts";
import { POISON } from "./typed.ts";
import type { Typed, Typer } from "./typed.ts";
import { ADDRESS, operate, UNSIGNED } from "./width-rules.ts";

type Member = Extract<SyntaxExpression, { kind: "member" }>;

const COMPARE: Readonly<Record<string, "<" | "<=" | ">" | ">=">> = {
  signedLT: "<",
  signedLE: "<=",
  signedGT: ">",
  signedGE: ">=",
};

/** Methods that change the vector that they are called on, and give it back. */
export const CHANGING = new Set("set reset invert negate mask mask_inv signExtend setUndefined".split(" "));

const READING = new Set(
  (
    "uint32 uint64 int32 int64 get test left_rotate right_rotate count_ones count_leading_zeros swap_bytes any none " +
    "size id zeroExtend"
  ).split(" "),
);

/** The value of a method call; undefined when values have no such method. */
export function typeValueMethod(
  typer: Typer,
  callee: Member,
  values: readonly SyntaxExpression[],
): Typed | undefined {
  const { name, span } = callee;
  if (callee.object.kind === "name" && !typer.scope.lookup(callee.object.name)) {
    typer.unknown(callee.object.name, callee.object.span);
    return POISON;
  }
  if (!Object.hasOwn(COMPARE, name) && !CHANGING.has(name) && !READING.has(name)) return undefined;
  if (name === "id") return tableNumber(typer, callee);
  const value = typer.value(callee.object);
  const { width } = value.type;
  const vector: ValueType = { width, signed: false };
  const plain = convert(value, vector);
  const [a, b, c] = values;
  const arity = (...counts: number[]): boolean => {
    if (counts.includes(values.length)) return true;
    typer.error("BW0225", span, `${name} takes ${counts.join(" or ")} arguments, not ${values.length}`);
    return false;
  };
  const built = (builtin: BuiltinName, type: ValueType, ...args: Expression[]): Expression => ({
    kind: "builtin",
    name: builtin,
    arguments: args,
    type,
  });
  const operator = Object.hasOwn(COMPARE, name) ? COMPARE[name] : undefined;
  if (operator) {
    if (!arity(1) || !a) return POISON;
    const signed = (e: Expression): Expression =>
      convert(
        { ...e, type: { width: e.type.width, signed: e.type.signed } },
        { width: e.type.width, signed: true },
      );
    const right = typer.typed(a);
    return operate(operator, signed(value), right.kind === "untyped" ? right : signed(right));
  }
  switch (name) {
    case "uint32":
    case "int32":
      return convert(plain, UNSIGNED);
    case "uint64":
    case "int64":
      return convert(plain, ADDRESS);
    case "size":
      return { kind: "untyped", value: BigInt(width) };
    case "any":
      return truth(plain);
    case "none":
      return unary("!", truth(plain), BIT);
    case "test":
    case "get":
      return got(typer, value, callee, values);
    case "set":
      if (values.length === 0) return constant(-1n, vector);
      if (values.length > 1 && !c) return inserted(typer, plain, a, a, b);
      return arity(1, 3) ? inserted(typer, plain, a, b ?? a, c) : POISON;
    case "reset":
      if (values.length === 0) return constant(0n, vector);
      return arity(1) && a ? insert(typer, plain, a, a, constant(0n, vector)) : POISON;
    case "invert":
      if (values.length === 0) return unary("~", plain, vector);
      if (!arity(1) || !a) return POISON;
      return binary(
        "^",
        plain,
        built("mask", vector, positionFromLeft(typer, a, width), positionFromLeft(typer, a, width)),
        vector,
      );
    case "negate":
      return arity(0) ? unary("-", plain, vector) : POISON;
    case "mask":
    case "mask_inv": {
      if (!arity(2) || !a || !b) return POISON;
      const ones = built(
        "mask",
        vector,
        positionFromLeft(typer, a, width),
        positionFromLeft(typer, b, width),
      );
      return name === "mask"
        ? binary("|", plain, ones, vector)
        : binary("&", plain, unary("~", ones, vector), vector);
    }
    case "setUndefined":
      // Bits are never unknown here; they keep what the operation gives.
      return plain;
    case "signExtend":
    case "zeroExtend":
      if (values.length === 0 && callee.template) return extendedTo(typer, value, callee);
      if (name === "zeroExtend") return undefined;
      return arity(1) && a ? extendedFrom(typer, plain, a) : POISON;
    case "left_rotate":
    case "right_rotate": {
      if (!arity(1) || !a) return POISON;
      const count = typer.valueAs(a, WORD);
      const n = constant(BigInt(width), WORD);
      const left = name === "left_rotate" ? count : binary("-", n, binary("%", count, n, WORD), WORD);
      return built("rotate_left", vector, plain, left);
    }
    case "count_ones":
    case "count_leading_zeros":
      return arity(0) ? built(name, UNSIGNED, plain) : POISON;
    case "swap_bytes":
      return arity(0) ? built(name, vector, plain) : POISON;
    default:
      return undefined;
  }
}

/** `x.get<8>(first,last)`, `x.get(first,last)`, `x.get(n)`. */
function got(
  typer: Typer,
  value: Expression,
  callee: Member,
  values: readonly SyntaxExpression[],
): Expression {
  const bits = bitsAt(typer, value, { span: callee.span, arguments: values }, 0);
  const read = readBits(bits, POISON);
  const [argument] = callee.template ?? [];
  const width = argument ? constantValue(typer.value(argument)) : undefined;
  if (argument && (width === undefined || width < 1n || width > 1024n))
    return typer.error("BW0220", argument.span, "get takes a constant width from 1 to 1024");
  return width === undefined ? read : convert(read, { width: Number(width), signed: false });
}

function inserted(
  typer: Typer,
  value: Expression,
  first: SyntaxExpression | undefined,
  last: SyntaxExpression | undefined,
  bits: SyntaxExpression | undefined,
): Expression {
  if (!first || !last) return POISON;
  const { width } = value.type;
  if (!bits) return insert(typer, value, first, last, constant(-1n, { width, signed: false }));
  return insert(typer, value, first, last, typer.valueAs(bits, { width, signed: false }));
}

function insert(
  typer: Typer,
  value: Expression,
  first: SyntaxExpression,
  last: SyntaxExpression,
  bits: Expression,
): Expression {
  return {
    kind: "insert",
    value,
    first: positionFromLeft(typer, first, value.type.width),
    last: positionFromLeft(typer, last, value.type.width),
    bits,
    type: value.type,
  };
}

/** `x.signExtend<n>()`: the value in n bits. */
function extendedTo(typer: Typer, value: Expression, { name, template, span }: Member): Expression {
  const [argument] = template ?? [];
  const width = argument ? constantValue(typer.value(argument)) : undefined;
  if (width === undefined || width < 1n || width > 1024n)
    return typer.error("BW0220", span, `${name} takes a constant width from 1 to 1024`);
  const own = convert(value, { width: value.type.width, signed: name === "signExtend" });
  return convert(own, { width: Number(width), signed: false });
}

/** `x.signExtend(n)`: bits 0 to n become bit n. */
function extendedFrom(typer: Typer, value: Expression, at: SyntaxExpression): Expression {
  const position = positionFromLeft(typer, at, value.type.width);
  const vector = value.type;
  const sign = slice(value, position, position, 1);
  const ones: Expression = {
    kind: "builtin",
    name: "mask",
    arguments: [constant(0n, WORD), position],
    type: vector,
  };
  return {
    kind: "conditional",
    test: convert(sign, BIT),
    then: binary("|", value, ones, vector),
    otherwise: binary("&", value, unary("~", ones, vector), vector),
    type: vector,
  };
}

/** `t.id()`: the number of the translation table that an entry is of. */
function tableNumber(typer: Typer, callee: Member): Typed {
  const binding = callee.object.kind === "name" ? typer.scope.lookup(callee.object.name) : undefined;
  const id = binding?.kind === "local" ? binding.structure?.id : undefined;
  if (id === undefined)
    return typer.error("BW0222", callee.span, "only entries of a translation table have an id");
  return { kind: "untyped", value: BigInt(id) };
}
