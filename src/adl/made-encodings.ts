// Encodings that the loader makes up: with `width = variable` in one instruction, all encodings that are given as bits only
// say which fields there are. Every instruction then has an operation code on the left, counted in the order of the
// names, and its fields behind it, all in words of one width.
import type { BitOrder } from "./bit-numbering.ts";
import type { Block } from "./blocks.ts";
import type { Entry } from "./encoding.ts";
import type { Findings } from "./findings.ts";
import type { FieldSpec } from "./instruction-fields.ts";
import { entryOf, expressionOf, nameIn } from "./keys.ts";
import { fieldElements } from "./sub-instructions.ts";

/** An encoding that the loader makes up: an operation code on the left, then the fields. */
export interface MadeEncoding {
  readonly width: number;
  readonly code: bigint;
  readonly codeBits: number;
}

/** Where the loader makes the encoding up, only which fields there are counts. */
export function encodeAnew(entries: readonly Entry[], made: MadeEncoding, order: BitOrder): Entry[] {
  const span = entries[0]?.span;
  if (!span) return [];
  const result: Entry[] = [];
  let next = 0;
  const place = (width: number): readonly [number, number] => {
    const from = next;
    next += width;
    return order === "little" ? [made.width - 1 - from, made.width - next] : [from, next - 1];
  };
  result.push({ owner: 0, span, range: place(made.codeBits), value: made.code });
  const seen = new Set<string>();
  for (const { spec, owner, span: at } of entries) {
    if (!spec || seen.has(spec.name)) continue;
    seen.add(spec.name);
    result.push({ owner, span: at, spec, range: place(spec.width) });
  }
  return result;
}

/** Encodings for all clauses, when one of them says `width = variable`. */
export function makeEncodings(
  blocks: readonly Block[],
  specs: ReadonlyMap<string, FieldSpec>,
  findings: Findings,
): Map<string, MadeEncoding> | undefined {
  const isVariable = (block: Block): boolean => {
    const e = entryOf(block, "width") ? expressionOf(block, "width", findings) : undefined;
    return e?.kind === "name" && e.name === "variable";
  };
  if (!blocks.some(isVariable)) return undefined;
  const outer = blocks.filter((b) => b.type === "instr");
  const bits = (block: Block): { width: number; own: boolean } => {
    const seen = new Set<string>();
    let width = 0;
    let own = false;
    for (const e of fieldElements(block, findings)) {
      if (e.kind !== "list") continue;
      own = true;
      const what = e.elements[1];
      const name = what && nameIn(what.kind === "call" ? what.callee : what)?.text;
      const spec = name === undefined ? undefined : specs.get(name);
      if (!spec || seen.has(spec.name)) continue;
      seen.add(spec.name);
      width += spec.width;
    }
    return { width, own };
  };
  const codeBits = Math.floor(Math.log2(outer.length + 1)) + 1;
  const widest = Math.max(0, ...outer.map((b) => bits(b).width)) + codeBits;
  const width = Math.ceil(widest / 8) * 8;
  const encodings = new Map<string, MadeEncoding>();
  let code = 1n;
  for (const block of [...outer].sort((a, b) => (a.name < b.name ? -1 : 1)))
    if (bits(block).own) encodings.set(block.name, { width, code: code++, codeBits });
  return encodings;
}
