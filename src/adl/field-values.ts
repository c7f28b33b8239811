// What a field's bits mean in action code where that is more than the model's own fields say: values put together from
// parts, taken from tables, inverted, or wider than a machine word; and the nested fields of a field.
import type { Expression, HelperFunction, ValueType } from "../machine/action.ts";
import type { InstructionField } from "../machine/model.ts";
import { fromLeft, rangeWidth } from "./bit-numbering.ts";
import type { BitOrder, Range } from "./bit-numbering.ts";
import { concat, constant, constantValue, convert, slice, unary, WORD, binary } from "./fold.ts";
import { elementBits } from "./instruction-fields.ts";
import type { FieldSpec } from "./instruction-fields.ts";
import { constantOf } from "./keys.ts";
import type { SyntaxExpression } from "./syntax.ts";

/** A field as the code of one instruction sees it. */
export interface FieldView {
  readonly value: Expression;
  /** A nested field, `X.Y`. */
  member(name: string): Expression | undefined;
  /** `X(1)` of a field whose bits index a table: an element of the row that they choose. */
  elementAt(
    indices: readonly SyntaxExpression[],
    constants: ReadonlyMap<string, bigint>,
  ): Expression | undefined;
}

/** Whether the field's value is nothing that the model's own fields can say. */
export function needsView(spec: FieldSpec): boolean {
  return (
    spec.parts.length > 0 ||
    spec.rows.length > 0 ||
    spec.nested.size > 0 ||
    spec.inverted ||
    spec.width > 32 ||
    spec.size > 32
  );
}

/**
 * The value of a field of the model as code sees it: its bits, or, when it is signed, shifted or an address, 32 bits; a
 * signed one is as wide as the program counter. `value`: what the encoding fixes.
 */
export function fieldValue(
  field: InstructionField,
  value: bigint | undefined,
  counterWidth: number,
): Expression {
  const type: ValueType = { width: 32, signed: field.signed };
  const plain = !field.signed && field.shift === 0 && (field.offset ?? 0) === 0 && field.address !== "pc";
  const wide = field.signed && counterWidth > 32;
  if (value !== undefined && field.address !== "pc") {
    const extended = field.signed ? BigInt.asIntN(field.width, value) : value;
    const shifted = (extended << BigInt(field.shift)) + BigInt(field.offset ?? 0);
    if (wide) return constant(shifted, { width: counterWidth, signed: true });
    return constant(shifted, plain ? { width: field.width, signed: false } : type);
  }
  const own: Expression = {
    kind: "field",
    field: field.name,
    type: plain ? { width: field.width, signed: false } : type,
  };
  return wide && field.address !== "pc" ? convert(own, { width: counterWidth, signed: true }) : own;
}

/** Nested fields and elements of tables are numbers in code, which computing with them does not cut. */
function asNumber(e: Expression): Expression {
  return e.type.width > 32 ? e : convert(e, { width: 32, signed: false, native: true });
}

/** Makes views; tables become functions among `helpers`. */
export class FieldViews {
  readonly #helpers: Map<string, HelperFunction>;
  readonly #order: BitOrder;

  constructor(helpers: Map<string, HelperFunction>, order: BitOrder) {
    this.#helpers = helpers;
    this.#order = order;
  }

