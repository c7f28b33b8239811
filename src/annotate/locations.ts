// Which source line an expression is from. Binaryen keeps it through its passes and writes a source map of the module's bytes, so
// that a trap, or a run that is interrupted, can be told by its line without anything being computed while the program runs.

import type { DebugLocation } from "../bitcode/index.ts";
import { placeOf } from "./fault.ts";
import type { Expression, WasmModule } from "./wasm.ts";

export class Locations {
  readonly #m: WasmModule;
  readonly #files = new Map<string, number>();
  /** Of the function that is being emitted. */
  #noted: { readonly expression: Expression; readonly location: DebugLocation }[] = [];

  constructor(m: WasmModule) {
    this.#m = m;
  }

  /** Notes where expressions are from; what is inside them and has no location of its own is from there, too. */
  note(location: DebugLocation | null, ...expressions: readonly Expression[]): void {
    if (location === null || location.line === 0) return;
    for (const expression of expressions) this.#noted.push({ expression, location });
  }

  /** Gives a finished function what was noted since the last one. */
  attach(fn: number): void {
    for (const { expression, location } of this.#noted) {
      const place = placeOf(location);
      if (place?.line === undefined) continue;
      let file = this.#files.get(place.file);
      if (file === undefined) this.#files.set(place.file, (file = this.#m.addDebugInfoFileName(place.file)));
      this.#m.setDebugLocation(fn, expression, file, place.line, place.column ?? 0);
    }
    this.#noted = [];
  }
}
