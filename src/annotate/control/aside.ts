// Memory of an activation that the target has elsewhere or not at all: blocks of variable arguments, copies of structures
// that are passed by value. It is on a stack of its own behind the counters, so that callees' frames are where the target
// has them. The return address, which the target has in its frame, is in a local.

import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { ASIDE_BYTES } from "../layout.ts";
import { binaryen, NAMES, type Expression } from "../wasm.ts";

/** One function's part of that stack. */
export class Aside {
  readonly #f: FunctionEmitter;
  #local = -1;
  #bytes = 0;
  #link = -1;

  constructor(f: FunctionEmitter) {
    this.#f = f;
  }

  /** A new piece; see `at`. `align`: at most 16. */
  reserve(bytes: number, align: number): number {
    if (this.#local < 0) this.#local = this.#f.newLocal(binaryen.i32);
    const place = Math.ceil(this.#bytes / align) * align;
    this.#bytes = place + bytes;
    if (this.#bytes > ASIDE_BYTES)
      throw new Untranslatable("a call's arguments take more memory than there is");
    return place;
  }

  /** Address of a piece that `reserve` gave. */
  at(place: number): Expression {
    const base = this.#f.get(this.#local);
    return place === 0 ? base : this.#f.m.i32.add(base, this.#f.m.i32.const(place));
  }

  /** The target's link register, as it was when the function was entered. */
  link(): Expression {
    if (this.#link < 0) this.#link = this.#f.newLocal(binaryen.i32);
    return this.#f.get(this.#link);
  }

  /** Statement: the stack is where it is while this function runs. For functions that have reserved something. */
  resume(): Expression {
    return this.#f.m.global.set(NAMES.aside, this.at(Math.ceil(this.#bytes / 16) * 16));
  }

  /** At the function's beginning, when all is emitted. */
  prologue(): Expression[] {
    const { m, p } = this.#f;
    const link =
      this.#link < 0 ? [] : [m.local.set(this.#link, m.global.get(p.linkRegister(), binaryen.i32))];
    if (this.#local < 0) return link;
    const entered = m.local.set(this.#local, m.global.get(NAMES.aside, binaryen.i32));
    return this.#bytes > 0 ? [...link, entered, this.resume()] : [...link, entered];
  }

  /** At its end. */
  epilogue(): Expression[] {
    return this.#bytes > 0 ? [this.#f.m.global.set(NAMES.aside, this.at(0))] : [];
  }
}
