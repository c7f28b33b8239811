/* IEEE 754 arithmetic on bit patterns, round to nearest even, for one format: include it after defining
     REP       unsigned type that holds a number          SIG   bits of the stored fraction
     EXPONENTS largest exponent field (all ones)          NAME(operation)  the routine's name, e.g. __addsf3
     NUMBER    the format's C type
   On cores with floating-point registers, numbers are passed in those, and only what such cores do by calls has functions:
   HARD(operation) is then the routine's name.
   Exceptions and other rounding modes don't exist here; a NaN operand is returned quiet.
   Working numbers carry three more bits than the fraction: guard, round and sticky. */

typedef unsigned int u32;
typedef int s32;
typedef unsigned long long u64;
typedef long long s64;

#define BIAS (EXPONENTS >> 1)
#define HIDDEN ((REP)1 << SIG)
#define FRACTION (HIDDEN - 1)
#define SIGN ((REP)1 << (SIG_TOTAL - 1))
#define SIG_TOTAL ((int)sizeof(REP) * 8)
#define INFINITE ((REP)EXPONENTS << SIG)
#define QUIET (HIDDEN >> 1)
#define TOP (SIG + 3) /* position of a working number's leading one */

static inline int is_nan(REP x) { return (x & ~SIGN) > INFINITE; }
static inline int exponent_of(REP x) { return (int)(x >> SIG) & EXPONENTS; }
static inline int leading_zeros(REP x) {
  if (sizeof(REP) == 4) return __builtin_clz((u32)x);
  u32 high = (u32)((u64)x >> 32);
  return high ? __builtin_clz(high) : 32 + __builtin_clz((u32)x);
}

/* x >> n for any n >= 0; bits that fall off are kept as the lowest bit. */
static inline REP shift_sticky(REP x, int n) {
  if (n == 0) return x;
  if (n >= SIG_TOTAL) return x != 0;
  return x >> n | ((x << (SIG_TOTAL - n)) != 0);
}

/* The number with exponent field `exponent` and working fraction `sig`, whose leading one is at TOP. */
static REP round_and_pack(REP sign, int exponent, REP sig) {
  if (exponent >= EXPONENTS) return sign | INFINITE;
  REP result;
  int rest;
  if (exponent <= 0) {
    sig = shift_sticky(sig, 1 - exponent);
    result = sig >> 3;
  } else {
    result = ((REP)(exponent - 1) << SIG) + (sig >> 3);
  }
  rest = (int)sig & 7;
  /* A carry out of the fraction goes to the exponent by itself, up to infinity. */
  if (rest > 4 || (rest == 4 && (result & 1))) result++;
  return sign | result;
}

/* Splits a finite nonzero number; a subnormal gets the exponent that it would have with more range. */
static inline int unpack(REP x, REP *sig) {
  int exponent = exponent_of(x);
  REP fraction = x & FRACTION;
  if (exponent == 0) {
    int shift = leading_zeros(fraction) - (SIG_TOTAL - 1 - SIG);
    *sig = fraction << shift;
    return 1 - shift;
  }
  *sig = fraction | HIDDEN;
  return exponent;
}

static REP add(REP a, REP b) {
  REP abs_a = a & ~SIGN, abs_b = b & ~SIGN;
  if (abs_a >= INFINITE || abs_b >= INFINITE) {
    if (abs_a > INFINITE) return a | QUIET;
    if (abs_b > INFINITE) return b | QUIET;
    if (abs_a == INFINITE) return abs_b == INFINITE && a != b ? INFINITE | QUIET : a;
    return b;
  }
  if (abs_a == 0) return abs_b == 0 ? a & b : b;
  if (abs_b == 0) return a;
  if (abs_a < abs_b) {
    REP t = a;
    a = b;
    b = t;
  }
  /* Subnormals need no normalising here: their exponent is 1, without the hidden bit. */
  int ea = exponent_of(a), eb = exponent_of(b);
  REP sa = (a & FRACTION) << 3, sb = (b & FRACTION) << 3;
  if (ea) sa |= HIDDEN << 3;
  else ea = 1;
  if (eb) sb |= HIDDEN << 3;
  else eb = 1;
  REP sign = a & SIGN;
  sb = shift_sticky(sb, ea - eb);
  if ((a ^ b) & SIGN) {
    sa -= sb;
    if (sa == 0) return 0;
  } else {
    sa += sb;
    if (sa >> (TOP + 1)) {
      sa = shift_sticky(sa, 1);
      ea++;
    }
  }
  int shift = leading_zeros(sa) - (SIG_TOTAL - 1 - TOP);
  if (shift >= ea) shift = ea - 1, ea = 0;
  else ea -= shift;
  sa <<= shift;
  if (ea == 0) { /* subnormal: exponent 1 without the hidden bit, nothing was shifted out */
    REP result = sa >> 3;
    int rest = (int)sa & 7;
    if (rest > 4 || (rest == 4 && (result & 1))) result++;
    return sign | result;
  }
  return round_and_pack(sign, ea, sa);
}

