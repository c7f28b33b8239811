// Calls cost more on the host than on the target (checks, no registers kept over them), so small functions are inlined where
// they are called; their counters are in memory and come along.
//
// What only counts does not make a function large: modules with and without counters are inlined alike. Binaryen has one
// limit for all, so it goes up in rounds, and before each the functions that would come in by their own code stay out.

import { NAN_PREFIX } from "../numbers/nan-support.ts";
import { binaryen, type WasmModule } from "../wasm.ts";

/** Functions of up to this many WebAssembly instructions are inlined; fewer in programs of many functions. */
const INLINED_SIZE = 100;
const INLINED_SIZE_OF_MANY = 20;
const MANY_FUNCTIONS = 1000;

/** How much the limit goes up in each round, and how often. */
const STEP = 20;
const ROUNDS = 4;

/** `countingSize`: the instructions of each function that only count. Takes some tens of milliseconds. */
export function inlineSmallFunctions(m: WasmModule, countingSize: ReadonlyMap<string, number>): void {
  const many = countingSize.size >= MANY_FUNCTIONS;
  const least = many ? INLINED_SIZE_OF_MANY : INLINED_SIZE;
  keepOut(m, `${NAN_PREFIX}*`);
  inline(m, least);
  if (many) return;
  const left = new Set(countingSize.keys());
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const name of left) {
      if ((countingSize.get(name) ?? 0) >= round * STEP) continue;
      left.delete(name);
      keepOut(m, name);
    }
    if (left.size === 0) break;
    inline(m, least + round * STEP);
  }
}

function keepOut(m: WasmModule, pattern: string): void {
  binaryen.setPassArgument("no-inline", pattern);
  m.runPasses(["no-inline"]);
  binaryen.setPassArgument("no-inline", null);
}

function inline(m: WasmModule, size: number): void {
  binaryen.setAlwaysInlineMaxSize(size);
  binaryen.setFlexibleInlineMaxSize(size);
  binaryen.setOneCallerInlineMaxSize(size);
  m.runPasses(["inlining"]);
}
