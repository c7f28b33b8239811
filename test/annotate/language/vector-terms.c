// Arithmetic on vectors of floating-point numbers: on cores without a floating-point unit, a call for each element. Sums stand for
// products with two, products for quotients by powers of two, and equal or opposite operations are done once.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef float singles __attribute__((vector_size(16)));
typedef double doubles __attribute__((vector_size(16)));

static uint32_t hash = 1;

static void take(const void *data, size_t size) {
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++) hash = (hash ^ bytes[i]) * 0x01000193u + 0x9e3779b9u;
}

#define FUNCTIONS(VECTOR, NAME, NUMBER)                                                                           \
    __attribute__((noinline)) static VECTOR NAME##_twice(VECTOR x, VECTOR y) {                                    \
        VECTOR two = x - x + 2;                                                                                   \
        return (2 * x) * (two * y) - (x * -2 + y);                                                                \
    }                                                                                                             \
    __attribute__((noinline)) static VECTOR NAME##_halves(VECTOR x, VECTOR y) {                                   \
        return x / 2 + y / 3 - (y / (NUMBER)0.25) / (x / (NUMBER)-8);                                             \
    }                                                                                                             \
    __attribute__((noinline)) static VECTOR NAME##_mixed(VECTOR x, VECTOR y, NUMBER z) {                          \
        VECTOR w = x * y + z, v = z - x * y;                                                                      \
        w[0] = w[1] * z;                                                                                          \
        return w / v + -x * y;                                                                                    \
    }                                                                                                             \
    static void NAME##_all(VECTOR x, VECTOR y, NUMBER z) {                                                        \
        VECTOR results[] = {NAME##_twice(x, y), NAME##_halves(x, y), NAME##_mixed(x, y, z)}; \
        take(results, sizeof results);                                                                            \
    }

FUNCTIONS(singles, single, float)
FUNCTIONS(doubles, number, double)

static const double numbers[] = {0.0, -0.0, 1.0, -2.5, 0.375, 7e5, -3e-9, 1e6};

#define COUNT (sizeof numbers / sizeof *numbers)

static double at(unsigned i) { return numbers[i % COUNT]; }

int main(void) {
    for (unsigned i = 0; i < COUNT; i++) {
        singles a = {(float)at(i), (float)at(i + 1), (float)at(i + 3), (float)at(i + 6)};
        doubles b = {at(i), at(i + 2)};
        for (unsigned j = 0; j < COUNT; j++) {
            singles c = {(float)at(j), (float)at(j + 2), (float)at(j + 5), (float)at(j + 7)};
            doubles d = {at(j), at(j + 3)};
            single_all(a, c, (float)at(i + j));
            number_all(b, d, at(i + j));
        }
    }
    printf("%08x\n", (unsigned)hash);
    return 0;
}
