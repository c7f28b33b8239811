/* Conversions to floating point that make no call: of comparisons, which select a constant, and of values nobody wants. */
#include <stdio.h>

volatile unsigned count;

static float chosen(int a, int b) { return (float)(a < b); }
static float widened(int a, int b) { return (float)(unsigned)(a < b); }
static double compared(float a, float b) { return (double)(a < b); }

/* One of equal conversions is of a number that the back end knows, and makes no call. */
__attribute__((noinline)) static float quotient(float a, float b) { return b == 0 ? a : a / b; }
__attribute__((noinline)) static int some_known(unsigned char from, unsigned other) {
  unsigned char k = from;
  float own = (float)(unsigned)k;
  return own <= quotient((float)(unsigned)(k == k), (float)(other >> 2)) * -9.0f && (float)(other & 7) > own;
}

/* A comparison that two selections make twice, beside others of both directions, and sums that double in two precisions. */
__attribute__((noinline)) static double limits(float a, float b, float c, float d, double e, double g) {
  float least = a > b ? b : a;
  float most = a > b ? a + 1.0f : b;
  float low = c < d ? c : d;
  float high = least < low ? low : least;
  float turned = high > most ? most - c : high * 2.0f + d;
  return e * 2.0 + g * 0.125 + (double)(turned * low + most) - e * g;
}

int main(void) {
  printf("%d\n", (int)(limits(1, 2, 3, 4, 5, 6) * 8 + limits(4, 3, 2, 1, 0, -1) * 16 + limits(-1, 9, 0, -7, 2, 2)));
  printf("%d %d\n", some_known(3, 77), some_known(200, 5));
    double sum = 0;
    for (int i = 0; i < 5; i++) {
        count = i & 1 ? 0 : 70000;
        (void)((float)count < (float)(unsigned)(i < 3));
        sum += chosen(i, 2) + 2 * widened(i, 3) + 4 * compared(i, 1.5f) + (float)count;
    }
    printf("%d\n", (int)sum);
    return 0;
}
