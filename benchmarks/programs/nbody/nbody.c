/* Motion of a sun and four planets of made-up masses, by the leapfrog method, in double precision.
 *
 * Why: an inner loop of multiplications, additions, one square root and one division on loaded and stored doubles.
 * Checks: energy and momentum are kept, and the same time run backwards leads to the start. Printed figures are
 * rounded far above the differences that fused arithmetic makes. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BODIES 5

struct body {
    double at[3], speed[3], mass;
};

struct workload {
    const char *name;
    uint32_t steps;
};

static const struct workload workloads[] = {
    {"small", 8},
    {"full", 40000},
};

/* Units: distance of the third planet, its year over 2 pi, mass of the sun. */
static const struct body start[BODIES] = {
    {{0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}, 1.0},
    {{0.7, 0.1, 0.01}, {-0.17, 1.17, 0.02}, 0.00002},
    {{-1.0, 0.2, -0.02}, {-0.2, -0.97, 0.01}, 0.00003},
    {{0.3, -1.9, 0.05}, {0.71, 0.1, -0.015}, 0.0001},
    {{-3.1, 3.9, -0.1}, {-0.35, -0.28, 0.01}, 0.001},
};

static struct body bodies[BODIES];

static void pull(struct body *b, double step) {
    for (int i = 0; i < BODIES; i++) {
        for (int j = i + 1; j < BODIES; j++) {
            double dx = b[i].at[0] - b[j].at[0], dy = b[i].at[1] - b[j].at[1], dz = b[i].at[2] - b[j].at[2];
            double square = dx * dx + dy * dy + dz * dz;
            double force = step / (square * sqrt(square));
            double on_i = force * b[j].mass, on_j = force * b[i].mass;
            b[i].speed[0] -= dx * on_i;
            b[i].speed[1] -= dy * on_i;
            b[i].speed[2] -= dz * on_i;
            b[j].speed[0] += dx * on_j;
            b[j].speed[1] += dy * on_j;
            b[j].speed[2] += dz * on_j;
        }
    }
}

static void drift(struct body *b, double step) {
    for (int i = 0; i < BODIES; i++) {
        for (int k = 0; k < 3; k++) {
            b[i].at[k] += step * b[i].speed[k];
        }
    }
}

static void leap(struct body *b, double step) {
    drift(b, 0.5 * step);
    pull(b, step);
    drift(b, 0.5 * step);
}

static double energy(const struct body *b) {
    double sum = 0.0;
    for (int i = 0; i < BODIES; i++) {
        const double *v = b[i].speed;
        sum += 0.5 * b[i].mass * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
        for (int j = i + 1; j < BODIES; j++) {
            double dx = b[i].at[0] - b[j].at[0], dy = b[i].at[1] - b[j].at[1], dz = b[i].at[2] - b[j].at[2];
            sum -= b[i].mass * b[j].mass / sqrt(dx * dx + dy * dy + dz * dz);
        }
    }
    return sum;
}

/* Gives the sun the speed that makes the whole stand still. */
static void settle(struct body *b) {
    for (int k = 0; k < 3; k++) {
        double momentum = 0.0;
        for (int i = 1; i < BODIES; i++) {
            momentum += b[i].speed[k] * b[i].mass;
        }
        b[0].speed[k] = -momentum / b[0].mass;
    }
}

int main(int argc, char **argv) {
    const struct workload *job = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    const double step = 0.002;
    double drifted = 0.0, momentum = 0.0;

    memcpy(bodies, start, sizeof bodies);
    settle(bodies);
    double before = energy(bodies);
    for (uint32_t i = 0; i < job->steps; i++) {
        leap(bodies, step);
    }
    double after = energy(bodies);
    printf("steps %" PRIu32 " energy %.7f to %.7f\n", job->steps, before, after);
    for (int i = 0; i < BODIES; i++) {
        printf("body %d at %.6f %.6f %.6f\n", i, bodies[i].at[0], bodies[i].at[1], bodies[i].at[2]);
    }
    for (int k = 0; k < 3; k++) {
        double sum = 0.0;
        for (int i = 0; i < BODIES; i++) {
            sum += bodies[i].speed[k] * bodies[i].mass;
        }
        momentum += fabs(sum);
    }
    for (uint32_t i = 0; i < job->steps; i++) {
        leap(bodies, -step);
    }
    for (int i = 0; i < BODIES; i++) {
        for (int k = 0; k < 3; k++) {
            drifted += fabs(bodies[i].at[k] - start[i].at[k]);
        }
    }
    int good = fabs(after - before) < 1e-6 && momentum < 1e-12 && drifted < 1e-7;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
