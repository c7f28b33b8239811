/* Loops of floating-point arithmetic that the host does in the lanes of vectors, and numbers that travel between functions. Elements are
 * ordinary numbers with NaNs (quiet and signalling, with payloads), infinities, zeros and subnormals among them, at places that change;
 * rows overlap at every small distance. All bits of all results are printed as sums, and some as they are. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define N 48

static double a[N], b[N], c[N];
static float p[N], q[N], r[N];
static uint32_t seed = 7;

static uint32_t next(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static uint64_t bits64(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static uint32_t bits32(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static const uint64_t odd64[] = {
    UINT64_C(0x7ff8000000000123), UINT64_C(0xfff8000000000045), UINT64_C(0x7ff0000000000067), UINT64_C(0xfff0000000abc000),
    UINT64_C(0x7ff0000000000000), UINT64_C(0xfff0000000000000), UINT64_C(0x8000000000000000), UINT64_C(0x0000000000000001),
};
static const uint32_t odd32[] = {
    0x7fc00123, 0xffc00045, 0x7f800067, 0xff8abc00, 0x7f800000, 0xff800000, 0x80000000, 0x00000001,
};

/* `odd`: one element in that many is none of the ordinary numbers; 0: all are ordinary. */
static void fill(uint32_t odd) {
    for (uint32_t i = 0; i < N; i++) {
        double *rows[] = {a, b, c};
        float *singles[] = {p, q, r};
        for (int k = 0; k < 3; k++) {
            uint64_t wide;
            uint32_t word;
            double x = ((double)next() - 8388608.0) / 4096.0;
            float y = ((float)(int32_t)(next() & 0xffff) - 32768.0f) / 64.0f;
            wide = odd != 0 && next() % odd == 0 ? odd64[next() & 7] : bits64(x);
            word = odd != 0 && next() % odd == 0 ? odd32[next() & 7] : bits32(y);
            memcpy(&rows[k][i], &wide, sizeof wide);
            memcpy(&singles[k][i], &word, sizeof word);
        }
    }
}

static void show(const char *what) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < N; i++) {
        sum = sum * 31 + bits64(a[i]);
        sum = sum * 31 + bits64(b[i]);
        sum = sum * 31 + bits64(c[i]);
        sum = sum * 31 + bits32(p[i]);
        sum = sum * 31 + bits32(q[i]);
        sum = sum * 31 + bits32(r[i]);
    }
    printf("%s %016" PRIx64 "\n", what, sum);
}

__attribute__((noinline)) static void row(double *x, const double *y, double f, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        x[i] -= f * y[i];
    }
}

__attribute__((noinline)) static void two_rows(double *x, const double *y, double *u, const double *v, double f, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        x[i] = x[i] * f + y[i];
        u[i] = -v[i] - x[i] / f;
    }
}

__attribute__((noinline)) static void singles(float *x, const float *y, const float *z, float f, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        x[i] = (y[i] + f) * __builtin_fabsf(z[i]) - x[i];
    }
}

__attribute__((noinline)) static void weighted(float *x, const float *y, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        x[i] = 0.25f * y[i] + 0.5f * y[i + 1] + 0.25f * y[i + 2];
    }
}

__attribute__((noinline)) static void copied(double *x, const double *y, float *z, const float *w, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        x[i] = y[i];
    }
    for (uint32_t i = 0; i < n; i++) {
        z[i] = -w[i];
    }
}

__attribute__((noinline)) static void smoothed(double *x, uint32_t n) {
    for (uint32_t i = 1; i < n; i++) {
        x[i] = x[i] + x[i - 1] * 0.5;
    }
}

/* Numbers as arguments and results, among integers, more of them than registers. */
struct pair {
    double first;
    float second;
};

__attribute__((noinline)) static double mixed(int i, double x, float y, int64_t j, double z, int k, float w) {
    return x + (double)y * z - (double)w + (double)(i + k) + (double)j;
}

__attribute__((noinline)) static float narrow(double x, float y) {
    return (float)x - y;
}

__attribute__((noinline)) static struct pair paired(double x, float y) {
    struct pair result = {x / 3.0, y * 2.0f};
    return result;
}

__attribute__((noinline)) static double many(double x0, double x1, double x2, double x3, double x4, double x5, double x6, double x7,
                                             double x8, float y0, double x9) {
    return x0 - x1 + x2 - x3 + x4 - x5 + x6 - x7 + x8 * (double)y0 - x9;
}

__attribute__((noinline)) static double listed(int n, ...) {
    va_list list;
    double sum = 0.0;
    va_start(list, n);
    for (int i = 0; i < n; i++) {
        sum = sum * 0.5 + va_arg(list, double) + (double)va_arg(list, int);
    }
    va_end(list);
    return sum;
}

__attribute__((noinline)) static double nested(double x, int depth) {
    return depth == 0 ? x : nested(x * 1.5, depth - 1) - nested(x, depth - 1) * 0.25;
}

static double halved(double x) {
    return x * 0.5;
}
static double inverted(double x) {
    return 1.0 / x;
}
static double same(double x) {
    return x;
}
static double (*const volatile functions[])(double) = {halved, inverted, same};

static void calls(void) {
    for (uint32_t i = 0; i + 1 < N; i++) {
        struct pair both = paired(a[i], p[i]);
        c[i] = mixed((int)i, a[i], p[i], (int64_t)i << 33, b[i], -3, q[i]);
        r[i] = narrow(b[i], q[i]);
        a[i] = both.first;
        p[i] = both.second;
        b[i] = functions[i % 3](b[i]) + many(a[i], b[i], c[i], 1.0, 2.0, a[i + 1], b[i + 1], 3.0, 4.0, p[i], c[i + 1]);
        q[i] = (float)listed(3, a[i], (int)i, (double)q[i], 2, b[i], -1);
    }
    a[N - 1] = nested(b[0], 6);
}

int main(void) {
    static const uint32_t odds[] = {0, 30, 4};
    for (int which = 0; which < 3; which++) {
        uint32_t odd = odds[which];
        for (uint32_t n = 0; n <= 21; n += n < 10 ? 1 : 11) {
            fill(odd);
            row(a, b, 0.75, n);
            row(a + 20, c, a[1], n);
            show("row");
            for (uint32_t apart = 0; apart <= 9; apart++) {
                row(a + apart, a, 1.25, n);
                row(b, b + apart, -0.5, n);
                two_rows(b, a + apart, a, c, 3.0, n);
                two_rows(b, a, b + apart, c + 1, 0.7, n);
                singles(p + apart, p, q, 2.5f, n);
                singles(p, r, p + apart, -1.0f, n);
                weighted(q + apart, q, n);
                weighted(r, q + apart, n);
            }
            show("apart");
            fill(odd);
            copied(a, b + 1, p, q + 3, n);
            copied(c + 2, c, r, r + 2, n);
            smoothed(b, n);
            show("copied");
            calls();
            show("calls");
        }
        for (uint32_t i = 0; i < N; i += 7) {
            printf("%016" PRIx64 " %016" PRIx64 " %08" PRIx32 "\n", bits64(a[i]), bits64(b[i]), bits32(p[i]));
        }
    }
    return 0;
}
