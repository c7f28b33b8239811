// How V8 compiles modules here: whole, at once, by its optimising compiler.
import v8 from "node:v8";
import { allowRelaxedSimd } from "./fused.ts";

/** Sets the flags; again and again changes nothing. */
export function chooseCompiler(): void {
  allowRelaxedSimd();
  v8.setFlagsFromString("--experimental-wasm-branch-hinting");
  v8.setFlagsFromString("--no-liftoff");
  v8.setFlagsFromString("--no-wasm-lazy-compilation");
}

/** Compiles a module on other threads, while this one prepares the rest. */
export function compileModule(wasm: Uint8Array): Promise<WebAssembly.Module> {
  chooseCompiler();
  return WebAssembly.compile(wasm as BufferSource);
}
