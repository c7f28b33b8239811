// How a description numbers bits: `bit_endianness = big` (the default) counts from the left, `little` from the right. The
// model always counts from the left, so positions are turned round where they are read, and nowhere else.
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { integerIn, oneOf } from "./keys.ts";
import type { SyntaxExpression } from "./syntax.ts";

export type BitOrder = "big" | "little";

/** Two bit numbers as written: the leftmost bit of the range first, whichever way bits are numbered. */
export type Range = readonly [number, number];

/** The bit order of an architecture. Descriptions that do not say count from the left. */
export function readBitOrder(block: Block, findings: Findings): BitOrder {
  return block.keys.has("bit_endianness")
    ? oneOf(block, "bit_endianness", ["big", "little"], findings)
    : "big";
}

/** Number of bits in a range. */
export function rangeWidth([first, last]: Range): number {
  return Math.abs(last - first) + 1;
}

/** A range of a value of `width` bits, counted from the left; `offset` is the number of its first bit. */
export function fromLeft([first, last]: Range, width: number, order: BitOrder, offset = 0): Range {
  return order === "little"
    ? [offset + width - 1 - first, offset + width - 1 - last]
    : [first - offset, last - offset];
}

/** `bits = 5`, `(0,5)`, `((16,20),(11,15))`, `(1,(11,15))`: ranges from left to right, as they are numbered. */
export function bitRanges(
  e: SyntaxExpression,
  last: number,
  findings: Findings,
  order: BitOrder = findings.bitOrder,
): Range[] {
  const bounds = { min: 0, max: last };
  const position = (at: SyntaxExpression): number => integerIn(at, "a bit number", 0, bounds, findings);
  const range = (at: SyntaxExpression): Range | undefined => {
    if (at.kind !== "list") {
      const n = position(at);
      return [n, n];
    }
    const [first, end] = at.elements;
    if (!first || !end || at.elements.length !== 2) {
      findings.error("BW0205", at.span, "bits are written (first,last)");
      return undefined;
    }
    const from = position(first);
    const to = position(end);
    if (order === "big" ? to < from : from < to) {
      findings.error(
        "BW0206",
        at.span,
        `the bits end (${to}) before they start (${from})`,
        order === "big" ? "bit 0 is the leftmost" : "bit 0 is the rightmost (bit_endianness = little)",
      );
      return undefined;
    }
    return [from, to];
  };
  const nested = e.kind === "list" && e.elements.some((x) => x.kind === "list");
  const parts = e.kind === "list" && (nested || e.elements.length !== 2) ? e.elements : [e];
  return parts.flatMap((part) => {
    const r = range(part);
    return r ? [r] : [];
  });
}
