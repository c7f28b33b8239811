// Conditions that are returned, passed and stored: without `isel` the back end makes numbers of them with branches.
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

__attribute__((noinline)) static bool less(int a, int b) { return a < b; }
__attribute__((noinline)) static bool less_double(double a, double b) { return a < b; }
__attribute__((noinline)) static bool both(int a, int b) { return a == b && b > 7; }
__attribute__((noinline)) static bool flipped(bool x) { return !x; }

__attribute__((noinline)) static bool by_kind(int a, int b, bool (*f)(int, int)) {
  switch (a) {
  case 1: return f && f(b, a);
  case 2: return b == 9;
  case 3: return true;
  case 4: return (b & 12) == 8;
  default: return a != b && b != 6;
  }
}

__attribute__((noinline)) static void show(bool x, int k) { printf("%d %d\n", x, k); }

__attribute__((noinline)) static int bits(int n, ...) {
  va_list list;
  int sum = 0;
  va_start(list, n);
  while (n--) sum = sum * 2 + va_arg(list, int);
  va_end(list);
  return sum;
}

struct flags {
  bool above : 1;
  bool below;
};

__attribute__((noinline)) static struct flags compared(int x, int y) {
  return (struct flags){x > y, x < y};
}

int main(void) {
  for (volatile int i = 0; i < 8; i++)
    for (volatile int j = 5; j < 11; j++) {
      show(less(i, j), i);
      show(i == j, j);
      show(less_double(i, j * 0.5), 3);
      show(both(i, j), 4);
      show(by_kind(i, j, i == j ? NULL : less), 5);
      show(flipped(i > j), 6);
      struct flags f = compared(i, j);
      printf("%d %d %d\n", bits(3, i == j, i < j, !i), f.above, f.below);
    }
  return 0;
}