  /** `raw`: the field's bits. */
  view(spec: FieldSpec, raw: Expression): FieldView {
    return {
      value: this.#value(spec, raw),
      member: (name) => {
        const nested = spec.nested.get(name);
        return nested ? asNumber(this.#member(nested, spec, raw)) : undefined;
      },
      elementAt: ([index, another], constants) => {
        const column = index && !another ? constantOf(index, constants) : undefined;
        const element = column === undefined ? undefined : this.#element(spec, raw, Number(column));
        return element && asNumber(element);
      },
    };
  }

  #bits(value: Expression, range: Range, width: number): Expression {
    const [first, last] = fromLeft(range, Math.max(width, value.type.width), this.#order);
    const shift = Math.max(width, value.type.width) - value.type.width;
    const at = (n: number): Expression => constant(BigInt(Math.max(0, n - shift)), WORD);
    if (first < 0 || last - shift < 0) return constant(0n, { width: rangeWidth(range), signed: false });
    return slice(value, at(first), at(last), last - Math.max(first, shift) + 1);
  }

  /** The value without sign and displacement. */
  #plain(spec: FieldSpec, raw: Expression): Expression {
    const parts = spec.parts.map((part): Expression => {
      const nested =
        part.kind === "bits" && part.of === undefined ? undefined : spec.nested.get(part.of ?? "");
      const inner = nested ? this.#nestedBits(nested, spec, raw) : raw;
      if (part.kind === "bits") return this.#bits(inner, part.range, nested?.width ?? spec.width);
      if (part.kind === "whole") return inner;
      return (
        (nested && this.#element(nested, inner, part.index)) ??
        this.#bits(inner, [part.index, part.index], nested?.width ?? spec.width)
      );
    });
    const value = parts.length > 0 ? concat(parts) : raw;
    return spec.inverted ? unary("~", value, value.type) : value;
  }

  #value(spec: FieldSpec, raw: Expression): Expression {
    const plain = this.#plain(spec, raw);
    const sized = convert(plain, { width: Math.max(1, spec.size), signed: false });
    if (!spec.signed && spec.shift === 0 && spec.offset === 0 && spec.address !== "pc") return sized;
    const type: ValueType = { width: Math.max(32, plain.type.width), signed: spec.signed };
    const own = spec.signed
      ? convert({ ...plain, type: { ...plain.type, signed: true } }, type)
      : convert(plain, type);
    const shifted = spec.shift === 0 ? own : binary("<<", own, constant(BigInt(spec.shift), WORD), type);
    const moved =
      spec.offset === 0 ? shifted : binary("+", shifted, constant(BigInt(spec.offset), type), type);
    return spec.address === "pc"
      ? binary("+", moved, convert({ kind: "cia", type: WORD }, type), type)
      : moved;
  }

  /** The bits of the outer field that a nested one names. */
  #nestedBits(nested: FieldSpec, outer: FieldSpec, raw: Expression): Expression {
    const pieces = nested.ranges.map((range) => this.#bits(raw, range, outer.width));
    return pieces.length > 0 ? concat(pieces) : constant(0n, { width: 1, signed: false });
  }

  #member(nested: FieldSpec, outer: FieldSpec, raw: Expression): Expression {
    if (nested.ranges.length > 0) {
      const bits = this.#nestedBits(nested, outer, raw);
      return this.#element(nested, bits, 0) ?? bits;
    }
    const [only] = nested.parts;
    const table = only && only.kind !== "bits" && only.of === outer.name && outer.rows.length > 0;
    if (table) return this.#element(outer, raw, only.kind === "element" ? only.index : 0) ?? raw;
    const whole = this.#plain(outer, raw);
    const pieces = nested.parts.map((part) =>
      part.kind === "bits" ? this.#bits(whole, part.range, outer.size) : whole,
    );
    const bits = pieces.length > 0 ? concat(pieces) : whole;
    const value = this.#element(nested, bits, 0) ?? bits;
    return nested.inverted ? unary("~", value, value.type) : value;
  }

  /** Column `index` of the row that `bits` chooses, as a call of a function with a switch. */
  #element(spec: FieldSpec, bits: Expression, index: number): Expression | undefined {
    if (spec.rows.length === 0 || !spec.rows.some((row) => index < row.length)) return undefined;
    const type: ValueType = { width: elementBits(spec.rows), signed: false };
    const known = constantValue(bits);
    if (known !== undefined) return constant(spec.rows[Number(known)]?.[index] ?? 0n, type);
    const name = `${spec.name}.table.${index}`;
    const parameter = { name: "row", type: WORD };
    if (!this.#helpers.has(name)) {
      const cases = spec.rows.flatMap((row, at) => {
        const value = row[index];
        if (value === undefined) return [];
        return [{ values: [BigInt(at)], body: [{ kind: "return" as const, value: constant(value, type) }] }];
      });
      const zero = { kind: "return" as const, value: constant(0n, type) };
      this.#helpers.set(name, {
        name,
        parameters: [parameter],
        result: type,
        body: [{ kind: "switch", value: { kind: "local", name: "row", type: WORD }, cases }, zero],
      });
    }
    return { kind: "call", helper: name, arguments: [convert(bits, WORD)], type };
  }
}
