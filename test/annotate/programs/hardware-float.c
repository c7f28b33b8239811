/* Floating point that a core does itself: results to the last bit, NaNs' signs and payloads included. */
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const double corners[] = {
    0.0,    -0.0,    1.0,      -1.5,    0x1p-1074, -0x1p-1050, 0x1p-1022, 0x1.fffffffffffffp1023, -0x1p1000,
    1.0e16, 3.0e-40, INFINITY, -INFINITY, NAN, 0x1.0000001p0, 0x1.fffffep127, 2147483648.5, -4294967297.0, 0x1p-511,
};
#define COUNT (int)(sizeof corners / sizeof *corners)

static uint32_t digest;

static void take(uint64_t bits) {
    digest = (digest << 5 | digest >> 27) + (uint32_t)bits + 31 * (uint32_t)(bits >> 32);
}

static void number(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    take(bits);
}

static void single(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    take(bits);
}

static void flush(const char *what) {
    printf("%s %08x\n", what, (unsigned)digest);
    digest = 0;
}

static double nan_of(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double variadic(int count, ...) {
    va_list list;
    double sum = 0;
    va_start(list, count);
    for (int i = 0; i < count; i++) {
        sum = i % 2 ? sum * va_arg(list, double) : sum + va_arg(list, int);
    }
    va_end(list);
    return sum;
}

/* The chain is looked at for NaNs at its end only. */
static double chain(double a, double b, double c) {
    double d = a * b - c, e = -(d / b), f = fabs(e) + d * a;
    return f - e * c + (float)d;
}

int main(void) {
    for (int i = 0; i < COUNT; i++) {
        for (int j = 0; j < COUNT; j++) {
            double a = corners[i], b = corners[j];
            float x = (float)a, y = (float)b;
            number(a + b);
            number(a - b);
            number(a * b);
            number(a / b);
            single(x + y);
            single(x - y);
            single(x * y);
            single(x / y);
            number(copysign(a, b));
            number(a < b ? a : b);
            take((uint64_t)((a < b) | (a <= b) << 1 | (a == b) << 2 | (a != b) << 3 | !(a >= b) << 4 | isunordered(a, b) << 5));
            take((uint64_t)((a > b) | !(a > b) << 1 | islessgreater(a, b) << 2 | !islessgreater(a, b) << 3 | !(a < b) << 4));
            take((uint64_t)((x > y) | !(x > y) << 1 | islessgreater(x, y) << 2 | (x >= y) << 3 | !(x <= y) << 4));
            number(x > y ? a : b);
        }
        flush("pairs");
    }
    for (int i = 0; i < COUNT; i++) {
        for (int j = 0; j < COUNT; j++) {
            for (int k = 0; k < COUNT; k++) {
                double a = corners[i], b = corners[j], c = corners[k];
                float x = (float)a, y = (float)b, z = (float)c;
                number(a * b + c);
                number(a * b - c);
                number(-(a * b + c));
                number(c - a * b);
                single(x * y + z);
                single(-(x * y - z));
                number(chain(a, b, c));
            }
        }
        flush("sums");
    }
    for (int i = 0; i < COUNT; i++) {
        double a = corners[i];
        float x = (float)a;
        take((uint32_t)(int)a);
        take((uint32_t)(int)x);
        if (a > -1.0 && a < 4294967296.0) {
            take((unsigned)a);
            take((unsigned)x);
        }
        if (fabs(a) < 1e18) {
            take((uint64_t)(long long)a);
            number((double)(long long)a);
            single((float)(long long)a);
        }
        single((float)a);
        number((double)x);
        number(floor(a));
        flush("conversions");
    }
    for (int i = 0; i < 32; i++) {
        uint32_t u = 0x9e3779b9u * (uint32_t)(i + 1);
        number((double)(int)u);
        number((double)u);
        single((float)(int)u);
        single((float)u);
        number(nan_of(0x7ff4000000000123) + u);
        number(u - nan_of(0xfffc000000000000 | u));
        number(-nan_of(0x7ff0000020000001 + u) * 2.0);
        single((float)nan_of(0xfff0000040000000 | u));
        number(fabs(-nan_of(0x7ff8000000000000 | u) / 3.0));
    }
    flush("integers and NaNs");
    printf("%f %g %e\n", variadic(4, 1, 2.5, 3, 0.125), variadic(20, 1, 1.5, 2, 1.5, 3, 1.5, 4, 1.5, 5, 1.5, 6, 1.5, 7, 1.5, 8,
                                                              1.5, 9, 1.5, 10, 1.5), sqrt(2.0));
    return 0;
}
