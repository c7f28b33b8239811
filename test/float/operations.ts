// The language's floating-point operations against two other opinions: the host's arithmetic, where it rounds the same way
// (to nearest; doubles, and singles whose operands are singles), and in every mode, flags included, the fast path
// against the arithmetic on integers.
import {
  exactAdd,
  exactDivide,
  exactMultiply,
  exactMultiplyAdd,
  exactRound,
  exactSquareRoot,
} from "../../src/machine/float/exact.ts";
import {
  fpAdd,
  fpDivide,
  fpMultiply,
  fpMultiplyAdd,
  fpResult,
  fpRound,
  fpSquareRoot,
} from "../../src/machine/float/index.ts";
import { operandGroups } from "./operands.ts";
import type { OperandKind } from "./operands.ts";

type Words = readonly number[];

export interface Operation {
  readonly name: string;
  readonly operands: readonly OperandKind[];
  readonly single: boolean;
  fast(w: Words, mode: number): void;
  exact(w: Words, mode: number): void;
  /** What the host gives to nearest; undefined where it has no such operation. */
  readonly host?: (a: number, b: number) => number;
}

const w0 = (w: Words): number => (w[0] ?? 0) | 0;
const w1 = (w: Words): number => (w[1] ?? 0) | 0;
const w2 = (w: Words): number => (w[2] ?? 0) | 0;
const w3 = (w: Words): number => (w[3] ?? 0) | 0;
const w4 = (w: Words): number => (w[4] ?? 0) | 0;
const w5 = (w: Words): number => (w[5] ?? 0) | 0;

function operationsOf(single: boolean): Operation[] {
  const dd: OperandKind[] = ["d", "d"];
  const s = single ? " single" : "";
  const host = (of: (a: number, b: number) => number): Pick<Operation, "host"> =>
    single ? {} : { host: of };
  return [
    ...[false, true].map((minus): Operation => ({
      name: `${minus ? "subtract" : "add"}${s}`,
      operands: dd,
      single,
      fast: (w, m) => fpAdd(w0(w), w1(w), w2(w), w3(w), m, single, minus),
      exact: (w, m) => exactAdd(w0(w), w1(w), w2(w), w3(w), m, single, minus),
      ...host((a, b) => (minus ? a - b : a + b)),
    })),
    {
      name: `multiply${s}`,
      operands: dd,
      single,
      fast: (w, m) => fpMultiply(w0(w), w1(w), w2(w), w3(w), m, single),
      exact: (w, m) => exactMultiply(w0(w), w1(w), w2(w), w3(w), m, single),
      ...host((a, b) => a * b),
    },
    {
      name: `divide${s}`,
      operands: dd,
      single,
      fast: (w, m) => fpDivide(w0(w), w1(w), w2(w), w3(w), m, single),
      exact: (w, m) => exactDivide(w0(w), w1(w), w2(w), w3(w), m, single),
      ...host((a, b) => a / b),
    },
    {
      name: `square root${s}`,
      operands: ["d"],
      single,
      fast: (w, m) => fpSquareRoot(w0(w), w1(w), m, single),
      exact: (w, m) => exactSquareRoot(w0(w), w1(w), m, single),
      ...host((a) => Math.sqrt(a)),
    },
    ...[false, true].map((minus): Operation => ({
      name: `multiply and ${minus ? "subtract" : "add"}${s}`,
      operands: ["d", "d", "d"],
      single,
      fast: (w, m) => fpMultiplyAdd(w0(w), w1(w), w2(w), w3(w), w4(w), w5(w), m, single, minus),
      exact: (w, m) => exactMultiplyAdd(w0(w), w1(w), w2(w), w3(w), w4(w), w5(w), m, single, minus),
    })),
  ];
}

export const OPERATIONS: readonly Operation[] = [
  ...operationsOf(false),
  ...operationsOf(true),
  {
    name: "round to single",
    operands: ["d"],
    single: true,
    fast: (w, m) => fpRound(w0(w), w1(w), m),
    exact: (w, m) => exactRound(w0(w), w1(w), m),
    host: (a) => Math.fround(a),
  },
];

const buffer = new ArrayBuffer(8);
const words = new Uint32Array(buffer);
const numbers = new Float64Array(buffer);

function number(high: number, low: number): number {
  words[1] = high;
  words[0] = low;
  return numbers[0] ?? 0;
}

/** Rounding modes, and controls that wrap exponents. */
const MODES = [0, 1, 2, 3, 0x60, 0x61];

/** How many operand groups were tried, and the first few that differ. */
export function checkOperation(
  operation: Operation,
  count: number,
  seed: number,
): { tried: number; wrong: string[] } {
  const all = operandGroups(operation.operands, count, seed);
  const size = 2 * operation.operands.length;
  const wrong: string[] = [];
  const tell = (w: Words, mode: number, what: string): void => {
    if (wrong.length < 5)
      wrong.push(
        `${operation.name} of ${w.map((n) => n.toString(16).padStart(8, "0")).join(" ")}, mode ${mode}: ${what}`,
      );
  };
  let tried = 0;
  for (let at = 0; at < all.length; at += size) {
    const w = Array.from(all.subarray(at, at + size));
    const mode = MODES[tried++ % MODES.length] ?? 0;
    for (const m of mode === 0 ? [0] : [0, mode]) {
      operation.fast(w, m);
      const fast = fpResult.slice(0, 3).join(" ");
      operation.exact(w, m);
      const exact = fpResult.slice(0, 3).join(" ");
      if (fast !== exact) tell(w, m, `${fast} against ${exact}`);
      if (m !== 0 || !operation.host) continue;
      const ours = number(fpResult[1] ?? 0, fpResult[0] ?? 0);
      const host = operation.host(number(w0(w), w1(w)), number(w2(w), w3(w)));
      if (!Object.is(ours, host)) tell(w, m, `${ours}, the host has ${host}`);
    }
  }
  return { tried, wrong };
}
