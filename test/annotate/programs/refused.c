/* Each function has something that has no meaning on the host. */
#include <stdio.h>

typedef int four __attribute__((vector_size(16)));
four left = {1, 2, 3, 4}, right = {5, 6, 7, 8};

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
__attribute__((noinline)) void vectors(void) { left = left * right; }
__attribute__((noinline)) void *frame(void) { return __builtin_frame_address(0); }

int main(int argc, char **argv) {
  vectors();
  printf("%u %d %p %d\n", assembly((unsigned)argc), computed(argc), frame(), left[1]);
  return 0;
}
