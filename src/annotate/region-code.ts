// The instructions of a block, those of regions with one look for NaNs (number-regions.ts) among them: their results first,
// then the look, then what they store; and out of line everything once more, for the case that there is a NaN.

import type { BasicBlock, Instruction, Value } from "../bitcode/index.ts";
import type { FunctionEmitter } from "./function-emitter.ts";
import { anyNan, regionsOf, withoutSettling } from "./numbers/hard-float.ts";
import { pairsOf } from "./numbers/pair-operations.ts";
import { withPairs, type PairedCode } from "./numbers/paired-code.ts";
import { addressOf, wholeAddress } from "./memory/memory.ts";
import type { DistanceTest } from "./numbers/number-regions.ts";
import type { Expression } from "./wasm.ts";

export type EmitOne = (inst: Instruction, index: number, out: Expression[]) => void;

/** Adds the statements of a block's instructions; `plainly`: each by itself. */
export function emitInstructions(
  f: FunctionEmitter,
  block: BasicBlock,
  plainly: boolean,
  out: Expression[],
  emit: EmitOne,
): void {
  const { instructions } = block;
  const each = (
    from: number,
    to: number,
    into: Expression[],
    wanted: (inst: Instruction, index: number) => boolean,
  ): void => {
    for (let i = from; i < to; i += 1) {
      const inst = instructions[i];
      if (inst !== undefined && wanted(inst, i)) emit(inst, i, into);
    }
  };
  const { m } = f;
  let at = 0;
  for (const region of plainly ? [] : regionsOf(f, block)) {
    const { begin, end, checks, tests, repeated } = region;
    each(at, begin, out, () => true);
    const number = nextNumber(f);
    const [again, done] = [`n${String(number)}_again`, `n${String(number)}_done`];
    const fast: Expression[] = [];
    const pairs = pairsOf(f, block, region);
    const emitFast = ({ lanesOf }: PairedCode): void => {
      each(begin, end, fast, (inst, i) => {
        for (const test of tests)
          if (test.index === i || (i === begin && test.index < begin))
            fast.push(m.br_if(again, areNear(f, test)));
        const same = repeated.get(inst);
        if (same !== undefined && !pairs.has(same)) f.define(inst, f.use(same), fast);
        return inst.op !== "store" && same === undefined;
      });
      const { vectors, rest } = lanesOf(checks);
      fast.push(m.if(anyNan(f, rest, vectors), m.br(again)));
      each(begin, end, fast, (inst) => inst.op === "store");
    };
    withoutSettling(f, () => withPairs(f, region, pairs, emitFast));
    fast.push(m.br(done));
    const slow: Expression[] = [m.block(again, fast)];
    each(begin, end, slow, () => true);
    out.push(m.block(done, slow));
    at = end;
  }
  each(at, instructions.length, out, () => true);
}

const numbers = new WeakMap<FunctionEmitter, number>();

/** A number for the labels of a region's code: unrolled turns have several of one region. */
function nextNumber(f: FunctionEmitter): number {
  const number = (numbers.get(f) ?? 0) + 1;
  numbers.set(f, number);
  return number;
}

/** Do a load and a store that waits meet? */
function areNear(f: FunctionEmitter, { load, store, low, high }: DistanceTest): Expression {
  const { m } = f;
  const whole = (address: Value): Expression => wholeAddress(f, addressOf(f, address));
  const distance = m.i32.sub(whole(load.address), whole(store.address));
  return m.i32.le_u(m.i32.sub(distance, m.i32.const(low)), m.i32.const(high - low));
}
