// One sample of a WebAssembly module's speed, in a process of its own: `bench` starts this script, which loads the module,
// runs it once and prints what it measured as one line of JSON. A process of its own, so that no sample profits from
// code, caches or garbage that an earlier one left.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { CounterLayout } from "../../annotate/index.ts";
import { readElf } from "../../elf/index.ts";
import { runAnnotated } from "../../run/index.ts";

/** What to run; the name of a file with this as JSON is the script's argument. */
export interface SampleRequest {
  readonly wasm: string;
  readonly layout: string;
  readonly elf: string;
  /** argv of the program, its name first. */
  readonly args: readonly string[];
  readonly stdin?: string;
}

export interface SampleAnswer {
  /** Wall time inside the program. */
  readonly seconds: number;
  /** Processor time inside the program. */
  readonly cpuSeconds: number;
  /** Seconds for compiling and instantiating the module. */
  readonly prepareSeconds: number;
  readonly exitCode: number;
  readonly stdoutSha256: string;
}

const requestFile = process.argv[2];
if (requestFile === undefined) throw new Error("the file with the request is missing");
const request = JSON.parse(readFileSync(requestFile, "utf8")) as SampleRequest;
const output: Uint8Array[] = [];
const result = runAnnotated({
  wasm: readFileSync(request.wasm),
  layout: JSON.parse(readFileSync(request.layout, "utf8")) as CounterLayout,
  elf: readElf(readFileSync(request.elf), request.elf),
  args: request.args,
  ...(request.stdin === undefined ? {} : { stdin: readFileSync(request.stdin) }),
  write: (descriptor, bytes) => {
    if (descriptor === 1) output.push(bytes);
  },
});
const hash = createHash("sha256");
for (const bytes of output) hash.update(bytes);
const answer: SampleAnswer = {
  seconds: result.seconds,
  cpuSeconds: result.cpuSeconds,
  prepareSeconds: result.prepareSeconds,
  exitCode: result.exitCode,
  stdoutSha256: hash.digest("hex"),
};
process.stdout.write(`${JSON.stringify(answer)}\n`);
