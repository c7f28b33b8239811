// Divisions that C leaves undefined: the modelled machines go on with some value, always the same.
#include <stdio.h>
#include <limits.h>
#define V(t, n, x) volatile t n = (x)
int main(void) {
  V(int, a, -77); V(int, z, 0); V(int, mi, INT_MIN); V(int, mo, -1); V(unsigned, u, 3000000000u); V(unsigned, uz, 0);
  V(short, s, -300); V(short, sz, 0); V(unsigned char, c, 200); V(unsigned char, cz, 0); V(long long, w, LLONG_MIN); V(long long, wo, -1);
  printf("%d %d %d %d\n", a / z, a % z, mi / mo, mi % mo);
  printf("%u %u %d %d %d %d\n", u / uz, u % uz, s / sz, s % sz, c / cz, c % cz);
  printf("%d %d %u\n", a / 7, mi / mo + a / mo, u / 7);
  printf("%lld\n", w / wo);
}
