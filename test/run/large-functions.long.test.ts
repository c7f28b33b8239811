// Functions of thousands of blocks and values run in memory that grows with their size.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../src/toolchain/core.ts";

/** A module that says at the end of the process how much memory it had. */
const TELL_MEMORY = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => process.stderr.write("largest " + process.resourceUsage().maxRSS + "\\n"))',
)}`;

/** A switch whose cases all differ; one in five is missing, so that the default has many ways. */
function switchProgram(cases: number): { readonly source: string; readonly expected: string } {
  const factor = (i: number): number => Math.imul(i, 0x9e3779b1) >>> 0;
  const value = (i: number): number => i + Math.floor(i / 4);
  const known = new Map(Array.from({ length: cases }, (_, i) => [value(i), i]));
  const lines = [...known].map(
    ([at, i]) => `case ${at}: a ^= ${factor(i)}u; ${i % 2 ? "b += x;" : "if (b > a) b = a;"} break;`,
  );
  let [a, b] = [0, 0];
  for (let x = 0; x < 2 * cases; x += 3) {
    const i = known.get(x);
    if (i === undefined) {
      b = (b ^ x) >>> 0;
      continue;
    }
    a = (a ^ factor(i)) >>> 0;
    if (i % 2) b = (b + x) >>> 0;
    else if (b > a) b = a;
  }
  return {
    source: `#include <stdio.h>
static volatile unsigned a, b;
__attribute__((noinline)) static void f(unsigned x) {
  switch (x) {
${lines.join("\n")}
  default: b ^= x;
  }
}
int main(void) {
  for (unsigned x = 0; x < ${2 * cases}; x += 3) f(x);
  printf("%u %u\\n", a, b);
  return 0;
}
`,
    expected: `${a} ${b}`,
  };
}

test("a switch of 5,000 cases runs in less than a gigabyte", { timeout: 600_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "blockwatt-large-"));
  try {
    const { source, expected } = switchProgram(5000);
    const file = join(folder, "large.c");
    writeFileSync(file, source);
    const program = [join(projectFolder, "bin", "blockwatt.mjs"), "run", file, "--core", "e200z3"];
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", TELL_MEMORY, ...program], {
      encoding: "utf8",
    });
    expect({ status, printed: stdout.split("\n")[0] }).toEqual({ status: 0, printed: expected });
    const kilobytes = Number(/largest (\d+)/.exec(stderr)?.[1]);
    expect(kilobytes).toBeLessThan(1e6);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
