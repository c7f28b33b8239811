/* Functions of the mathematics library that become intrinsics where errno does not matter. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
static void show(double d) { union { double d; unsigned long long u; } x = {d}; printf("%llx ", x.u); }
static volatile int n5 = 5;
static volatile double v[] = {0.5, -1.25, 3.75, 1e10, 2.5};
[[gnu::noinline]] static long l1(double x) { return __builtin_lround(x); }
[[gnu::noinline]] static long long l2(double x) { return __builtin_llrint(x); }
[[gnu::noinline]] static double p(double x, int n) { return __builtin_powi(x, n); }
[[gnu::noinline]] static uint64_t sw48(uint64_t x) { return __builtin_bswap64(x << 16) & 0xffffffffffffull; }
[[gnu::noinline]] static uint64_t sw(unsigned _BitInt(48) x) { unsigned _BitInt(48) r = 0; for (int i = 0; i < 6; i++) { r = (r << 8) | (x & 255); x >>= 8; } return r; }
int main(void) {
  for (int i = 0; i < 5; i++) { double x = v[i]; printf("%ld %lld ", l1(x), l2(x)); show(p(x, n5)); show(tan(x)); show(ldexp(x, i)); show(__builtin_elementwise_trunc(x)); show(atan2(x, 2)); printf("%llx %llx\n", (unsigned long long)sw48((uint64_t)x), (unsigned long long)sw((unsigned _BitInt(48))(uint64_t)(x * x * 1e5))); }
  return 0;
}
