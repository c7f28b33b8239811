// Registers that an instruction's action accesses, as operands of instruction classes see them: the elements that a loop
// goes through are a range, and what its body reads besides stays what it is.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadIsa } from "../../src/adl/index.ts";

test("a loop over a register file reads its base and a range", () => {
  const folder = mkdtempSync(join(tmpdir(), "blockwatt-accesses-"));
  const file = join(folder, "a.adl");
  writeFileSync(
    file,
    `define (arch = A) {
  define (reg = CIA) { attrs = cia; }
  define (reg = NIA) { attrs = nia; }
  define (regfile = R) { size = 8; }
  define (instrfield = OP) { bits = (0,5); }
  define (instrfield = T) { bits = (6,8); }
  define (instrfield = S) { bits = (9,11); }
  define (instr = put_many) {
    fields = (OP(1),T,S);
    width = 32;
    action = {
      var a = R(S);
      int r = T.uint32();
      do { Mem(a,4) = R(r); r = r + 1; a = a + 4; } while (r <= 7);
    };
  }
}
`,
  );
  const { isa, diagnostics } = loadIsa(file);
  rmSync(folder, { recursive: true });
  expect(diagnostics.filter((one) => one.severity === "error")).toEqual([]);
  expect(isa?.instructions[0]?.accesses).toEqual([
    { name: "R", index: { kind: "field", field: "S" }, source: { mask: 0n } },
    {
      name: "R",
      index: {
        kind: "range",
        first: { kind: "field", field: "T" },
        last: { kind: "constant", value: 7 },
      },
      source: { mask: 0n },
    },
  ]);
});
