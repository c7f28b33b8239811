// Inline assembly with a meaning on the host: nothing at all (a barrier for the compiler, or an identity), barriers, and reads
// of the time base, each on a line of its own. Everything else is refused with its line.

import type { CallInstruction } from "../../bitcode/index.ts";
import { scalarWidth } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { leavesOf } from "../program.ts";
import { emitTimeBase, halfOf } from "../counting/time-base.ts";
import type { Expression } from "../wasm.ts";

/** Instructions that order accesses, or do nothing: one thread without interrupts does not notice. */
const BARRIER = /^(?:nop|(?:lw|m|i)?sync|eieio|mbar(?:\s+[01])?)$/;

/** A read of the time base into an operand; `268` and `269` are its halves as special registers. */
const READ =
  /^(?:(?<name>mftb[lu]?)\s+(?<to>\$\d+|\$\{\d+:L\})|mf(?:tb|spr)\s+(?<into>\$\d+|\$\{\d+:L\})\s*,\s*(?<half>268|269))$/;

interface Read {
  /** Position among the outputs. */
  readonly output: number;
  /** The second of an output's two registers. */
  readonly second: boolean;
  readonly half: "upper" | "lower";
}

/** The reads of the time base in inline assembly, or null: it has no meaning on the host. */
export function timeBaseReads(text: string): readonly Read[] | null {
  const reads: Read[] = [];
  for (const piece of text.split(/\n|;/)) {
    const line = piece.replace(/#.*/, "").trim();
    const groups = READ.exec(line)?.groups;
    if (groups !== undefined) {
      const to = groups["to"] ?? groups["into"] ?? "";
      const upper = groups["name"] === "mftbu" || groups["half"] === "269";
      reads.push({
        output: Number(/\d+/.exec(to)?.[0]),
        second: to.startsWith("${"),
        half: upper ? "upper" : "lower",
      });
    } else if (line !== "" && !BARRIER.test(line)) return null;
  }
  return reads;
}

/** Outputs that nothing writes: what the inputs hold that share their registers; another is whatever is there, here the first input. */
function unchangedOutputs(f: FunctionEmitter, inst: CallInstruction, constraints: string): Expression[] {
  const sharers = sharingInputs(constraints);
  return leavesOf(inst.type).map((type, output) => {
    const input = inst.args[sharers.get(output) ?? 0];
    const [value, ...more] = input === undefined ? [] : f.fields(input);
    const fits = input !== undefined && more.length === 0 && scalarWidth(input.type) === scalarWidth(type);
    return value === undefined || !fits ? f.constant(type, 0n) : value;
  });
}

/** Of inline assembly: which argument is in the register of an output, by output. `=r,=&r,r,0`: argument 1 is in that of output 0. */
export function sharingInputs(constraints: string): ReadonlyMap<number, number> {
  const sharers = new Map<number, number>();
  let argument = 0;
  for (const constraint of constraints.split(",")) {
    // Outputs in registers and clobbered registers are no arguments; outputs in memory are.
    if (/^[~!]/.test(constraint) || (constraint.startsWith("=") && !constraint.includes("*"))) continue;
    if (/^\d+$/.test(constraint)) sharers.set(Number(constraint), argument);
    argument += 1;
  }
  return sharers;
}

export function emitAssembly(f: FunctionEmitter, inst: CallInstruction, out: Expression[]): void {
  if (inst.callee.kind !== "asm") return;
  const text = inst.callee.text.trim();
  const reads = timeBaseReads(text);
  if (reads === null) {
    throw new Untranslatable(
      `inline assembly cannot be translated: "${text}"`,
      "write the operation in C, or keep it out of programs that are annotated",
    );
  }
  if (reads.length === 0) {
    if (inst.type.kind === "void" || inst.slot < 0) return;
    f.defineFields(inst, unchangedOutputs(f, inst, inst.callee.constraints), out);
    return;
  }
  const outputs = leavesOf(inst.type);
  const now = emitTimeBase(f, out);
  const { m } = f;
  const values = outputs.map((type, output) => {
    const of = (second: boolean): Expression => {
      const read = reads.findLast((one) => one.output === output && one.second === second);
      return read === undefined ? m.i32.const(0) : halfOf(f, now, read.half);
    };
    if (scalarWidth(type) <= 32) return of(false);
    return m.i64.or(m.i64.shl(m.i64.extend_u(of(false)), m.i64.const(32n)), m.i64.extend_u(of(true)));
  });
  if (reads.some(({ output }) => output >= outputs.length))
    throw new Untranslatable(`inline assembly writes to no output: "${text}"`);
  if (inst.slot >= 0) f.defineFields(inst, values, out);
}
