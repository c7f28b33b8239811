// What the tools write is read as text, and refused with its size where it is too long for a string.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DiagnosticError } from "../../src/base/diagnostic.ts";
import { readToolText } from "../../src/toolchain/text-file.ts";

test("text that is too long is a diagnostic", () => {
  const folder = mkdtempSync(join(tmpdir(), "blockwatt-text-"));
  try {
    const file = join(folder, "final.mir");
    writeFileSync(file, "x".repeat(3 << 20));
    expect(readToolText(file, "its machine IR")).toHaveLength(3 << 20);
    let found: unknown;
    try {
      readToolText(file, "its machine IR", 2 << 20);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(DiagnosticError);
    const [diagnostic] = (found as DiagnosticError).diagnostics;
    expect({ code: diagnostic?.code, message: diagnostic?.message }).toEqual({
      code: "BW0519",
      message: "the program is too large: its machine IR has 3 MiB, 2 MiB at most can be read",
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
