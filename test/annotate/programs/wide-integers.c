// Integers of more than 64 bits, which the optimiser also makes of structures that are copied as one value.
#include <stdio.h>
#include <string.h>

typedef unsigned _BitInt(128) u128;
typedef _BitInt(128) s128;
typedef unsigned _BitInt(88) u88;
typedef _BitInt(100) s100;
#define NOINLINE __attribute__((noinline))

static void print(const char *name, u128 v) {
  printf("%s %08lx%08lx%08lx%08lx\n", name, (unsigned long)(v >> 96), (unsigned long)(v >> 64),
         (unsigned long)(v >> 32), (unsigned long)v);
}
NOINLINE static u128 add(u128 a, u128 b) { return a + b; }
NOINLINE static u128 sub(u128 a, u128 b) { return a - b; }
NOINLINE static u128 mul(u128 a, u128 b) { return a * b; }
NOINLINE static u128 logic(u128 a, u128 b) { return (a & b) ^ (a | ~b); }
NOINLINE static u88 narrow_add(u88 a, u88 b) { return a + b; }
NOINLINE static s100 narrow_sub(s100 a, s100 b) { return a - b; }
NOINLINE static int compare(u128 a, u128 b) { return (a < b) + 2 * (a <= b) + 4 * (a == b) + 8 * (a > b) + 16 * (a != b); }
NOINLINE static int compare_signed(s100 a, s100 b) { return (a < b) + 2 * (a <= b) + 4 * (a == b) + 8 * (a >= b); }
NOINLINE static u128 fixed_shifts(u128 a) { return (a << 7) ^ (a >> 9) ^ (a << 64) ^ (a >> 64) ^ (a << 101) ^ (a >> 99); }
NOINLINE static s128 arithmetic_shifts(s128 a) { return (a >> 5) ^ (a >> 64) ^ (a >> 77); }
NOINLINE static u128 any_shifts(u128 a, int n) { return (a << n) ^ (a >> n) ^ (u128)((s128)a >> n); }
NOINLINE static u128 choose(int c, u128 a, u128 b) { return c ? a : b; }
NOINLINE static long long cut(u128 a) { return (long long)a ^ (short)(a >> 70); }
NOINLINE static u128 grow(long long a, unsigned b) { return (u128)(s128)a + b; }
static u88 stored;
static s100 kept[3];

int main(void) {
  u128 v = 1;
  u128 w = 0x123456789abcdefull;
  for (int i = 0; i < 12; i++) {
    v = mul(add(v, w), w ^ (v >> 31)) + 12345;
    w = sub(w << 3, v);
    print("v", v);
    print("logic", logic(v, w));
    print("narrow", narrow_add((u88)v, (u88)w));
    print("signed", (u128)narrow_sub((s100)v, (s100)w));
    print("shifts", fixed_shifts(v));
    print("arithmetic", (u128)arithmetic_shifts((s128)v));
    for (int n = 0; n < 128; n += 21) print("any", any_shifts(v, n));
    print("chosen", choose(i & 1, v, w));
    print("grown", grow((long long)v, (unsigned)w));
    stored = (u88)v;
    kept[i % 3] = (s100)w;
    const unsigned char *bytes = (const unsigned char *)&stored;
    for (unsigned k = 0; k < sizeof stored; k++) printf("%02x", bytes[k]);
    printf(" %d %d %d %llx\n", compare(v, w), compare(v, v), compare_signed(kept[0], kept[i % 3]), (unsigned long long)cut(v));
    print("again", stored + (u128)(kept[0] >> 3));
  }
  return 0;
}
