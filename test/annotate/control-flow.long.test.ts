// Unusual ways of control, at every level of optimisation: the same output and the same counts of every block and edge
// under qemu-ppc, on the functional simulator, and host-compiled.
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { loadCore } from "../../src/cli/load-core.ts";
import { specOfSources } from "../../src/toolchain/spec.ts";
import { compareExecutors } from "../fuzz/compare-executors.ts";
import { withLibrary } from "../toolchain/temporary-cache.ts";

const PROGRAMS = [
  "computed-goto",
  "label-tables",
  "nonlocal-jumps",
  "barriers",
  "table-ends",
  "protected-frames",
];
const LEVELS = ["-O0", "-O1", "-O2", "-O3", "-Os"];

beforeAll(async () => {
  for (const core of ["ppc440", "e200z3", "ppc603e"]) await withLibrary(core);
}, 600_000);

/** By level, taking turns; a core without `isel` for what makes selects. */
function coreOf(program: string, level: string): string {
  if (program === "table-ends") return "ppc603e";
  return level === "-O0" || level === "-O3" ? "e200z3" : "ppc440";
}

test.each(PROGRAMS.flatMap((program) => LEVELS.map((level) => ({ program, level }))))(
  "$program $level",
  async ({ program, level }) => {
    const source = fileURLToPath(new URL(`programs/${program}.c`, import.meta.url));
    const core = loadCore(coreOf(program, level));
    const flags = program === "protected-frames" ? ["-fstack-protector-strong"] : [];
    const verdict = await compareExecutors(core, { ...specOfSources([source]), cflags: [level, ...flags] });
    expect({ kind: verdict.kind, detail: verdict.detail }).toEqual({ kind: "same", detail: "" });
  },
  300_000,
);
