// Ways to places that are never reached. A branch there stays where the block has something in it; when that makes no code, and
// the block is the function's last, the branch goes to whatever function follows.
#include <stdio.h>

#define KEPT __attribute__((noinline))

static KEPT unsigned both(unsigned kind, unsigned value) {
  for (unsigned i = 0; i < 4; i++) {
    switch (kind) {
      case 0: value += i; break;
      case 1: value ^= value << 3; break;
      default: __asm__ volatile(""); __builtin_unreachable();
    }
    if (value == 7) printf("seven\n");
  }
  return value;
}

static KEPT unsigned many(unsigned kind, unsigned value) {
  for (unsigned i = 0; i < 3; i++) {
    switch (kind) {
      case 0: value += i; break;
      case 1: value ^= value << 3; break;
      case 2: value *= 5; break;
      case 3: value -= 9; break;
      case 4: value |= 64; break;
      case 6: value = ~value; break;
      default: __asm__ volatile(""); __builtin_unreachable();
    }
    if (value == 7) printf("seven\n");
  }
  return value;
}

int main(void) {
  static const unsigned kinds[] = {0, 1, 2, 3, 4, 6};
  unsigned sum = 0;
  for (unsigned i = 0; i < 60; i++) sum = sum * 31 + both(i & 1, i) + many(kinds[i % 6], i);
  printf("%u\n", sum);
  return 0;
}
