// The second process of `supervisor.ts`: answers each case that comes on standard input with a line on standard output. What a
// program leaves in the cache goes at once.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { loadCore } from "../../src/cli/load-core.ts";
import { cacheFolder } from "../../src/toolchain/cache.ts";
import { compareExecutors } from "./compare-executors.ts";
import type { Answer, Case } from "./supervisor.ts";

for await (const line of createInterface({ input: process.stdin })) {
  const { core, spec, host, reference } = JSON.parse(line) as Case;
  let answer: Answer;
  try {
    answer = await compareExecutors(loadCore(core), spec, { host, reference });
  } catch (error) {
    answer = { kind: "failed", detail: (error as Error).message, instructions: 0 };
  }
  for (const folder of ["programs", "inputs"])
    rmSync(join(cacheFolder(), folder), { recursive: true, force: true });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
