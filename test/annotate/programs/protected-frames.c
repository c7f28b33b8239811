// Functions that compare a guard before they return: with several returns, with arrays whose size varies, and one whose frame was
// overwritten up to the guard, which ends the program.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static jmp_buf back;

static void ended(int signal_number) {
  printf("signal %d\n", signal_number);
  longjmp(back, 1);
}

__attribute__((noinline)) static int spell(int n, char *to) {
  char text[24];
  int length = sprintf(text, "%d:%x", n, n * n);
  if (n == 3) {
    strcpy(to, "three");
    return 5;
  }
  memcpy(to, text, length + 1);
  return length;
}

__attribute__((noinline)) static double mean(int n) {
  float values[n];
  for (int i = 0; i < n; i++) values[i] = i * 1.5f;
  float sum = 0;
  for (int i = 0; i < n; i++) sum += values[i];
  return sum / n;
}

/* The guard is the next word above the only variable, or one of the next. */
__attribute__((noinline)) static int smash(int words) {
  volatile int frame[4];
  for (volatile int *at = frame; words > 0; words--) *at++ = words;
  return frame[2];
}

int main(void) {
  char line[40];
  for (int i = 0; i < 5; i++) {
    int length = spell(i, line);
    printf("%d %s\n", length, line);
  }
  printf("%g %d\n", mean(7), smash(4));
  signal(SIGABRT, ended);
  if (setjmp(back) == 0) printf("%d\n", smash(5));
  return 0;
}
