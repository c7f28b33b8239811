// Quotients, products and comparisons of complex numbers with infinite parts, zeros and NaNs: the runtime asks which it has.
#include <stdio.h>
#include <string.h>
#define T(type, name) \
__attribute__((noinline)) static _Complex type div_##name(_Complex type a, _Complex type b) { return a / b; } \
__attribute__((noinline)) static _Complex type mul_##name(_Complex type a, _Complex type b) { return a * b; } \
__attribute__((noinline)) static int eq_##name(_Complex type a, _Complex type b) { return (a == b) + 2 * (a != b); } \
static void all_##name(void) { \
  volatile type v[] = {0, -0.0, 1.5, -4, __builtin_inf(), -__builtin_inf(), __builtin_nan("")}; \
  unsigned s = 0; \
  for (int i = 0; i < 7; i++) for (int j = 0; j < 7; j++) for (int k = 0; k < 7; k++) for (int l = 0; l < 7; l++) { \
    _Complex type a, b, c; \
    __real__ a = v[i]; __imag__ a = v[j]; __real__ b = v[k]; __imag__ b = v[l]; \
    c = div_##name(a, b); unsigned char w[sizeof c]; memcpy(w, &c, sizeof c); for (unsigned q = 0; q < sizeof c; q++) s = s * 31 + w[q]; \
    c = mul_##name(a, b); memcpy(w, &c, sizeof c); for (unsigned q = 0; q < sizeof c; q++) s = s * 31 + w[q]; \
    s = s * 31 + eq_##name(a, b); \
  } \
  printf("%x\n", s); \
}
T(double, d) T(float, f)
int main(void) { all_d(); all_f(); return 0; }
