// Products with a changed sign, and sums of them, on vectors and numbers: the back end moves the sign, which shows in NaNs and in the
// way that a routine takes.
#include <stdio.h>
#include <string.h>
typedef float vf __attribute__((vector_size(16)));
typedef double vd __attribute__((vector_size(16)));
#define F(t, n, e) __attribute__((noinline)) static t n(t x, t y, t z) { return e; }
#define ALL(t) F(t, t##0, 3 - x * y) F(t, t##1, -x * y) F(t, t##2, -(x * y)) F(t, t##3, z - x * y) F(t, t##4, x * -y + z) F(t, t##5, -x * y - z) F(t, t##6, x * y - 3) F(t, t##7, -x / y) F(t, t##8, (x - y) * (y - x)) F(t, t##9, -2 * x + z) \
 static t (*const all_##t[])(t, t, t) = {t##0, t##1, t##2, t##3, t##4, t##5, t##6, t##7, t##8, t##9};
ALL(vf) ALL(vd) ALL(float) ALL(double)
static unsigned s;
static void add(void *p, unsigned n) { unsigned char *q = p; while (n--) s = s * 31 + *q++; }
int main(void) {
  volatile double v[] = {0, -0.0, 1.5, -4, __builtin_inf(), -__builtin_inf(), __builtin_nan(""), -__builtin_nan("5")};
  for (int f = 0; f < 10; f++) for (int i = 0; i < 8; i++) for (int j = 0; j < 8; j++) for (int k = 0; k < 8; k++) {
    vf a = {v[i], v[j], v[k], v[(i + j) % 8]}, b = {v[j], v[k], v[i], v[(k + j) % 8]}, c = {v[k], v[i], v[j], v[(k + i) % 8]};
    vd d = {v[i], v[j]}, e = {v[k], v[(i+j)%8]}, g = {v[(k+j)%8], v[i]};
    a = all_vf[f](a, b, c); add(&a, sizeof a);
    d = all_vd[f](d, e, g); add(&d, sizeof d);
    float o = all_float[f](v[i], v[j], v[k]); add(&o, sizeof o);
    double p = all_double[f](v[i], v[j], v[k]); add(&p, sizeof p);
  }
  printf("%x\n", s);
  return 0;
}
