// Return addresses: of functions that are called at several places, through pointers, recursively, and by the library.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned mixed;

__attribute__((noinline)) static void *here(void) { return __builtin_extract_return_addr(__builtin_return_address(0)); }

__attribute__((noinline)) static int note(int x) {
  unsigned from = (unsigned)__builtin_return_address(0);
  mixed = mixed * 31 + from;
  printf("%d: %x, from %p\n", x, from, here());
  return x + 1;
}

__attribute__((noinline)) static int deep(int n) {
  void *before = __builtin_return_address(0);
  int below = n == 0 ? note(n) : deep(n - 1);
  if (before != __builtin_return_address(0)) puts("moved");
  mixed = mixed * 31 + (unsigned)before;
  return below + n;
}

static int compare(const void *a, const void *b) {
  mixed = mixed * 31 + (unsigned)__builtin_return_address(0);
  return *(const int *)a - *(const int *)b;
}

static int quiet(int x) { return x; }
static int (*volatile choice)(int) = note;
static void *(*volatile where)(void) = here;

__attribute__((noinline)) static int either(int which) {
  if (which & 1) return note(which);
  if (which & 2) choice = quiet;
  return choice(which) + note(which);
}

static inline int inlined(int x) { return note(x) + (here() != 0); }

int main(int argc, char **argv) {
  (void)argv;
  printf("main %d\n", (unsigned)__builtin_return_address(0) > (unsigned)0x10000);
  int sum = note(argc) + note(2);
  for (int i = 0; i < 4; i++) sum += either(i) + inlined(i);
  sum += deep(5);
  int list[] = {5, 3, 9, 1, 7};
  qsort(list, 5, sizeof list[0], compare);
  printf("%p %p\n", where(), here());
  printf("%d %x %d\n", sum, mixed, (unsigned)__builtin_frame_address(0) % 16);
  return 0;
}
