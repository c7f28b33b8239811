// The annotator's one door: a module, its linked executable and a plan of what to count, to WebAssembly.

import type { Module } from "../bitcode/index.ts";
import type { ElfFile } from "../elf/index.ts";
import type { CounterLayout } from "./layout.ts";
import type { FunctionPlan } from "./plan.ts";

export interface AnnotateOptions {
  /** False gives the plain module, without any counter: the yardstick for the counters' overhead. Default true. */
  readonly counters?: boolean;
  /** What to count, by function name; a function without a plan gets `identityPlan`. */
  readonly plans?: ReadonlyMap<string, FunctionPlan>;
  /** 0 emits as it comes (for tests), 3 optimises fully. Default 3. */
  readonly optimize?: 0 | 1 | 2 | 3;
  /** Bytes of address space that the program may use. Default 64 MiB, the runtime's limit. */
  readonly programBytes?: number;
}

export interface AnnotatedProgram {
  readonly wasm: Uint8Array;
  readonly layout: CounterLayout;
}

/**
 * Translates the final IR. The module defines its memory (the target's addresses, the ELF's contents) and exports it
 * as `memory`; it imports `env.syscall(number, a, b, c)`.
 * Fails: BW0801 for IR that cannot be translated (function, instruction and source line are named, several at once),
 * BW0802 when a symbol of the IR is missing in the ELF, BW0803 when a plan does not fit its function.
 */
export declare function annotate(module: Module, elf: ElfFile, options?: AnnotateOptions): AnnotatedProgram;
