/* Conversions of half precision (__fp16, which is only stored), on bit patterns; to nearest even, NaNs quiet. */

typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned short u16;

float __extendhfsf2(u16 half);
u16 __truncsfhf2(float number);
u16 __truncdfhf2(double number);

enum { HALF_FRACTION = 10, HALF_BIAS = 15, HALF_INFINITE = 0x7c00 };

float __extendhfsf2(u16 half) {
  union {
    u32 bits;
    float number;
  } to;
  u32 sign = (u32)(half & 0x8000) << 16;
  u32 exponent = half >> HALF_FRACTION & 31;
  u32 fraction = half & 0x3ffu;
  if (exponent == 31) {
    to.bits = 0x7f800000u | fraction << 13 | (fraction ? 0x400000u : 0);
  } else if (exponent) {
    to.bits = (exponent + 127 - HALF_BIAS) << 23 | fraction << 13;
  } else if (fraction) {
    int zeros = __builtin_clz(fraction) - 21; /* until the leading one is where a normal number has it */
    to.bits = ((u32)(127 - HALF_BIAS + 1 - zeros) << 23) | (fraction << zeros & 0x3ffu) << 13;
  } else {
    to.bits = 0;
  }
  to.bits |= sign;
  return to.number;
}

/* A half of sign, fraction with the leading one at bit 62 (0: none), and its power of two. */
static u16 rounded(u32 sign, u64 fraction, int power) {
  if (fraction == 0) return (u16)sign;
  int exponent = power + HALF_BIAS;
  int drop = 62 - HALF_FRACTION;
  if (exponent < 1) {
    drop += 1 - exponent;
    exponent = 1;
    if (drop > 63) return (u16)sign;
  }
  u64 kept = fraction >> drop;
  u64 rest = fraction & ((1ull << drop) - 1);
  u64 half = 1ull << (drop - 1);
  if (rest > half || (rest == half && (kept & 1))) kept++;
  /* The leading one, if it is there, adds 1 to the exponent; a carry does the rest. */
  u32 bits = ((u32)(exponent - 1) << HALF_FRACTION) + (u32)kept;
  if (bits >= HALF_INFINITE) bits = HALF_INFINITE;
  return (u16)(sign | bits);
}

u16 __truncsfhf2(float number) {
  union {
    float number;
    u32 bits;
  } from = {number};
  u32 sign = from.bits >> 16 & 0x8000;
  u32 exponent = from.bits >> 23 & 255;
  u32 fraction = from.bits & 0x7fffffu;
  if (exponent == 255) return (u16)(sign | HALF_INFINITE | (fraction ? 0x200 | fraction >> 13 : 0));
  /* What is subnormal here is nothing there. */
  if (exponent == 0) return (u16)sign;
  return rounded(sign, (u64)(fraction | 0x800000u) << 39, (int)exponent - 127);
}

u16 __truncdfhf2(double number) {
  union {
    double number;
    u64 bits;
  } from = {number};
  u32 sign = (u32)(from.bits >> 48) & 0x8000;
  u32 exponent = (u32)(from.bits >> 52) & 2047;
  u64 fraction = from.bits & 0xfffffffffffffull;
  if (exponent == 2047) return (u16)(sign | HALF_INFINITE | (fraction ? 0x200 | (u32)(fraction >> 42) : 0));
  if (exponent == 0) return (u16)sign;
  return rounded(sign, (fraction | 1ull << 52) << 10, (int)exponent - 1023);
}
