/* What the linker and the start do: constructors by priority, thread-local and weak data, aliases, sections of one's own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdint.h>
static int order[32], n;
__attribute__((constructor(200))) static void c200(void) { order[n++] = 200; }
__attribute__((constructor)) static void c0(void) { order[n++] = 1; }
__attribute__((constructor(101))) static void c101(void) { order[n++] = 101; }
__attribute__((destructor(200))) static void d200(void) { printf("d200\n"); }
__attribute__((destructor)) static void d0(void) { printf("d0\n"); }
__attribute__((destructor(101))) static void d101(void) { printf("d101\n"); }
static void at(void) { printf("atexit\n"); }
_Thread_local int t1 = 42; static _Thread_local char t2[10]; _Thread_local struct { int a; double d; } t3 = {7, 2.5}; extern _Thread_local int t1;
extern int missing(void) __attribute__((weak)); extern int gone __attribute__((weak));
__attribute__((weak)) int weakly(void) { return 5; }
int real(int x) { return x * 3; }
int other(int) __attribute__((alias("real")));
int value = 17; extern int alsovalue __attribute__((alias("value")));
__attribute__((common)) int comm[4];
__attribute__((section(".mydata"))) int sec = 4; __attribute__((section("counters"), used)) int cnt1 = 1; __attribute__((section("counters"), used)) int cnt2 = 2;
extern int __start_counters[], __stop_counters[];
extern char _end[];
static int (*table[])(int) = {real, other};
__attribute__((aligned(64))) static char al[64];
static const struct { const char *s; int *p; int (*f)(int); } refs[] = {{"abc" , &value, real}, {(char*)&refs[1] , comm + 2, other}};
int *volatile pt;
[[gnu::noinline]] static int *tls(void) { t1++; t2[3] += 2; t3.a--; return &t1; }
int main(void) {
  atexit(at);
  for (int i = 0; i < n; i++) printf("%d ", order[i]); printf("\n");
  pt = tls(); pt = tls(); printf("%d %d %d %d\n", *pt, t2[3], t3.a, (int)t3.d);
  printf("%d %d %d %d\n", missing == 0, &gone == 0, weakly(), other(4)); alsovalue++; printf("%d\n", value);
  comm[2] = 3; printf("%d %d %d\n", comm[2], sec, cnt1 + cnt2); 
  int sum = 0; for (int *p = __start_counters; p < __stop_counters; p++) sum += *p; printf("%d\n", sum);
  printf("%d %d\n", table[n & 1](2), (int)((uintptr_t)al & 63)); printf("%s %d %d %d\n", refs[0].s, refs[1].s == (char*)&refs[1], *refs[0].p, refs[1].f(1));
  printf("%d\n", (uintptr_t)_end > (uintptr_t)&value);
  return 0;
}
