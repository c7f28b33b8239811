// Numbers that are loaded twice, the first time for nothing, as -O0 does for the parts of a complex number.
#include <complex.h>
#include <stdio.h>

static volatile double first = 1.5, second = -1;

__attribute__((noinline)) static _Complex float narrow(float x, float y) {
  _Complex float z;
  __real__ z = x;
  __imag__ z = y;
  return z;
}

__attribute__((noinline)) static _Complex double wide(double x, double y) {
  _Complex double z;
  __real__ z = x;
  __imag__ z = y;
  return z;
}

int main(void) {
  _Complex float z = narrow(first, second);
  _Complex double w = wide(first, second);
  printf("%g %g\n", crealf(z), cimagf(z));
  printf("%g %g\n", creal(w) + 1, cimag(w) * 2);
  return 0;
}
