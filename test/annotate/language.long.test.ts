// Programs for one part of the language each, at every level on two cores, or three: the same output and the same counts of blocks and
// edges on qemu-ppc, the functional simulator and the annotated module.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadCore } from "../../src/cli/load-core.ts";
import { isSourceName, specOfSources } from "../../src/toolchain/spec.ts";
import { compareExecutors } from "../fuzz/compare-executors.ts";

const PROGRAMS = fileURLToPath(new URL("language", import.meta.url));
const LEVELS = ["-O0", "-O1", "-O2", "-O3", "-Os"];

const FILES = readdirSync(PROGRAMS).filter((file) => isSourceName(file));

const everywhere = FILES.flatMap((file) =>
  LEVELS.flatMap((level) => ["ppc440", "e200z3"].map((core) => ({ file, level, core }))),
);

/** Programs whose code is another one on a core with a floating-point unit. */
const hardware = ["arguments.c", "cxx.cpp", "doublewords.c", "float-builtins.c"].flatMap((file) =>
  LEVELS.map((level) => ({ file, level, core: "ppc603e" })),
);

/** Programs that found what only one core does. */
const single = [
  { file: "combined-comparisons.c", level: "-O0", core: "e500v2" },
  { file: "embedded-comparisons.c", level: "-O0", core: "e500v2" },
  { file: "embedded-comparisons.c", level: "-O2", core: "e500v2" },
  { file: "negated-products.c", level: "-O2", core: "e500v2" },
  { file: "negated-products.c", level: "-O3", core: "ppc603e" },
  { file: "repeated-operations.c", level: "-O0", core: "e500v2" },
  { file: "repeated-operations.c", level: "-O0", core: "ppc603e" },
  { file: "../programs/repeated-loads.c", level: "-O0", core: "e500v2" },
  { file: "../programs/repeated-loads.c", level: "-O0", core: "ppc603e" },
  { file: "vector-terms.c", level: "-O2", core: "ppc603e" },
];

const cases = [...everywhere, ...hardware, ...single];

test.each(cases)("$file $level $core", async ({ file, level, core }) => {
  const spec = { ...specOfSources([join(PROGRAMS, file)]), cflags: [level, "-fno-math-errno"] };
  const verdict = await compareExecutors(loadCore(core), spec);
  expect(verdict.kind, verdict.detail).toBe("same");
});
