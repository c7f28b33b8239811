/* Straight parts of floating-point arithmetic with several results that are looked at for NaNs at once: stored, negated, chosen
 * among, used again after a call, converted between formats. Operands are ordinary numbers with NaNs (quiet and signalling, with
 * payloads), infinities of both signs, zeros and subnormals among them; what is stored meets what is loaded after it at
 * every distance of whole words. All bits of all results are printed as sums, and some as they are. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define N 24

struct point {
    double x, y, z;
    float weight, spare;
};

static double numbers[N];
static float singles[N];
static struct point points[4];
static uint32_t seed = 11, sum;

static uint32_t next(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static const uint64_t odd64[] = {
    UINT64_C(0x7ff8000000000123), UINT64_C(0xfff8000000000045), UINT64_C(0x7ff0000000000067), UINT64_C(0xfff0000000abc000),
    UINT64_C(0x7ff0000000000000), UINT64_C(0xfff0000000000000), UINT64_C(0x8000000000000000), UINT64_C(0x0000000000000001),
};
static const uint32_t odd32[] = {
    0x7fc00123, 0xffc00045, 0x7f800067, 0xff8abc00, 0x7f800000, 0xff800000, 0x80000000, 0x00000001,
};

static void put64(void *to, uint32_t odd) {
    double x = ((double)next() - 8388608.0) / 4096.0;
    memcpy(to, odd != 0 && next() % odd == 0 ? (const void *)&odd64[next() & 7] : (const void *)&x, 8);
}

static void put32(void *to, uint32_t odd) {
    float x = ((float)(int32_t)(next() & 0xffff) - 32768.0f) / 64.0f;
    memcpy(to, odd != 0 && next() % odd == 0 ? (const void *)&odd32[next() & 7] : (const void *)&x, 4);
}

static void fill(uint32_t odd) {
    for (int i = 0; i < N; i++) {
        put64(&numbers[i], odd);
        put32(&singles[i], odd);
    }
    for (int i = 0; i < 4; i++) {
        put64(&points[i].x, odd);
        put64(&points[i].y, odd);
        put64(&points[i].z, odd);
        put32(&points[i].weight, odd);
    }
}

static void add(const void *from, size_t bytes) {
    const unsigned char *at = from;
    for (size_t i = 0; i < bytes; i++) sum = sum * 31 + at[i];
}

static void show(const char *what) {
    add(numbers, sizeof numbers);
    add(singles, sizeof singles);
    add(points, sizeof points);
    printf("%s %08" PRIx32 "\n", what, sum);
}

/* Loads after stores through another pointer. */
__attribute__((noinline)) static void turn(double *a, double *b, double c, double s) {
    double re = b[0] * c - b[1] * s, im = b[0] * s + b[1] * c;
    b[0] = a[0] - re;
    b[1] = a[1] - im;
    a[0] += re;
    a[1] += im;
}

__attribute__((noinline)) static void turn_single(float *a, float *b, float c, float s) {
    float re = b[0] * c - b[1] * s, im = b[0] * s + b[1] * c;
    b[0] = a[0] - re;
    b[1] = a[1] - im;
    a[0] += re;
    a[1] += im;
}

/* Words stored before numbers are loaded. */
__attribute__((noinline)) static void mark(uint32_t *words, double *a, double c) {
    words[0] ^= 0x00080000;
    a[0] = a[0] * c + a[1];
    words[1] += (uint32_t)(a[2] < c);
    a[1] = a[2] - c * a[0];
}

/* One record from another, or from itself. */
__attribute__((noinline)) static void pull(struct point *a, struct point *b, double step) {
    double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
    double square = dx * dx + dy * dy + dz * dz, force = step / (square * sqrt(square));
    a->x -= dx * force;
    a->y -= dy * force;
    a->z -= dz * force;
    b->x += dx * force;
    b->y += dy * force;
    b->z += dz * force;
    a->weight = (float)(force * b->weight);
    b->weight = -(float)square * a->weight;
}

/* Signs, choices and results that are only compared. */
__attribute__((noinline)) static int choose(double *a, double x, double y) {
    double p = x * y, q = x - y, r = p / q;
    a[0] = -p;
    a[1] = fabs(q);
    a[2] = p < q ? p : r;
    a[3] = -fabs(x + y);
    return (int)(x * 0.5 < y) + 2 * (int)((float)r > 1.0f);
}

/* Sums that go round a loop. */
__attribute__((noinline)) static double dot(const double *a, const double *b, int n, double *other) {
    double sums[2] = {0.0, -0.0};
    for (int i = 0; i < n; i++) {
        sums[0] += a[i] * b[i];
        sums[1] -= a[i] / b[i];
    }
    *other = sums[1];
    return sums[0];
}

/* Sums that go from block to block, with signs that are changed on the way. */
__attribute__((noinline)) static float chain(const float *a, const float *b, int flags) {
    float total = 0.0f;
    for (int k = 0; k < 3; k++, a++, b++) {
        float sum = a[0] * b[3];
        sum += ((flags & 1) != 0 ? a : b)[1] * a[2];
        sum = -(sum * 0.5f);
        sum += ((flags & 2) != 0 ? a : b)[3] * b[2];
        sum -= ((flags & 4) != 0 ? a : b)[4] / b[1];
        total = total * 0.25f - sum;
        flags = flags >> 1 | flags << 2;
    }
    return total;
}

/* The last turn's result goes on after a loop. */
__attribute__((noinline)) static double last(const double *a, int n, double y) {
    double sum = 1.0, product = 2.0;
    for (int i = 0; i < n; i++) {
        product = sum * a[i];
        sum += a[i] - y;
    }
    return y - product * y;
}

int main(void) {
    static const uint32_t odds[] = {0, 40, 9, 3};
    for (int k = 0; k < 4; k++) {
        for (int round = 0; round < 60; round++) {
            fill(odds[k]);
            int i = (int)(next() % 8), distance = round % 13 - 6;
            double c = numbers[20], s = numbers[21];
            turn(&numbers[6], (double *)(void *)((float *)(void *)&numbers[6] + distance), c, s);
            turn_single(&singles[8], &singles[8 + distance], singles[20], singles[21]);
            mark((uint32_t *)(void *)&numbers[6] + distance, &numbers[6], s);
            pull(&points[i & 3], &points[i >> 1], c);
            sum += (uint32_t)choose(&numbers[12], numbers[i], numbers[i + 1]);
            numbers[16] = dot(&numbers[i], &numbers[8], 9, &numbers[17]);
            singles[22] = chain(&singles[i], &singles[9], round);
            numbers[18] = last(&numbers[i], 8 + (i & 3), numbers[19]);
            add(numbers, sizeof numbers);
            add(singles, sizeof singles);
            add(points, sizeof points);
        }
        show(k == 0 ? "ordinary" : "odd");
        printf("%016" PRIx64 "\n", *(const uint64_t *)(const void *)&points[1].y);
    }
    return 0;
}
