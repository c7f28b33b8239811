// Runs one annotated module to its end, on the same system calls as the functional simulator.

import type { CounterLayout, FunctionCounts } from "../annotate/index.ts";
import type { ElfFile } from "../elf/index.ts";
import type { ProgramIo } from "../iss/index.ts";

export interface RunInput extends ProgramIo {
  readonly wasm: Uint8Array;
  readonly layout: CounterLayout;
  readonly elf: ElfFile;
  /** Time in nanoseconds since the start, for clock system calls. Default: the host's clock. */
  readonly nanoseconds?: () => number;
}

export interface RunResult {
  readonly exitCode: number;
  /** In `layout.functions`' order; empty for a plain module. */
  readonly counts: readonly FunctionCounts[];
  /** Host seconds inside the program (system calls included). */
  readonly seconds: number;
  /** Host seconds for compiling and instantiating the module. */
  readonly prepareSeconds: number;
}

/** Runs the program. Fails: BW0810 when the program faults (the message says where and why). */
export declare function runAnnotated(input: RunInput): RunResult;
