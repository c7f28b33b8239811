// C++ programs, each for one part of the language, at every level with cores taking turns: the same output and the same counts of
// blocks and edges on qemu-ppc, the functional simulator and the annotated module.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadCore } from "../../src/cli/load-core.ts";
import { specOfSources } from "../../src/toolchain/spec.ts";
import { compareExecutors } from "../fuzz/compare-executors.ts";

const PROGRAMS = fileURLToPath(new URL("language/cxx", import.meta.url));
const LEVELS = ["-O0", "-O1", "-O2", "-O3", "-Os"];
const CORES = ["ppc440", "e200z3", "ppc603e", "e500v2", "e200z6"];

const cases = readdirSync(PROGRAMS).flatMap((file, i) =>
  LEVELS.map((level, k) => ({ file, level, core: CORES[(i + k) % CORES.length] ?? "ppc440" })),
);

test.each(cases)("$file $level $core", async ({ file, level, core }) => {
  const spec = { ...specOfSources([join(PROGRAMS, file)]), cflags: [level] };
  const verdict = await compareExecutors(loadCore(core), spec);
  expect(verdict.kind, verdict.detail).toBe("same");
});
