// A switch with more ways than are nested in one another: every way, what lies between, before and behind.
#include <stdio.h>

static volatile unsigned a, b, c;

#define WAYS(n) \
  case 7 * (n): a = (n) * 3u; b += x; break; \
  case 7 * (n) + 1: b ^= (n) + 5u; break; \
  case 7 * (n) + 2: case 7 * (n) + 4: c = a + (n); a = x; break;
#define TEN(n) WAYS(n) WAYS(n + 1) WAYS(n + 2) WAYS(n + 3) WAYS(n + 4) WAYS(n + 5) WAYS(n + 6) WAYS(n + 7) WAYS(n + 8) WAYS(n + 9)
#define HUNDRED(n) TEN(n) TEN(n + 10) TEN(n + 20) TEN(n + 30) TEN(n + 40) TEN(n + 50) TEN(n + 60) TEN(n + 70) TEN(n + 80) TEN(n + 90)

__attribute__((noinline)) static void pick(unsigned x) {
  switch (x) {
    HUNDRED(0)
    HUNDRED(100)
    HUNDRED(200)
    default: c++;
  }
}

int main(void) {
  for (unsigned i = 0; i < 2200; i++) pick(i);
  pick(-1u);
  printf("%u %u %u\n", a, b, c);
  return 0;
}
