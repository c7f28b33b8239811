// What soft-float routines are given: the back end exchanges the terms of a sum, takes the sign of a product into the sum, adds
// instead of multiplying by two, and asks comparisons of negated numbers the other way round. Numbers of all kinds go through every
// function, so a call with other terms takes another way through its routine, or gives a NaN with another sign.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t hash = 1;

static void mix(uint32_t word) { hash = (hash ^ word) * 0x01000193u + 0x9e3779b9u; }

static void take(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    mix((uint32_t)(bits >> 32));
    mix((uint32_t)bits);
}

static void take_single(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    mix(bits);
}

#define FUNCTIONS(NUMBER, NAME)                                                                                     \
    __attribute__((noinline)) static NUMBER NAME##_less_half(NUMBER x) { return (NUMBER)1.0625 - x * (NUMBER)0.5; } \
    __attribute__((noinline)) static NUMBER NAME##_less_product(NUMBER x, NUMBER y, NUMBER z) { return z - x * y; } \
    __attribute__((noinline)) static NUMBER NAME##_negated_sum(NUMBER x, NUMBER y, NUMBER z) { return -x * y - z; } \
    __attribute__((noinline)) static NUMBER NAME##_both(NUMBER x, NUMBER y, NUMBER z) {                             \
        return (x * y + z) + (z - x * y) * (y - z);                                                                 \
    }                                                                                                               \
    __attribute__((noinline)) static NUMBER NAME##_twice(NUMBER x, NUMBER y, NUMBER z) {                            \
        NUMBER a = z - x * 2, b = y + z * 2, c = (NUMBER)0.75 - 2 * y;                                              \
        return a * b + c;                                                                                           \
    }                                                                                                               \
    __attribute__((noinline)) static NUMBER NAME##_through_quotient(NUMBER x, NUMBER y) {                           \
        return x * 2 + x * -x / y;                                                                                  \
    }                                                                                                               \
    __attribute__((noinline)) static NUMBER NAME##_chain(NUMBER x, NUMBER y, NUMBER z) {                            \
        NUMBER w = x - y, v = w * z - x, u = v * (NUMBER)-0.25 + z;                                                 \
        return (u - w) - (y - v) / ((NUMBER)3 - u);                                                                 \
    }                                                                                                               \
    __attribute__((noinline)) static NUMBER NAME##_shared(NUMBER x, NUMBER y, NUMBER z) {                           \
        NUMBER n = -x;                                                                                              \
        return (x * y - z) / (n * y + z) - (n * y - 7);                                                             \
    }                                                                                                               \
    __attribute__((noinline)) static int NAME##_order(NUMBER x, NUMBER y) {                                         \
        return (-x < (NUMBER)1.5) + 2 * (-x >= -y) + 4 * (-y > (NUMBER)-2) + 8 * !(-x <= y) + 16 * (-x == (NUMBER)1); \
    }                                                                                                               \
    __attribute__((noinline)) static int NAME##_asked_twice(NUMBER x, NUMBER y, int n) {                            \
        int none = __builtin_isunordered(x, y), far = __builtin_islessgreater(x, y);                                \
        int seen = (none ? n : 3) + (none ? 5 : n * 7) + (far ? n : 11) - (far ? 13 : n);                           \
        if (none || n > 8) seen += 17;                                                                              \
        return seen ^ none ^ (far << 3);                                                                            \
    }

FUNCTIONS(double, number)
FUNCTIONS(float, single)

static double narrowed(double x, float y) { return y - (double)-(float)x * 0.5; }

static const double numbers[] = {0.0,  -0.0,   1.0,     -1.0,    2.5,          -0.375,
                                 7e5,  -3e-9, 1.0e6,  -5e-7, 3.25, -17.0};

#define COUNT (sizeof numbers / sizeof *numbers)

// A NaN comes last, with a sign and a payload.
static double at(unsigned i) {
    uint64_t bits = 0xfff8000000012345;
    double nan;
    memcpy(&nan, &bits, sizeof nan);
    return i < COUNT ? numbers[i] : nan;
}

int main(void) {
    for (unsigned i = 0; i <= COUNT; i++) {
        double x = at(i);
        take(number_less_half(x));
        take_single(single_less_half((float)x));
        for (unsigned j = 0; j <= COUNT; j++) {
            double y = at(j);
            take(number_through_quotient(x, y));
            take_single(single_through_quotient((float)x, (float)y));
            mix((uint32_t)(number_order(x, y) + 100 * single_order((float)x, (float)y)));
            mix((uint32_t)number_asked_twice(x, y, (int)(i + j)));
            mix((uint32_t)single_asked_twice((float)x, (float)y, (int)(i + j)));
            take(narrowed(x, (float)y));
            double z = at((i + 5 * j) % (COUNT + 1));
            float a = (float)x, b = (float)y, c = (float)z;
            take(number_less_product(x, y, z));
            take(number_negated_sum(x, y, z));
            take(number_both(x, y, z));
            take(number_twice(x, y, z));
            take(number_chain(x, y, z));
            take(number_shared(x, y, z));
            take_single(single_less_product(a, b, c));
            take_single(single_negated_sum(a, b, c));
            take_single(single_both(a, b, c));
            take_single(single_twice(a, b, c));
            take_single(single_chain(a, b, c));
            take_single(single_shared(a, b, c));
        }
        printf("%08x\n", (unsigned)hash);
    }
    return 0;
}
