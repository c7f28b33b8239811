// From an instruction's `fields` to bits of its encoding: entries that name fields, bits with a value, bits given to parts
// of a field; then places for pseudo fields, the width, and the bits as the model counts them.
//
// The model's numbering is that of the 32-bit words in the order in which they are fetched, bit 0 the leftmost of the
// first. An instruction of fewer than 32 bits stands at the left of its word; where instructions are stored with the
// lowest byte first, the first word holds the lowest bits, and so a short instruction stands at the right.
import type { BitOrder, Range } from "./bit-numbering.ts";
import { fromLeft, rangeWidth } from "./bit-numbering.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import type { FieldSpec } from "./instruction-fields.ts";
import { constantOf } from "./keys.ts";
import type { Span } from "./source.ts";
import type { SyntaxExpression } from "./syntax.ts";

/** An entry of `fields`. `owner` tells the sub-instructions of an instruction apart; 0 is the instruction itself. */
export interface Entry {
  readonly owner: number;
  readonly span: Span;
  readonly spec?: FieldSpec;
  /** Bits of the instruction, as they are numbered; absent for a field that has its own, or gets some. */
  readonly range?: Range;
  /** Bits of the field that these are. */
  readonly target?: Range;
  readonly value?: bigint;
  readonly reserved?: true;
}

/** A field, or fixed bits, in the instruction: ranges as they are numbered, from the field's left to its right. */
export interface Placed {
  readonly spec?: FieldSpec;
  readonly owner: number;
  readonly span: Span;
  readonly ranges: readonly Range[];
  readonly value?: bigint;
  readonly reserved?: true;
}

/** Highest bit number of an instruction. */
const LAST_BIT = 511;

/** One element of `fields`, or undefined when it is wrong (then reported). */
export function readEntry(
  e: SyntaxExpression,
  owner: number,
  specs: ReadonlyMap<string, FieldSpec>,
  findings: Findings,
): Entry | undefined {
  if (e.kind === "broken") return undefined;
  if (e.kind === "list" && isBits(e.elements[0])) return readBitsEntry(e, owner, specs, findings);
  const nameNode = e.kind === "call" ? e.callee : e;
  if (nameNode.kind !== "name") {
    findings.error("BW0205", e.span, "fields are written NAME, NAME(value) or (bits(first,last),NAME)");
    return undefined;
  }
  const spec = findSpec(nameNode, specs, findings);
  if (!spec) return undefined;
  if (e.kind !== "call") return { owner, span: e.span, spec, ...(spec.reserved ? { reserved: true } : {}) };
  const [argument] = e.arguments;
  const value = argument && e.arguments.length === 1 ? constantOf(argument, findings.constants) : undefined;
  if (value === undefined) {
    findings.error("BW0205", e.span, `${spec.name} takes one integer`);
    return undefined;
  }
  if (!fits(value, spec.width, spec.name, argument?.span ?? e.span, findings)) return undefined;
  return { owner, span: e.span, spec, value };
}

export function isBits(e: SyntaxExpression | undefined): boolean {
  return e?.kind === "call" && e.callee.kind === "name" && e.callee.name === "bits";
}

function fits(value: bigint, width: number, name: string, span: Span, findings: Findings): boolean {
  if (value >= 0n && value < 1n << BigInt(width)) return true;
  findings.error("BW0206", span, `${value} does not fit in the ${width} bits of ${name}`);
  return false;
}

function findSpec(
  name: Extract<SyntaxExpression, { kind: "name" }>,
  specs: ReadonlyMap<string, FieldSpec>,
  findings: Findings,
): FieldSpec | undefined {
  const spec = specs.get(name.name);
  if (!spec)
    findings.error(
      "BW0212",
      name.span,
      `unknown instruction field ${name.name}`,
      didYouMean(name.name, specs.keys()),
    );
  return spec;
}

/** `(bits(0,5),X)`, `(bits(6),0xa)`, `(bits(14,15),b11)`, `(bits(13),reserved)`, `(bits(0,3),X(3,0),2)`. */
function readBitsEntry(
  e: Extract<SyntaxExpression, { kind: "list" }>,
  owner: number,
  specs: ReadonlyMap<string, FieldSpec>,
  findings: Findings,
): Entry | undefined {
  const [bits, what, fixed] = e.elements;
  const wrong = (at: SyntaxExpression): undefined => {
    if (at.kind !== "broken")
      findings.error(
        "BW0205",
        at.span,
        "write (bits(first,last),NAME), a value, or reserved in place of NAME",
      );
    return undefined;
  };
  if (bits?.kind !== "call" || !what || e.elements.length > 3) return wrong(e);
  const range = readRange(bits.arguments, bits.span, LAST_BIT, findings);
  if (!range) return undefined;
  const common = { owner, span: e.span, range };
  const width = rangeWidth(range);
  const literal = bitsValue(what, findings);
  if (literal !== undefined) {
    if (fixed) return wrong(fixed);
    return fits(literal, width, "this place", what.span, findings)
      ? { ...common, value: literal }
      : undefined;
  }
  if (what.kind === "name" && what.name === "reserved") return { ...common, reserved: true };
  const name = what.kind === "call" ? what.callee : what;
  if (name.kind !== "name") return wrong(what);
  const spec = findSpec(name, specs, findings);
  if (!spec) return undefined;
  const target = what.kind === "call" ? readRange(what.arguments, what.span, LAST_BIT, findings) : undefined;
  if (what.kind === "call" && !target) return undefined;
  if (target && rangeWidth(target) !== width) {
    findings.error("BW0206", what.span, `${width} bits cannot be ${rangeWidth(target)} bits of ${spec.name}`);
    return undefined;
  }
  const value = fixed && bitsValue(fixed, findings);
  if (fixed && value === undefined) return wrong(fixed);
  if (fixed && value !== undefined && !fits(value, width, "this place", fixed.span, findings))
    return undefined;
  return {
    ...common,
    spec,
    ...(target ? { target } : {}),
    ...(value === undefined ? {} : { value }),
    ...(spec.reserved ? { reserved: true as const } : {}),
  };
}

