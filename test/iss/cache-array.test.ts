// Tags and replacement of caches.
import { expect, test } from "vitest";
import { CacheArray, cacheAccess } from "../../src/iss/cache-array.ts";
import type { CacheGeometry } from "../../src/iss/cache-array.ts";

const read = cacheAccess.CacheRead;

/** One set, so that every line competes; addresses are numbers of lines. */
function oneSet(changes: Partial<CacheGeometry> = {}): (line: number) => number {
  const array = new CacheArray({
    name: "C",
    level: 1,
    sets: 1,
    ways: 4,
    lineBytes: 16,
    replacement: "round_robin",
    invalidFirst: false,
    ...changes,
  });
  return (line) => array.access(read, line * 16).way;
}

test("round robin replaces the ways in turn, whatever was used", () => {
  const access = oneSet();
  expect([1, 2, 3, 4, 1, 5, 1].map(access)).toEqual([0, 1, 2, 3, 0, 0, 1]);
});

test("lru replaces what was used longest ago", () => {
  const access = oneSet({ replacement: "lru" });
  expect([1, 2, 3, 4, 1, 5, 2].map(access)).toEqual([0, 1, 2, 3, 0, 1, 2]);
});

test("tree pseudo-lru: bits point away from the last use", () => {
  const access = oneSet({ replacement: "plru" });
  // Way 0, then the other half (2), then the other of each half (1, 3); a hit on 1 leaves the right half, its way 2.
  expect([1, 2, 3, 4, 1, 5].map(access)).toEqual([0, 2, 1, 3, 0, 2]);
});

test("an invalid way goes first where the description says so", () => {
  const array = new CacheArray({
    name: "C",
    level: 1,
    sets: 1,
    ways: 2,
    lineBytes: 16,
    replacement: "round_robin",
    invalidFirst: true,
  });
  array.access(read, 0);
  array.access(read, 16);
  array.invalidate(0, 1);
  expect(array.access(read, 32)).toEqual({ action: "miss", set: 0, way: 1, replaced: false });
});

test("locked ways are passed over until all are locked", () => {
  const array = new CacheArray({
    name: "C",
    level: 1,
    sets: 1,
    ways: 2,
    lineBytes: 16,
    replacement: "round_robin",
    invalidFirst: false,
  });
  array.lock(0, 0, true);
  expect([0, 1, 2].map((line) => array.access(read, line * 16).way)).toEqual([1, 1, 1]);
  array.lock(0, 1, true);
  expect(array.fullyLocked(0)).toBe(true);
  expect(array.access(read, 80).way).toBe(0);
});

test("a dirty victim is an eviction; hooks decide on allocation and hits", () => {
  let allowed = false;
  const array = new CacheArray(
    { name: "C", level: 1, sets: 2, ways: 1, lineBytes: 16, replacement: "round_robin", invalidFirst: false },
    { missEnable: () => allowed, hitPredicate: (access) => access !== cacheAccess.CacheIFetch },
  );
  expect(array.access(read, 0).action).toBe("none");
  allowed = true;
  expect(array.access(cacheAccess.CacheWrite, 0).action).toBe("miss");
  expect(array.find(cacheAccess.CacheIFetch, 0)).toBe(-1);
  expect(array.access(read, 64)).toEqual({ action: "evict", set: 0, way: 0, replaced: true });
  expect(array.access(read, 16).set).toBe(1);
});
