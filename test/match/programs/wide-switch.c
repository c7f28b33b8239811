// A switch on 64 bits: its operand is in two registers.
#include <stdio.h>

static volatile unsigned total;

__attribute__((noinline)) static int choose(long long value) {
  switch (value) {
  case -300:
    total += 1;
    return 1;
  case 5:
    total += 2;
    return 2;
  case 0x100000005LL:
    total += 4;
    return 4;
  case 0x100000009LL:
    total += 7;
    return 8;
  default:
    total += 5;
    return 6;
  }
}

int main(int argc, char **argv) {
  (void)argv;
  printf("%d %d\n", choose(argc), choose(0x100000000LL + argc));
  return 0;
}