/** An integer, or `b0101`. */
function bitsValue(e: SyntaxExpression, findings: Findings): bigint | undefined {
  if (e.kind === "name" && /^b[01]+$/.test(e.name)) return BigInt(`0b${e.name.slice(1)}`);
  return constantOf(e, findings.constants);
}

function readRange(
  list: readonly SyntaxExpression[],
  span: Span,
  limit: number,
  findings: Findings,
): Range | undefined {
  const numbers = list.map((x) => constantOf(x, findings.constants));
  const [first, last = first] = numbers;
  if (first === undefined || last === undefined || list.length > 2) {
    if (!list.some((x) => x.kind === "broken"))
      findings.error("BW0205", span, "bits are written bits(n) or bits(first,last)");
    return undefined;
  }
  for (const n of [first, last])
    if (n < 0n || n > BigInt(limit)) {
      findings.error("BW0206", span, `a bit number is ${n}; it must be from 0 to ${limit}`);
      return undefined;
    }
  const little = findings.bitOrder === "little";
  if (little ? first < last : last < first) {
    findings.error(
      "BW0206",
      span,
      `the bits end (${last}) before they start (${first})`,
      little ? "bit 0 is the rightmost (bit_endianness = little)" : "bit 0 is the leftmost",
    );
    return undefined;
  }
  return [Number(first), Number(last)];
}

/** Gives pseudo fields bits: side by side in the order of the text, after what stands before them. */
export function placeEntries(entries: readonly Entry[], order: BitOrder): Entry[] {
  let next = 0;
  const list = order === "little" ? [...entries].reverse() : [...entries];
  const placed = list.map((entry): Entry => {
    if (entry.range) {
      next += rangeWidth(entry.range);
      return entry;
    }
    const { spec } = entry;
    if (!spec || spec.variable) return entry;
    if (!spec.pseudo) {
      next = Math.max(...spec.ranges.flat(), -1) + 1;
      return entry;
    }
    const from = next;
    next += spec.width;
    const range: Range = order === "little" ? [next - 1, from] : [from, next - 1];
    return spec.width === 0 ? entry : { ...entry, range };
  });
  return order === "little" ? placed.reverse() : placed;
}

/** Puts the pieces of each field together. */
export function joinEntries(entries: readonly Entry[], order: BitOrder): Placed[] {
  const groups = new Map<string, Entry[]>();
  let fixed = 0;
  for (const entry of entries) {
    const pieced = entry.spec && entry.range;
    const key = pieced ? `${entry.owner}:${entry.spec.name}` : `#${fixed++}`;
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups.values()].flatMap((group): Placed[] => {
    const [head] = group;
    if (!head) return [];
    const { spec, owner, span } = head;
    const reserved = head.reserved ? { reserved: true as const } : {};
    if (!head.range) {
      const value = head.value === undefined ? {} : { value: head.value };
      return [{ ...(spec ? { spec } : {}), owner, span, ranges: spec?.ranges ?? [], ...value, ...reserved }];
    }
    const position = (entry: Entry): number =>
      entry.target && spec ? fromLeft(entry.target, Math.max(spec.width, 1), order)[0] : 0;
    const sorted = [...group].sort((a, b) => position(a) - position(b));
    const ranges = sorted.flatMap((entry) => (entry.range ? [entry.range] : []));
    const hasValue = group.some((entry) => entry.value !== undefined);
    const value = sorted.reduce(
      (sum, entry) => (sum << BigInt(entry.range ? rangeWidth(entry.range) : 0)) | (entry.value ?? 0n),
      0n,
    );
    return [{ ...(spec ? { spec } : {}), owner, span, ranges, ...(hasValue ? { value } : {}), ...reserved }];
  });
}

/** Where an instruction's bits are: how many, how many of them are fetched, and how they are numbered and stored. */
export interface Layout {
  readonly width: number;
  /** Fewer than `width` when a prefix supplies the others: those stand in a word of their own, behind the fetched ones. */
  readonly fetched: number;
  readonly order: BitOrder;
  /** Which end of an instruction is stored first. */
  readonly stored: BitOrder;
}

/** Number of 32-bit words that are fetched. */
export function wordsOf(fetched: number): number {
  return Math.max(1, Math.ceil(fetched / 32));
}

/** The model's ranges of a range as it is numbered, from left to right, none across a word. */
export function modelRanges([first, last]: Range, layout: Layout): Range[] {
  const step = first <= last ? 1 : -1;
  const result: [number, number][] = [];
  for (let b = first; ; b += step) {
    const at = modelBit(b, layout);
    const open = result.at(-1);
    if (open && open[1] + 1 === at && at % 32 !== 0) open[1] = at;
    else result.push([at, at]);
    if (b === last) break;
  }
  return result;
}

function modelBit(bit: number, { fetched, order, stored }: Layout): number {
  if (bit >= fetched) {
    const start = 32 * wordsOf(fetched);
    return order === "little" ? start + 31 - (bit - fetched) : start + bit - fetched;
  }
  const fromRight = order === "little" ? bit : fetched - 1 - bit;
  if (stored === "little") return 32 * (fromRight >> 5) + 31 - (fromRight & 31);
  return fetched - 1 - fromRight;
}
