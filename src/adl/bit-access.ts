// Bits of values: `x(n)`, `x(first,last)`, `x.get<N>(first,last)`. Positions count from the left, or from the right in a
// description that says so; those of a register start at its offset. A position past the end wraps around, as the language's bit vectors do. With constant bounds the
// result is as wide as the slice; with computed ones it is as wide as the value, the bits at its right end.
import type { Expression } from "../machine/action.ts";
import { WORD, add, binary, constant, constantValue, convert, slice } from "./fold.ts";
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
  const little = typer.findings.bitOrder === "little";
  const position = (at: SyntaxExpression): Expression => {
    const p = positionFromLeft(typer, at, width, offset);
    const known = constantValue(p);
    if (known === undefined || known < BigInt(width)) return p;
    typer.findings.warn(
      "BW0233",
      at.span,
      `bit ${little ? BigInt(offset + width - 1) - BigInt.asIntN(32, known) : BigInt.asIntN(32, known) + BigInt(offset)} lies outside a value of ${width} bits: it wraps around`,
      `bits are counted from the ${little ? "right" : "left"}, from ${offset} to ${offset + width - 1}`,
    );
    return constant(((BigInt.asIntN(32, known) % BigInt(width)) + BigInt(width)) % BigInt(width), WORD);
  };
  const from = position(first);
  if (!last) return { place: slice(value, from, from, 1), width: 1 };
  const to = position(last);
  // Where bits are counted from the right, the order of two constant bounds that are turned round is mended.
  const [left, right] = [constantValue(from), constantValue(to)];
  if (little && left !== undefined && right !== undefined && left > right) {
    typer.findings.warn("BW0233", e.span, "the slice ends before it starts: its bounds are exchanged");
    const bits = Number(left - right) + 1;
    return { place: slice(value, to, from, bits), width: bits };
  }
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
      little
        ? "bits are counted from the right: x(last,first)"
        : "bits are counted from the left: x(first,last)",
    );
    return undefined;
  }
  const bits = Number(difference) + 1;
  return { place: slice(value, from, to, bits), width: fixed ? bits : width };
}

/** A position in a value of `width` bits as action code numbers it, counted from the left. */
export function positionFromLeft(typer: Typer, at: SyntaxExpression, width: number, offset = 0): Expression {
  const p = typer.valueAs(at, WORD);
  if (typer.findings.bitOrder === "big") return add(p, constant(BigInt(-offset), WORD));
  return binary("-", constant(BigInt(offset + width - 1), WORD), p, WORD);
}

/** The bits as a value. */
export function readBits(bits: Bits | undefined, poison: Expression): Expression {
  return bits ? convert(bits.place, { width: bits.width, signed: false }) : poison;
}
