// What kind of number: all of them in float and double.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))
#define KINDS(x)                                                                                                  \
  (!!isnan(x) | !!isinf(x) << 1 | !!isfinite(x) << 2 | !!isnormal(x) << 3 | !!signbit(x) << 4 |                   \
   !!__builtin_issubnormal(x) << 5 | !!__builtin_iszero(x) << 6 | !!__builtin_issignaling(x) << 7 |               \
   __builtin_fpclassify(1, 2, 3, 4, 5, x) << 8 | (__builtin_isinf_sign(x) + 1) << 12)
NOINLINE static int kinds(double x) { return KINDS(x); }
NOINLINE static int kinds_f(float x) { return KINDS(x); }

int main(void) {
  static const uint64_t wide[] = {0, 1, 0xfffffffffffff, 0x10000000000000, 0x3ff0000000000000, 0x7fefffffffffffff,
                                  0x7ff0000000000000, 0x7ff0000000000001, 0x7ff7ffffffffffff, 0x7ff8000000000000, 0x7fffffffffffffff};
  static const uint32_t narrow[] = {0, 1, 0x7fffff, 0x800000, 0x3f800000, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fbfffff, 0x7fc00000, 0x7fffffff};
  for (unsigned i = 0; i < 22; i++) {
    uint64_t w = wide[i / 2] | (uint64_t)(i & 1) << 63;
    uint32_t n = narrow[i / 2] | (uint32_t)(i & 1) << 31;
    double d;
    float s;
    memcpy(&d, &w, 8);
    memcpy(&s, &n, 4);
    printf("%x %x\n", (unsigned)kinds(d), (unsigned)kinds_f(s));
  }
  return 0;
}
