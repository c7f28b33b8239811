// The compiled module of a prepared program: V8's machine code is kept beside it, so that only the first run compiles.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { codeOfModule, compileModule, restoreModule } from "../run/index.ts";
import { writeAtomically } from "../toolchain/cache.ts";

/** The module in `folder` of the cache, read or else compiled on other threads, and then kept. */
export async function compiledModule(folder: string, wasm: Uint8Array): Promise<WebAssembly.Module> {
  const file = join(folder, "program.code");
  const kept = restore(file, wasm);
  if (kept !== undefined) return kept;
  const module = await compileModule(wasm);
  try {
    const code = codeOfModule(module, wasm);
    // A folder that somebody has removed meanwhile is not to appear again with this alone.
    if (code !== undefined && existsSync(folder)) writeAtomically(file, code);
  } catch {
    // Nowhere to keep it: the next run compiles it again.
  }
  return module;
}

/** Undefined when nothing is kept, or it is damaged, or another engine's. */
function restore(file: string, wasm: Uint8Array): WebAssembly.Module | undefined {
  try {
    return restoreModule(readFileSync(file), wasm);
  } catch {
    return undefined;
  }
}
