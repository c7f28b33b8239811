// The promise of the package, in full: every benchmark's final bitcode, and the whole C library, read and printed
// back, equals llvm-dis's text line by line, for both kinds of core.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { printModule, readModule } from "../../src/bitcode/index.ts";
import { buildCLibrary } from "../../src/toolchain/c-library.ts";
import { buildProgram } from "../../src/toolchain/build.ts";
import { loadCoreToolchain } from "../../src/toolchain/core.ts";
import { benchmarkNames, loadProgramSpec } from "../../src/toolchain/spec.ts";
import { findTools } from "../../src/toolchain/tools.ts";
import { differences, disassemble } from "./llvm.ts";

const CORES = ["ppc440", "e200z3"];

function compared(path: string): string[] {
  const bitcode = readFileSync(path);
  return differences(disassemble(bitcode), printModule(readModule(bitcode)).split("\n"));
}

describe.each(CORES)("for %s", (name) => {
  const core = loadCoreToolchain(name);

  it.each(benchmarkNames())("%s", async (benchmark) => {
    const built = await buildProgram(await loadProgramSpec(benchmark, "small"), core);
    expect(compared(built.bitcodePath)).toEqual([]);
  });

  it.each([false, true])("the C library (with floating point: %j)", async (float) => {
    const library = await buildCLibrary(core, await findTools());
    expect(compared(await library.bitcode({ float, rare: false, nano: false }, {}))).toEqual([]);
  });
});
