/* Integer operations of every width, with operands that the compiler can't see through: one digest a line. */
#include <stdint.h>
#include <stdio.h>

static uint32_t state = 12345;
static uint32_t next(void) { return state = state * 1664525u + 1013904223u; }
static uint64_t next64(void) { return (uint64_t)next() << 32 | next(); }
static uint32_t digest;
static void mix(uint64_t v) { digest = (digest ^ (uint32_t)v ^ (uint32_t)(v >> 32)) * 16777619u; digest ^= digest >> 13; }

typedef unsigned _BitInt(24) u24;
typedef _BitInt(24) s24;
typedef unsigned _BitInt(48) u48;
typedef _BitInt(37) s37;

#define WIDTH(name, U, S)                                                                       \
  __attribute__((noinline)) static void name(U a, U b) {                                        \
    S x = (S)a, y = (S)b;                                                                       \
    mix((uint64_t)(U)(a + b)); mix((uint64_t)(U)(a - b)); mix((uint64_t)(U)(a * b));            \
    mix((uint64_t)(U)(a & b)); mix((uint64_t)(U)(a | b)); mix((uint64_t)(U)(a ^ b));            \
    if (b) { mix((uint64_t)(U)(a / b)); mix((uint64_t)(U)(a % b)); }                            \
    if (y > 0) { mix((uint64_t)(U)(x / y)); mix((uint64_t)(U)(x % y)); }                        \
    mix((uint64_t)(U)(a << (b & 7))); mix((uint64_t)(U)(a >> (b & 7))); mix((uint64_t)(U)(x >> (b & 7))); \
    mix(a < b); mix(a <= b); mix(x < y); mix(x <= y); mix(a == b); mix(x >= 0);                 \
    mix((uint64_t)(int64_t)x); mix((uint64_t)(x < y ? x : y)); mix((uint64_t)(a > b ? a : b));  \
  }
WIDTH(bytes, uint8_t, int8_t)
WIDTH(halfwords, uint16_t, int16_t)
WIDTH(words, uint32_t, int32_t)
WIDTH(doublewords, uint64_t, int64_t)
WIDTH(three_bytes, u24, s24)
WIDTH(six_bytes, u48, _BitInt(48))
WIDTH(odd, unsigned _BitInt(37), s37)

__attribute__((noinline)) static void bits32(uint32_t a, uint32_t n) {
  mix((uint32_t)__builtin_popcount(a));
  if (a) { mix((uint32_t)__builtin_clz(a)); mix((uint32_t)__builtin_ctz(a)); }
  mix(__builtin_bswap32(a)); mix(__builtin_bswap16((uint16_t)a)); mix(__builtin_bitreverse32(a));
  mix(__builtin_bitreverse16((uint16_t)a)); mix(__builtin_bitreverse8((uint8_t)a));
  mix(a << (n & 31) | a >> (-n & 31)); mix(__builtin_rotateright32(a, n));
  mix(__builtin_rotateleft8((uint8_t)a, (uint8_t)n)); mix(__builtin_rotateleft16((uint16_t)a, (uint16_t)n));
  int32_t s = (int32_t)a;
  mix((uint32_t)(s < 0 ? -(uint32_t)s : (uint32_t)s));
}
__attribute__((noinline)) static void bits64(uint64_t a, uint32_t n) {
  mix((uint32_t)__builtin_popcountll(a));
  if (a) { mix((uint32_t)__builtin_clzll(a)); mix((uint32_t)__builtin_ctzll(a)); }
  mix(__builtin_bswap64(a)); mix(__builtin_bitreverse64(a));
  mix(__builtin_rotateleft64(a, n)); mix(__builtin_rotateright64(a, n));
  mix(a << (n & 63)); mix(a >> (n & 63)); mix((uint64_t)((int64_t)a >> (n & 63)));
}
#define CHECKED(T, a, b)                                       \
  do {                                                         \
    T r;                                                       \
    mix(__builtin_add_overflow((T)(a), (T)(b), &r)); mix((uint64_t)r); \
    mix(__builtin_sub_overflow((T)(a), (T)(b), &r)); mix((uint64_t)r); \
    mix(__builtin_mul_overflow((T)(a), (T)(b), &r)); mix((uint64_t)r); \
  } while (0)
__attribute__((noinline)) static void checked(uint64_t a, uint64_t b) {
  CHECKED(uint8_t, a, b); CHECKED(int8_t, a, b); CHECKED(uint16_t, a, b); CHECKED(int16_t, a, b);
  CHECKED(uint32_t, a, b); CHECKED(int32_t, a, b); CHECKED(uint64_t, a, b);
}
__attribute__((noinline)) static void saturating(uint32_t a, uint32_t b) {
  mix(__builtin_elementwise_add_sat(a, b)); mix(__builtin_elementwise_sub_sat(a, b));
  mix((uint32_t)__builtin_elementwise_add_sat((int)a, (int)b)); mix((uint32_t)__builtin_elementwise_sub_sat((int)a, (int)b));
  mix((uint32_t)__builtin_elementwise_add_sat((short)a, (short)b)); mix((uint8_t)__builtin_elementwise_sub_sat((uint8_t)a, (uint8_t)b));
  mix((uint32_t)((a > b) - (a < b))); mix((uint32_t)(((int)a > (int)b) - ((int)a < (int)b)));
}

int main(void) {
  static const uint64_t corners[] = {0, 1, 2, 3, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 0x7fffffff, 0x80000000,
                                     0xffffffff, 0x100000000, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff};
  enum { CORNERS = sizeof corners / sizeof corners[0] };
  for (int i = 0; i < 400; i++) {
    uint64_t a = i < CORNERS * CORNERS ? corners[i % CORNERS] : next64() >> (next() & 63);
    uint64_t b = i < CORNERS * CORNERS ? corners[i / CORNERS] : next64() >> (next() & 63);
    bytes((uint8_t)a, (uint8_t)b); halfwords((uint16_t)a, (uint16_t)b); words((uint32_t)a, (uint32_t)b);
    doublewords(a, b); three_bytes((u24)a, (u24)b); six_bytes((u48)a, (u48)b); odd((unsigned _BitInt(37))a, (unsigned _BitInt(37))b);
    bits32((uint32_t)a, (uint32_t)b); bits64(a, (uint32_t)b); checked(a, b); saturating((uint32_t)a, (uint32_t)b);
    if (i % 50 == 49) printf("%d %08lx\n", i, (unsigned long)digest);
  }
  return (int)(digest & 127);
}
