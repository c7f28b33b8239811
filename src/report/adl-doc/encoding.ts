// The bits of an instruction word as a row of fields, drawn with CSS only.
import type { Instruction, IsaModel } from "../../machine/model.ts";
import { escape } from "./html.ts";

interface Piece {
  readonly first: number;
  readonly last: number;
  readonly label: string;
  readonly style: "fixed" | "operand" | "variant" | "none";
  readonly title: string;
}

/** `fields` as the description has them: `OPCD(31)`, `RT`; `variants`: fields that the name tells. */
export function encodingDiagram(
  isa: IsaModel,
  instruction: Instruction,
  fields: readonly { readonly name: string; readonly value?: string }[],
  variants: readonly string[],
): string {
  // Stored with the lowest byte first, a short instruction stands at the right of its word.
  const whole = 32 * (1 + (instruction.more?.length ?? 0));
  const width = isa.machine?.littleEndian?.instructions ? whole : (instruction.width ?? 32);
  const named = fields.length > 0 && fields.every(({ name }) => isa.fields[name]?.bits.length);
  const pieces: Piece[] = named && !instruction.more ? [] : encodedPieces(isa, instruction);
  if (pieces.length === 0) pieces.push(...namedPieces(isa, fields, variants));
  pieces.sort((a, b) => a.first - b.first);
  const cells: string[] = [];
  let bit = 0;
  for (const piece of pieces) {
    if (piece.first < bit || piece.last >= width) continue;
    if (piece.first > bit)
      cells.push(
        cell({ first: bit, last: piece.first - 1, label: "", style: "none", title: "not looked at" }),
      );
    cells.push(cell(piece));
    bit = piece.last + 1;
  }
  if (bit < width)
    cells.push(cell({ first: bit, last: width - 1, label: "", style: "none", title: "not looked at" }));
  return `<div class="wide"><div class="bits" style="grid-template-columns:repeat(${width},1fr)">${cells.join("")}</div></div>`;
}

/** Pieces for fields as the description names them. */
function namedPieces(
  isa: IsaModel,
  fields: readonly { readonly name: string; readonly value?: string }[],
  variants: readonly string[],
): Piece[] {
  const pieces: Piece[] = [];
  for (const { name, value } of fields) {
    const field = isa.fields[name];
    if (!field) continue;
    field.bits.forEach(([first, last], i) => {
      const fragment = field.bits.length > 1 ? `, part ${i + 1}` : "";
      const isVariant = variants.includes(name);
      pieces.push({
        first,
        last,
        label: value === undefined ? name : value,
        style: value !== undefined ? "fixed" : isVariant ? "variant" : "operand",
        title: `${name}${value === undefined ? "" : ` = ${value}`}: bit${first === last ? ` ${first}` : `s ${first} to ${last}`}${fragment}`,
      });
    });
  }
  return pieces;
}

/** Pieces from the encoding itself, for descriptions that give bits and not only fields. */
function encodedPieces(isa: IsaModel, instruction: Instruction): Piece[] {
  const pieces: Piece[] = [];
  for (const name of instruction.fields)
    for (const [first, last] of isa.fields[name]?.bits ?? [])
      pieces.push({ first, last, label: name.split(/[:[]/)[0] ?? name, style: "operand", title: name });
  [instruction, ...(instruction.more ?? [])].forEach(({ mask, match }, word) => {
    for (let first = 0; first < 32; first++) {
      let last = first;
      while (last < 32 && ((mask >>> (31 - last)) & 1) === 1) last++;
      if (last === first) continue;
      const bits = (match >>> (32 - last)) & (last - first === 32 ? -1 : 2 ** (last - first) - 1);
      const label = (bits >>> 0).toString(2).padStart(last - first, "0");
      pieces.push({
        first: 32 * word + first,
        last: 32 * word + last - 1,
        label,
        style: "fixed",
        title: label,
      });
      first = last;
    }
  });
  return pieces;
}

function cell({ first, last, label, style, title }: Piece): string {
  const width = last - first + 1;
  const numbers = width === 1 ? `<i>${first}</i>` : `<i>${first}</i><i>${last}</i>`;
  return `<div class="${style}" style="grid-column:span ${width}" title="${escape(title)}"><span class="at">${numbers}</span><b>${escape(label)}</b></div>`;
}
