// A whole C program: the quicksort benchmark for e200z3, as the toolchain links it, stripped. The expected output is
// what qemu-ppc prints.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readElf } from "../../src/elf/index.ts";
import { createIss } from "../../src/iss/index.ts";
import { isa } from "./support/isa.ts";

const elf = readElf(
  new Uint8Array(readFileSync(new URL("fixtures/quicksort.elf", import.meta.url))),
  "quicksort.elf",
);

const EXPECTED = "records 800 comparisons 44359\ndigest b04e51de\nOK\n";

it("runs to its end with the output of QEMU and consistent counts", () => {
  let output = "";
  const io = {
    args: ["quicksort.elf", "small"],
    write: (descriptor: number, bytes: Uint8Array) => {
      expect(descriptor).toBe(1);
      output += new TextDecoder().decode(bytes);
    },
  };
  const iss = createIss(isa, elf, io, { profile: true });
  expect(iss.run(100_000)).toBe(false);
  expect(iss.instructions).toBe(100_000);
  expect(iss.run()).toBe(true);
  expect({ code: iss.exitCode, output }).toEqual({ code: 0, output: EXPECTED });
  // Every instruction is executed as often as control reached it, and all of them together are the total.
  const text = elf.segments.find((s) => s.executable);
  let total = 0;
  for (let at = 0; at < (text?.data.length ?? 0); at += 4)
    total += iss.profile.executions((text?.address ?? 0) + at);
  expect(total).toBe(iss.instructions);
  for (const from of new Set(iss.profile.edges().map((e) => e.from))) {
    const out = iss.profile.edges().filter((e) => e.from === from);
    expect(out.reduce((sum, e) => sum + e.count, 0)).toBe(iss.profile.executions(from));
  }
});
