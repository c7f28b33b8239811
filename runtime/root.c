/* Square roots in a short, fixed time: newlib's routine finds one bit a step. Exact in every rounding mode.
 *
 * An operand is v * 2^(2 e) with 1 <= v < 4. A table of 192 intervals gives 1 / sqrt(v) to 8 bits, two Newton steps on words
 * make it 28 bits, and one step on the root makes it the root's integer part S, or one less, of all bits that the format has.
 * What is missing, R = v - S^2 in the last place, says exactly on which side of which rounding border the root is; it is
 * told by a quarter of the last place, which one addition rounds as the mode wants (and says so, if it was inexact).
 *
 * The two functions for normal numbers have no branches and nothing but their operand, so that the host can do the same by one
 * instruction (src/annotate/host-operations.ts). */

#include <errno.h>

typedef unsigned int u32;
typedef int s32;
typedef unsigned long long u64;
typedef long long s64;

typedef union {
  double number;
  u64 bits;
} wide;
typedef union {
  float number;
  u32 bits;
} narrow;

/* Do additions follow a rounding mode? In software, numbers are put together as they are rounded to nearest. */
#if !defined(__NO_FPRS__) || defined(__SPE__)
#define HAS_MODES 1
#else
#define HAS_MODES 0
#endif

/* 65536 / sqrt(v) in the middle of each interval of 1/64. */
static const unsigned short start[192] = {
    65281, 64781, 64292, 63814, 63347, 62889, 62442, 62004, 61575, 61154, 60742, 60339, 59943, 59555, 59175, 58801,
    58435, 58075, 57722, 57376, 57035, 56700, 56372, 56049, 55731, 55419, 55112, 54810, 54513, 54221, 53933, 53650,
    53371, 53097, 52826, 52560, 52298, 52040, 51785, 51535, 51288, 51044, 50804, 50567, 50333, 50103, 49876, 49652,
    49430, 49212, 48997, 48784, 48574, 48367, 48163, 47961, 47761, 47564, 47370, 47178, 46988, 46800, 46615, 46432,
    46251, 46072, 45895, 45720, 45547, 45376, 45207, 45040, 44875, 44711, 44550, 44390, 44232, 44075, 43920, 43767,
    43615, 43465, 43316, 43169, 43024, 42879, 42737, 42595, 42456, 42317, 42180, 42044, 41910, 41776, 41644, 41514,
    41384, 41256, 41129, 41003, 40878, 40754, 40631, 40510, 40390, 40270, 40152, 40035, 39919, 39803, 39689, 39576,
    39464, 39352, 39242, 39133, 39024, 38916, 38810, 38704, 38599, 38494, 38391, 38289, 38187, 38086, 37986, 37887,
    37788, 37690, 37593, 37497, 37401, 37307, 37213, 37119, 37027, 36935, 36843, 36753, 36663, 36573, 36485, 36397,
    36309, 36222, 36136, 36051, 35966, 35882, 35798, 35715, 35632, 35550, 35469, 35388, 35307, 35228, 35148, 35070,
    34991, 34914, 34837, 34760, 34684, 34608, 34533, 34458, 34384, 34310, 34237, 34164, 34092, 34020, 33949, 33878,
    33807, 33737, 33668, 33599, 33530, 33461, 33393, 33326, 33259, 33192, 33126, 33060, 32994, 32929, 32864, 32800,
};

static inline u32 upper_product(u32 a, u32 b) { return (u32)((u64)a * b >> 32); }

/* 1 where a word is negative, 0 else; the compiler is not to make it a comparison, and that a branch. */
static inline u32 sign(u32 word) {
  __asm__("" : "+r"(word));
  return word >> 31;
}

static inline u32 wide_sign(s64 x) { return sign((u32)((u64)x >> 32)); }

/* v has 30 bits behind the point; the result has 32, and is at most 1 / sqrt(v). */
static inline u32 reciprocal_root(u32 v) {
  u32 r = (u32)start[(v >> 24) - 64] << 16;
  r = upper_product(r, 0xbffffffcu - upper_product(upper_product(r, r), v)) << 1;
  r = upper_product(r, 0xbffffffcu - upper_product(upper_product(r, r), v)) << 1;
  return r;
}

