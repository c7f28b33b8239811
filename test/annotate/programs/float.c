// Floating point on a core without a unit for it: every comparison with every kind of operand, doubling, negation, conversions.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
static double values[] = {0.0, -0.0, 1.0, -1.0, 2.5, 1e300, -1e300, 1e-310, 0.1, 3.0};
#define N (int)(sizeof values / sizeof *values)
static double special[4];
#define NI __attribute__((noinline))
NI int equal(double a, double b) { return a == b; }
NI int unequal(double a, double b) { if (a != b) return 17; return 4; }
NI int branch_equal(double a, double b, int *n) { if (a == b) { *n += 3; return 1; } *n ^= 5; return 0; }
NI int less(double a, double b) { return a < b; }
NI int not_less(double a, double b) { return !(a < b); }
NI int greater(double a, double b) { return a > b ? 7 : 9; }
NI int less_equal(double a, double b) { return a <= b; }
NI int ordered(double a, double b) { return !__builtin_isunordered(a, b); }
NI int islessgreater_(double a, double b) { return __builtin_islessgreater(a, b); }
NI int is_nan(double a) { return a != a; }
NI double twice(double a) { return a * 2.0; }
NI double half(double a) { return a / 2.0; }
NI double negated(double a) { return -a; }
NI double zero_minus(double a) { return 0.0 - a; }
NI double most(const double *v, int n) { double m = v[0]; for (int i = 1; i < n; i++) if (v[i] > m) m = v[i]; return m; }
NI double clamp(double v, double lo, double hi) { return v < lo ? lo : v > hi ? hi : v; }
NI int sign(double v) { return (v > 0) - (v < 0); }
NI int count(const double *v, int n, double lo, double hi) { int c = 0; for (int i = 0; i < n; i++) if (v[i] >= lo && v[i] <= hi) c++; return c; }
NI float single(float a, float b) { return a == b ? a * 2.0f : a > b ? a - b : b / a; }
NI int fequal(float a, float b) { if (a == b) return 1; return a != 0 ? 2 : 3; }
NI uint8_t to8(double v) { return (uint8_t)v; }
NI int16_t to16(double v) { return (int16_t)v; }
NI uint32_t to32u(double v) { return (uint32_t)v; }
NI int64_t to64(double v) { return (int64_t)v; }
NI double from8(int8_t v) { return v; }
NI double from16u(uint16_t v) { return v; }
NI double from32u(uint32_t v) { return v; }
NI double from64u(uint64_t v) { return (double)v; }
NI float from64f(int64_t v) { return (float)v; }
NI double muladd(double a, double b, double c) { return a * b + c; }
int main(void) {
  uint64_t nan = 0x7ff8000000000000, inf = 0x7ff0000000000000;
  memcpy(&special[0], &nan, 8); memcpy(&special[1], &inf, 8); special[2] = -special[1]; special[3] = 5e-324;
  unsigned h = 1; int n = 0;
  for (int i = 0; i < N + 4; i++)
    for (int k = 0; k < N + 4; k++) {
      double a = i < N ? values[i] : special[i - N], b = k < N ? values[k] : special[k - N];
      h = h * 31 + equal(a, b); h = h * 31 + unequal(a, b); h = h * 31 + branch_equal(a, b, &n);
      h = h * 31 + less(a, b); h = h * 31 + not_less(a, b); h = h * 31 + greater(a, b); h = h * 31 + less_equal(a, b);
      h = h * 31 + ordered(a, b); h = h * 31 + islessgreater_(a, b); h = h * 31 + is_nan(a + b); h = h * 31 + sign(a - b);
      double r[] = {twice(a), half(a), negated(b), zero_minus(a), clamp(a, b, 2.0), muladd(a, b, a)};
      float s = single((float)a, (float)b); uint32_t w; memcpy(&w, &s, 4); if (w << 1 > 0xff000000u) w = 0x7fc00000;
      for (int j = 0; j < 6; j++) { uint64_t bits; memcpy(&bits, &r[j], 8); if (bits << 1 > 0xffe0000000000000u) bits = nan; h = h * 31 + (unsigned)(bits >> 32) + (unsigned)bits; }
      h = h * 31 + w + fequal((float)a, (float)b) + n;
    }
  printf("%u %d\n", h, n);
  for (int i = 0; i < 40; i++) {
    double v = i * 3.7 + 0.25;
    h = h * 31 + to8(v) + to16(v) + to32u(v * 1e7) + (unsigned)to64(v * 1e12);
    double sum = from8((int8_t)(i * 7)) + from16u((uint16_t)(i * 3001)) + from32u(i * 107374182u) + from64u(0x123456789abcdefull * i) + from64f(-0x1234567890ll * i);
    uint64_t bits; memcpy(&bits, &sum, 8); h = h * 31 + (unsigned)(bits >> 32) + (unsigned)bits;
  }
  printf("%u %d %g %g\n", h, count(values, N, -1, 3), most(values, N), special[3]);
  return 0;
}
