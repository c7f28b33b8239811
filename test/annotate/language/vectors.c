/* Vectors of C's extension: every kind of operation on elements, shuffles, conversions, memory, vectors of booleans. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
typedef int32_t v4i __attribute__((vector_size(16)));
typedef uint32_t v4u __attribute__((vector_size(16)));
typedef int8_t v16c __attribute__((vector_size(16)));
typedef uint8_t v8b __attribute__((vector_size(8)));
typedef int16_t v8s __attribute__((vector_size(16)));
typedef uint16_t v4h __attribute__((vector_size(8)));
typedef int64_t v2l __attribute__((vector_size(16)));
typedef uint64_t v4L __attribute__((vector_size(32)));
typedef int32_t e3i __attribute__((ext_vector_type(3)));
typedef uint8_t e3b __attribute__((ext_vector_type(3)));
typedef _Bool b8 __attribute__((ext_vector_type(8)));
typedef _Bool b13 __attribute__((ext_vector_type(16)));
typedef int v2i __attribute__((vector_size(8)));

static void dump(const char *name, const void *p, unsigned n) {
  const unsigned char *c = p;
  printf("%s ", name);
  for (unsigned i = 0; i < n; i++) printf("%02x", c[i]);
  printf("\n");
}
#define SHOW(x) dump(#x, &(x), sizeof(x))
static volatile unsigned seed = 12345;
static uint32_t next(void) { unsigned s = seed; s = s * 1664525u + 1013904223u; seed = s; return s ^ (s >> 15); }
static void fill(void *p, unsigned n) { unsigned char *c = p; for (unsigned i = 0; i < n; i++) c[i] = next() >> 7; }

[[gnu::noinline]] static v4i add(v4i a, v4i b) { return a + b * 3 - (a ^ b); }
[[gnu::noinline]] static v4L mul(v4L a, v4L b) { return a * b + (a << 3) - (b >> (a & 63)); }
[[gnu::noinline]] static v16c shifts(v16c a, v16c b) { return (a << (b & 7)) ^ (a >> (b & 7)); }
[[gnu::noinline]] static v8s div(v8s a, v8s b) { v8s one = {1,1,1,1,1,1,1,1}; return a / (b | one) + a % (b | one); }
[[gnu::noinline]] static v4u udiv(v4u a, v4u b) { return a / (b | 1) + a % (b | 1); }
[[gnu::noinline]] static v4i pick(v4i a, v4i b) { v4i m = a < b; return (a & m) | (b & ~m); }
[[gnu::noinline]] static v2l cmpl(v2l a, v2l b) { return (a >= b) & (a != b); }
[[gnu::noinline]] static v4i shuf(v4i a, v4i b, v4i m) { (void)m; return __builtin_shufflevector(a, b, 5, 0, 7, 2); }
[[gnu::noinline]] static int get(v4i a, int i) { return a[i & 3]; }
[[gnu::noinline]] static v16c set(v16c a, int i, int x) { a[i & 15] = x; return a; }
[[gnu::noinline]] static v4L conv(v4i a) { return __builtin_convertvector(a, v4L); }
[[gnu::noinline]] static v4h narrow(v4i a) { return __builtin_convertvector(a, v4h); }
[[gnu::noinline]] static e3i three(e3i a, e3b b) { return a + __builtin_convertvector(b, e3i); }
[[gnu::noinline]] static int reduce(v4i a) { return __builtin_reduce_add(a) ^ __builtin_reduce_xor(a) ^ __builtin_reduce_max(a) ^ __builtin_reduce_min(a) ^ __builtin_reduce_or(a) ^ __builtin_reduce_and(a) ^ __builtin_reduce_mul(a); }
[[gnu::noinline]] static v4i minmax(v4i a, v4i b) { return __builtin_elementwise_max(a, b) - __builtin_elementwise_min(a, b) + __builtin_elementwise_abs(a) ; }
[[gnu::noinline]] static v8b sat(v8b a, v8b b) { return __builtin_elementwise_add_sat(a, b) ^ __builtin_elementwise_sub_sat(a, b); }
[[gnu::noinline]] static v4u bits(v4u a) { return __builtin_elementwise_popcount(a) + __builtin_elementwise_bitreverse(a); }
[[gnu::noinline]] static b8 bools(v8b a, v8b b) { return __builtin_convertvector(a < b, b8); }
[[gnu::noinline]] static b8 boolops(b8 a, b8 b) { return (a & b) | (a ^ b); }
[[gnu::noinline]] static uint64_t cast(v4h a) { uint64_t r; memcpy(&r, &a, 8); return r * 3; }
[[gnu::noinline]] static v2l castback(v16c a) { return (v2l)a + 1; }
[[gnu::noinline]] static v4i mem(const v4i *p, const int *q) { v4i u; memcpy(&u, q, sizeof u); return *p + u; }
struct __attribute__((packed)) odd { char c; v4i v; v8b w; };
static v4i table[5];
static struct odd odds[3];
static b13 flags;
int main(void) {
  v4i a, b; v4u ua, ub; v16c ca, cb; v8s sa, sb; v2l la, lb; v4L La, Lb; e3i ea; e3b eb; v8b ba, bb; v4h ha;
  for (int turn = 0; turn < 6; turn++) {
    fill(&a, 16); fill(&b, 16); fill(&ua, 16); fill(&ub, 16); fill(&ca, 16); fill(&cb, 16); fill(&sa, 16); fill(&sb, 16);
    fill(&la, 16); fill(&lb, 16); fill(&La, 32); fill(&Lb, 32); fill(&ea, 16); fill(&eb, 4); fill(&ba, 8); fill(&bb, 8); fill(&ha, 8);
    v4i r = add(a, b); SHOW(r);
    v4L R = mul(La, Lb); SHOW(R);
    v16c c = shifts(ca, cb); SHOW(c);
    v8s s = div(sa, sb); SHOW(s);
    v4u u = udiv(ua, ub); SHOW(u);
    r = pick(a, b); SHOW(r);
    v2l l = cmpl(la, lb); SHOW(l); l = cmpl(la, la); SHOW(l);
    r = shuf(a, b, a); SHOW(r);
    printf("%d %d\n", get(a, turn), reduce(a));
    c = set(ca, turn * 3, turn); SHOW(c);
    R = conv(a); SHOW(R);
    v4h h = narrow(a); SHOW(h);
    e3i e = three(ea, eb); dump("e", &e, 12);
    r = minmax(a, b); SHOW(r);
    v8b bs = sat(ba, bb); SHOW(bs);
    u = bits(ua); SHOW(u);
    b8 f = bools(ba, bb); SHOW(f); b8 g = bools(bb, ba) ; f = boolops(f, g); SHOW(f);
    printf("%llx\n", (unsigned long long)cast(ha));
    l = castback(ca); SHOW(l);
    table[turn % 5] = r; r = mem(&table[(turn + 1) % 5], (int *)((char *)&La + 4)); SHOW(r);
    odds[turn % 3].v = r + 1; odds[turn % 3].w = ba; SHOW(odds);
    flags = flags ^ __builtin_shufflevector(f, g, 0,9,2,11,4,13,6,15,8,1,10,3,12,5,14,7); SHOW(flags);
  }
  return 0;
}
