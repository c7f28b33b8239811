/* Inline assembly that only orders accesses, or hides a value from the compiler. */
#include <stdio.h>
static int shared[4];
#define BARRIER(text) __asm__ volatile(text ::: "memory")
__attribute__((noinline)) static int opaque(int x) {
  int y;
  __asm__ volatile("" : "=r"(y) : "0"(x));
  __asm__("" : "+r"(y));
  return y * 3;
}
/* A value of several that the assembly has: the last one goes in and comes out, or two do. */
__attribute__((noinline)) static int one_of(int x) {
  int y = x + 5, z = x ^ 9;
  __asm__("" : "+r"(y) : "r"(shared), "r"(x));
  __asm__("" : "+r"(z), "+r"(x) : "r"(y));
  return y * 100 + z * 10 + x;
}
int main(void) {
  for (int i = 0; i < 4; i++) {
    shared[i] = opaque(i);
    BARRIER("sync");
    shared[3 - i] += 1;
    BARRIER("eieio");
    BARRIER("isync");
    BARRIER("nop\n\tnop\n\tnop");
    BARRIER("sync; isync");
    BARRIER("");
    __sync_synchronize();
  }
  for (int i = 0; i < 3; i++) printf("%d\n", one_of(i));
  printf("%d %d %d %d\n", shared[0], shared[1], shared[2], shared[3]);
}
