/* Bits and bytes: checked arithmetic, bit operations, bit-fields, packed structures, unions, unaligned accesses. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
static volatile unsigned seed = 12345;
static uint32_t next(void) { unsigned s = seed; s = s * 1664525u + 1013904223u; seed = s; return s ^ (s >> 15); }
struct bf { unsigned a : 3; signed b : 7; unsigned long long c : 43; unsigned : 0; int d : 17; _Bool e : 1; signed long long f : 33; } __attribute__((packed));
struct bf2 { char x; unsigned y : 9; short z; unsigned w : 23; } ;
struct __attribute__((packed)) pk { char c; short s; int i; long long l; double d; float f; struct { char q; int v; } n; };
union u { uint64_t l; uint32_t w[2]; uint16_t h[4]; uint8_t b[8]; double d; float f[2]; };
static struct bf B[3]; static struct bf2 C[3]; static struct pk P[3]; static char raw[64];
static void dump(const void *p, unsigned n) { const unsigned char *c = p; for (unsigned i = 0; i < n; i++) printf("%02x", c[i]); printf("\n"); }
#define G(T) [[gnu::noinline]] static T get_##T(const void *p) { T v; memcpy(&v, p, sizeof v); return v; } [[gnu::noinline]] static void put_##T(void *p, T v) { memcpy(p, &v, sizeof v); }
G(uint16_t) G(uint32_t) G(uint64_t) G(double) G(float)
#define B1(f, T) [[gnu::noinline]] static unsigned long long f##_##T(T x, T y) { T r; int o = __builtin_##f##_overflow(x, y, &r); return (unsigned long long)r * 2 + (unsigned)o; }
#define BT(T) B1(add, T) B1(sub, T) B1(mul, T)
typedef unsigned char uc; typedef signed char sc; typedef unsigned short us; typedef unsigned long long ull; typedef long long ll; typedef unsigned u;
BT(uc) BT(sc) BT(us) BT(short) BT(u) BT(int) BT(ull) BT(ll)
#define SHOW(T) printf("%llx %llx %llx\n", add_##T((T)x, (T)y), sub_##T((T)x, (T)y), mul_##T((T)x, (T)y))
int main(void) {
  for (int t = 0; t < 8; t++) {
    ull x = (ull)next() << 32 | next(), y = (ull)next() << 32 | next(); if (t & 1) y >>= 50; if (t & 2) x >>= 40;
    SHOW(uc); SHOW(sc); SHOW(us); SHOW(short); SHOW(u); SHOW(int); SHOW(ull); SHOW(ll);
    int mixed; printf("%d %d\n", __builtin_add_overflow((ll)x, (u)y, &mixed), mixed); unsigned char mc; printf("%d %d\n", __builtin_mul_overflow((int)x, (ll)y, &mc), mc);
    printf("%d %d %d %d %d %d %d\n", __builtin_popcount((u)x), __builtin_popcountll(x), __builtin_clz((u)x | 1), __builtin_clzll(x | 1), __builtin_ctz((u)y | 256), __builtin_ctzll(y | 1ull << 60), __builtin_parityll(x));
    printf("%d %d %d %d\n", __builtin_ffs((int)x), __builtin_ffsll((ll)y), __builtin_clrsb((int)x), __builtin_clrsbll((ll)y));
    printf("%x %x %llx %x %x %x %llx\n", __builtin_bswap16((us)x), __builtin_bswap32((u)x), __builtin_bswap64(x), __builtin_bitreverse8((uc)x), __builtin_bitreverse16((us)x), __builtin_bitreverse32((u)x), __builtin_bitreverse64(x));
    printf("%x %x %x %llx %llx %x\n", __builtin_rotateleft8((uc)x, (uc)y), __builtin_rotateright16((us)x, (us)y), __builtin_rotateleft32((u)x, (u)y), __builtin_rotateright64(x, y), __builtin_rotateleft64(x, y), __builtin_addc((u)x, (u)y, 1u, (u *)raw));
    printf("%x %llx %d %lld\n", __builtin_elementwise_add_sat((u)x, (u)y), __builtin_elementwise_sub_sat(x, y), __builtin_elementwise_add_sat((int)x, (int)y), __builtin_elementwise_sub_sat((ll)x, (ll)y));
    printf("%d %d %d\n", __builtin_elementwise_add_sat((short)x, (short)y), __builtin_elementwise_sub_sat((uc)x, (uc)y), __builtin_elementwise_max((sc)x, (sc)y));
    struct bf *b = &B[t % 3]; b->a += x; b->b -= (int)y; b->c ^= x; b->d += (int)x; b->e ^= 1; b->f = (ll)y >> 7; dump(B, sizeof B); printf("%d %lld %llu\n", b->b, (ll)b->f, (ull)b->c);
    struct bf2 *c = &C[t % 3]; c->x++; c->y += x; c->z -= 3; c->w *= 5; c->w += (u)y; dump(C, sizeof C);
    struct pk *p = &P[t % 3]; p->s += 3; p->i ^= (int)x; p->l += (ll)y; p->d += 1.5; p->f -= 2.5f; p->n.v = t; p->c--; dump(P, sizeof P);
    union u un; un.l = x; un.h[1] ^= 0xffff; un.b[7] = 3; dump(&un, 8); un.d = 3.25 * t; printf("%x %x %x\n", un.w[0], un.h[2], un.b[1]); un.f[1] = 1.0f; printf("%llx\n", un.l);
    for (int o = 0; o < 9; o++) { put_uint64_t(raw + o, get_uint64_t(raw + 20 + o) + x); put_uint32_t(raw + 17 + o, get_uint32_t(raw + o) ^ (u)y); put_uint16_t(raw + 33 + o, (us)(get_uint16_t(raw + o + 1) + 1)); put_double(raw + 40 + o, (double)(int)get_uint32_t(raw + o)); put_float(raw + 50 + o, (float)get_uint16_t(raw + o)); }
    dump(raw, sizeof raw); memmove(raw + 3, raw, 40); memcpy(raw + 1, &x, 7); memset(raw + 5, (int)y, 13); dump(raw, sizeof raw); __builtin_memcpy_inline(raw + 11, &P[0], 9); __builtin_memset_inline(raw + 30, t, 6); dump(raw, sizeof raw);
  }
}
