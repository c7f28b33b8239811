/* setjmp and longjmp: over several frames, in loops, nested, recursive, from callbacks, with 0, through a copied buffer, and
   with variables that are volatile. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static jmp_buf top, inner;
static int depth_reached;

__attribute__((noinline)) static int dive(int n, int code) {
  volatile char room[40];
  room[n % 40] = (char)n;
  depth_reached = n;
  if (n == 0) longjmp(top, code);
  int r = dive(n - 1, code) + room[n % 40];
  return r * 2;
}

__attribute__((noinline)) static int several(void) {
  volatile int tries = 0;
  int code = setjmp(top);
  tries++;
  printf("  code %d, try %d, depth %d\n", code, tries, depth_reached);
  if (tries < 4) dive(tries * 7, tries - 1);
  return tries;
}

/* A parser that gives up from the depth of its recursion. */
static jmp_buf failure;
static const char *at;
__attribute__((noinline)) static int expression(void);
__attribute__((noinline)) static int atom(void) {
  if (*at == '(') {
    at++;
    int v = expression();
    if (*at != ')') longjmp(failure, 2);
    at++;
    return v;
  }
  if (*at < '0' || *at > '9') longjmp(failure, 1);
  int v = 0;
  while (*at >= '0' && *at <= '9') v = v * 10 + (*at++ - '0');
  return v;
}
__attribute__((noinline)) static int expression(void) {
  int v = atom();
  while (*at == '+' || *at == '*') v = *at++ == '+' ? v + atom() : v * atom();
  return v;
}
__attribute__((noinline)) static void parse(const char *text) {
  at = text;
  switch (setjmp(failure)) {
    case 0: {
      int v = expression();
      if (*at) longjmp(failure, 3);
      printf("  %s = %d\n", text, v);
      break;
    }
    case 1: printf("  %s: no number at %d\n", text, (int)(at - text)); break;
    case 2: printf("  %s: no end at %d\n", text, (int)(at - text)); break;
    default: printf("  %s: rest %s\n", text, at);
  }
}

/* One buffer inside another, in a loop; the inner one goes on to the outer. */
__attribute__((noinline)) static void throwing(int n) {
  if (n % 3 == 0) longjmp(inner, n);
  if (n % 5 == 0) longjmp(top, n);
}
__attribute__((noinline)) static int nested(int n) {
  volatile int caught = 0, passed = 0;
  volatile int i = 0;
  if (setjmp(top)) passed++;
  for (; i < n;) {
    if (setjmp(inner) == 0) {
      i = i + 1;
      throwing(i);
    } else {
      caught++;
      if (caught % 4 == 0) longjmp(top, 0);
    }
  }
  return caught * 1000 + passed;
}

/* Each activation has its own buffer; a jump goes over younger ones, or to the own. */
__attribute__((noinline)) static int recursive(int n, jmp_buf *outer) {
  jmp_buf mine;
  volatile int turns = 0;
  int r = setjmp(mine);
  if (r != 0) turns++;
  if (n == 0) longjmp(*outer, 5);
  if (turns < 2) return recursive(n - 1, n % 3 ? &mine : outer) + 1;
  return r + n * 10;
}

static jmp_buf found;
static int compare(const void *a, const void *b) {
  int x = *(const int *)a, y = *(const int *)b;
  if (x == 13 || y == 13) longjmp(found, x + y);
  return x < y ? -1 : x > y;
}
__attribute__((noinline)) static int callback(void) {
  int list[] = {9, 4, 77, 2, 13, 8};
  int r = setjmp(found);
  if (r == 0) qsort(list, 6, sizeof *list, compare);
  return r;
}

__attribute__((noinline)) static int copied(int n) {
  jmp_buf a, b;
  volatile int count = 0;
  if (setjmp(a)) count += 100;
  memcpy(b, a, sizeof a);
  if (++count < n) longjmp(b, 1);
  return count;
}

/* Two returns into the middle of expressions and conditions; the value 0 comes back as 1. */
__attribute__((noinline)) static int conditions(int n) {
  jmp_buf b;
  volatile int state = n;
  if (!setjmp(b)) longjmp(b, 0);
  while (setjmp(b) < 3) {
    state += 10;
    if (state < 50) longjmp(b, state % 2 + 1);
    longjmp(b, 3);
  }
  if (state > 0 && (setjmp(b) == 7 || state == 3)) return state;
  state = 99;
  longjmp(b, 7);
}

int main(void) {
  printf("%d\n", several());
  for (int i = 0; i < 4; i++) parse((const char *[]){"1+2*3", "(4+(5*6))", "(1+2", "7)*"}[i]);
  parse("3+*4");
  printf("%d\n", nested(60));
  jmp_buf outer;
  volatile int turns = 0;
  int r = setjmp(outer);
  if (++turns < 3) r += recursive(7, &outer);
  printf("%d %d\n", r, turns);
  printf("%d %d %d\n", callback(), copied(5), conditions(1));
  if (setjmp(top)) exit(3);
  dive(5, 1);
}
