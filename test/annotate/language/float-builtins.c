/* Builtins on numbers that compilers make intrinsics of, on every kind of operand: results as bit patterns. */
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define APART __attribute__((noinline))
typedef float float4 __attribute__((vector_size(16)));

static unsigned long long bits(double x) {
  unsigned long long to;
  memcpy(&to, &x, sizeof to);
  return to;
}
static unsigned bitsf(float x) {
  unsigned to;
  memcpy(&to, &x, sizeof to);
  return to;
}

static const double values[] = {
    0.0,      -0.0,      1.0,     -1.0,        0.5,        1.5,     2.5,      -2.5,     3.9999,
    -7.25,    255.0,     256.0,   -129.0,      65535.5,    1e9,     -1e9,     2147483647.0, -2147483648.0,
    2147483648.0, 4294967295.0, 4294967296.0, 9.2e18, 9.3e18, -9.3e18, 1.9e19, 1e300, -1e300, 5e-324, 1e-310,
    INFINITY, -INFINITY, NAN,
};
enum { COUNT = sizeof values / sizeof values[0] };

APART static int class_of(double x) { return __builtin_fpclassify(0, 1, 4, 3, 2, x); }

APART static void one(double x) {
  double whole, s, c;
  float wholef, sf, cf;
  int power;
  double part = __builtin_modf(x, &whole);
  printf("modf %016llx %016llx", bits(part), bits(whole));
  float partf = __builtin_modff((float)x, &wholef);
  printf(" %08x %08x", bitsf(partf), bitsf(wholef));
  power = 0; /* open for infinities and NaNs */
  double fraction = __builtin_frexp(x, &power);
  printf(" frexp %016llx", bits(fraction));
  if (isfinite(x)) printf(" %d", power);
  printf(" ldexp %016llx even %016llx %08x", bits(__builtin_ldexp(x, 3)),
         bits(__builtin_elementwise_roundeven(x)), bitsf(__builtin_elementwise_roundeven((float)x)));
  printf(" canonical %016llx", bits(__builtin_canonicalize(x)));
  if (isfinite(x) && fabs(x) < 1e6) {
    __builtin_sincos(x, &s, &c);
    __builtin_sincosf((float)x, &sf, &cf);
    printf(" sincos %016llx %016llx %08x %08x", bits(s), bits(c), bitsf(sf), bitsf(cf));
    printf(" sin+cos %016llx powi %016llx", bits(__builtin_elementwise_sin(x) + __builtin_elementwise_cos(x)),
           bits(__builtin_powi(x, 3)));
    if (x < 200) printf(" exp10 %016llx", bits(__builtin_elementwise_exp10(x)));
  }
  printf(" class %d%d%d%d%d%d\n", __builtin_isnan(x), __builtin_isinf_sign(x), __builtin_isnormal(x),
         __builtin_isfpclass(x, 0x90), __builtin_signbit(x) != 0, class_of(x));
}

APART static void two(double x, double y) {
  printf("%016llx %016llx %016llx %016llx", bits(__builtin_elementwise_maximum(x, y)),
         bits(__builtin_elementwise_minimum(x, y)), bits(__builtin_elementwise_maximumnum(x, y)),
         bits(__builtin_elementwise_minimumnum(x, y)));
  float a = (float)x, b = (float)y;
  printf(" %08x %08x %08x %08x\n", bitsf(__builtin_elementwise_maximum(a, b)),
         bitsf(__builtin_elementwise_minimum(a, b)), bitsf(__builtin_elementwise_maximumnum(a, b)),
         bitsf(__builtin_elementwise_minimumnum(a, b)));
}

APART static void four(float4 x, float4 y) {
  float4 most = __builtin_elementwise_maximum(x, y);
  for (int i = 0; i < 4; i++) printf("%08x ", bitsf(most[i]));
  printf("\n");
}

static double _Complex made(double real, double imaginary) {
  double _Complex z;
  __real__ z = real;
  __imag__ z = imaginary;
  return z;
}

/* Half precision is only stored. */
static __fp16 stored[COUNT];
APART static void halves(void) {
  for (int i = 0; i < COUNT; i++) stored[i] = (__fp16)values[i];
  for (int i = 0; i < COUNT; i++) {
    unsigned short pattern;
    memcpy(&pattern, &stored[i], sizeof pattern);
    printf("%04x %08x %016llx\n", pattern, bitsf((float)stored[i]), bits((double)stored[i]));
  }
  unsigned long long sum = 0;
  for (unsigned pattern = 0; pattern < 0x10000; pattern += 7) {
    unsigned short from = (unsigned short)pattern, back;
    __fp16 half;
    memcpy(&half, &from, sizeof half);
    float number = half;
    __fp16 again = number * 1.0009765625f;
    memcpy(&back, &again, sizeof back);
    sum = sum * 31 + bitsf(number) + back;
  }
  printf("halves %016llx\n", sum);
}

/* Which NaN it is, is not compared. */
static unsigned long long number(double x) { return isnan(x) ? 0x7ff8000000000000ull : bits(x); }
static unsigned numberf(float x) { return isnan(x) ? 0x7fc00000u : bitsf(x); }

APART static void complexes(double _Complex x, double _Complex y) {
  double _Complex product = x * y, quotient = x / y;
  float _Complex p = (float _Complex)x * (float _Complex)y, q = (float _Complex)x / (float _Complex)y;
  printf("%016llx %016llx %016llx %016llx", number(creal(product)), number(cimag(product)), number(creal(quotient)),
         number(cimag(quotient)));
  printf(" %08x %08x %08x %08x\n", numberf(crealf(p)), numberf(cimagf(p)), numberf(crealf(q)), numberf(cimagf(q)));
}

int main(void) {
  for (int i = 0; i < COUNT; i++) one(values[i]);
  for (int i = 0; i < COUNT; i += 3)
    for (int j = 0; j < COUNT; j += 2) two(values[i], values[j]);
  four((float4){1, -0.0f, 3, -4}, (float4){2, 0, -3, NAN});
  halves();
  for (int i = 0; i < COUNT; i += 2)
    for (int j = 1; j < COUNT; j += 5)
      complexes(made(values[i], values[j]), made(values[(i + j) % COUNT], values[(i * j) % COUNT]));
  return 0;
}
