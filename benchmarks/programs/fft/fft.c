/* Radix-2 fast Fourier transform of a noisy two-tone signal, in double precision, and a windowed spectrum in single.
 *
 * Why: butterflies (products and sums that a compiler may fuse), strided access, bit reversal, sine and cosine.
 * Checks: the inverse gives the input back, Parseval's identity holds, one bin equals its defining sum, and the
 * spectrum's two peaks are the tones. Printed figures are rounded far above any rounding error, so that fused and
 * separate arithmetic print the same. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MOST 1024
#define PI 3.14159265358979323846

struct complex {
    double re, im;
};

struct workload {
    const char *name;
    uint32_t size, rounds, tone[2];
};

static const struct workload workloads[] = {
    {"small", 32, 1, {5, 11}},
    {"full", 1024, 200, {113, 301}},
};

static struct complex twiddle[MOST / 2];
static struct complex signal[MOST], work[MOST];
static float window[MOST], spectrum[MOST / 2];

static uint32_t seed = 2718;

static double next_noise(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return (double)(int32_t)(seed >> 8) / 16777216.0 - 0.5;
}

static void make_twiddles(uint32_t n) {
    for (uint32_t k = 0; k < n / 2; k++) {
        double angle = -2.0 * PI * k / n;
        twiddle[k].re = cos(angle);
        twiddle[k].im = sin(angle);
    }
    for (uint32_t k = 0; k < n; k++) {
        window[k] = 0.5f - 0.5f * (float)cos(2.0 * PI * k / n);
    }
}

static void bit_reverse(struct complex *x, uint32_t n) {
    for (uint32_t i = 1, j = 0; i < n; i++) {
        uint32_t bit = n >> 1;
        for (; (j & bit) != 0; bit >>= 1) {
            j ^= bit;
        }
        j |= bit;
        if (i < j) {
            struct complex t = x[i];
            x[i] = x[j];
            x[j] = t;
        }
    }
}

/* In place; `sign` 1 is the forward transform, -1 the inverse without its factor 1/n. */
static void transform(struct complex *x, uint32_t n, double sign) {
    bit_reverse(x, n);
    for (uint32_t half = 1; half < n; half <<= 1) {
        uint32_t stride = n / (2 * half);
        for (uint32_t start = 0; start < n; start += 2 * half) {
            for (uint32_t k = 0; k < half; k++) {
                struct complex *a = &x[start + k], *b = &x[start + k + half];
                double c = twiddle[k * stride].re, s = sign * twiddle[k * stride].im;
                double re = b->re * c - b->im * s, im = b->re * s + b->im * c;
                b->re = a->re - re;
                b->im = a->im - im;
                a->re += re;
                a->im += im;
            }
        }
    }
}

static double energy(const struct complex *x, uint32_t n) {
    double sum = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        sum += x[i].re * x[i].re + x[i].im * x[i].im;
    }
    return sum;
}

static double largest_difference(const struct complex *a, const struct complex *b, uint32_t n, double scale) {
    double most = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        double d = fabs(a[i].re - b[i].re * scale) + fabs(a[i].im - b[i].im * scale);
        most = d > most ? d : most;
    }
    return most;
}

/* The bin by its definition, term by term. */
static struct complex one_bin(const struct complex *x, uint32_t n, uint32_t bin) {
    struct complex sum = {0.0, 0.0};
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = i * bin % n;
        struct complex w = twiddle[k % (n / 2)];
        double sign = k < n / 2 ? 1.0 : -1.0;
        sum.re += sign * (x[i].re * w.re - x[i].im * w.im);
        sum.im += sign * (x[i].re * w.im + x[i].im * w.re);
    }
    return sum;
}

/* Power of the windowed real part in single precision. Returns the bin with the largest one outside of `skip`. */
static uint32_t power_spectrum(const struct complex *x, uint32_t n, uint32_t skip) {
    uint32_t best = 0;
    for (uint32_t i = 0; i < n; i++) {
        work[i].re = window[i] * (float)x[i].re;
        work[i].im = 0.0;
    }
    transform(work, n, 1.0);
    for (uint32_t i = 1; i < n / 2; i++) {
        float re = (float)work[i].re, im = (float)work[i].im;
        spectrum[i] = re * re + im * im;
        if (spectrum[i] > spectrum[best] && (i + 2 < skip || i > skip + 2)) {
            best = i;
        }
    }
    return best;
}

static int32_t thousandths(double x) {
    return (int32_t)floor(x * 1000.0 + 0.5);
}

int main(int argc, char **argv) {
    const struct workload *job = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    uint32_t n = job->size;
    double worst = 0.0, total = 0.0;
    int good = 1;

    make_twiddles(n);
    for (uint32_t round = 0; round < job->rounds; round++) {
        for (uint32_t i = 0; i < n; i++) {
            double first = twiddle[i * job->tone[0] % (n / 2)].re, second = twiddle[i * job->tone[1] % (n / 2)].im;
            int odd0 = i * job->tone[0] % n >= n / 2, odd1 = i * job->tone[1] % n >= n / 2;
            signal[i].re = 2.0 * (odd0 ? -first : first) + 1.25 * (odd1 ? -second : second) + 0.5 * next_noise();
            signal[i].im = 0.25 * next_noise();
        }
        memcpy(work, signal, n * sizeof *work);
        transform(work, n, 1.0);
        double before = energy(signal, n), after = energy(work, n) / n;
        good &= fabs(before - after) < 1e-10 * before;
        uint32_t bin = round * 7 % n;
        struct complex expected = one_bin(signal, n, bin);
        good &= fabs(expected.re - work[bin].re) + fabs(expected.im - work[bin].im) < 1e-8;
        total += before;
        transform(work, n, -1.0);
        double difference = largest_difference(signal, work, n, 1.0 / n);
        worst = difference > worst ? difference : worst;
    }
    uint32_t first = power_spectrum(signal, n, n), second = power_spectrum(signal, n, first);
    good &= first == job->tone[0] && second == job->tone[1] && worst < 1e-12;
    printf("points %" PRIu32 " rounds %" PRIu32 " energy %.3f\n", n, job->rounds, total);
    printf("peaks %" PRIu32 " %" PRIu32 " ratio %" PRId32 "\n", first, second,
           thousandths(sqrt(spectrum[first] / spectrum[second])));
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
