// Reads the text of a `.dat` file. A line that cannot be read gives a diagnostic and is left out; the rest is read, so that
// several faults are told at once. Time and memory are linear in the text.
import type { Diagnostic } from "../base/diagnostic.ts";
import type { DatCommand, DatDocument, DatItem, DatPair } from "./syntax.ts";

/** Diagnostics after which a file is given up: it is not of this format. */
const maximumFaults = 20;

export interface ParsedDat {
  readonly document: DatDocument;
  readonly diagnostics: readonly Diagnostic[];
}

/** Faults: BW0360 a line that is no command, BW0361 a block that does not end, BW0362 an end without its block. */
export function parseDat(text: string, file: string): ParsedDat {
  const items: DatItem[] = [];
  const diagnostics: Diagnostic[] = [];
  const fault = (code: string, line: number, column: number, message: string, help?: string): void => {
    diagnostics.push({
      code,
      severity: "error",
      message,
      place: { file, line, column },
      ...(help === undefined ? {} : { help }),
    });
  };
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (let at = 0; at < lines.length; at++) {
    if (diagnostics.length >= maximumFaults) {
      fault("BW0360", at + 1, 1, "more faults follow; the rest is not read", "is this a .dat file?");
      break;
    }
    const line = lines[at]!.replace(/\r$/, "");
    const number = at + 1;
    const body = line.trim();
    if (body === "") {
      items.push({ kind: "blank", line: number });
    } else if (body.startsWith("#")) {
      items.push({ kind: "comment", line: number, text: body.slice(1).trimEnd() });
    } else if (/^=(\s|$)/.test(body)) {
      const tag = body.slice(1).trim().split(/\s/)[0]!;
      if (tag === "") {
        fault("BW0360", number, 1, "a block needs a name", "write: = asm … = /asm");
        continue;
      }
      if (tag.startsWith("/")) {
        fault("BW0362", number, 1, `the block ${tag.slice(1)} ends here without having begun`);
        continue;
      }
      const end = endOfBlock(lines, at);
      if (end < 0) {
        fault("BW0361", number, 1, `the block ${tag} does not end`, `end it with: = /${tag}`);
        break;
      }
      items.push({
        kind: "block",
        line: number,
        tag,
        lines: lines.slice(at + 1, end).map((one) => one.replace(/\r$/, "")),
      });
      at = end;
    } else {
      const command = readCommand(line, number);
      const before = items.at(-1);
      // The format has no continued lines, but recordings of the public suite have them: pairs alone.
      const more =
        typeof command === "number" && before?.kind === "command" ? readCommand(`C ${line}`, number) : 0;
      if (typeof command === "object") items.push(command);
      else if (typeof more === "object" && before?.kind === "command" && more.pairs.length > 0)
        items.splice(-1, 1, { ...before, pairs: [...before.pairs, ...more.pairs] });
      else fault("BW0360", number, command, faultOf(line, command), "write: COMMAND key=value …");
    }
  }
  return { document: { file, items }, diagnostics };
}

/** Index of the line that ends the block that begins at `start`, or -1. Every begin has one end, in reverse order. */
function endOfBlock(lines: readonly string[], start: number): number {
  let depth = 0;
  for (let at = start; at < lines.length; at++) {
    const match = /^\s*=\s+(\/?)\S/.exec(lines[at]!);
    if (!match) continue;
    depth += match[1] === "/" ? -1 : 1;
    if (depth === 0) return at;
  }
  return -1;
}

function faultOf(line: string, column: number): string {
  const rest = line.slice(column - 1).trim();
  const shown = rest.length > 40 ? `${rest.slice(0, 40)}…` : rest;
  return shown === "" ? "a value is missing here" : `this is no command, number or key=value: ${shown}`;
}

/** The command of a line, or the column (from 1) where it cannot be read. */
function readCommand(line: string, number: number): DatCommand | number {
  const head = /^\s*(?:([0-9]+)\.\s*)?([A-Za-z_][A-Za-z0-9_]*)(?=\s|$|#)/.exec(line);
  if (!head) return line.length - line.trimStart().length + 1;
  let at = head[0].length;
  const pairs: DatPair[] = [];
  let comment: string | undefined;
  // Sticky expressions that look at each character once: a line may be long.
  const blank = /\s*/y;
  const key = /(?:(#)|([A-Za-z_][A-Za-z0-9_:]*)=)/y;
  const plain = /[^\s"]\S*/y;
  for (;;) {
    blank.lastIndex = at;
    blank.test(line);
    at = blank.lastIndex;
    if (at === line.length) break;
    key.lastIndex = at;
    const match = key.exec(line);
    if (!match) return at + 1;
    at = key.lastIndex;
    if (match[1] !== undefined) {
      comment = line.slice(at).trimEnd();
      break;
    }
    if (line[at] === '"') {
      const end = line.indexOf('"', at + 1);
      if (end < 0) return at + 1;
      pairs.push({ key: match[2]!, value: line.slice(at + 1, end), quoted: true });
      at = end + 1;
    } else {
      plain.lastIndex = at;
      const value = plain.exec(line);
      if (!value) return at + 1;
      pairs.push({ key: match[2]!, value: value[0], quoted: false });
      at = plain.lastIndex;
    }
  }
  return {
    kind: "command",
    line: number,
    ...(head[1] === undefined ? {} : { id: head[1] }),
    name: head[2]!,
    pairs,
    ...(comment === undefined ? {} : { comment }),
  };
}
