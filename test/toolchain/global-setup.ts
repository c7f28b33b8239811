// Runs once before all tests: builds the C library for every core, so that no test's time limit pays for it on a new
// machine. Without the tools there is nothing to do here; the tests that need them say so themselves.

import { buildCLibrary } from "../../src/toolchain/c-library.ts";
import { coreNames, loadCoreToolchain } from "../../src/toolchain/core.ts";
import { findTools } from "../../src/toolchain/tools.ts";

export default async function setup(): Promise<void> {
  try {
    const tools = await findTools();
    let shown = "";
    const progress = (step: string): void => {
      if (step !== shown) console.error(step);
      shown = step;
    };
    for (const core of coreNames()) await buildCLibrary(loadCoreToolchain(core), tools, { progress });
  } catch (error) {
    console.error(`the C library was not built: ${(error as Error).message}`);
  }
}
