// Rows of choices on cores with and without a select instruction: outputs, and the counts of all blocks and edges, are those of
// the simulated machine.
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { loadCore } from "../../../src/cli/load-core.ts";
import { specOfSources } from "../../../src/toolchain/spec.ts";
import { compareExecutors } from "../../fuzz/compare-executors.ts";
import { withLibrary } from "../../toolchain/temporary-cache.ts";

const source = fileURLToPath(new URL("../programs/flat-branches.c", import.meta.url));

const CORES = ["ppc603e", "ppc440"];

beforeAll(async () => {
  for (const core of CORES) await withLibrary(core);
}, 600_000);

test.each(CORES)("choices on %s", { timeout: 900_000 }, async (core) => {
  for (const level of ["-O1", "-O2", "-Os"]) {
    const spec = { ...specOfSources([source]), cflags: [level] };
    const { kind, detail } = await compareExecutors(loadCore(core), spec);
    expect({ level, kind, detail }).toEqual({ level, kind: "same", detail: "" });
  }
});
