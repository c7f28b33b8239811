/* Inversion of matrices in double precision: Gauss-Jordan with partial pivoting, LU decomposition, and Cholesky.
 *
 * Why: division chains, row operations (multiply and add), comparisons of magnitudes, row exchanges.
 * Checks: matrix times inverse is the identity, three ways to the determinant agree, and solving by LU gives the same
 * as multiplying by the inverse. Printed figures are rounded far above the rounding errors. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MOST 24

struct workload {
    const char *name;
    uint32_t size, rounds;
};

static const struct workload workloads[] = {
    {"small", 6, 2},
    {"full", 24, 220},
};

static double original[MOST][MOST], factors[MOST][MOST], inverse[MOST][MOST], root[MOST][MOST];
static uint32_t order[MOST];
static uint32_t seed = 31415;

static double next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return (double)(seed >> 8) / 16777216.0 - 0.5;
}

/* Symmetric and positive definite, but with rows in disorder when `shuffled`: then pivots must be looked for. */
static void make_matrix(uint32_t n, int shuffled) {
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < i; j++) {
            original[i][j] = original[j][i] = next_random();
        }
        original[i][i] = 1.0 + n * 0.5 + next_random();
    }
    for (uint32_t i = 0; shuffled && i + 1 < n; i += 2) {
        for (uint32_t j = 0; j < n; j++) {
            double t = original[i][j];
            original[i][j] = original[i + 1][j];
            original[i + 1][j] = t;
        }
    }
}

/* Gauss-Jordan on a copy and the identity. Returns the determinant. */
static double invert(uint32_t n) {
    double determinant = 1.0;
    memcpy(factors, original, sizeof factors);
    memset(inverse, 0, sizeof inverse);
    for (uint32_t i = 0; i < n; i++) {
        inverse[i][i] = 1.0;
    }
    for (uint32_t c = 0; c < n; c++) {
        uint32_t pivot = c;
        for (uint32_t r = c + 1; r < n; r++) {
            pivot = fabs(factors[r][c]) > fabs(factors[pivot][c]) ? r : pivot;
        }
        if (pivot != c) {
            for (uint32_t j = 0; j < n; j++) {
                double t = factors[c][j], u = inverse[c][j];
                factors[c][j] = factors[pivot][j];
                factors[pivot][j] = t;
                inverse[c][j] = inverse[pivot][j];
                inverse[pivot][j] = u;
            }
            determinant = -determinant;
        }
        double value = factors[c][c], scale = 1.0 / value;
        determinant *= value;
        for (uint32_t j = 0; j < n; j++) {
            factors[c][j] *= scale;
            inverse[c][j] *= scale;
        }
        for (uint32_t r = 0; r < n; r++) {
            double f = factors[r][c];
            if (r == c || f == 0.0) {
                continue;
            }
            for (uint32_t j = 0; j < n; j++) {
                factors[r][j] -= f * factors[c][j];
                inverse[r][j] -= f * inverse[c][j];
            }
        }
    }
    return determinant;
}

/* Doolittle's decomposition in place, with pivots. Returns the determinant. */
static double decompose(uint32_t n) {
    double determinant = 1.0;
    memcpy(factors, original, sizeof factors);
    for (uint32_t i = 0; i < n; i++) {
        order[i] = i;
    }
    for (uint32_t c = 0; c < n; c++) {
        uint32_t pivot = c;
        for (uint32_t r = c + 1; r < n; r++) {
            pivot = fabs(factors[order[r]][c]) > fabs(factors[order[pivot]][c]) ? r : pivot;
        }
        if (pivot != c) {
            uint32_t t = order[c];
            order[c] = order[pivot];
            order[pivot] = t;
            determinant = -determinant;
        }
        const double *top = factors[order[c]];
        determinant *= top[c];
        for (uint32_t r = c + 1; r < n; r++) {
            double *row = factors[order[r]];
            double f = row[c] / top[c];
            row[c] = f;
            for (uint32_t j = c + 1; j < n; j++) {
                row[j] -= f * top[j];
            }
        }
    }
    return determinant;
}

static void solve(uint32_t n, const double *right, double *x) {
    for (uint32_t i = 0; i < n; i++) {
        const double *row = factors[order[i]];
        double sum = right[order[i]];
        for (uint32_t j = 0; j < i; j++) {
            sum -= row[j] * x[j];
        }
        x[i] = sum;
    }
    for (uint32_t i = n; i-- > 0;) {
        const double *row = factors[order[i]];
        double sum = x[i];
        for (uint32_t j = i + 1; j < n; j++) {
            sum -= row[j] * x[j];
        }
        x[i] = sum / row[i];
    }
}

/* Lower root of a symmetric positive definite matrix. Returns the determinant, or 0 when there is no root. */
static double cholesky(uint32_t n) {
    double determinant = 1.0;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j <= i; j++) {
            double sum = original[i][j];
            for (uint32_t k = 0; k < j; k++) {
                sum -= root[i][k] * root[j][k];
            }
            if (i == j) {
                if (sum <= 0.0) {
                    return 0.0;
                }
                root[i][i] = sqrt(sum);
                determinant *= sum;
            } else {
                root[i][j] = sum / root[j][j];
            }
        }
    }
    return determinant;
}

static double distance_from_identity(uint32_t n) {
    double most = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < n; j++) {
            double sum = i == j ? -1.0 : 0.0;
            for (uint32_t k = 0; k < n; k++) {
                sum += original[i][k] * inverse[k][j];
            }
            most = fabs(sum) > most ? fabs(sum) : most;
        }
    }
    return most;
}

int main(int argc, char **argv) {
    const struct workload *job = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    uint32_t n = job->size;
    double trace = 0.0, logarithm = 0.0, worst = 0.0;
    int good = 1;

    for (uint32_t round = 0; round < job->rounds; round++) {
        double right[MOST], x[MOST];
        make_matrix(n, round % 2);
        double determinant = invert(n), other = decompose(n);
        good &= fabs(determinant - other) < 1e-9 * fabs(determinant);
        if (round % 2 == 0) {
            double third = cholesky(n);
            good &= fabs(determinant - third) < 1e-9 * determinant;
        }
        for (uint32_t i = 0; i < n; i++) {
            right[i] = next_random();
            trace += inverse[i][i];
        }
        solve(n, right, x);
        for (uint32_t i = 0; i < n; i++) {
            double sum = -x[i];
            for (uint32_t j = 0; j < n; j++) {
                sum += inverse[i][j] * right[j];
            }
            worst = fabs(sum) > worst ? fabs(sum) : worst;
        }
        double off = distance_from_identity(n);
        worst = off > worst ? off : worst;
        logarithm += log(fabs(determinant));
    }
    good &= worst < 1e-11;
    printf("size %" PRIu32 " rounds %" PRIu32 "\n", n, job->rounds);
    printf("trace %.6f log determinant %.6f\n", trace, logarithm);
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
