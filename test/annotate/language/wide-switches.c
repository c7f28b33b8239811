// Switches on numbers wider than a register: dense, sparse, in ranges, on both sides of 2^32 and of the sign, of loads and sums.
#include <stdio.h>

typedef unsigned _BitInt(40) u40;
typedef _BitInt(65) s65;
typedef _BitInt(128) s128;
static volatile unsigned sum;

#define SWITCH(name, type, value, cases)                      \
  __attribute__((noinline)) static int name(type v, type w) { \
    (void)w;                                                  \
    switch (value) { cases default: sum += 11; }              \
    return (int)sum;                                          \
  }
#define ON(number, action) case number: sum action; break;
#define TO(low, high, action) case low ... high: sum action; break;

SWITCH(sparse, long long, v, ON(-300, += 1) ON(5, += 2) ON(0x100000005, += 4) ON(0x100000009, ^= 7))
SWITCH(dense, long long, v, ON(0, += 1) ON(1, ^= 2) ON(2, += 77) ON(3, *= 3) ON(4, -= 9) ON(5, |= 8) ON(7, += 12))
SWITCH(high, unsigned long long, v, ON(0xfffffffe, += 1) ON(0xffffffff, ^= 2) ON(0x100000000, += 7) ON(0x100000001, *= 3) ON(~0ull, -= 5))
SWITCH(around, long long, v, ON(-3, += 1) ON(-2, ^= 2) ON(-1, += 77) ON(0, *= 3) ON(1, -= 9) ON(2, |= 8))
SWITCH(ranges, unsigned long long, v, TO(1, 9, += 3) TO(100, 0x100000000, ^= 4) TO(0x7fffffffffffff00, 0x8000000000000100, ^= 55) ON(~0ull, += 9))
SWITCH(bits, unsigned long long, v, ON(1, += 5) ON(4, += 5) ON(9, += 5) ON(16, += 5) ON(2, ^= 3) ON(3, ^= 3) ON(1ull << 63, ^= 3))
SWITCH(product, unsigned long long, v * w + 7, ON(7, += 1) ON(8, += 2) ON(0x10000000a, += 3) ON(49, += 9))
SWITCH(offset, long long, v + 0x123456789, ON(0, += 1) ON(0x123456789, += 2) ON(0x12345678a, += 3) ON(0x223456789, += 9))
SWITCH(masked, unsigned long long, v & 0xf0000000f, ON(0, += 1) ON(1, += 2) ON(0x100000000, += 3) ON(0x200000003, += 9))
SWITCH(forty, u40, v, ON(0, += 1) ON(1, ^= 9) ON(0xffffffffff, += 2) ON(0x8000000000, *= 5) ON(0x100000000, += 8))
SWITCH(sixtyfive, s65, v, ON(0, += 1) ON(-1, ^= 9) ON(0x7fffffffff, += 2) ON((s65)1 << 63, *= 5) ON(-((s65)1 << 63) - 1, += 8))
SWITCH(widest, s128, v, ON(0, += 1) ON(1, ^= 9) ON(-2, += 9) ON(-1, -= 9) ON((s128)1 << 64, += 2) ON((s128)1 << 100, *= 5))

static const long long values[] = {
    0,          1,           2,           3,           4,           5,            7,           9,
    16,         100,         -1,          -2,          -3,          -4,           -300,        0x7fffffff,
    0x80000000, 0xfffffffe,  0xffffffff,  0x100000000, 0x100000001, 0x100000003,  0x100000005, 0x100000009,
    0x8000000000, 0xffffffffff, -0x123456789, 0x200000003, 0x7fffffffff, -0x7fffffffffffffff - 1, 0x7fffffffffffff00, 0x7fffffffffffffff,
};

int main(void) {
  unsigned seen = 0;
  for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
    long long v = values[i];
    int (*const all[])(long long, long long) = {sparse, dense, around, offset};
    int (*const more[])(unsigned long long, unsigned long long) = {high, ranges, bits, product, masked};
    for (int k = 0; k < 4; k++) seen = seen * 31 + all[k](v, i);
    for (int k = 0; k < 5; k++) seen = seen * 31 + more[k](v, i);
    for (int shift = 0; shift < 64; shift += 9) {
      seen = seen * 31 + forty((u40)(v << shift), 0) + sixtyfive((s65)v << shift, 0);
      seen = seen * 31 + widest((s128)v << shift, 0) + widest((s128)1 << (shift + 37), 0);
    }
    printf("%u %08x\n", i, seen);
  }
  return 0;
}