/* Working fraction (leading one at TOP or TOP+1) of the product of two fractions with their leading ones at SIG. */
static inline REP multiply_fractions(REP a, REP b) {
  if (sizeof(REP) == 4) {
    u64 product = (u64)a * b; /* leading one at 2*SIG or 2*SIG+1 */
    return (REP)(product >> (SIG - 3)) | ((product & (((u64)1 << (SIG - 3)) - 1)) != 0);
  }
  u32 ah = (u32)((u64)a >> 32), al = (u32)a, bh = (u32)((u64)b >> 32), bl = (u32)b;
  u64 low = (u64)al * bl, high = (u64)ah * bh;
  u64 middle = (u64)ah * bl + (low >> 32); /* no carry: ah has 21 bits */
  u64 middle2 = (u64)al * bh + (u32)middle;
  high += (middle >> 32) + (middle2 >> 32);
  low = middle2 << 32 | (u32)low;
  int shift = (SIG - 3) & 63;
  return (REP)(high << (64 - shift) | low >> shift) | (REP)((low << (64 - shift)) != 0);
}

static REP multiply(REP a, REP b) {
  REP abs_a = a & ~SIGN, abs_b = b & ~SIGN, sign = (a ^ b) & SIGN;
  if (abs_a >= INFINITE || abs_b >= INFINITE) {
    if (abs_a > INFINITE) return a | QUIET;
    if (abs_b > INFINITE) return b | QUIET;
    return abs_a == 0 || abs_b == 0 ? INFINITE | QUIET : sign | INFINITE;
  }
  if (abs_a == 0 || abs_b == 0) return sign;
  REP sa, sb;
  int exponent = unpack(abs_a, &sa) + unpack(abs_b, &sb) - BIAS;
  REP product = multiply_fractions(sa, sb);
  if (product >> (TOP + 1)) {
    product = shift_sticky(product, 1);
    exponent++;
  }
  return round_and_pack(sign, exponent, product);
}

static REP divide(REP a, REP b) {
  REP abs_a = a & ~SIGN, abs_b = b & ~SIGN, sign = (a ^ b) & SIGN;
  if (abs_a >= INFINITE || abs_b >= INFINITE) {
    if (abs_a > INFINITE) return a | QUIET;
    if (abs_b > INFINITE) return b | QUIET;
    if (abs_b == INFINITE) return abs_a == INFINITE ? INFINITE | QUIET : sign;
    return sign | INFINITE;
  }
  if (abs_b == 0) return abs_a == 0 ? INFINITE | QUIET : sign | INFINITE;
  if (abs_a == 0) return sign;
  REP sa, sb;
  int exponent = unpack(abs_a, &sa) - unpack(abs_b, &sb) + BIAS;
  if (sa < sb) {
    sa <<= 1;
    exponent--;
  }
  /* One quotient bit a step; the first is 1. */
  REP quotient = 0;
  for (int i = 0; i <= TOP; i++) {
    quotient <<= 1;
    if (sa >= sb) {
      sa -= sb;
      quotient |= 1;
    }
    sa <<= 1;
  }
  return round_and_pack(sign, exponent, quotient | (sa != 0));
}

REP NAME(add, 3)(REP a, REP b) { return add(a, b); }
REP NAME(sub, 3)(REP a, REP b) { return add(a, b ^ SIGN); }
REP NAME(mul, 3)(REP a, REP b) { return multiply(a, b); }
REP NAME(div, 3)(REP a, REP b) { return divide(a, b); }
REP NAME(neg, 2)(REP a) { return a ^ SIGN; }

/* Integer power, as the compiler's __builtin_powi means it. */
REP NAME(powi, 2)(REP a, int n) {
  u32 power = n < 0 ? 0 - (u32)n : (u32)n;
  REP one = (REP)BIAS << SIG, result = one;
  for (; power; power >>= 1, a = multiply(a, a))
    if (power & 1) result = multiply(result, a);
  return n < 0 ? divide(one, result) : result;
}

