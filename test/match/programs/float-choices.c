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

int main(void) {
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
