// Fields at the places that instructions give them. The model names a field for each place: the first place of a field
// has its name, others a number behind it (`RA:2`), so that whoever reads a word needs the field and nothing else.
import type { Expression } from "../machine/action.ts";
import type { InstructionField } from "../machine/model.ts";
import { modelRanges } from "./encoding.ts";
import type { Layout, Placed } from "./encoding.ts";
import type { FieldSpec } from "./instruction-fields.ts";
import { needsView } from "./field-values.ts";
import { concat, constant } from "./fold.ts";
import type { Span } from "./source.ts";
import { rangeWidth } from "./bit-numbering.ts";
import type { BitOrder } from "./bit-numbering.ts";

type ModelRange = readonly [number, number];

/** A field of an instruction, or fixed bits without a name. */
export interface Member {
  readonly spec?: FieldSpec;
  /** 0: the instruction itself; otherwise the sub-instruction that has it. */
  readonly owner: number;
  readonly span: Span;
  readonly ranges: readonly ModelRange[];
  readonly width: number;
  readonly value?: bigint;
  readonly reserved?: true;
  /** The field in the model; absent for bits without a name. */
  readonly field?: InstructionField;
  /** Fields of at most 32 bits that it consists of: itself, or its parts from left to right. */
  readonly pieces: readonly InstructionField[];
}

/** All fields of an instruction set, by the names that the model has for them. */
export class PlacedFields {
  readonly fields = new Map<string, InstructionField>();
  readonly #unplaced = new Set<string>();
  readonly #known = new Map<string, InstructionField>();
  readonly #counts = new Map<string, number>();

  constructor(specs: ReadonlyMap<string, FieldSpec>, order: BitOrder) {
    for (const [name, spec] of specs) {
      if (name.includes(".")) continue;
      // Where bits are counted from the right, their place depends on the width of the instruction.
      const ranges = order === "little" || spec.pseudo ? [] : spec.ranges;
      const field = modelField(spec, spec.name, ranges);
      this.fields.set(name, spec.pseudo ? { ...field, pseudo: true } : field);
      if (ranges.length === 0) this.#unplaced.add(name);
      else this.#known.set(keyOf(spec, ranges), field);
      this.#counts.set(name, ranges.length === 0 ? 0 : 1);
    }
  }

  member(placed: Placed, layout: Layout): Member {
    const ranges = placed.ranges.flatMap((range) => modelRanges(range, layout));
    const width = placed.ranges.reduce((sum, range) => sum + rangeWidth(range), 0);
    const { spec, owner, span, value } = placed;
    const common = {
      owner,
      span,
      ranges,
      width,
      ...(value === undefined ? {} : { value }),
      ...(placed.reserved ? { reserved: true as const } : {}),
    };
    if (!spec || ranges.length === 0) return { ...common, ...(spec ? { spec } : {}), pieces: [] };
    const field = this.#place(spec, ranges);
    return { ...common, spec, field, pieces: field.width <= 32 ? [field] : this.#pieces(field) };
  }

  #place(spec: FieldSpec, ranges: readonly ModelRange[]): InstructionField {
    const key = keyOf(spec, ranges);
    const known = this.#known.get(key);
    if (known) return known;
    const count = (this.#counts.get(spec.name) ?? 0) + 1;
    this.#counts.set(spec.name, count);
    const first = this.#unplaced.delete(spec.name);
    const field = modelField(spec, first ? spec.name : `${spec.name}:${count}`, ranges);
    this.#known.set(key, field);
    this.fields.set(field.name, field);
    return field;
  }

  #pieces(field: InstructionField): InstructionField[] {
    return field.bits.map((range, i) => {
      const name = `${field.name}[${i}]`;
      const known = this.fields.get(name);
      if (known) return known;
      const width = range[1] - range[0] + 1;
      const piece: InstructionField = {
        name,
        bits: [range],
        width,
        signed: false,
        shift: 0,
        address: "none",
      };
      this.fields.set(name, piece);
      return piece;
    });
  }
}

function keyOf(spec: FieldSpec, ranges: readonly ModelRange[]): string {
  return `${spec.name}|${ranges.map((r) => r.join("-")).join(",")}`;
}

function modelField(spec: FieldSpec, name: string, bits: readonly ModelRange[]): InstructionField {
  const width = bits.length > 0 ? bits.reduce((sum, [a, b]) => sum + b - a + 1, 0) : spec.width;
  // What the views of field-values.ts compute, the model's field must not compute again.
  const view = needsView(spec);
  return {
    name,
    bits,
    width: Math.max(1, width),
    signed: !view && spec.signed,
    shift: view ? 0 : spec.shift,
    address: view ? "none" : spec.address,
    ...(spec.registerFile === undefined ? {} : { registerFile: spec.registerFile }),
    ...(spec.display === undefined ? {} : { display: spec.display }),
    ...(view || spec.offset === 0 ? {} : { offset: spec.offset }),
    ...(spec.overlay ? { overlay: true as const } : {}),
  };
}

/** The bits of a field of an instruction: a constant where the encoding fixes them. */
export function rawValue(member: Member): Expression {
  const type = { width: Math.max(1, member.width), signed: false };
  if (member.value !== undefined) return constant(member.value, type);
  const pieces = member.pieces.map((piece): Expression => ({
    kind: "field",
    field: piece.name,
    type: { width: piece.width, signed: false },
  }));
  return pieces.length > 0 ? concat(pieces) : constant(0n, type);
}

/** Bits that the encoding fixes, word by word, and their values. */
export function fixedBits(
  members: readonly Pick<Member, "ranges" | "width" | "value" | "reserved">[],
): { mask: number; match: number }[] {
  const words: { mask: number; match: number }[] = [{ mask: 0, match: 0 }];
  for (const { ranges, width, value, reserved } of members) {
    if (value === undefined || reserved) continue;
    // The value's leftmost bits belong to its first range.
    let rest = width;
    for (const [first, last] of ranges) {
      const bits = last - first + 1;
      rest -= bits;
      const piece = Number(BigInt.asUintN(bits, value >> BigInt(Math.max(0, rest))));
      const at = first >> 5;
      while (words.length <= at) words.push({ mask: 0, match: 0 });
      const word = words[at]!;
      const ones = bits >= 32 ? 0xffffffff : 2 ** bits - 1;
      const shift = 31 - (last & 31);
      word.mask = (word.mask | (ones << shift)) >>> 0;
      word.match = (word.match | (piece << shift)) >>> 0;
    }
  }
  return words;
}
