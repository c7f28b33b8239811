/* Ends in the way that its argument says. */
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) static int deeper(volatile int *p) {
  volatile int here[8];
  here[0] = *p + 1;
  return deeper(here) + here[0];
}
__attribute__((noinline)) static int reads(volatile int *p) { return p[1]; }
__attribute__((noinline)) static int one(int x) { return x + 1; }
static int (*volatile pointer)(int) = one;

int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "";
  volatile int start = 0;
  if (strcmp(how, "outside") == 0) return *(volatile int *)0x7ffffff0;
  if (strcmp(how, "type") == 0) return ((int (*volatile)(long long, int))(void (*)(void))pointer)(1, 2);
  if (strcmp(how, "nowhere") == 0) return ((int (*volatile)(void))(0x110002))();
  if (strcmp(how, "trap") == 0) __builtin_trap();
  if (strcmp(how, "null") == 0) *(volatile int *)(start + 4) = 1;
  if (strcmp(how, "code") == 0) *(volatile int *)0x110000 = 1;
  if (strcmp(how, "above") == 0) *(volatile char *)0x4000003 = 1;
  if (strcmp(how, "null-read") == 0) return *(volatile int *)(start + 8);
  if (strcmp(how, "null-byte") == 0) return *(volatile char *)(start + 1);
  if (strcmp(how, "code-here") == 0) *(volatile int *)(start + (int)main) = 1;
  if (strcmp(how, "wild") == 0) return *(volatile int *)(start + 0x4018000);
  if (strcmp(how, "inlined") == 0) return reads(0);
  if (strcmp(how, "deep") == 0) return deeper(&start);
  return pointer(6);
}
