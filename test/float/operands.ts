// Operands of floating-point operations, as words: all pairs of corner values, then random pairs of several kinds. Small
// and fast rather than even: numbers near each other, with few bits, at the ends of the range, and any bits at all.
import { createRandom, randomDouble, randomSingle } from "../iss/support/random.ts";
import type { Random } from "../iss/support/random.ts";

/** Doubles: zero, denormal, least normal, around 1 and the ends of the integers, largest, infinity, NaNs; both signs. */
const DOUBLES: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 1],
  [0x0008_0000, 0],
  [0x000f_ffff, 0xffff_ffff],
  [0x0010_0000, 0],
  [0x0010_0000, 1],
  [0x001f_ffff, 0xffff_ffff],
  [0x0340_0000, 0],
  [0x369f_ffff, 0xffff_ffff],
  [0x36a0_0000, 0],
  [0x380f_ffff, 0xe000_0000],
  [0x380f_ffff, 0xf000_0000],
  [0x3810_0000, 0],
  [0x3ca0_0000, 0],
  [0x3fdf_ffff, 0xffff_ffff],
  [0x3fe0_0000, 0],
  [0x3fef_ffff, 0xffff_ffff],
  [0x3ff0_0000, 0],
  [0x3ff0_0000, 1],
  [0x3ff0_0000, 0x1000_0000],
  [0x3ff8_0000, 0],
  [0x4000_0000, 0],
  [0x4008_0000, 0],
  [0x41df_ffff, 0xffc0_0000],
  [0x41e0_0000, 0],
  [0x41ef_ffff, 0xffe0_0000],
  [0x41f0_0000, 0],
  [0x433f_ffff, 0xffff_ffff],
  [0x4340_0000, 0],
  [0x43df_ffff, 0xffff_ffff],
  [0x43e0_0000, 0],
  [0x43f0_0000, 0],
  [0x47ef_ffff, 0xe000_0000],
  [0x47ef_ffff, 0xf000_0000],
  [0x47f0_0000, 0],
  [0x7fe0_0000, 0],
  [0x7fef_ffff, 0xffff_ffff],
  [0x7ff0_0000, 0],
  [0x7ff0_0000, 1],
  [0x7ff7_ffff, 0xffff_ffff],
  [0x7ff8_0000, 0],
  [0x7ff8_1234, 0x5678_9abc],
];

const SINGLES: readonly number[] = [
  0, 1, 0x0040_0000, 0x007f_ffff, 0x0080_0000, 0x0080_0001, 0x00ff_ffff, 0x3380_0000, 0x3eff_ffff,
  0x3f00_0000, 0x3f7f_ffff, 0x3f80_0000, 0x3f80_0001, 0x3fc0_0000, 0x4000_0000, 0x4040_0000, 0x4eff_ffff,
  0x4f00_0000, 0x4f7f_ffff, 0x4f80_0000, 0x5eff_ffff, 0x5f00_0000, 0x5f80_0000, 0x7f00_0000, 0x7f7f_ffff,
  0x7f80_0000, 0x7f80_0001, 0x7fc0_0000, 0x7fc1_2345,
];

const INTEGERS = [
  0, 1, 2, 0x7fff, 0x00ff_ffff, 0x0100_0001, 0x7fff_ff80, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];

/** d double, s single, l and i integers of 64 and 32 bits. Every value takes two words: upper (0 for 32 bits), lower. */
export type OperandKind = "d" | "s" | "l" | "i";

function corners(kind: OperandKind): readonly (readonly [number, number])[] {
  const both = (x: readonly [number, number]): (readonly [number, number])[] => [
    x,
    [(x[0] | 0x8000_0000) >>> 0, x[1]],
  ];
  if (kind === "d") return DOUBLES.flatMap(both);
  if (kind === "s")
    return SINGLES.flatMap((x): [number, number][] => [
      [0, x],
      [0, (x | 0x8000_0000) >>> 0],
    ]);
  if (kind === "i") return INTEGERS.map((x) => [0, x]);
  return INTEGERS.flatMap((h) => INTEGERS.map((l): [number, number] => [h, l]));
}

function randomOperand(kind: OperandKind, random: Random): readonly [number, number] {
  if (kind === "d") return randomDouble(random);
  if (kind === "s") return [0, randomSingle(random)];
  const low = random() >>> (random() % 32);
  return kind === "i" ? [0, low] : [random() % 2 === 0 ? 0 : random() >>> (random() % 32), random()];
}

/** A second operand near the first: sums that cancel, quotients near 1. */
function near(
  kind: OperandKind,
  [high, low]: readonly [number, number],
  random: Random,
): readonly [number, number] {
  const sign = (random() & 1) << 31;
  if (kind === "s") return [0, ((low + ((random() % 7) - 3)) ^ sign) >>> 0];
  return [(high ^ sign) >>> 0, (low + (random() % 9) - 4) >>> 0];
}

/** Groups of operands of these kinds, upper and lower words in a row: corner values in all combinations (of one or two
 *  operands), then `count` random ones. */
export function operandGroups(kinds: readonly OperandKind[], count: number, seed: number): Uint32Array {
  const random = createRandom(seed);
  const lists = kinds.slice(0, 2).map(corners);
  const [first = [], second] = lists;
  const groups: number[][] = [];
  for (const a of first)
    for (const b of second ?? [undefined])
      groups.push(
        kinds.flatMap((kind, i) =>
          i === 0 ? [...a] : i === 1 && b ? [...b] : [...randomOperand(kind, random)],
        ),
      );
  const out = new Uint32Array(2 * kinds.length * (groups.length + count));
  out.set(groups.flat());
  let at = 2 * kinds.length * groups.length;
  for (let n = 0; n < count; n++) {
    let before: readonly [number, number] = [0, 0];
    kinds.forEach((kind, i) => {
      const next =
        i > 0 && n % 4 === 0 && kind === kinds[0] ? near(kind, before, random) : randomOperand(kind, random);
      out[at++] = next[0];
      out[at++] = next[1];
      before = next;
    });
  }
  return out;
}
