/* A switch on 64 bits. */
#include <stdio.h>

__attribute__((noinline)) static int wide(unsigned long long v, int k) {
  switch (v) {
    case 0: return k; case 1: return k + 1; case 0x100000000ull: return k + 2; case 0x100000001ull: return k * 3;
    case 0x100000002ull: return k * 5; case 0x100000003ull: return k - 9; case ~0ull: return -k; default: return 0;
  }
}

int main(void) {
  static const unsigned long long wides[] = {0, 1, 2, 0xffffffff, 0x100000000ull, 0x100000001ull, 0x100000002ull, 0x100000003ull, 0x100000004ull, ~0ull};
  for (int i = 0; i < 10; i++) printf("%d ", wide(wides[i], i + 3));
  printf("\n");
  return 0;
}
