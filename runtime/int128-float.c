/* Conversions between 128-bit integers and floating point; see int128.c for how the integers are passed. Done on bit patterns, so
   that they are the same with and without a floating-point unit. Conversions round to nearest even. */

typedef unsigned int u32;
typedef unsigned long long u64;
typedef u32 words __attribute__((vector_size(16))); /* the highest first */

typedef struct {
  u64 high, low;
} wide;

typedef union {
  double number;
  u64 bits;
} double_bits;
typedef union {
  float number;
  u32 bits;
} float_bits;

static inline words give(wide x) {
  return (words){(u32)(x.high >> 32), (u32)x.high, (u32)(x.low >> 32), (u32)x.low};
}

static inline wide negated(wide x) {
  wide r = {~x.high, 0 - x.low};
  if (r.low == 0) r.high++;
  return r;
}

/* x << n for 0 <= n < 128. */
static wide shifted(wide x, int n) {
  if (n >= 64) return (wide){x.low << (n - 64), 0};
  if (n == 0) return x;
  return (wide){x.high << n | x.low >> (64 - n), x.low << n};
}

/* The integer part of significand * 2^shift below 2^bits; the greatest such number when it does not fit. */
static wide cut(u64 significand, int shift, int bits) {
  wide most = {bits == 128 ? ~0ull : ~0ull >> 1, ~0ull};
  if (shift <= -64) return (wide){0, 0};
  if (shift < 0) return (wide){0, significand >> -shift};
  if (significand == 0) return (wide){0, 0};
  if (64 - __builtin_clzll(significand) + shift > bits) return most;
  return shifted((wide){0, significand}, shift);
}

static words fixed(int negative, u64 significand, int shift, int is_signed) {
  if (!is_signed) return negative ? (words){0, 0, 0, 0} : give(cut(significand, shift, 128));
  wide least = {1ull << 63, 0};
  if (negative && shift + 64 - __builtin_clzll(significand | 1) > 127) return give(least);
  wide value = cut(significand, shift, 127);
  return give(negative ? negated(value) : value);
}

static words from_double(double x, int is_signed) {
  double_bits b = {x};
  int exponent = (int)(b.bits >> 52) & 2047;
  u64 fraction = b.bits & 0xfffffffffffffull;
  if (exponent) fraction |= 1ull << 52;
  return fixed((int)(b.bits >> 63), fraction, (exponent ? exponent : 1) - 1075, is_signed);
}

static words from_float(float x, int is_signed) {
  float_bits b = {x};
  int exponent = (int)(b.bits >> 23) & 255;
  u32 fraction = b.bits & 0x7fffffu;
  if (exponent) fraction |= 1u << 23;
  return fixed((int)(b.bits >> 31), fraction, (exponent ? exponent : 1) - 150, is_signed);
}

words __fixdfti(double x) { return from_double(x, 1); }
words __fixunsdfti(double x) { return from_double(x, 0); }
words __fixsfti(float x) { return from_float(x, 1); }
words __fixunssfti(float x) { return from_float(x, 0); }

/* The fraction of a number with `stored` fraction bits, the leading one above them, rounded; and the power of its leading one. */
static u64 rounded(wide x, int stored, int *power) {
  int zeros = x.high ? __builtin_clzll(x.high) : 64 + __builtin_clzll(x.low);
  *power = 127 - zeros;
  x = shifted(x, zeros);
  int drop = 63 - stored;
  u64 kept = x.high >> drop;
  u64 rest = x.high << (64 - drop);
  u64 half = 1ull << 63;
  if (rest > half || (rest == half && (x.low || (kept & 1)))) kept++;
  return kept;
}

static double to_double(int negative, wide x) {
  double_bits b = {0};
  if (x.high || x.low) {
    int power;
    u64 fraction = rounded(x, 52, &power);
    b.bits = ((u64)(power + 1022) << 52) + fraction; /* the leading one adds 1 to the exponent */
  }
  if (negative) b.bits |= 1ull << 63;
  return b.number;
}

static float to_float(int negative, wide x) {
  float_bits b = {0};
  if (x.high || x.low) {
    int power;
    u64 fraction = rounded(x, 23, &power);
    b.bits = ((u32)(power + 126) << 23) + (u32)fraction;
  }
  if (negative) b.bits |= 1u << 31;
  return b.number;
}

#define ARGUMENT u32 a3, u32 a2, u32 a1, u32 a0
#define VALUE {(u64)a3 << 32 | a2, (u64)a1 << 32 | a0}

double __floattidf(ARGUMENT) {
  wide x = VALUE;
  int negative = (int)a3 < 0;
  return to_double(negative, negative ? negated(x) : x);
}
double __floatuntidf(ARGUMENT) {
  wide x = VALUE;
  return to_double(0, x);
}
float __floattisf(ARGUMENT) {
  wide x = VALUE;
  int negative = (int)a3 < 0;
  return to_float(negative, negative ? negated(x) : x);
}
float __floatuntisf(ARGUMENT) {
  wide x = VALUE;
  return to_float(0, x);
}
