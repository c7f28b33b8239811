/* Every function of <math.h>, for double and float, on values of all magnitudes; bits of all results in a checksum, some of them
   printed. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t hash;
static void mix(double x) {
  uint64_t bits;
  if (x != x) x = NAN;
  memcpy(&bits, &x, 8);
  hash = (hash ^ (uint32_t)bits) * 16777619u;
  hash = (hash ^ (uint32_t)(bits >> 32)) * 16777619u;
}

static const double inputs[] = {0.0, -0.0, 0.5, -0.75, 1.0, -1.0, 1.5, 2.0, 3.14159265358979, -10.25, 100.0, 1e-5, 1e-300, 1e5, 7e22, 1e300, 5e-324, INFINITY, -INFINITY, NAN};
enum { COUNT = sizeof inputs / sizeof inputs[0] };

#define ONE(name)                                                  \
  do {                                                          \
    hash = 2166136261u;                                         \
    for (int i = 0; i < COUNT; i++) mix(name(inputs[i]));          \
    for (int i = 0; i < COUNT; i++) mix(name##f((float)inputs[i])); \
    printf("%-10s %08x %.17g\n", #name, hash, name(0.625));           \
  } while (0)
#define TWO(name)                                                                                     \
  do {                                                                                             \
    hash = 2166136261u;                                                                            \
    for (int i = 0; i < COUNT; i++)                                                                \
      for (int k = 0; k < COUNT; k += 3) mix(name(inputs[i], inputs[k])), mix(name##f((float)inputs[k], (float)inputs[i])); \
    printf("%-10s %08x %.17g\n", #name, hash, name(2.75, 1.5));                                          \
  } while (0)

int main(void) {
  ONE(acos); ONE(asin); ONE(atan); ONE(cos); ONE(sin); ONE(tan);
  ONE(acosh); ONE(asinh); ONE(atanh); ONE(cosh); ONE(sinh); ONE(tanh);
  ONE(exp); ONE(exp2); ONE(expm1); ONE(log); ONE(log10); ONE(log1p); ONE(log2); ONE(logb);
  ONE(cbrt); ONE(sqrt); ONE(fabs); ONE(erf); ONE(erfc); ONE(lgamma); ONE(tgamma);
  ONE(ceil); ONE(floor); ONE(nearbyint); ONE(rint); ONE(round); ONE(trunc);
  TWO(atan2); TWO(pow); TWO(hypot); TWO(fmod); TWO(remainder); TWO(copysign); TWO(nextafter); TWO(fdim); TWO(fmax); TWO(fmin);
  hash = 2166136261u;
  for (int i = 0; i < COUNT; i++) {
    int exponent = 0, quotient = 0;
    double whole;
    mix(frexp(inputs[i], &exponent));
    mix(isfinite(inputs[i]) && inputs[i] != 0 ? exponent : 0);
    mix(modf(inputs[i], &whole));
    mix(whole);
    mix(ldexp(inputs[i], 3));
    mix(scalbn(inputs[i], -1050));
    mix(remquo(inputs[i], 3.0, &quotient));
    mix(fma(inputs[i], 3.0, -1.0));
    mix(fpclassify(inputs[i]));
    mix(signbit(inputs[i]) != 0);
    if (fabs(inputs[i]) < 1e9) mix((double)lrint(inputs[i])), mix((double)llround(inputs[i])), mix(ilogb(inputs[i] + 3));
    mix(j0(inputs[i] * 0.001));
    mix(y1(fabs(inputs[i]) + 0.5));
  }
  printf("others     %08x\n", hash);
  return 0;
}