/* Of a positive normal number. */
__attribute__((noinline)) double __bw_root64(double x) {
  wide in = {.number = x};
  u32 exponent = (u32)(in.bits >> 52) + 1023; /* of the root, twice */
  u64 fraction = (in.bits & 0xfffffffffffffu) | 1ull << 52;
  u64 v = fraction << (10 + (exponent & 1)); /* 62 bits behind the point */
  u32 r = reciprocal_root((u32)(v >> 32));
  u32 first = upper_product((u32)(v >> 32), r); /* 30 */
  s64 rest = (s64)(v - ((u64)first * first << 2)); /* 62 */
  s64 step = (s64)(s32)(rest >> 6) * r >> 32; /* 57 */
  u64 root = (((u64)first << 27) + (u64)step - 4) >> 5; /* 52; never too large */
  root += 1 - (root >> 52); /* but not less than 1 */
  s64 missing = (s64)((v << 42) - root * root); /* 104 */
  s64 s = (s64)root;
  u32 above_half = wide_sign(s - missing), above_next_half = wide_sign(3 * s + 2 - missing);
  wide out = {.bits = ((u64)(exponent >> 1) << 52) + (root & 0xfffffffffffffu)};
  if (!HAS_MODES) {
    out.bits += above_half + above_next_half;
    return out.number;
  }
  u32 quarters = wide_sign(-missing) + wide_sign(2 * s - missing) + wide_sign(2 * s + 1 - missing);
  quarters += 2 * above_half + 2 * above_next_half;
  wide scale = {.bits = (u64)((exponent >> 1) - 54) << 52};
  static const double numbers[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  return out.number + numbers[quarters] * scale.number;
}

/* The same in single precision. */
__attribute__((noinline)) float __bw_root32(float x) {
  narrow in = {.number = x};
  u32 exponent = (in.bits >> 23) + 127;
  u32 fraction = (in.bits & 0x7fffff) | 1 << 23;
  u32 v = fraction << (7 + (exponent & 1)); /* 30 */
  u32 root = (upper_product(v, reciprocal_root(v)) - 16) >> 7; /* 23 */
  root += 1 - (root >> 23);
  s32 missing = (s32)((v << 16) - root * root); /* 46 */
  s32 s = (s32)root;
  u32 above_half = sign((u32)(s - missing)), above_next_half = sign((u32)(3 * s + 2 - missing));
  narrow out = {.bits = (exponent >> 1 << 23) + (root & 0x7fffff)};
  if (!HAS_MODES) {
    out.bits += above_half + above_next_half;
    return out.number;
  }
  u32 quarters = sign((u32)-missing) + sign((u32)(2 * s - missing)) + sign((u32)(2 * s + 1 - missing));
  quarters += 2 * above_half + 2 * above_next_half;
  narrow scale = {.bits = ((exponent >> 1) - 25) << 23};
  static const float numbers[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  return out.number + numbers[quarters] * scale.number;
}

/* Zeros, subnormals, infinities, NaNs and negative numbers. */
static __attribute__((noinline)) double rare_root64(double x) {
  wide in = {.number = x};
  u32 high = (u32)(in.bits >> 32);
  if ((high & 0x7ff00000) == 0x7ff00000) return x * x + x; /* NaN: quiet; infinity; the negative one is invalid */
  if (in.bits << 1 == 0) return x;
  if (high >> 31) return (x - x) / (x - x);
  return __bw_root64(x * 0x1p54) * 0x1p-27; /* subnormal */
}

static __attribute__((noinline)) float rare_root32(float x) {
  narrow in = {.number = x};
  if ((in.bits & 0x7f800000) == 0x7f800000) return x * x + x;
  if (in.bits << 1 == 0) return x;
  if (in.bits >> 31) return (x - x) / (x - x);
  return __bw_root32(x * 0x1p24f) * 0x1p-12f;
}

static inline int is_normal64(double x) {
  wide in = {.number = x};
  return (u32)(in.bits >> 32) - 0x100000 < 0x7fe00000;
}

static inline int is_normal32(float x) {
  narrow in = {.number = x};
  return in.bits - 0x800000 < 0x7f000000;
}

double __ieee754_sqrt(double x) { return is_normal64(x) ? __bw_root64(x) : rare_root64(x); }
float __ieee754_sqrtf(float x) { return is_normal32(x) ? __bw_root32(x) : rare_root32(x); }

static __attribute__((noinline)) double told_root64(double x) {
  if (x < 0) errno = EDOM;
  return x < 0 ? __builtin_nan("") : rare_root64(x);
}

static __attribute__((noinline)) float told_root32(float x) {
  if (x < 0) errno = EDOM;
  return x < 0 ? __builtin_nanf("") : rare_root32(x);
}

/* Short, so that they become a part of their callers. */
double sqrt(double x) { return is_normal64(x) ? __bw_root64(x) : told_root64(x); }
float sqrtf(float x) { return is_normal32(x) ? __bw_root32(x) : told_root32(x); }
