// A fixed slice of the random programs that `npm run fuzz` makes; see csmith.ts.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadCore } from "../../src/cli/load-core.ts";
import { compareExecutors } from "./compare-executors.ts";
import { hasCsmith, LEVELS, randomProgram } from "./random-program.ts";

const FIRST = 101;

test.skipIf(!hasCsmith()).each(LEVELS.map((level, i) => ({ level, seed: FIRST + i })))(
  "program $seed at $level",
  async ({ level, seed }) => {
    const folder = mkdtempSync(join(tmpdir(), "blockwatt-fuzz-"));
    try {
      const core = loadCore(seed % 2 === 0 ? "e200z3" : "ppc440");
      const verdict = await compareExecutors(core, randomProgram(folder, seed, level), { reference: true });
      expect(["same", "skipped"], verdict.detail).toContain(verdict.kind);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  600_000,
);
