// Which source line costs what. The reference model prices whole blocks, so a block's cycles and energy are shared evenly
// over its instructions; each instruction counts for the line that the compiler recorded for it. Code that was inlined
// counts for the line where it was written. Instructions without a line (moves and loop control that the compiler added)
// count for the line before them in the same function, those at its start for its first line.
import type { MachineCode } from "../cfg/index.ts";
import type { Price } from "../characterize/price.ts";
import type { Prices } from "../pipeline/energy.ts";
import { priceEvents } from "../pipeline/energy.ts";
import { si, thousands } from "./figures.ts";
import type { LineReport } from "./schema.ts";
import { plainTable } from "./text.ts";

/** Where an instruction comes from; `line` 0 stands for code of no line. */
export interface LineFinder {
  find(address: number): { readonly file: string; readonly line: number } | undefined;
}

interface Sum {
  readonly file: string;
  readonly line: number;
  instructions: number;
  cycles: number;
  joules: number;
  /** Cycles by function. */
  readonly functions: Map<string, number>;
}

/**
 * Executed lines, the costliest first; their sums are those of the run. `pathOf` gives the path to print for a file as the
 * compiler recorded it. Code without a line (assembly) is reported with an empty file and line 0.
 */
export function lineReports(
  code: MachineCode,
  price: Price,
  prices: Prices,
  table: LineFinder,
  pathOf: (file: string) => string,
): LineReport[] {
  const sums = new Map<string, Sum>();
  const lines = lineOfCode(code, table);
  for (const block of code.blocks) {
    const cost = price.blocks[block.id];
    if (cost === undefined || cost.count === 0) continue;
    const size = (block.end - block.start) / 4;
    const { joules } = priceEvents(prices, cost.events, cost.cycles);
    for (let address = block.start; address < block.end; address += 4) {
      const found = lines.get(address);
      const key = found ? `${found.line}:${found.file}` : "";
      let sum = sums.get(key);
      if (sum === undefined) {
        const place = found ? { file: pathOf(found.file), line: found.line } : { file: "", line: 0 };
        sum = { ...place, instructions: 0, cycles: 0, joules: 0, functions: new Map() };
        sums.set(key, sum);
      }
      sum.instructions += cost.count;
      sum.cycles += cost.cycles / size;
      sum.joules += joules / size;
      sum.functions.set(block.function, (sum.functions.get(block.function) ?? 0) + cost.cycles / size);
    }
  }
  return [...sums.values()]
    .sort((a, b) => b.cycles - a.cycles || (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line))
    .map(({ file, line, instructions, cycles, joules, functions }) => ({
      file,
      line,
      function: [...functions].reduce((most, one) => (one[1] > most[1] ? one : most))[0],
      instructions,
      cycles: Math.round(cycles),
      energy_j: joules,
    }));
}

type Line = NonNullable<ReturnType<LineFinder["find"]>>;

/** By address: the line that an instruction counts for. */
function lineOfCode(code: MachineCode, table: LineFinder): Map<number, Line> {
  const lines = new Map<number, Line>();
  for (const fn of code.functions.values()) {
    const start: number[] = [];
    let first: Line | undefined;
    let last: Line | undefined;
    for (const id of fn.blocks) {
      const block = code.blocks[id]!;
      for (let address = block.start; address < block.end; address += 4) {
        const found = table.find(address);
        if (found !== undefined && found.line > 0) last = found;
        first ??= last;
        if (last === undefined) start.push(address);
        else lines.set(address, last);
      }
    }
    if (first !== undefined) for (const address of start) lines.set(address, first);
  }
  return lines;
}

/** Most characters of a source line that are printed. */
const TEXT_WIDTH = 60;

/** The first `limit` lines as a table, with their source text where it is known. */
export function linesText(
  lines: readonly LineReport[],
  cycles: number,
  limit: number,
  sourceText: (file: string, line: number) => string | undefined,
): string {
  const table = plainTable(
    ["line", "function", "instructions", "cycles", "share", "energy", "source"],
    [false, false, true, true, true, true, false],
  );
  for (const one of lines.slice(0, limit)) {
    const text = (sourceText(one.file, one.line) ?? "").trim().replaceAll(/\s+/g, " ");
    table.push([
      one.line === 0 ? "(no line)" : `${one.file}:${one.line}`,
      one.function,
      thousands(one.instructions),
      thousands(one.cycles),
      `${((100 * one.cycles) / cycles).toFixed(1)} %`,
      si(one.energy_j, "J"),
      text.length > TEXT_WIDTH ? `${text.slice(0, TEXT_WIDTH - 1)}…` : text,
    ]);
  }
  const rest = lines.length - limit;
  return rest > 0 ? `${table.toString()}\n ${rest} more lines (--lines ${lines.length})` : table.toString();
}
