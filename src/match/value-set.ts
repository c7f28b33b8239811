// Sets of unsigned values as sorted, disjoint, inclusive intervals. Up to 32 bits; so plain numbers are exact.

export type ValueSet = readonly (readonly [number, number])[];

/** Number of values in the set. */
export function sizeOf(set: ValueSet): number {
  let size = 0;
  for (const [low, high] of set) size += high - low + 1;
  return size;
}

/** The values in both sets. */
export function intersect(a: ValueSet, b: ValueSet): ValueSet {
  const result: [number, number][] = [];
  let i = startIn(a, b);
  let j = startIn(b, a);
  while (i < a.length && j < b.length) {
    const low = Math.max(a[i]![0], b[j]![0]);
    const high = Math.min(a[i]![1], b[j]![1]);
    if (low <= high) result.push([low, high]);
    if (a[i]![1] < b[j]![1]) i++;
    else j++;
  }
  return result;
}

/** The first interval of `set` that does not end before `other` begins. */
function startIn(set: ValueSet, other: ValueSet): number {
  const least = other[0]?.[0] ?? 0;
  let from = 0;
  let to = set.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (set[middle]![1] < least) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** All values of both sets, neighbours joined. */
export function unite(a: ValueSet, b: ValueSet): ValueSet {
  return uniteAll([a, b]);
}

/** All values of all sets, neighbours joined. */
export function uniteAll(sets: readonly ValueSet[]): ValueSet {
  const all = sets.flat().sort((x, y) => x[0] - y[0]);
  const result: [number, number][] = [];
  for (const [low, high] of all) {
    const last = result[result.length - 1];
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else result.push([low, high]);
  }
  return result;
}

/**
 * The values for which `test` holds. `test` must be constant between neighbouring `breaks` (the first value of each
 * piece). Returns undefined when `test` does not know for some piece.
 */
export function filter(
  set: ValueSet,
  breaks: readonly number[],
  test: (value: number) => boolean | undefined,
): ValueSet | undefined {
  const sorted = [...breaks].sort((x, y) => x - y);
  const result: [number, number][] = [];
  for (const [low, high] of set) {
    let start = low;
    let next = sorted.findIndex((value) => value > low);
    if (next < 0) next = sorted.length;
    for (;;) {
      const end = next < sorted.length && sorted[next]! <= high ? sorted[next]! - 1 : high;
      const holds = test(start);
      if (holds === undefined) return undefined;
      if (holds) {
        const last = result[result.length - 1];
        if (last !== undefined && last[1] + 1 === start) last[1] = end;
        else result.push([start, end]);
      }
      if (end === high) break;
      start = end + 1;
      while (next < sorted.length && sorted[next]! <= start) next++;
    }
  }
  return result;
}

/** The values for which `test` holds, each tried; for small sets. */
export function filterEach(
  set: ValueSet,
  test: (value: number) => boolean | undefined,
): ValueSet | undefined {
  const result: [number, number][] = [];
  for (const [low, high] of set) {
    for (let value = low; value <= high; value++) {
      const holds = test(value);
      if (holds === undefined) return undefined;
      if (!holds) continue;
      const last = result[result.length - 1];
      if (last !== undefined && last[1] + 1 === value) last[1] = value;
      else result.push([value, value]);
    }
  }
  return result;
}
