// Prints a `.dat` document: one command a line, its pairs in their order, comments and blocks as they were.
import type { DatCommand, DatDocument, DatItem } from "./syntax.ts";

/** The text of a document, each item on its own line (a block on several), each ended by a line feed. */
export function printDat(document: DatDocument): string {
  return document.items.map((item) => `${printItem(item)}\n`).join("");
}

function printItem(item: DatItem): string {
  switch (item.kind) {
    case "blank":
      return "";
    case "comment":
      return `#${item.text}`;
    case "block":
      return [`= ${item.tag}`, ...item.lines, `= /${item.tag}`].join("\n");
    case "command":
      return printCommand(item);
  }
}

/** One command as a line, without the line feed. */
export function printCommand(command: DatCommand): string {
  const pairs = command.pairs.map(
    ({ key, value, quoted }) => ` ${key}=${quoted ? `"${value.replace(/["\n]/g, "'")}"` : value}`,
  );
  const head = command.id === undefined ? command.name : `${command.id}. ${command.name}`;
  return `${head}${pairs.join("")}${command.comment === undefined ? "" : `\t#${command.comment}`}`;
}
