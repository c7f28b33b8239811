// The soft-float routines, as machine code on our simulator, against the host's arithmetic: a fixed slice of what
// `npm run compare-float` tries.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProgram } from "../../src/toolchain/build.ts";
import { specOfSources } from "../../src/toolchain/spec.ts";
import { withLibrary } from "../toolchain/temporary-cache.ts";
import { checkOperation, OPERATIONS } from "./operations.ts";
import { checkRoutine, integerIsa, onSimulator, ROUTINES, writeProgramText } from "./routines.ts";
import type { RunProgram } from "./routines.ts";

let folder: string;
let run: RunProgram;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "blockwatt-float-"));
  const { elfPath } = await buildProgram(
    specOfSources([writeProgramText(folder)]),
    await withLibrary("ppc440"),
  );
  run = onSimulator(readFileSync(elfPath), integerIsa());
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe("soft-float routines give the host's results", () => {
  it.each(ROUTINES.map((r) => [r.name, r] as const))("%s", async (_, routine) => {
    expect((await checkRoutine(routine, 20_000, 3, run)).wrong).toEqual([]);
  });
});

describe("floating-point operations of the language give the host's results", () => {
  it.each(OPERATIONS.map((o) => [o.name, o] as const))("%s", (_, operation) => {
    expect(checkOperation(operation, 100_000, 3).wrong).toEqual([]);
  });
});
