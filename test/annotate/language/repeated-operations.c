// Equal operations on equal values in one block, where the optimiser did not run: the back end does each once.
#include <math.h>
#include <stdio.h>

__attribute__((noinline)) static double functions(double *p, float *q) {
  return floor(*p) + floor(*p) + sinf(*q) * sinf(*q) + pow(*p, 2.5) - pow(*p, 2.5) + fmin(*p, *q) + fmin(*p, *q) +
         __builtin_powi(*p, 3) * __builtin_powi(*p, 3) + sqrt(*p) * sqrt(*p);
}

__attribute__((noinline)) static double sums(double *p, float *q) {
  return (*p + *q) * (*p + *q) - *p * *q / (*p * *q) + (*q - *p) * (*q - *p) + (double)(*q * *q) + (*q * *q);
}

__attribute__((noinline)) static long long quotients(long long *p, int *q) {
  return *p / *q + *p / *q + *p % *q * (*p % *q) + (unsigned long long)*p / 10 + (unsigned long long)*p / 10;
}

__attribute__((noinline)) static int halves(__fp16 *a, __fp16 *b) { return (*a < *b) + 2 * (*a == *b) + 4 * (int)*a; }

__attribute__((noinline)) static long long conversions(double *p, int *q) {
  return (long long)*p + (long long)*p + (int)*p + (int)*p + (long long)((double)*q * *q) + (*p < *q) + (*p == *q);
}

int main(void) {
  double v[] = {0, 1.5, 4.25, 1e10, -7};
  float w[] = {3, 1.5, 2, 1e10, -5};
  __fp16 h[] = {3, 1.5, 2, 1e4, -5};
  long long n[] = {0, 15, 1LL << 40, -77777777777, 12345678901234};
  int d[] = {3, 1, 12345, -3, 10};
  for (int i = 0; i < 5; i++)
    for (int j = 0; j < 5; j++)
      printf("%.17g %.17g %lld %d %lld\n", functions(v + i, w + j), sums(v + i, w + j), quotients(n + i, d + j),
             halves(h + i, h + j), conversions(v + i, d + j));
  return 0;
}
