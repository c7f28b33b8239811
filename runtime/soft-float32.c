/* Single precision; see soft-float.h. */
#define REP unsigned int
#define SIG 23
#define EXPONENTS 255
#define NUMBER float
#ifdef __NO_FPRS__
#define NAME(operation, suffix) __##operation##sf##suffix
#else
#define NAME(operation, suffix) __soft_##operation##sf##suffix
#define HARD(operation, suffix) __##operation##sf##suffix
#endif
#include "soft-float.h"

#ifdef __NO_FPRS__

/* Single to double: exact. */
u64 __extendsfdf2(u32 x) {
  u64 sign = (u64)(x & SIGN) << 32;
  u32 magnitude = x & ~SIGN;
  if (magnitude == 0) return sign;
  if (magnitude >= INFINITE) {
    u64 payload = (u64)(magnitude & FRACTION) << 29;
    return sign | (u64)2047 << 52 | payload | (payload ? (u64)1 << 51 : 0);
  }
  u32 sig;
  int exponent = unpack(magnitude, &sig);
  return sign | ((u64)(exponent - BIAS + 1023) << 52) | (u64)(sig & FRACTION) << 29;
}

/* Double to single. */
u32 __truncdfsf2(u64 x) {
  u32 sign = (u32)(x >> 32) & SIGN;
  int exponent = (int)(x >> 52) & 2047;
  u64 fraction = x & (((u64)1 << 52) - 1);
  if (exponent == 2047) {
    if (fraction) return sign | INFINITE | QUIET | (u32)(fraction >> 29);
    return sign | INFINITE;
  }
  if (exponent == 0) return sign; /* far below the smallest single */
  u64 sig = fraction | (u64)1 << 52;
  u32 kept = (u32)(sig >> 26) | ((sig & 0x3ffffff) != 0);
  return round_and_pack(sign, exponent - 1023 + BIAS, kept);
}
#endif
