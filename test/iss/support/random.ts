// Reproducible random numbers, and the operands that instructions are tried on: corner values, and values near each other.

export type Random = () => number;

/** A small reproducible generator of unsigned 32-bit numbers. */
export function createRandom(seed: number): Random {
  let s = seed | 0;
  return () => {
    s = (s + 0x9e3779b9) | 0;
    let z = s;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
}

const WORDS = [0, 1, 2, 31, 32, 63, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff];

export function randomWord(random: Random): number {
  const kind = random() % 4;
  if (kind === 0) return WORDS[random() % WORDS.length] ?? 0;
  if (kind === 1) return random() >>> (random() % 32);
  return random();
}

/** Upper words of doubles: zero, denormal, normal at both ends, around 1 and around a word's range, infinity, NaNs. */
const DOUBLES = [
  0, 1, 0x000fffff, 0x00100000, 0x00200000, 0x36a00000, 0x380fffff, 0x38100000, 0x3ca00000, 0x3fe00000,
  0x3ff00000, 0x3ff80000, 0x40000000, 0x41dfffff, 0x41e00000, 0x41efffff, 0x41f00000, 0x47efffff, 0x47f00000,
  0x7fd00000, 0x7fefffff, 0x7ff00000, 0x7ff00000, 0x7ff00001, 0x7ff80000, 0x7ff80123, 0x7fffffff,
];
const DOUBLE_ENDS = [0, 0, 0, 1, 2, 0x1fffffff, 0x20000000, 0x20000001, 0xe0000000, 0xf0000000, 0xffc00000];

/** Upper and lower word of a double. */
export function randomDouble(random: Random): [high: number, low: number] {
  const sign = (random() & 1) << 31;
  const low = random() % 3 === 0 ? random() : (DOUBLE_ENDS[random() % DOUBLE_ENDS.length] ?? 0);
  switch (random() % 6) {
    case 0:
      return [((DOUBLES[random() % DOUBLES.length] ?? 0) | sign) >>> 0, low];
    case 1:
      return [random(), random()];
    case 2:
      // Near 1, so that sums cancel and need the last bit.
      return [((0x3fe00000 + (random() % 0x00300000)) | sign) >>> 0, random()];
    case 3:
      // A single.
      return [((0x36a00000 + (random() % 0x11500000)) | sign) >>> 0, random() & 0xe0000000];
    case 4:
      // A small integer, with few bits.
      return [((0x3ff00000 + ((random() % 40) << 20)) | sign | (random() & 0xf0000)) >>> 0, 0];
    default:
      return [((0x36a00000 + (random() % 0x11500000)) | sign) >>> 0, low];
  }
}

const SINGLES = [
  0, 1, 0x007fffff, 0x00800000, 0x00800001, 0x01000000, 0x33800000, 0x3f000000, 0x3f800000, 0x3f800001,
  0x3fc00000, 0x40000000, 0x4effffff, 0x4f000000, 0x4f7fffff, 0x4f800000, 0x7f000000, 0x7f7fffff, 0x7f800000,
  0x7f800001, 0x7fc00000, 0x7fc01234, 0x7fffffff,
];

/** Bits of a single. */
export function randomSingle(random: Random): number {
  const sign = (random() & 1) << 31;
  switch (random() % 4) {
    case 0:
      return ((SINGLES[random() % SINGLES.length] ?? 0) | sign) >>> 0;
    case 1:
      return random();
    case 2:
      return ((0x3f000000 + (random() % 0x01800000)) | sign) >>> 0;
    default:
      return ((0x3f800000 + ((random() % 40) << 23)) | sign | (random() & 0x700000)) >>> 0;
  }
}
