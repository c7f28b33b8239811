/* Integer matrix multiplication in four forms, and matrices at work: a fixed-point rotation chain.
 *
 * Why: counted loop nests with multiply-accumulate, with good (transposed, blocked) and bad (plain) access
 * patterns, and 64-bit sums on a 32-bit machine. The forms are compared with one another, each product is
 * tested with random vectors (Freivalds: A(Bx) = (AB)x, an independent check), and the result has a checksum. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ORDER_MAX 64
#define TILE 8

typedef int32_t matrix[ORDER_MAX][ORDER_MAX];
typedef void (*multiply_form)(int n, matrix product, matrix a, matrix b);

struct workload {
    const char *name;
    int n;
    uint32_t rounds;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 40, 1, UINT32_C(0xc5cdd8d6)},
    {"full", ORDER_MAX, 12, UINT32_C(0x60103a45)},
};

static matrix left, right, plain_product, other_product, turned;
static uint32_t seed = 1969;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static void fill(int n, matrix m) {
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            m[i][j] = (int32_t)(next_random() % 2001) - 1000;
        }
    }
}

static void multiply_plain(int n, matrix product, matrix a, matrix b) {
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            int32_t sum = 0;
            for (int k = 0; k < n; k++) {
                sum += a[i][k] * b[k][j];
            }
            product[i][j] = sum;
        }
    }
}

static void multiply_transposed(int n, matrix product, matrix a, matrix b) {
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            turned[j][i] = b[i][j];
        }
    }
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            const int32_t *x = a[i], *y = turned[j];
            int32_t sum = 0;
            for (int k = 0; k < n; k++) {
                sum += x[k] * y[k];
            }
            product[i][j] = sum;
        }
    }
}

static int lesser(int a, int b) {
    return a < b ? a : b;
}

static void multiply_blocked(int n, matrix product, matrix a, matrix b) {
    for (int i = 0; i < n; i++) {
        memset(product[i], 0, (size_t)n * sizeof product[i][0]);
    }
    for (int kk = 0; kk < n; kk += TILE) {
        int k_end = lesser(kk + TILE, n);
        for (int jj = 0; jj < n; jj += TILE) {
            int j_end = lesser(jj + TILE, n);
            for (int i = 0; i < n; i++) {
                for (int k = kk; k < k_end; k++) {
                    int32_t factor = a[i][k];
                    for (int j = jj; j < j_end; j++) {
                        product[i][j] += factor * b[k][j];
                    }
                }
            }
        }
    }
}

/* Sums in 64 bits, as a fixed-point library does that must not overflow. */
static void multiply_wide(int n, matrix product, matrix a, matrix b) {
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            int64_t sum = 0;
            for (int k = 0; k < n; k++) {
                sum += (int64_t)a[i][k] * b[k][j];
            }
            product[i][j] = (int32_t)sum;
        }
    }
}

static void apply(int n, matrix m, const int32_t *x, int32_t *y) {
    for (int i = 0; i < n; i++) {
        int32_t sum = 0;
        for (int k = 0; k < n; k++) {
            sum += m[i][k] * x[k];
        }
        y[i] = sum;
    }
}

/* At most 22 elements of x are 1, so the largest sum is 22 * 64 * 10^6: nothing here overflows 32 bits. */
static int passes_freivalds(int n, matrix a, matrix b, matrix product) {
    int32_t x[ORDER_MAX], bx[ORDER_MAX], abx[ORDER_MAX], px[ORDER_MAX];
    for (int i = 0; i < n; i++) {
        x[i] = i % 3 == 0 ? (int32_t)(next_random() % 2) : 0;
    }
    apply(n, b, x, bx);
    apply(n, a, bx, abx);
    apply(n, product, x, px);
    return memcmp(abx, px, (size_t)n * sizeof px[0]) == 0;
}

static int same(int n, matrix a, matrix b) {
    for (int i = 0; i < n; i++) {
        if (memcmp(a[i], b[i], (size_t)n * sizeof a[i][0]) != 0) {
            return 0;
        }
    }
    return 1;
}

/* Turns a point about the three axes with Q14 matrices; 3-4-5 and 5-12-13 triangles give near-exact angles. */
static uint32_t rotation_chain(uint32_t turns) {
    static const int32_t rotations[3][3][3] = {
        {{9830, -13107, 0}, {13107, 9830, 0}, {0, 0, 16384}},
        {{16384, 0, 0}, {0, 15124, -6302}, {0, 6302, 15124}},
        {{13107, 0, 9830}, {0, 16384, 0}, {-9830, 0, 13107}},
    };
    int32_t point[3] = {12000, -5000, 9000};
    for (uint32_t t = 0; t < turns; t++) {
        const int32_t(*m)[3] = rotations[t % 3];
        int32_t moved[3];
        for (int i = 0; i < 3; i++) {
            int32_t sum = 8192;
            for (int k = 0; k < 3; k++) {
                sum += m[i][k] * point[k];
            }
            moved[i] = sum >> 14;
        }
        memcpy(point, moved, sizeof point);
    }
    return (uint32_t)(point[0] * point[0] + point[1] * point[1] + point[2] * point[2]);
}

int main(int argc, char **argv) {
    static const multiply_form others[] = {multiply_transposed, multiply_blocked, multiply_wide};
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    int n = work->n, good = 1;
    uint32_t digest = 0;

    for (uint32_t r = 0; r < work->rounds; r++) {
        fill(n, left);
        fill(n, right);
        multiply_plain(n, plain_product, left, right);
        good &= passes_freivalds(n, left, right, plain_product);
        for (size_t f = 0; f < sizeof others / sizeof others[0]; f++) {
            others[f](n, other_product, left, right);
            good &= same(n, plain_product, other_product);
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                digest = (digest << 1 | digest >> 31) + (uint32_t)plain_product[i][j];
            }
        }
    }
    uint32_t radius = rotation_chain(300 * work->rounds);
    printf("order %d radius2 %" PRIu32 "\n", n, radius);
    printf("digest %08" PRIx32 "\n", digest);
    good &= digest == work->expected && radius > 200000000 && radius < 280000000;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
