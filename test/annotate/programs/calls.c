/* Calls: variable arguments of all kinds, function pointers, recursion, callbacks that end the program. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) static long long sum(const char *kinds, ...) {
  va_list list, again;
  va_start(list, kinds);
  va_copy(again, list);
  long long total = 0;
  for (const char *k = kinds; *k; k++)
    switch (*k) {
      case 'i': total = total * 3 + va_arg(list, int); break;
      case 'l': total = total * 5 + va_arg(list, long long); break;
      case 'p': total = total * 7 + *va_arg(list, int *); break;
    }
  for (const char *k = kinds; *k; k++)
    switch (*k) {
      case 'i': total ^= va_arg(again, int); break;
      case 'l': total ^= va_arg(again, long long); break;
      case 'p': total += *va_arg(again, int *); break;
    }
  va_end(list);
  va_end(again);
  return total;
}
__attribute__((noinline)) static int named(int a, long long b, int c, ...) {
  va_list list;
  va_start(list, c);
  int r = a + (int)b + c;
  for (int i = 0; i < c; i++) r = r * 2 + (int)va_arg(list, long long) - va_arg(list, int);
  va_end(list);
  return r;
}
typedef int (*operation)(int, int);
static int add(int a, int b) { return a + b; }
static int subtract(int a, int b) { return a - b; }
static int multiply(int a, int b) { return a * b; }
static int power(int a, int b) { return b == 0 ? 1 : a * power(a, b - 1); }
static int gcd(int a, int b) { return b ? gcd(b, a % b) : a; }
static int leave(int a, int b) { printf("leaving with %d\n", a + b); exit(a + b); }
static int larger(int a, int b) { return a > b ? a : b; }
static int both(int a, int b) { return a & b; }
static int either(int a, int b) { return a | b; }
static int shifted(int a, int b) { return a << b; }
static operation table[] = {add, subtract, multiply, power, gcd, leave, larger, both, either, shifted};
static int even(unsigned n);
__attribute__((noinline)) static int odd(unsigned n) { return n == 0 ? 0 : even(n - 1); }
__attribute__((noinline)) static int even(unsigned n) { return n == 0 ? 1 : odd(n - 1); }
static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
static void farewell(void) { printf("goodbye\n"); }
__attribute__((noinline)) static int apply(int depth, int which) {
  if (depth > 0) return apply(depth - 1, which) + 1;
  return table[which](depth + 20, 2);
}

/* Of what a call copies, the longer is copied by a function, as is what is beside it in the block. */
struct small { int v[6]; };
struct large { int v[11]; };
struct larger { int v[29]; };
__attribute__((noinline)) static int taken(struct small a, struct large b, struct larger c, int at) {
  b.v[at] ^= c.v[at * 2];
  return a.v[at] + b.v[at] * 3 + c.v[at + 9];
}
__attribute__((noinline)) static int given(const struct large *from, struct larger *to, int at) {
  struct small a = {{1, 2, 3, 4, 5, at}};
  struct larger kept = *to;
  *to = (struct larger){{at}};
  int r = taken(a, *from, kept, at);
  to->v[at] = r;
  return r + taken(a, *from, *to, 2);
}

int main(int argc, char **argv) {
  struct large in = {{9, 8, 7, 6, 5, 4, 3, 2, 1, 0, -1}};
  struct larger inout = {{[3] = 30, [20] = 20}};
  printf("%d %d\n", given(&in, &inout, 3), given(&in, &inout, 5));
  int x = 42, y = -17;
  printf("%lld\n", sum("ilpiiliplliilpii", 1, 2ll << 40, &x, 3, 4, -5ll, 6, &y, 7ll, 8ll << 33, 9, -10, 11ll, &x, 12, 13));
  printf("%lld %lld\n", sum("l", -1ll), sum("il", 1, 0x123456789abcdefll));
  printf("%d\n", named(1, 2, 5, 3ll, 4, 5ll, 6, 7ll, 8, 9ll << 20, 10, 11ll, 12));
  for (int i = 0; i < 10; i++) i != 5 && printf("%d ", apply(i, i));
  printf("\n%d %d\n", even(101), odd(101));
  int values[] = {5, -3, 99, 0, 7, 7, -100, 12};
  qsort(values, 8, sizeof values[0], compare);
  for (int i = 0; i < 8; i++) printf("%d ", values[i]);
  printf("\n%d %s\n", argc, argc > 1 ? argv[1] : "none");
  atexit(farewell);
  return apply(3, 5);
}
