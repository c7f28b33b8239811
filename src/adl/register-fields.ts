// Fields of registers, of their files and of structures in action code: of one piece, of several, one of many side by
// side; the functions that read and write them in any value (`getfield_REG_FIELD`).
import type { Expression } from "../machine/action.ts";
import type { RegisterField } from "../machine/model.ts";
import { count, didYouMean } from "./findings.ts";
import { WORD, binary, concat, constant, constantValue, slice } from "./fold.ts";
import type { Structure } from "./scope.ts";
import type { Span } from "./source.ts";
import type { SyntaxExpression } from "./syntax.ts";
import type { Typer } from "./typed.ts";

type Call = Extract<SyntaxExpression, { kind: "call" }>;

/** Fields of what a name or a call stands for, and the bits that they are. */
export interface Parts {
  readonly value: Expression;
  readonly fields: readonly RegisterField[];
  readonly what: string;
}

/** A field as a value that may be assigned; of several pieces, these side by side. */
export function fieldOf(typer: Typer, parts: Parts, name: string, span: Span): Expression {
  const field = parts.fields.find((f) => f.name === name);
  if (!field) {
    const known = parts.fields.map((f) => f.name);
    return typer.error("BW0223", span, `${parts.what} has no field ${name}`, didYouMean(name, known));
  }
  const piece = ([from, to]: readonly [number, number]): Expression =>
    slice(parts.value, constant(BigInt(from), WORD), constant(BigInt(to), WORD), to - from + 1);
  if (field.indexed !== undefined)
    return typer.error("BW0222", span, `${name} is an indexed field`, `name one of them: ${name}(n)`);
  return field.pieces ? concat(field.pieces.map(piece)) : piece([field.first, field.last]);
}

/** `VPR(RT).B(i)`: one of the fields that lie side by side, the first on the left. */
export function indexedField(typer: Typer, parts: Parts, width: number, e: Call): Expression {
  const [index] = e.arguments;
  if (!index || e.arguments.length !== 1)
    return typer.error("BW0225", e.span, "an indexed field takes one index");
  const count = Math.floor(parts.value.type.width / width);
  const at = typer.valueAs(index, WORD);
  const known = constantValue(at);
  if (known !== undefined && known >= BigInt(count))
    return typer.error("BW0233", index.span, `the fields are numbered from 0 to ${count - 1}`);
  const first = binary("*", at, constant(BigInt(width), WORD), WORD);
  const last = binary("+", first, constant(BigInt(width - 1), WORD), WORD);
  return slice(parts.value, first, last, width);
}

/** `getfield_REG_FIELD(x)`, `setfield_REG_FIELD(x,y)`: the register's field in any value; with its index second. */
export function fieldFunction(typer: Typer, name: string, e: Call): Expression | undefined {
  const match = /^(get|set)field_(\w+)$/.exec(name);
  if (!match) return undefined;
  const [, which, rest = ""] = match;
  for (let at = rest.indexOf("_"); at >= 0; at = rest.indexOf("_", at + 1)) {
    const binding = typer.scope.lookup(rest.slice(0, at));
    const owner =
      binding?.kind === "register"
        ? binding.register
        : binding?.kind === "registerFile"
          ? binding.file
          : undefined;
    const field = owner?.fields?.find((f) => f.name === rest.slice(at + 1));
    if (!owner || !field) continue;
    const [given, ...others] = e.arguments;
    const wanted = (which === "set" ? 2 : 1) + (field.indexed === undefined ? 0 : 1);
    if (!given || e.arguments.length !== wanted)
      return typer.error(
        "BW0225",
        e.span,
        `${name} takes ${count(wanted, "argument")}, not ${e.arguments.length}`,
      );
    const value = typer.valueAs(given, { width: owner.width, signed: false });
    // Where the bits are does not depend on the value, which may be a number whose bits are known.
    const bits: Expression = which === "get" ? value : { kind: "local", name: "", type: value.type };
    const parts: Parts = { value: bits, fields: [field], what: owner.name };
    const index = field.indexed === undefined ? undefined : { ...e, arguments: others.slice(0, 1) };
    const place = index
      ? indexedField(typer, parts, field.indexed!, index)
      : fieldOf(typer, parts, field.name, e.span);
    const written = others[index ? 1 : 0];
    return which === "get" || !written
      ? place
      : replaced(value, place, typer.valueAs(written, { width: place.type.width, signed: false }));
  }
  return undefined;
}

/** A value of another structure that has all the fields, as a table has those of the one that it inherits from. */
export function asStructure(
  typer: Typer,
  e: SyntaxExpression,
  own: Structure | undefined,
  structure: Structure,
): Expression | undefined {
  if (!own || own.name === structure.name) return undefined;
  const has = structure.fields.every((f) => own.fields.some((other) => other.name === f.name));
  if (!has) return undefined;
  const parts = { value: typer.value(e), fields: own.fields, what: own.name };
  return concat(structure.fields.map((f) => fieldOf(typer, parts, f.name, e.span)));
}

/** `value` with the bits of it that `place` is, slices one beside the other, replaced by `bits`. */
function replaced(value: Expression, place: Expression, bits: Expression): Expression {
  if (place.kind === "slice")
    return { kind: "insert", value, first: place.first, last: place.last, bits, type: value.type };
  if (place.kind !== "concat") return bits;
  let at = 0;
  return place.parts.reduce((whole, part) => {
    const last = at + part.type.width - 1;
    const own = slice(bits, constant(BigInt(at), WORD), constant(BigInt(last), WORD), part.type.width);
    at = last + 1;
    return replaced(whole, part, own);
  }, value);
}
