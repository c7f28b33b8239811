// What the symbolic machine still knows behind instructions whose results it does not follow.
import { expect, test } from "vitest";
import { SymbolicMachine } from "../../src/match/symbolic-machine.ts";

const addi = (d: number, value: number): number => ((14 << 26) | (d << 21) | value) >>> 0;
/** What is constant behind `words`, after r3 = 3 … r6 = 6. */
const known = (...words: readonly number[]): number[] => {
  const machine = new SymbolicMachine(() => undefined, false);
  for (const register of [3, 4, 5, 6]) machine.step(addi(register, register));
  for (const word of words) machine.step(word >>> 0);
  return [...machine.constants().keys()].filter((place) => place < 32);
};

test("floating-point registers are not general ones", () => {
  const lfs = (48 << 26) | (4 << 21) | (1 << 16) | 8;
  const fmadd = (63 << 26) | (5 << 21) | (3 << 16) | (29 << 1);
  const lfdx = (31 << 26) | (6 << 21) | (3 << 16) | (4 << 11) | (599 << 1);
  expect(known(lfs, fmadd, lfdx)).toEqual([3, 4, 5, 6]);
});

test("an update changes the base", () => {
  const lfdu = (51 << 26) | (4 << 21) | (3 << 16) | 8;
  const stfsux = (31 << 26) | (6 << 21) | (5 << 16) | (4 << 11) | (695 << 1);
  expect(known(lfdu, stfsux)).toEqual([4, 6]);
});

test("embedded floating point has its results in general registers, and comparisons none", () => {
  const efsadd = (4 << 26) | (3 << 21) | (4 << 16) | (5 << 11) | 0x2c0;
  const efscmpgt = (4 << 26) | (4 << 21) | (5 << 16) | (6 << 11) | 0x2cc;
  const evstdd = (4 << 26) | (5 << 21) | (1 << 16) | (1 << 11) | 0x321;
  expect(known(efsadd, efscmpgt, evstdd)).toEqual([4, 5, 6]);
});

test("a comparison outlives floating point, but not another one in its field", () => {
  const machine = new SymbolicMachine(() => undefined, false);
  const compare = (field: number): number => ((11 << 26) | (field << 23) | (3 << 16) | 2) >>> 0;
  const fields = (): boolean[] => [0, 1].map((field) => machine.cr[4 * field]?.kind !== "unknown");
  machine.step(compare(0));
  machine.step(compare(1));
  machine.step(((63 << 26) | (1 << 21) | (2 << 16) | (21 << 1)) >>> 0); // fadd
  machine.step(((4 << 26) | (3 << 21) | (4 << 16) | (5 << 11) | 0x2c9) >>> 0); // efsdiv
  machine.step(((4 << 26) | (3 << 21) | (1 << 16) | (1 << 11) | 0x301) >>> 0); // evldd
  expect(fields()).toEqual([true, true]);
  machine.step(((63 << 26) | (4 << 21) | (1 << 16) | (2 << 11)) >>> 0); // fcmpu 1
  expect(fields()).toEqual([true, false]);
  machine.step(((4 << 26) | (4 << 16) | (5 << 11) | 0x2ce) >>> 0); // efscmpeq 0
  expect(fields()).toEqual([false, false]);
});
