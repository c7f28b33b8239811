// Reads of the time base. The host tells the time: in a module with live accounting the target's cycles, else a made-up time
// (src/run/run.ts). Live totals are brought up to date before each read.

import type { FunctionEmitter } from "../function-emitter.ts";
import { binaryen, NAMES, type Expression } from "../wasm.ts";

/** A local (i64) that holds the time base from here on. */
export function emitTimeBase(f: FunctionEmitter, out: Expression[]): number {
  f.p.importTimeBase();
  if (f.live) out.push(...f.live.beforeTimeBase());
  const now = f.newLocal(binaryen.i64);
  out.push(f.m.local.set(now, f.m.call(NAMES.timeBase, [], binaryen.i64)));
  return now;
}

/** One half of the time base in a local, an i32. */
export function halfOf(f: FunctionEmitter, now: number, half: "upper" | "lower"): Expression {
  const { m } = f;
  return m.i32.wrap(half === "lower" ? f.get(now) : m.i64.shr_u(f.get(now), m.i64.const(32n)));
}

/** Does inline assembly read the time base? */
export function readsTimeBase(text: string): boolean {
  return /\bmf(?:tb|spr)/.test(text);
}

/** Intrinsics that read it. */
export const TIME_BASE_INTRINSIC = /^llvm\.ppc\.(?:mftbu|mfspr)/;
