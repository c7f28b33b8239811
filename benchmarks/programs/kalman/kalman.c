/* Kalman filter in single precision: position and velocity in a plane from noisy positions, in Joseph's form.
 *
 * Why: small float matrices of fixed size, products with their transposes, a 2 x 2 inverse, float division.
 * Checks: the covariance stays symmetric and positive, the filter's error is well below the sensor's, the innovations
 * are as large as predicted, and the same filter in double precision ends at the same place. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define STATES 4
#define STEP 0.125f

struct filter {
    float x[STATES];
    float p[STATES][STATES];
    float process, sensor;
};

struct workload {
    const char *name;
    uint32_t steps;
};

static const struct workload workloads[] = {
    {"small", 20},
    {"full", 30000},
};

static uint32_t seed = 1618;

/* Sum of four uniform numbers: variance 1, near enough to normal. */
static float next_noise(void) {
    float sum = 0.0f;
    for (int i = 0; i < 4; i++) {
        seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
        sum += (float)(int32_t)(seed >> 12) / 1048576.0f - 0.5f;
    }
    return sum * 1.7320508f;
}

static void multiply(float a[STATES][STATES], float b[STATES][STATES], float out[STATES][STATES]) {
    for (int i = 0; i < STATES; i++) {
        for (int j = 0; j < STATES; j++) {
            float sum = 0.0f;
            for (int k = 0; k < STATES; k++) {
                sum += a[i][k] * b[k][j];
            }
            out[i][j] = sum;
        }
    }
}

static void multiply_transposed(float a[STATES][STATES], float b[STATES][STATES],
                                float out[STATES][STATES]) {
    for (int i = 0; i < STATES; i++) {
        for (int j = 0; j < STATES; j++) {
            float sum = 0.0f;
            for (int k = 0; k < STATES; k++) {
                sum += a[i][k] * b[j][k];
            }
            out[i][j] = sum;
        }
    }
}

static void predict(struct filter *f) {
    static float model[STATES][STATES] = {
        {1.0f, 0.0f, STEP, 0.0f}, {0.0f, 1.0f, 0.0f, STEP}, {0.0f, 0.0f, 1.0f, 0.0f}, {0.0f, 0.0f, 0.0f, 1.0f}};
    float moved[STATES][STATES];
    f->x[0] += STEP * f->x[2];
    f->x[1] += STEP * f->x[3];
    multiply(model, f->p, moved);
    multiply_transposed(moved, model, f->p);
    for (int i = 0; i < 2; i++) {
        f->p[i][i] += f->process * STEP * STEP * STEP / 3.0f;
        f->p[i][i + 2] += f->process * STEP * STEP / 2.0f;
        f->p[i + 2][i] += f->process * STEP * STEP / 2.0f;
        f->p[i + 2][i + 2] += f->process * STEP;
    }
}

/* Returns the squared innovation, measured by its predicted covariance. */
static float update(struct filter *f, const float z[2]) {
    float s[2][2], gain[STATES][2], rest[STATES][STATES], half[STATES][STATES];
    float difference[2] = {z[0] - f->x[0], z[1] - f->x[1]};
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
            s[i][j] = f->p[i][j] + (i == j ? f->sensor : 0.0f);
        }
    }
    float scale = 1.0f / (s[0][0] * s[1][1] - s[0][1] * s[1][0]);
    float inverse[2][2] = {{s[1][1] * scale, -s[0][1] * scale}, {-s[1][0] * scale, s[0][0] * scale}};
    for (int i = 0; i < STATES; i++) {
        for (int j = 0; j < 2; j++) {
            gain[i][j] = f->p[i][0] * inverse[0][j] + f->p[i][1] * inverse[1][j];
        }
        f->x[i] += gain[i][0] * difference[0] + gain[i][1] * difference[1];
    }
    for (int i = 0; i < STATES; i++) {
        for (int j = 0; j < STATES; j++) {
            rest[i][j] = (i == j ? 1.0f : 0.0f) - (j < 2 ? gain[i][j] : 0.0f);
        }
    }
    multiply(rest, f->p, half);
    multiply_transposed(half, rest, f->p);
    for (int i = 0; i < STATES; i++) {
        for (int j = 0; j < STATES; j++) {
            f->p[i][j] += f->sensor * (gain[i][0] * gain[j][0] + gain[i][1] * gain[j][1]);
        }
    }
    return (difference[0] * difference[0] * inverse[0][0] + 2.0f * difference[0] * difference[1] * inverse[0][1]) +
           difference[1] * difference[1] * inverse[1][1];
}

/* The axes are independent and alike, so one axis in double precision checks both. */
struct axis {
    double x, v, pxx, pxv, pvv;
};

static void axis_step(struct axis *a, double z, double process, double sensor) {
    const double t = STEP;
    a->x += t * a->v;
    a->pxx += t * (2.0 * a->pxv + t * a->pvv) + process * t * t * t / 3.0;
    a->pxv += t * a->pvv + process * t * t / 2.0;
    a->pvv += process * t;
    double s = a->pxx + sensor, kx = a->pxx / s, kv = a->pxv / s, d = z - a->x;
    a->x += kx * d;
    a->v += kv * d;
    a->pvv -= kv * a->pxv;
    a->pxv -= kx * a->pxv;
    a->pxx -= kx * a->pxx;
}

int main(int argc, char **argv) {
    const struct workload *job = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    const float deviation = 2.0f;
    struct filter f = {{0}, {{0}}, 0.05f, 4.0f};
    struct axis check = {0.0, 0.0, 100.0, 0.0, 100.0};
    float position[2] = {10.0f, -4.0f}, velocity[2] = {1.5f, 0.5f};
    float raw = 0.0f, filtered = 0.0f, innovations = 0.0f, apart = 0.0f;
    int good = 1;

    for (int i = 0; i < STATES; i++) {
        f.p[i][i] = 100.0f;
    }
    for (uint32_t step = 0; step < job->steps; step++) {
        float z[2];
        for (int i = 0; i < 2; i++) {
            /* It turns round at 50, so that numbers stay small however long it runs. */
            velocity[i] += STEP * (position[i] > 50.0f ? -0.05f : position[i] < -50.0f ? 0.05f : 0.0f);
            position[i] += STEP * velocity[i];
            z[i] = position[i] + deviation * next_noise();
        }
        predict(&f);
        innovations += update(&f, z);
        axis_step(&check, z[0], f.process, f.sensor);
        for (int i = 0; i < 2; i++) {
            raw += (z[i] - position[i]) * (z[i] - position[i]);
            filtered += step < 10 ? 0.0f : (f.x[i] - position[i]) * (f.x[i] - position[i]);
        }
        for (int i = 0; i < STATES; i++) {
            good &= f.p[i][i] > 0.0f;
            for (int j = 0; j < i; j++) {
                good &= fabsf(f.p[i][j] - f.p[j][i]) < 1e-3f;
            }
        }
        float off = fabsf(f.x[0] - (float)check.x) + fabsf(f.x[2] - (float)check.v);
        apart = off > apart ? off : apart;
    }
    float count = 2.0f * (float)job->steps;
    good &= filtered < 0.5f * raw && apart < 0.01f;
    printf("steps %" PRIu32 " sensor %.1f filter %.1f innovation %.1f\n", job->steps, (double)sqrtf(raw / count),
           (double)sqrtf(filtered / count), (double)(innovations / count));
    printf("gain %.3f\n", (double)(f.p[0][0] / (f.p[0][0] + f.sensor)));
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
