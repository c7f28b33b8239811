/* Calls through pointers that pass more than the function takes: handlers that ignore their argument, of several result types. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static volatile int seen;
static void handler() { seen += 100; }
static void with_number(int n) { seen += n; }
static int five() { return 5; }
static int negative(int n) { return -n; }
static double half() { return 0.5; }
_Noreturn static void finish() { printf("finished with %d\n", seen); exit(7); }

typedef int (*number)(int);
typedef double (*real)(double, int);
static number const numbers[] = {(number)five, negative, (number)five};
static void (*volatile handlers[])(int) = {(void (*)(int))handler, with_number};
static volatile real reals[] = {(real)half};

int main(void) {
  signal(SIGINT, (void (*)(int))handler);
  raise(SIGINT);
  int sum = 0;
  for (int i = 0; i < 30; i++) {
    sum += numbers[(i * 7) % 3](i);
    handlers[i & 1](i);
  }
  printf("%d %d %g\n", sum, seen, reals[0](1.5, 2));
  int (*volatile last)(long long, int) = (int (*)(long long, int))finish;
  return last(1, 2);
}
