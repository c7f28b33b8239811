// Reading ELF files: one small file in full, wrong files with their diagnostics, and damaged files by the thousand.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DiagnosticError } from "../../src/base/diagnostic.ts";
import { readElf } from "../../src/elf/index.ts";
import type { ElfFile } from "../../src/elf/index.ts";
import { createIss } from "../../src/iss/index.ts";
import { isa } from "../iss/support/isa.ts";

// Assembled from small.s and linked with ld.lld -static --image-base=0x100000 -z max-page-size=16 -z norelro.
const small = new Uint8Array(readFileSync(new URL("fixtures/small.elf", import.meta.url)));

function read(bytes: Uint8Array): ElfFile | readonly unknown[] {
  try {
    return readElf(bytes, "small.elf");
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

function changed(edit: (view: DataView) => void): Uint8Array {
  const copy = small.slice();
  edit(new DataView(copy.buffer));
  return copy;
}

describe("a small file", () => {
  const elf = readElf(small, "small.elf");
  it("has its segments", () => {
    expect(elf.entry).toBe(0x1000e4);
    expect(elf.segments.map((s) => ({ ...s, data: s.data.length }))).toEqual([
      { address: 0x100000, memorySize: 0xd4, data: 0xd4, readable: true, writable: false, executable: false },
      { address: 0x1000e4, memorySize: 16, data: 16, readable: true, writable: false, executable: true },
      { address: 0x100104, memorySize: 68, data: 4, readable: true, writable: true, executable: false },
    ]);
    expect([...(elf.segments[2]?.data ?? [])]).toEqual([0x12, 0x34, 0x56, 0x78]);
  });
  it("has its sections", () => {
    const names = ["", ".text", ".data", ".bss", ".comment", ".symtab", ".shstrtab", ".strtab"];
    expect(elf.sections.map((s) => s.name)).toEqual(names);
    const text = elf.sections[1];
    expect({ ...text, data: text?.data.length }).toEqual({
      name: ".text",
      type: 1,
      address: 0x1000e4,
      size: 16,
      data: 16,
      allocated: true,
      writable: false,
      executable: true,
    });
    expect(elf.sections[3]).toMatchObject({ size: 64, data: new Uint8Array(0), writable: true });
  });
  it("has its symbols", () => {
    expect(elf.symbols).toEqual([
      { name: "local_function", address: 0x1000f0, size: 4, kind: "function", binding: "local", section: 1 },
      { name: "space", address: 0x100108, size: 64, kind: "object", binding: "local", section: 3 },
      { name: "_start", address: 0x1000e4, size: 12, kind: "function", binding: "global", section: 1 },
      { name: "value", address: 0x100104, size: 4, kind: "object", binding: "global", section: 2 },
      { name: "missing", address: 0, size: 0, kind: "none", binding: "weak", section: -1 },
    ]);
  });
});

describe("wrong files", () => {
  it.each([
    ["an empty file", new Uint8Array(0), "BW0310", "this is not an ELF file"],
    ["text", new TextEncoder().encode("#!/bin/sh\necho"), "BW0310", "this is not an ELF file"],
    [
      "only a header's start",
      small.slice(0, 20),
      "BW0312",
      "the ELF header (52 bytes at offset 0) lies outside the file of 20 bytes",
    ],
    [
      "a little-endian file",
      changed((v) => v.setUint8(5, 1)),
      "BW0311",
      "this ELF file is for another machine (class 1, byte order 1, machine 20)",
    ],
    [
      "another machine",
      changed((v) => v.setUint16(18, 62)),
      "BW0311",
      "this ELF file is for another machine (class 1, byte order 2, machine 62)",
    ],
    [
      "an object file",
      changed((v) => v.setUint16(16, 1)),
      "BW0311",
      "this ELF file has type 1; a statically linked executable (2) is wanted",
    ],
    [
      "a dynamic executable",
      changed((v) => v.setUint32(52, 3)),
      "BW0311",
      "this executable is dynamically linked",
    ],
    [
      "a truncated file",
      small.slice(0, 700),
      "BW0312",
      "the section header table (320 bytes at offset 452) lies outside the file of 700 bytes",
    ],
    [
      "a segment outside the file",
      changed((v) => v.setUint32(52 + 2 * 32 + 4, 0xffffff00)),
      "BW0312",
      "segment 2 (16 bytes at offset 4294967040) lies outside the file of 772 bytes",
    ],
    [
      "a segment smaller than its contents",
      changed((v) => v.setUint32(52 + 3 * 32 + 20, 1)),
      "BW0313",
      "segment 3 at 0x100104 has 4 bytes in the file, 1 in memory",
    ],
    [
      "overlapping segments",
      changed((v) => v.setUint32(52 + 3 * 32 + 8, 0x1000f0)),
      "BW0313",
      "segments overlap at 0x1000f0",
    ],
    ["nothing to load", changed((v) => v.setUint16(44, 0)), "BW0313", "the file has nothing to load"],
    [
      "a name without end",
      changed((v) => v.setUint32(0x104 + 16, 4000)),
      "BW0313",
      "a name at 4000 of the string table has no end",
    ],
    [
      "a symbol of no section",
      changed((v) => v.setUint16(0x104 + 16 + 14, 99)),
      "BW0313",
      "symbol 1 is in section 99 of 8",
    ],
  ])("%s", (_, bytes, code, message) => {
    expect(read(bytes)).toMatchObject([{ code, message, severity: "error", place: { file: "small.elf" } }]);
  });

  it("names that share one long tail are refused, not read for hours", () => {
    const copies = 1 << 14;
    const bytes = new Uint8Array(small.length + 16 * copies + 65536).fill(65);
    bytes.set(small);
    const view = new DataView(bytes.buffer);
    const headers = view.getUint32(32);
    const symbols = small.length;
    for (let i = 0; i < copies; i++) {
      for (let k = 0; k < 16; k += 4) view.setUint32(symbols + 16 * i + k, 0);
      view.setUint32(symbols + 16 * i, 1 + i);
    }
    view.setUint32(headers + 5 * 40 + 16, symbols);
    view.setUint32(headers + 5 * 40 + 20, 16 * copies);
    view.setUint32(headers + 7 * 40 + 16, symbols + 16 * copies);
    view.setUint32(headers + 7 * 40 + 20, 65536);
    bytes[bytes.length - 1] = 0;
    expect(read(bytes)).toMatchObject([{ code: "BW0313", message: "the file's names are too long" }]);
  });
});

describe("damaged files", () => {
  it("give a diagnostic or a file, and simulating that ends too", () => {
    const edits = fc.array(fc.tuple(fc.nat(small.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(edits, fc.integer({ min: 0, max: 2 * small.length }), (list, length) => {
        const bytes = small.slice(0, length);
        for (const [at, value] of list) if (at < bytes.length) bytes[at] = value;
        const elf = read(bytes);
        if (!("segments" in elf)) {
          expect(elf.length).toBeGreaterThan(0);
          return;
        }
        try {
          createIss(isa, elf, { args: [], write: () => undefined }, { heapBytes: 4096 }).run(100);
        } catch (error) {
          if (!(error instanceof DiagnosticError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });
});
