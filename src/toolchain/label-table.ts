// Adds a table of all labels whose address is taken to the final IR, so that the linked program tells which address belongs
// to which IR block. See src/ir/label-addresses.ts.

import { LABEL_TABLE } from "../ir/index.ts";

/** Linker arguments that keep the table, though nothing refers to it. */
export const KEEP_LABEL_TABLE: readonly string[] = ["-u", LABEL_TABLE];

/** A label's address, or a string or quoted name, in which nothing else is looked for: no quote stands inside of one. */
const LABEL_OR_STRING = /blockaddress\(@(?:"[^"]*"|[-\w$.]+), %(?:"[^"]*"|[-\w$.]+)\)|"[^"]*"/g;

/** The IR with the table, or as it is when it takes no label's address. */
export function withLabelTable(ir: string): string {
  const labels = [...new Set(ir.match(LABEL_OR_STRING) ?? [])].filter((text) => !text.startsWith('"'));
  if (labels.length === 0) return ir;
  const list = labels.map((label) => `ptr ${label}`).join(", ");
  const table = `@${LABEL_TABLE} = constant [${String(labels.length)} x ptr] [${list}]\n`;
  // A numbered label can't be named after its function.
  return ir.replace(/^define /m, () => `${table}\ndefine `);
}
