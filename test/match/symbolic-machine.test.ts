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

const or = (d: number, value: number): number => (24 << 26) | (d << 21) | (d << 16) | value;
const stw = (d: number, offset: number): number => (36 << 26) | (d << 21) | (1 << 16) | offset;
const lwz = (d: number, offset: number): number => (32 << 26) | (d << 21) | (1 << 16) | offset;
const mfcr = (d: number): number => (31 << 26) | (d << 21) | (19 << 1);
const mtcrf = (d: number, fields: number): number => (31 << 26) | (d << 21) | (fields << 12) | (144 << 1);
const rotlwi = (a: number, d: number, by: number): number =>
  (21 << 26) | (d << 21) | (a << 16) | (by << 11) | (31 << 1);
const cmpwi = (field: number, a: number, value: number): number =>
  (11 << 26) | (field << 23) | (a << 16) | value;

test("a comparison outlives instructions whose results are not followed, but for those that record", () => {
  const machine = new SymbolicMachine(() => undefined, false);
  const mulhw = (31 << 26) | (4 << 21) | (5 << 16) | (6 << 11) | (75 << 1);
  const divw = (31 << 26) | (4 << 21) | (5 << 16) | (6 << 11) | (491 << 1);
  const lwzu = (33 << 26) | (4 << 21) | (5 << 16) | 4;
  for (const word of [cmpwi(0, 3, 2), mulhw, divw, lwzu]) machine.step(word >>> 0);
  expect(machine.cr[2]?.kind).toBe("compare");
  machine.step((divw | 1) >>> 0);
  expect(machine.cr[2]).toMatchObject({ left: machine.gpr[4], right: { kind: "constant", value: 0 } });
});

test("a division changes its target and nothing else", () => {
  const divwu = (31 << 26) | (4 << 21) | (5 << 16) | (6 << 11) | (459 << 1);
  const lbzx = (31 << 26) | (3 << 21) | (5 << 16) | (6 << 11) | (87 << 1);
  expect(known(divwu, lbzx)).toEqual([5, 6]);
});

test("a field of the condition register is saved in the frame and comes back, perhaps as another", () => {
  const machine = new SymbolicMachine(() => undefined, false);
  machine.step(cmpwi(3, 3, 7) >>> 0);
  const compared = machine.cr.slice(12, 15);
  for (const word of [mfcr(5), rotlwi(5, 5, 12), stw(5, 60), cmpwi(0, 3, 9), cmpwi(3, 3, 9)]) {
    machine.step(word >>> 0);
  }
  machine.call();
  machine.step(cmpwi(1, 4, 7) >>> 0);
  const other = machine.cr.slice(4, 7);
  for (const word of [lwz(6, 60), mtcrf(6, 0x80)]) machine.step(word >>> 0);
  expect(machine.cr.slice(0, 3)).toEqual(compared);
  expect(machine.cr.slice(4, 7)).toEqual(other);
  expect(machine.cr[12]).not.toEqual(compared[0]);
});

test("a field of the condition register is lost where something else is put into its word or its place", () => {
  const machine = new SymbolicMachine(() => undefined, false);
  const kinds = (): unknown => [machine.cr[0]?.kind, machine.cr[4]?.kind];
  for (const word of [cmpwi(0, 3, 7), cmpwi(1, 3, 8), mfcr(5), stw(5, 60), stw(4, 60), lwz(6, 60)]) {
    machine.step(word >>> 0);
  }
  machine.step(mtcrf(6, 0x80) >>> 0);
  expect(kinds()).toEqual(["unknown", "compare"]);
  machine.step(or(5, 1) >>> 0);
  machine.step(mtcrf(5, 0x40) >>> 0);
  expect(kinds()).toEqual(["unknown", "unknown"]);
});
