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
  const width = instruction.width ?? 32;
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

function cell({ first, last, label, style, title }: Piece): string {
  const width = last - first + 1;
  const numbers = width === 1 ? `<i>${first}</i>` : `<i>${first}</i><i>${last}</i>`;
  return `<div class="${style}" style="grid-column:span ${width}" title="${escape(title)}"><span class="at">${numbers}</span><b>${escape(label)}</b></div>`;
}
