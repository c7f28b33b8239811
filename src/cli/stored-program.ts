// A prepared program in its folder of the cache: the module, and everything else as rows, which are read faster than JSON.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeRows, encodeRows } from "../base/row-tables.ts";
import type { ProgramBundle } from "../report/bundle.ts";
import { contentHash } from "../toolchain/cache.ts";
import { compiledModule } from "./compiled-module.ts";

const MODULE = "program.wasm";
const BUNDLE = "program.rows";

export interface LoadedProgram {
  readonly bundle: ProgramBundle;
  readonly wasm: Uint8Array;
  /** The module being compiled, or read, on other threads. */
  readonly compiled?: Promise<WebAssembly.Module>;
}

interface Stored {
  readonly bundle: ProgramBundle;
  /** Of the module. */
  readonly hash: string;
}

/** Writes the module and the bundle into `folder`. */
export function writeProgram(folder: string, wasm: Uint8Array, bundle: ProgramBundle): void {
  const stored: Stored = { bundle, hash: contentHash(wasm) };
  writeFileSync(join(folder, MODULE), wasm);
  writeFileSync(join(folder, BUNDLE), encodeRows(stored));
}

/** What `writeProgram` has written; undefined when a file is missing or damaged. `compile`: the module will be run. */
export function loadProgram(folder: string, compile: boolean): LoadedProgram | undefined {
  const wasm = readOr(join(folder, MODULE));
  const rows = readOr(join(folder, BUNDLE));
  if (wasm === undefined || rows === undefined) return undefined;
  const compiled = compile ? compiledModule(folder, wasm) : undefined;
  // Who runs it hears what is wrong with it.
  compiled?.catch(() => undefined);
  const stored = decodeRows(rows) as Stored | undefined;
  if (stored?.hash !== contentHash(wasm)) return undefined;
  return { wasm, bundle: stored.bundle, ...(compiled && { compiled }) };
}

function readOr(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
