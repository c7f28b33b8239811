/* _BitInt of odd widths, to 128 bits: arithmetic, shifts, comparisons, checked operations, bit-fields. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
static void dump(const char *name, const void *p, unsigned n) {
  const unsigned char *c = p; printf("%s ", name);
  for (unsigned i = 0; i < n; i++) printf("%02x", c[i]); printf("\n");
}
#define SHOW(x) dump(#x, &(x), sizeof(x))
static volatile unsigned seed = 12345;
static uint32_t next(void) { unsigned s = seed; s = s * 1664525u + 1013904223u; seed = s; return s ^ (s >> 15); }
#define OPS(N) \
  typedef _BitInt(N) s##N; typedef unsigned _BitInt(N) u##N; \
  [[gnu::noinline]] static s##N sa##N(s##N a, s##N b) { return a * b + (a / (b | 1)) - (a % (b | 1)); } \
  [[gnu::noinline]] static u##N ua##N(u##N a, u##N b) { return a * b + (a / (b | 1)) - (a % (b | 1)); } \
  [[gnu::noinline]] static s##N sh##N(s##N a, unsigned n) { return (a << (n % N)) ^ (a >> (n % N)) ^ (a >> (N > 3 ? 3 : 1)) ^ (s##N)((u##N)a >> (n % N)); } \
  [[gnu::noinline]] static int c##N(s##N a, s##N b) { return (a < b) + 2 * ((u##N)a < (u##N)b) + 4 * (a == b) + 8 * (a >= 0) + 16 * !a; } \
  [[gnu::noinline]] static int ov##N(u##N a, u##N b, s##N x, s##N y, u##N *r, s##N *q) { u##N t; s##N z; int o = __builtin_add_overflow(a, b, &t); *r = t; \
    o += 2 * __builtin_sub_overflow(a, b, &t); *r ^= t; o += 4 * __builtin_add_overflow(x, y, &z); *q = z; o += 8 * __builtin_sub_overflow(x, y, &z); *q ^= z; return o; } \
  static s##N mem##N[3]; \
  [[gnu::noinline]] static u##N rnd##N(void) { u##N r = 0; for (int i = 0; i < N; i += 32) r = (u##N)((N > 32 ? r << (N > 32 ? 31 : 0) : 0) ^ (u##N)next()); if ((next() & 3) == 0) r >>= (N / 2); if ((next() & 7) == 0) r = ~r; return r; } \
  static void run##N(void) { for (int t = 0; t < 12; t++) { u##N a = rnd##N(), b = rnd##N(); s##N x = (s##N)a, y = (s##N)b; \
    mem##N[0] = sa##N(x, y); u##N m = ua##N(a, b); mem##N[1] = (s##N)m; mem##N[2] = sh##N(x, next()); \
    dump("m" #N, mem##N, sizeof mem##N); u##N r; s##N q; int o = ov##N(a, b, x, y, &r, &q); printf("%d %d\n", o, c##N(x, y)); mem##N[0] = q; mem##N[1] = (s##N)r; mem##N[2] = x; dump("o", mem##N, sizeof mem##N); \
    printf("%lld %llu %d\n", (long long)x, (unsigned long long)a, (int)(short)y); } }
OPS(3) OPS(7) OPS(13) OPS(24) OPS(31) OPS(33) OPS(40) OPS(63) OPS(64) OPS(65) OPS(96) OPS(100) OPS(127) OPS(128)
struct fields { unsigned _BitInt(37) a : 20; _BitInt(90) b : 77; unsigned c : 3; };
static struct fields fs[2];
int main(void) {
  run3(); run7(); run13(); run24(); run31(); run33(); run40(); run63(); run64(); run65(); run96(); run100(); run127(); run128();
  for (int i = 0; i < 5; i++) { fs[i & 1].a += rnd31() % 1000; fs[i & 1].b = (fs[i & 1].b << 9) + rnd65() ; fs[i & 1].c--; dump("f", fs, sizeof fs); }
}
