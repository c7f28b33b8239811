/* Each function has something that has no meaning on the host. */
#include <stdio.h>

__attribute__((noinline)) unsigned assembly(unsigned x) {
  __asm__ volatile("cntlzw %0,%1" : "=r"(x) : "r"(x));
  return x;
}
__attribute__((noinline)) int computed(int n) {
  static void *const places[] = {&&one, &&two};
  goto *places[n & 1];
one:
  return 5;
two:
  return n;
}
__attribute__((noinline)) void *caller(void) { return __builtin_return_address(1); }
__attribute__((noinline)) int jumping(int n) {
  __asm__ goto("" : : "r"(n) : : out);
  return n;
out:
  return 3;
}

int main(int argc, char **argv) {
  printf("%u %d %p %d\n", assembly((unsigned)argc), computed(argc), caller(), jumping(argc));
  return 0;
}
