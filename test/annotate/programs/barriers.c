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
  printf("%d %d %d %d\n", shared[0], shared[1], shared[2], shared[3]);
}
