// Bits of values: `x(n)`, `x(first,last)`, `x.get<N>(first,last)`. Positions count from the left; those of a register
// start at its offset. A position past the end wraps around, as the language's bit vectors do. With constant bounds the
// result is as wide as the slice; with computed ones it is as wide as the value, the bits at its right end.
import type { Expression } from "../machine/action.ts";
import { WORD, add, constant, constantValue, convert, slice } from "./fold.ts";
import { constantDifference } from "./linear.ts";
import type { SyntaxExpression } from "./syntax.ts";
import type { Typer } from "./typed.ts";

/** Bits first to last of `value`, as an expression that may also be assigned to. */
export interface Bits {
  readonly place: Expression;
  /** How wide the language says that the value is, when read. */
  readonly width: number;
}

/**
 * `value(positions…)`. `offset` is the number of the value's leftmost bit.
 * Reports a wrong number of positions (BW0225) and constant ones that lie outside (BW0233).
 */
export function bitsAt(
  typer: Typer,
  value: Expression,
  e: { readonly span: SyntaxExpression["span"]; readonly arguments: readonly SyntaxExpression[] },
  offset: number,
): Bits | undefined {
  const [first, last] = e.arguments;
  if (!first || e.arguments.length > 2) {
    typer.error("BW0225", e.span, "bits are written x(n) or x(first,last)");
    return undefined;
  }
  const width = value.type.width;
  const shift = constant(BigInt(-offset), WORD);
  const position = (at: SyntaxExpression): Expression => {
    const p = add(typer.valueAs(at, WORD), shift);
    const known = constantValue(p);
    if (known === undefined || known < BigInt(width)) return p;
    typer.findings.warn(
      "BW0233",
      at.span,
      `bit ${BigInt.asIntN(32, known) + BigInt(offset)} lies outside a value of ${width} bits: it wraps around`,
      `bits are counted from the left, from ${offset} to ${offset + width - 1}`,
    );
    return constant(known % BigInt(width), WORD);
  };
  const from = position(first);
  if (!last) return { place: slice(value, from, from, 1), width: 1 };
  const to = position(last);
  const difference = constantDifference(from, to);
  const fixed = constantValue(from) !== undefined && constantValue(to) !== undefined;
  if (difference === undefined || (!fixed && (difference < 0n || difference >= BigInt(width)))) {
    return { place: { kind: "range", value, first: from, last: to, type: { width, signed: false } }, width };
  }
  if (difference < 0n || difference >= BigInt(width)) {
    typer.error(
      "BW0233",
      e.span,
      difference < 0n ? "the slice ends before it starts" : "the slice is wider than the value",
      "bits are counted from the left: x(first,last)",
    );
    return undefined;
  }
  const bits = Number(difference) + 1;
  return { place: slice(value, from, to, bits), width: fixed ? bits : width };
}

/** The bits as a value. */
export function readBits(bits: Bits | undefined, poison: Expression): Expression {
  return bits ? convert(bits.place, { width: bits.width, signed: false }) : poison;
}
