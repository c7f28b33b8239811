// Comparisons with several users: the back end makes one for each select and for the branch on it, the branch's perhaps as
// the opposite one.
#include <stdio.h>

#define KEPT __attribute__((noinline))

static float row[12];
static volatile float seen;

/* The smallest of some, and where it is: two selects on each comparison. */
static KEPT int smallest(void) {
  float least = row[0];
  int where = 0;
  for (int i = 1; i < 8; i++) {
    if (least > row[i]) {
      least = row[i];
      where = i;
    }
  }
  seen = least;
  return where;
}

/* A comparison that decides twice, in its own block and in a later one. */
static KEPT int twice(float x, int n) {
  int sum = 0;
  int zero = x == 0.0f;
  if (zero) sum += n;
  for (int i = 0; i < n; i++) {
    seen = x + (float)i;
    sum += i;
  }
  if (zero) sum *= 3;
  else seen = x;
  return sum;
}

/* A comparison that nobody asks for, of a converted number and a condition as a number. */
static KEPT float unasked(int *p, double d) {
  float kept;
  (float)*p < (kept = (float)(unsigned)(d != (double)*p));
  return kept;
}

int main(void) {
  static const float from[] = {4, 3, 8, -2, 7, -5, 0.5f, 9, 1, -8, 2, 6};
  int sum = 0;
  for (int turn = 0; turn < 12; turn++) {
    for (int i = 0; i < 12; i++) row[i] = from[(i + turn) % 12];
    int n = turn;
    sum = sum * 5 + smallest() + twice(from[turn] - 4, turn) + (int)unasked(&n, from[turn]);
    printf("%d %d\n", sum, (int)(2 * seen));
  }
  return 0;
}
