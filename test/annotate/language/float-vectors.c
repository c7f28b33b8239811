/* Vectors of floating-point numbers. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
typedef float v4f __attribute__((vector_size(16)));
typedef double v2d __attribute__((vector_size(16)));
typedef float f3 __attribute__((ext_vector_type(3)));
typedef int v4i __attribute__((vector_size(16)));
typedef long long v2l __attribute__((vector_size(16)));
static void dump(const char *name, const void *p, unsigned n) {
  const unsigned char *c = p; printf("%s ", name);
  for (unsigned i = 0; i < n; i++) printf("%02x", c[i]); printf("\n");
}
#define SHOW(x) dump(#x, &(x), sizeof(x))
[[gnu::noinline]] static v4f ar(v4f a, v4f b) { return a * b + a / b - b; }
[[gnu::noinline]] static v2d ad(v2d a, v2d b) { return a * b + a / b - -b; }
[[gnu::noinline]] static v4i cmp(v4f a, v4f b) { return (a < b) | (a == b) ; }
[[gnu::noinline]] static v2l cmpd(v2d a, v2d b) { return (a >= b) ^ (a != b); }
[[gnu::noinline]] static v4i toi(v4f a) { return __builtin_convertvector(a, v4i); }
[[gnu::noinline]] static v4f tof(v4i a) { return __builtin_convertvector(a, v4f); }
[[gnu::noinline]] static v2d tod(v2l a) { return __builtin_convertvector(a, v2d); }
[[gnu::noinline]] static f3 three(f3 a) { return a.zyx * 2.0f + a.yyy; }
[[gnu::noinline]] static v4f el(v4f a, v4f b) { return __builtin_elementwise_max(a, b) + __builtin_elementwise_abs(a) + __builtin_elementwise_copysign(a, b); }
[[gnu::noinline]] static float dot(v4f a, v4f b) { v4f p = a * b; return p[0] + p[1] + p[2] + p[3]; }
int main(void) {
  v4f a = {1.5f, -2.25f, 3e10f, 0.1f}, b = {7.0f, 0.3f, -1e-5f, 0.1f};
  v2d c = {1.5, -7e100}, d = {0.1, 3.5};
  for (volatile int t = 0; t < 3; t++) {
    v4f r = ar(a, b); SHOW(r); v2d s = ad(c, d); SHOW(s); v4i i = cmp(a, b); SHOW(i); v2l l = cmpd(c, d); SHOW(l);
    i = toi(b * 100.0f); SHOW(i); r = tof(i); SHOW(r); s = tod(l * 12345678901ll); SHOW(s);
    f3 x = {a[0], b[1], a[3]}; x = three(x); dump("x", &x, 12); r = el(a, b); SHOW(r);
    float q = dot(a, b); SHOW(q);
    a = a * 0.5f + b; b = b - a; c = c * d; d = d + 1.0;
  }
}
