// What is done of a counted loop before the loop itself: turns in the lanes of vectors, then turns without tests.

import type { Type } from "../../bitcode/index.ts";
import { countedLoop, type CountedLoop } from "./counted-loop.ts";
import { floatLoop } from "./float-loop.ts";
import { floatTurns } from "./float-turns.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { hasFused, isHardware } from "../numbers/hard-float.ts";
import { unrolledTurns, type EmitInstruction } from "./unrolled-turns.ts";
import { vectorLoop } from "./vector-loop.ts";
import { vectorTurns } from "./vector-turns.ts";
import type { Expression } from "../wasm.ts";

/** The counted loops of a function, each looked for once. */
export class CountedLoops {
  readonly #f: FunctionEmitter;
  readonly #known = new Map<number, CountedLoop | null>();

  constructor(f: FunctionEmitter) {
    this.#f = f;
  }

  /** The loop at a node of the plan, or null. */
  at(node: number): CountedLoop | null {
    const { fn, plan } = this.#f;
    let loop = this.#known.get(node);
    if (loop === undefined) {
      loop = countedLoop(fn, plan, node, (type) => isHardware(this.#f, type));
      this.#known.set(node, loop);
    }
    return loop;
  }
}

/** Statements before the loop at a node of the plan; `leave` gives those that go on after the last turn. */
export function turnsBefore(
  f: FunctionEmitter,
  node: number,
  loop: CountedLoop,
  emit: EmitInstruction,
  leave: () => Expression[],
): Expression[] {
  const out: Expression[] = [];
  const vector = vectorLoop(f.fn, f.plan.nodes[node]?.irBlock ?? -1, loop);
  if (vector !== null) out.push(...vectorTurns(f, node, loop, vector, emit, leave));
  else if (!hasSites(f, node)) {
    const support = {
      isHardware: (type: Type): boolean => isHardware(f, type),
      fused: (type: Type): boolean => hasFused(f, type) && f.p.fused,
    };
    const float = floatLoop(f.fn, f.plan.nodes[node]?.irBlock ?? -1, loop, support);
    if (float !== null) out.push(...floatTurns(f, node, loop, float, emit, leave));
  }
  if (loop.copies > 1) out.push(...unrolledTurns(f, node, loop, emit, leave));
  return out;
}

/** Are there instructions at a node whose operands are looked at, turn by turn? */
function hasSites(f: FunctionEmitter, node: number): boolean {
  return f.plan.sites?.some((site) => site.node === node) === true;
}
