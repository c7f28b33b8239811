// Reads what the tools write as text. JavaScript's strings have at most half a gigabyte; IR of a very large program can have more,
// since every use of a merged constant spells the type of all that it was merged with.
import { constants } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { fail } from "../base/diagnostic.ts";

/** The text of a tool's output file; `what` names it. Fails: BW0519 when it is too long. */
export function readToolText(path: string, what: string, most = constants.MAX_STRING_LENGTH): string {
  const { size } = statSync(path);
  if (size > most) {
    fail(
      "BW0519",
      `the program is too large: ${what} has ${String(Math.ceil(size / 2 ** 20))} MiB, ` +
        `${String(Math.floor(most / 2 ** 20))} MiB at most can be read`,
      "keep fewer constants of their own that are named in tables (10,000 strings fit): put them into one array, or into a file " +
        "that the program reads; or divide the program",
    );
  }
  return readFileSync(path, "utf8");
}
