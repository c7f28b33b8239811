// Branches with nothing but their condition to tell their ways apart: the addition of software floating point rounds to
// nearest, and ties to even, with two conditions in one branch in front of code that it shares with another case.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const uint64_t numbers[] = {
    0x3ff0000000000000, 0x3ca0000000000000, 0xbcb0000000000001, 0x7fefffffffffffff,
    0x0000000000000001, 0x000fffffffffffff, 0x4340000000000001, 0xc340000000000003,
    0x7ff0000000000000, 0x3fb999999999999a, 0xbfd3333333333333, 0x8000000000000000,
};

int main(void) {
  enum { count = sizeof numbers / sizeof numbers[0] };
  uint64_t sum = 0;
  for (int i = 0; i < count; i++) {
    for (int j = 0; j < count; j++) {
      double a, b;
      memcpy(&a, &numbers[i], sizeof a);
      memcpy(&b, &numbers[j], sizeof b);
      a += b;
      uint64_t bits;
      memcpy(&bits, &a, sizeof bits);
      sum = sum * 31 + bits;
    }
  }
  printf("%08x%08x\n", (unsigned)(sum >> 32), (unsigned)sum);
  return 0;
}
