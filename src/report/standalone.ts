// What a folder left by `annotate -o DIR` runs with, bundled into one JavaScript file: the runner, the counts and the prices.
import { filesFromBytes } from "../iss/index.ts";
import type { Prices } from "../pipeline/energy.ts";
import type { ProgramBundle } from "./bundle.ts";
import { estimate } from "./estimate.ts";
import type { RunReport } from "./schema.ts";

export type { FunctionReport, RunReport } from "./schema.ts";

/** One operating point, priced when the folder was made. */
export interface StandaloneData {
  readonly bundle: ProgramBundle;
  readonly prices: Prices;
  readonly args: readonly string[];
}

export interface StandaloneOptions {
  /** argv[1] and up; default: those that the program was annotated with. */
  readonly args?: readonly string[];
  readonly stdin?: Uint8Array;
  /** Files that the program may open, by the path that it uses; nothing else of the host is reachable. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** Called with what the program writes; default: kept in the result only. */
  readonly write?: (descriptor: number, bytes: Uint8Array) => void;
}

export interface StandaloneResult {
  readonly report: Omit<RunReport, "stdout_sha256">;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** Runs the program once. Throws when it faults, or when executed code has no cost. */
export function runStandalone(
  data: StandaloneData,
  wasm: Uint8Array,
  options: StandaloneOptions = {},
): StandaloneResult {
  const out: Uint8Array[] = [];
  const err: Uint8Array[] = [];
  const { report } = estimate({
    bundle: data.bundle,
    wasm,
    prices: data.prices,
    io: {
      args: [data.bundle.program, ...(options.args ?? data.args)],
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
      ...(options.files === undefined ? {} : { files: filesFromBytes(options.files) }),
      write(descriptor, bytes) {
        (descriptor === 2 ? err : out).push(bytes.slice());
        options.write?.(descriptor, bytes);
      },
    },
  });
  return { report, stdout: Buffer.concat(out), stderr: Buffer.concat(err) };
}
