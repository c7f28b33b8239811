/* Arguments: variable ones of every kind, structures by value and back, arrays and memory of variable size. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <stdint.h>
#include <stdlib.h>
struct s1 { char c; }; struct s12 { int a, b, c; }; struct s8 { long long x; }; struct s40 { int v[10]; }; struct fd { float f; double d; };
typedef int v4 __attribute__((vector_size(16)));
typedef _BitInt(100) wide; typedef _BitInt(20) odd;
[[gnu::noinline]] static long long sum(const char *f, ...) {
  va_list a, b; va_start(a, f); va_copy(b, a); long long r = 0;
  for (int pass = 0; pass < 2; pass++) { for (const char *p = f; *p; p++) { r *= 3; switch (*p) {
    case 'i': r += va_arg(pass ? b : a, int); break;
    case 'l': r += va_arg(pass ? b : a, long long); break;
    case 'd': r += (long long)(va_arg(pass ? b : a, double) * 8); break;
    case 's': r += va_arg(pass ? b : a, struct s12).c; break;
    case '1': r += va_arg(pass ? b : a, struct s1).c; break;
    case '8': r += va_arg(pass ? b : a, struct s8).x; break;
    case '4': r += va_arg(pass ? b : a, struct s40).v[9]; break;
    case 'f': r += (long long)va_arg(pass ? b : a, struct fd).d; break;

    case 'o': r += va_arg(pass ? b : a, odd); break;
    case 'p': r += *va_arg(pass ? b : a, int *); break; } } }
  va_end(a); va_end(b); return r; }
[[gnu::noinline]] static int vsum(int n, va_list ap) { int r = 0; while (n--) r += va_arg(ap, int); return r; }
[[gnu::noinline]] static int many(int a, long long b, double c, int d, int e, long long f, int n, ...) { va_list ap; va_start(ap, n); int r = a + (int)b + (int)c + d + e + (int)f + vsum(n, ap); va_end(ap); return r; }
static struct s40 mk(int x) { struct s40 s; for (int i = 0; i < 10; i++) s.v[i] = x * i; return s; }
[[gnu::noinline]] static struct s12 by(struct s40 a, struct s1 b, struct s8 c, struct fd d) { a.v[3]++; b.c++; struct s12 r = {a.v[3], b.c, (int)(c.x + (long long)d.d)}; return r; }
[[gnu::noinline]] static struct fd retfd(double x) { struct fd r = {(float)x, x * 2}; return r; }
[[gnu::noinline]] static struct s8 ret8(int x) { struct s8 r = {x * 1000000007ll}; return r; }
[[gnu::noinline]] static struct s1 ret1(int x) { struct s1 r = {(char)x}; return r; }
static struct s12 (*volatile fp)(struct s40, struct s1, struct s8, struct fd) = by; static long long (*volatile vp)(const char *, ...) = sum;
[[gnu::noinline]] static int vla(int n) { int a[n]; char b[n * 3 + 1]; int r = 0; for (int i = 0; i < n; i++) { a[i] = i * n; b[i * 3] = (char)i; }
  for (int k = 0; k < n; k++) { long long c[k + 1]; c[k] = a[k] + b[k * 3]; r += (int)c[k]; char *q = __builtin_alloca((unsigned)(k + 5)); memset(q, k, (unsigned)k + 5); r ^= q[k]; }
  return r; }
[[gnu::noinline]] static int al(int n) { int r = 0; for (int i = 0; i < 3; i++) { char *p = __builtin_alloca_with_align(n, 512); r |= (int)((uintptr_t)p & 63); p[0] = 1; r += p[0]; } return r; }
int main(void) {
  int k = 77; struct s1 a1 = {9}; struct s12 a12 = {1, 2, 3}; struct s8 a8 = {1ll << 35}; struct fd fd = {1.5f, 9.0};
  printf("%lld\n", sum("iilddlsi1", 1, 2, 3ll, 4.5, 5.25, 6ll, a12, 7, a1));
  printf("%lld\n", vp("8i4fpli", a8, 1, mk(3), fd, &k, -1ll, 12));
  printf("%lld\n", sum("dddddddddddd", 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12.));
  printf("%d\n", many(1, 2, 3.5, 4, 5, 6, 3, 10, 20, 30));
  struct s12 r = fp(mk(2), a1, a8, fd); printf("%d %d %d\n", r.a, r.b, r.c);
  fd = retfd(2.5); printf("%d %lld %d\n", (int)fd.d, ret8(5).x, ret1(300).c);
  printf("%d %d %d\n", vla(7), vla(1), al(40));
  int *fr = __builtin_frame_address(0); printf("%d\n", fr != 0);
  printf("%d %d %d\n", (int)__builtin_object_size(&a12, 0), __builtin_constant_p(k), (int)__builtin_expect(k, 1)); __builtin_prefetch(&k, 1); __builtin_assume(k > 0);
  volatile struct s12 vs = {1,2,3}; vs.a++; struct s12 cp = vs; vs = cp; printf("%d\n", vs.a);
  return 0;
}
