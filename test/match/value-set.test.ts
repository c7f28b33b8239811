import fc from "fast-check";
import { expect, test } from "vitest";
import { filter, filterEach, intersect, sizeOf, unite, type ValueSet } from "../../src/match/value-set.ts";

const LIMIT = 64;
const members = (set: ValueSet): number[] =>
  Array.from({ length: LIMIT }, (_, i) => i).filter((x) => set.some(([low, high]) => low <= x && x <= high));
const fromMembers = (values: readonly number[]): ValueSet =>
  values.reduce<ValueSet>((set, value) => unite(set, [[value, value]]), []);
const values = fc.uniqueArray(fc.integer({ min: 0, max: LIMIT - 1 }));

test("sets of values behave as sets", () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const [x, y] = [fromMembers(a), fromMembers(b)];
      expect(sizeOf(x)).toBe(a.length);
      expect(members(intersect(x, y))).toEqual(members(x).filter((value) => b.includes(value)));
      expect(members(unite(x, y))).toEqual([...new Set([...a, ...b])].sort((p, q) => p - q));
    }),
  );
});

test("filtering by pieces is filtering value by value", () => {
  fc.assert(
    fc.property(values, fc.array(fc.integer({ min: -5, max: LIMIT + 5 })), (a, breaks) => {
      const set = fromMembers(a);
      // Constant between breaks.
      const test = (value: number): boolean => breaks.filter((b) => b <= value).length % 2 === 0;
      expect(filter(set, breaks, test)).toEqual(filterEach(set, test));
    }),
  );
});

test("a test that does not know makes the whole set unknown", () => {
  expect(filter([[0, 9]], [5], (value) => (value < 5 ? true : undefined))).toBeUndefined();
  expect(filterEach([[0, 9]], () => undefined)).toBeUndefined();
});