/* -1, 0, 1 for a < b, a == b, a > b; `unordered` when one is a NaN. */
static inline int compare(REP a, REP b, int unordered) {
  if (is_nan(a) || is_nan(b)) return unordered;
  if (((a | b) & ~SIGN) == 0) return 0;
  if (a == b) return 0;
  int less = (a ^ b) & SIGN ? (a & SIGN) != 0 : (a < b) != ((a & SIGN) != 0);
  return less ? -1 : 1;
}

int NAME(eq, 2)(REP a, REP b) { return compare(a, b, 1); }
int NAME(ne, 2)(REP a, REP b) { return compare(a, b, 1); }
int NAME(lt, 2)(REP a, REP b) { return compare(a, b, 1); }
int NAME(le, 2)(REP a, REP b) { return compare(a, b, 1); }
int NAME(gt, 2)(REP a, REP b) { return compare(a, b, -1); }
int NAME(ge, 2)(REP a, REP b) { return compare(a, b, -1); }
int NAME(unord, 2)(REP a, REP b) { return is_nan(a) || is_nan(b); }

/* Magnitude of x cut to an integer; `limit` when it does not fit below it. */
static inline u64 cut(REP x, u64 limit) {
  int shift = exponent_of(x) - BIAS - SIG;
  if (shift < -SIG) return 0;
  REP sig = (x & FRACTION) | HIDDEN;
  if (shift <= 0) {
    u64 value = sig >> -shift;
    return value < limit ? value : limit;
  }
  if (shift > 63 - SIG) return limit;
  u64 value = (u64)sig << shift;
  return value < limit ? value : limit;
}

#define SIGNED_LIMIT(bits) (((u64)1 << ((bits)-1)) - ((x & SIGN) == 0))

s32 NAME(fix, si)(REP x) {
  u64 value = cut(x, SIGNED_LIMIT(32));
  return (s32)(x & SIGN ? 0 - (u32)value : (u32)value);
}
s64 NAME(fix, di)(REP x) {
  u64 value = cut(x, SIGNED_LIMIT(64));
  return (s64)(x & SIGN ? 0 - value : value);
}
u32 NAME(fixuns, si)(REP x) { return x & SIGN ? 0 : (u32)cut(x, 0xffffffffu); }
u64 NAME(fixuns, di)(REP x) { return x & SIGN ? 0 : cut(x, ~(u64)0); }

static REP from_integer(REP sign, u64 magnitude) {
  if (magnitude == 0) return 0;
  u32 high = (u32)(magnitude >> 32);
  int zeros = high ? __builtin_clz(high) : 32 + __builtin_clz((u32)magnitude);
  magnitude <<= zeros; /* leading one at bit 63 */
  int drop = 63 - TOP;
  u64 sig = magnitude >> drop | ((magnitude << (64 - drop)) != 0);
  return round_and_pack(sign, BIAS + 63 - zeros, (REP)sig);
}

REP NAME(floatsi, )(s32 x) { return from_integer(x < 0 ? SIGN : 0, x < 0 ? 0 - (u32)x : (u32)x); }
REP NAME(floatunsi, )(u32 x) { return from_integer(0, x); }
REP NAME(floatdi, )(s64 x) { return from_integer(x < 0 ? SIGN : 0, x < 0 ? 0 - (u64)x : (u64)x); }
REP NAME(floatundi, )(u64 x) { return from_integer(0, x); }

#ifdef HARD
union bits {
  NUMBER number;
  REP rep;
};

static inline REP rep_of(NUMBER x) { return ((union bits){.number = x}).rep; }
static inline NUMBER number_of(REP x) { return ((union bits){.rep = x}).number; }

s64 HARD(fix, di)(NUMBER x) { return NAME(fix, di)(rep_of(x)); }
u64 HARD(fixuns, di)(NUMBER x) { return NAME(fixuns, di)(rep_of(x)); }
NUMBER HARD(floatdi, )(s64 x) { return number_of(NAME(floatdi, )(x)); }
NUMBER HARD(floatundi, )(u64 x) { return number_of(NAME(floatundi, )(x)); }
NUMBER HARD(powi, 2)(NUMBER a, int n) { return number_of(NAME(powi, 2)(rep_of(a), n)); }
#endif
