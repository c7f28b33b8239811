// Divisions that C leaves undefined: the modelled machines go on with some value, always the same.
#include <stdio.h>
#include <limits.h>
#define V(t, n, x) volatile t n = (x)
// Of 64 bits: some divisors are constants that the back end writes out, some numbers are known not to be negative.
__attribute__((noinline)) static long long mixed(unsigned long long a, long long b, unsigned c) {
  long long r = (long long)(a / 5 + a % 17 + a / 16);
  r += b / 1000000007 + (long long)(a / (c + 3ull));
  if (b > 0) r ^= (long long)(unsigned)b / (long long)(c | 1u) + (b >> 1) % ((long long)c + 7);
  return r;
}
int main(void) {
  printf("%lld %lld\n", mixed(987654321987654321u, 123456789123456789, 77), mixed(12345u, -98765432109876, 1000000));
  V(int, a, -77); V(int, z, 0); V(int, mi, INT_MIN); V(int, mo, -1); V(unsigned, u, 3000000000u); V(unsigned, uz, 0);
  V(short, s, -300); V(short, sz, 0); V(unsigned char, c, 200); V(unsigned char, cz, 0); V(long long, w, LLONG_MIN); V(long long, wo, -1);
  printf("%d %d %d %d\n", a / z, a % z, mi / mo, mi % mo);
  printf("%u %u %d %d %d %d\n", u / uz, u % uz, s / sz, s % sz, c / cz, c % cz);
  printf("%d %d %u\n", a / 7, mi / mo + a / mo, u / 7);
  printf("%lld\n", w / wo);
  return 0;
}
