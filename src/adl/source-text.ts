// The text of a source file as the lexer sees it. It stands alone, so that a kept model can be compared with its sources without
// loading the parser.
import { readFileSync } from "node:fs";

/** A byte order mark is a blank, line ends are "\n". Throws what reading the file throws. */
export function readSourceText(path: string): string {
  return readFileSync(path, "utf8")
    .replace(/^\uFEFF/, " ")
    .replace(/\r\n/g, "\n");
}
