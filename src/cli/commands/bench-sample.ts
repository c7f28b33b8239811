// One sample of a WebAssembly module's speed, in a process of its own: `bench` starts this script, which runs the module a
// few times, each time compiled and instantiated anew, and prints the fastest run as one line of JSON. A process of its own,
// so that no sample profits from code, caches or garbage that an earlier one left.
//
// Processor time is that of all threads. The engine's own still work for a while after they compiled a module (they free what they
// needed, they sweep what an earlier run left) and would be counted as the program's, up to twice its time; so each run
// begins when they are quiet.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { CounterLayout } from "../../annotate/index.ts";
import { readElf } from "../../elf/index.ts";
import { compileModule, runAnnotated } from "../../run/index.ts";

/** What to run; the name of a file with this as JSON is the script's argument. */
export interface SampleRequest {
  readonly wasm: string;
  readonly layout: string;
  readonly elf: string;
  /** argv of the program, its name first. */
  readonly args: readonly string[];
  readonly stdin?: string;
  /** How often to run it. */
  readonly runs: number;
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

/** A stretch of time, in milliseconds, and the processor time, in microseconds, that a quiet process may take in it: it wakes up. */
const STRETCH = 5;
const QUIET = 200;
/** Stretches to wait for at most, so that a sample on a machine that never gets quiet ends, too. */
const MOST_STRETCHES = 200;

/** Waits until the engine's threads have nothing left to do. */
function awaitQuiet(): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  globalThis.gc?.();
  for (let i = 0; i < MOST_STRETCHES; i++) {
    const before = process.cpuUsage();
    Atomics.wait(cell, 0, 0, STRETCH);
    const { user, system } = process.cpuUsage(before);
    if (user + system <= QUIET) return;
  }
}

const requestFile = process.argv[2];
if (requestFile === undefined) throw new Error("the file with the request is missing");
const request = JSON.parse(readFileSync(requestFile, "utf8")) as SampleRequest;
const wasm = readFileSync(request.wasm);
const layout = JSON.parse(readFileSync(request.layout, "utf8")) as CounterLayout;
const elf = readElf(readFileSync(request.elf), request.elf);
const stdin = request.stdin === undefined ? {} : { stdin: readFileSync(request.stdin) };

let fastest: SampleAnswer | undefined;
for (let i = 0; i < request.runs; i++) {
  const hash = createHash("sha256");
  const output: Uint8Array[] = [];
  const write = (descriptor: number, bytes: Uint8Array): void => {
    if (descriptor === 1) output.push(bytes);
  };
  const begun = performance.now();
  const compiled = await compileModule(wasm);
  const compileSeconds = (performance.now() - begun) / 1000;
  awaitQuiet();
  const result = runAnnotated({ wasm, compiled, layout, elf, args: request.args, ...stdin, write });
  for (const bytes of output) hash.update(bytes);
  const { seconds, cpuSeconds, exitCode } = result;
  const prepareSeconds = compileSeconds + result.prepareSeconds;
  if (fastest === undefined || cpuSeconds < fastest.cpuSeconds) {
    fastest = { seconds, cpuSeconds, prepareSeconds, exitCode, stdoutSha256: hash.digest("hex") };
  }
}
process.stdout.write(`${JSON.stringify(fastest)}\n`);
