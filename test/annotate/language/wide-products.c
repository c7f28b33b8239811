/* 128-bit numbers: checked products, bit counts, conversions from and to floating point. */
#include <stdio.h>
#include <stdint.h>
typedef unsigned _BitInt(128) u128; typedef _BitInt(128) s128; typedef _BitInt(100) s100; typedef unsigned _BitInt(90) u90; typedef _BitInt(50) s50;
static volatile unsigned seed = 12345;
static uint32_t next(void) { unsigned s = seed; s = s * 1664525u + 1013904223u; seed = s; return s ^ (s >> 15); }
static u128 rnd(void) { u128 r = next(); r = r << 32 | next(); r = r << 32 | next(); r = r << 32 | next(); return r >> (next() % 128); }
static void show(u128 x) { printf("%08x%08x%08x%08x ", (unsigned)(x >> 96), (unsigned)(x >> 64), (unsigned)(x >> 32), (unsigned)x); }
int main(void) {
  for (int i = 0; i < 20; i++) {
    u128 a = rnd(), b = rnd(), r; s128 q; s100 h; u90 n; s50 f;
    int o = __builtin_mul_overflow(a, b, &r); show(r);
    o |= 2 * __builtin_mul_overflow((s128)a, (s128)b, &q); show(q);
    o |= 4 * __builtin_mul_overflow((s100)a, (s100)b, &h); show(h);
    o |= 8 * __builtin_mul_overflow((u90)a, (u90)b, &n); show(n);
    o |= 16 * __builtin_mul_overflow((s50)a, (s50)b, &f); show(f);
    unsigned long long L; long long l;
    o |= 32 * __builtin_mul_overflow((unsigned long long)a, (unsigned long long)b, &L); show(L);
    o |= 64 * __builtin_mul_overflow((long long)a, (long long)b, &l); show(l);
    printf("%d\n", o);
    printf("%d %d %d\n", __builtin_popcountg(a), __builtin_clzg(a, 128), __builtin_ctzg(a, 128));
    printf("%d %d %d\n", __builtin_popcountg((u90)a), __builtin_clzg((u90)a, 90), __builtin_ctzg((u90)a, 90));
    double d = (double)a, e = (double)(s128)~a; float g = (float)a; 
    union { double d; unsigned long long u; } U; U.d = d; printf("%llx ", U.u); U.d = e; printf("%llx ", U.u); U.d = g; printf("%llx\n", U.u);
    if (d < 1e30) { show((u128)d); show((s128)-d); show((u128)g); }
  }
}
