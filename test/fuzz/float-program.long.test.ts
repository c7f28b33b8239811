// A fixed slice of random functions on floating-point numbers: every NaN's sign and payload, and the counts; see float-program.ts.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadCore } from "../../src/cli/load-core.ts";
import { compareExecutors } from "./compare-executors.ts";
import { floatProgram } from "./float-program.ts";

const SEED = 1;
const FUNCTIONS = 40;

test.each([
  { core: "ppc603e", level: "-O0" },
  { core: "ppc603e", level: "-O2" },
  { core: "e500v2", level: "-O1" },
  { core: "e500v2", level: "-O2" },
])("$core at $level", async ({ core, level }) => {
  const folder = mkdtempSync(join(tmpdir(), "blockwatt-fuzz-"));
  try {
    const verdict = await compareExecutors(loadCore(core), floatProgram(folder, SEED, FUNCTIONS, level));
    expect(verdict.kind, verdict.detail).toBe("same");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
