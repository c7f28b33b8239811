// What the machine code of a node passes to each of its calls: results of earlier calls, and constants. With that, calls of
// runtime functions are told apart that are equal but for their operands.
import { SymbolicMachine } from "./symbolic-machine.ts";
import type { Symbolic } from "./symbolic.ts";
import type { WalkableFunction } from "./region.ts";
import { straightCode } from "./straight-code.ts";

/** What an argument register holds when a call is made. */
export type Passed =
  /** A word of the result of the node's call number `call`: 0 is in r3, 1 in r4. `flipped`: with its highest bit changed. */
  | { readonly kind: "result"; readonly call: number; readonly word: 0 | 1; readonly flipped: boolean }
  | { readonly kind: "constant"; readonly value: number }
  /** Words of one `base` are equal but for their highest bits; no base: nothing is known. */
  | { readonly kind: "other"; readonly base: number | null; readonly flipped: boolean };

const FIRST_ARGUMENT = 3;
const ARGUMENT_REGISTERS = 8;

/** For each of the first `count` calls after item `start` of a node's straight code: r3 to r10 before the call. */
export function passedToCalls(fn: WalkableFunction, start: number, count: number): Passed[][] {
  const machine = new SymbolicMachine(() => undefined, true);
  const results = new Map<number, { readonly call: number; readonly word: 0 | 1 }>();
  const passed: Passed[][] = [];
  if (count === 0) return passed;
  for (const step of straightCode(fn, start)) {
    if (step.kind === "next") {
      machine.step(step.word, step.spill);
      continue;
    }
    const call = passed.length;
    passed.push(registers(machine, results));
    if (passed.length === count) break;
    machine.call();
    ([0, 1] as const).forEach((word) => {
      const value = machine.gpr[FIRST_ARGUMENT + word];
      if (value?.kind === "sum") results.set(value.base, { call, word });
    });
  }
  return passed;
}

function registers(
  machine: SymbolicMachine,
  results: ReadonlyMap<number, { readonly call: number; readonly word: 0 | 1 }>,
): Passed[] {
  return Array.from({ length: ARGUMENT_REGISTERS }, (_, i): Passed => {
    const value = machine.gpr[FIRST_ARGUMENT + i];
    if (value?.kind === "constant") return { kind: "constant", value: value.value };
    const flipped = value !== undefined && isFlipped(value);
    if (value === undefined || !(flipped || (value.kind === "sum" && value.add === 0)))
      return { kind: "other", base: null, flipped: false };
    const result = results.get(value.base);
    return result === undefined
      ? { kind: "other", base: value.base, flipped }
      : { kind: "result", ...result, flipped };
  });
}

/** The highest bit, which is a number's sign. */
const SIGN = 0x80000000;
/** Bits as good as any for telling what a function does to an unknown. */
const SAMPLE = 0x5a5a1234;

/** Is it an unknown with its highest bit changed? */
function isFlipped(value: Symbolic): boolean {
  if (value.kind !== "function") return false;
  return [0, SAMPLE, (SIGN | SAMPLE) >>> 0].every((one) => value.of(one) === (one ^ SIGN) >>> 0);
}

/** The call whose whole result the words of an argument are, the sign left aside. */
export function resultIn(words: readonly Passed[]): number | undefined {
  const [first] = words;
  if (first?.kind !== "result") return undefined;
  const whole = words.every(
    (one, i) =>
      one.kind === "result" && one.call === first.call && one.word === i && (i === 0 || !one.flipped),
  );
  return whole ? first.call : undefined;
}
