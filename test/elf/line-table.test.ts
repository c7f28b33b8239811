// Line tables of a program of two files, as DWARF 4 and DWARF 5; expected rows from llvm-dwarfdump --debug-line.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DiagnosticError } from "../../src/base/diagnostic.ts";
import { readElf, readLineTable } from "../../src/elf/index.ts";
import type { ElfFile } from "../../src/elf/index.ts";

// clang -O1 -gdwarf-4 or -gdwarf-5 -fdebug-compilation-dir=. main.c lib/twice.c, other debug sections taken out.
const load = (name: string): ElfFile =>
  readElf(new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url))), name);

const ROWS = [
  [0x100130, "main.c", 3, 0],
  [0x100154, "main.c", 4, 13],
  [0x10015c, "main.c", 4, 7],
  [0x100160, "main.c", 4, 5],
  [0x100164, "main.c", 5, 15],
  [0x100168, "main.c", 5, 7],
  [0x10016c, "main.c", 5, 5],
  [0x100170, "main.c", 6, 1],
  [0x100188, "main.c", 6, 1, "ends"],
  [0x100188, "lib/twice.c", 4, 5],
  [0x10018c, "lib/twice.c", 3, 3],
  [0x100190, "lib/twice.c", 3, 3, "ends"],
];

describe.each(["lines4.elf", "lines5.elf"])("%s", (name) => {
  const elf = load(name);
  it("has its rows", () => {
    const rows = readLineTable(elf).rows.map((r) => [
      r.address,
      r.file,
      r.line,
      r.column,
      ...(r.ends ? ["ends"] : []),
    ]);
    expect(rows).toEqual(ROWS);
  });
  it("finds addresses between rows", () => {
    const table = readLineTable(elf);
    expect(table.find(0x100158)).toEqual({ file: "main.c", line: 4, column: 13 });
    expect(table.find(0x100188)).toEqual({ file: "lib/twice.c", line: 4, column: 5 });
    expect([table.find(0x10012c), table.find(0x100190), table.find(0)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
  it("damaged, gives a diagnostic or rows", () => {
    const section = elf.sections.find((s) => s.name === ".debug_line");
    const size = section?.data.length ?? 0;
    const edits = fc.array(fc.tuple(fc.nat(size - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(edits, fc.nat(size), (list, length) => {
        const data = section?.data.slice(0, Math.max(length, size / 2)) ?? new Uint8Array(0);
        for (const [at, value] of list) if (at < data.length) data[at] = value;
        const sections = elf.sections.map((s) => (s === section ? { ...s, data } : s));
        try {
          expect(readLineTable({ ...elf, sections }).rows.length).toBeLessThanOrEqual(size);
        } catch (error) {
          if (!(error instanceof DiagnosticError)) throw error;
          expect(error.diagnostics).toMatchObject([{ code: "BW0314", place: { file: name } }]);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

it("a file without debug information has no rows", () => {
  const table = readLineTable(load("small.elf"));
  expect([table.rows, table.find(0x1000e4)]).toEqual([[], undefined]);
});
