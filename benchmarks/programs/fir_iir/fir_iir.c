/* Fixed-point filters of a sensor channel: FIR low pass (Q15), decimation, and biquad IIR sections (Q30).
 *
 * Why: multiply-accumulate chains with 64-bit sums, saturation, and circular delay lines.
 * The direct FIR is compared with a symmetric form (half the multiplications) sample by sample; the impulse
 * response must give the coefficients back, the notch must remove its tone, and the outputs have a checksum. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define TAPS 32
#define BLOCK 64
#define DECIMATION 4
#define SECTIONS 3

struct fir {
    const int16_t *taps;
    int16_t line[2 * TAPS]; /* each sample is stored twice, so that a window is always contiguous */
    uint32_t at;
};

/* Transposed direct form II; coefficients are Q30 (range -2 to 2), a0 is one. */
struct biquad {
    int32_t b0, b1, b2, a1, a2;
    int64_t s1, s2;
};

struct workload {
    const char *name;
    uint32_t blocks;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 45, UINT32_C(0x577b742e)},
    {"full", 2000, UINT32_C(0x2839b97d)},
};

/* A windowed low pass, symmetric; the sum is 32768 (a gain of one in Q15). */
static const int16_t low_pass[TAPS] = {
    -12, -25, -38, -36, 0,   84,  215, 360,  455,  416,  163, -335, -1000, -1600, -1100, 18837,
    18837, -1100, -1600, -1000, -335, 163, 416, 455, 360, 215, 84,  0,  -36,  -38,  -25, -12,
};

static uint32_t seed = 1822;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static int16_t saturate16(int32_t x) {
    return (int16_t)(x > 32767 ? 32767 : x < -32768 ? -32768 : x);
}

static int32_t saturate32(int64_t x) {
    return x > INT32_MAX ? INT32_MAX : x < INT32_MIN ? INT32_MIN : (int32_t)x;
}

static void fir_start(struct fir *f, const int16_t *taps) {
    memset(f, 0, sizeof *f);
    f->taps = taps;
}

static const int16_t *fir_push(struct fir *f, int16_t sample) {
    f->at = (f->at == 0 ? TAPS : f->at) - 1;
    f->line[f->at] = sample;
    f->line[f->at + TAPS] = sample;
    return f->line + f->at;
}

static int16_t fir_direct(struct fir *f, int16_t sample) {
    const int16_t *x = fir_push(f, sample);
    int32_t sum = 1 << 14;
    for (int k = 0; k < TAPS; k++) {
        sum += f->taps[k] * x[k];
    }
    return saturate16(sum >> 15);
}

static int16_t fir_symmetric(struct fir *f, int16_t sample) {
    const int16_t *x = fir_push(f, sample);
    int32_t sum = 1 << 14;
    for (int k = 0; k < TAPS / 2; k++) {
        sum += f->taps[k] * (x[k] + x[TAPS - 1 - k]);
    }
    return saturate16(sum >> 15);
}

/* Computes only the outputs that are kept. Returns how many it wrote. */
static uint32_t fir_decimate(struct fir *f, const int16_t *in, uint32_t n, int16_t *out) {
    uint32_t written = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (i % DECIMATION == DECIMATION - 1) {
            out[written++] = fir_direct(f, in[i]);
        } else {
            fir_push(f, in[i]);
        }
    }
    return written;
}

/* Samples are Q15 in 32 bits. 64-bit states keep Q45, so rounding happens once, at the output. */
static int32_t biquad_step(struct biquad *q, int32_t x) {
    int64_t sum = (int64_t)q->b0 * x + q->s1;
    int32_t y = saturate32((sum + (1 << 29)) >> 30);
    q->s1 = (int64_t)q->b1 * x - (int64_t)q->a1 * y + q->s2;
    q->s2 = (int64_t)q->b2 * x - (int64_t)q->a2 * y;
    return y;
}

static void cascade(struct biquad *sections, const int16_t *in, int32_t *out, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        int32_t x = in[i];
        for (int s = 0; s < SECTIONS; s++) {
            x = biquad_step(&sections[s], x);
        }
        out[i] = x;
    }
}

static int impulse_gives_coefficients(void) {
    struct fir f;
    int good = 1;
    fir_start(&f, low_pass);
    for (int k = 0; k < TAPS + 4; k++) {
        int16_t y = fir_direct(&f, k == 0 ? 32767 : 0);
        int32_t expected = k < TAPS ? low_pass[k] : 0;
        good &= y - expected <= 1 && expected - y <= 1;
    }
    return good;
}

/* A tone of an eighth of the sample rate, written as its eight values, ends at (nearly) nothing in the notch. */
static int notch_removes_tone(const struct biquad *model) {
    static const int16_t tone[8] = {0, 8192, 11585, 8192, 0, -8192, -11585, -8192};
    struct biquad notch = *model;
    int32_t largest = 0;
    for (uint32_t i = 0; i < 400; i++) {
        int32_t y = biquad_step(&notch, tone[i % 8]);
        if (i >= 360) {
            largest = y > largest ? y : -y > largest ? -y : largest;
        }
    }
    return largest <= 4;
}

int main(int argc, char **argv) {
    /* Two gentle low passes (poles 0.5 and 0.5 +- 0.25i) and a notch at fs/8 with poles of radius 0.9. */
    static const struct biquad model[SECTIONS] = {
        {268435456, 0, 0, -1073741824, 268435456, 0, 0},
        {335544320, 0, 0, -1073741824, 335544320, 0, 0},
        {1073741824, -1518500250, 1073741824, -1366650225, 869730877, 0, 0},
    };
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    struct biquad sections[SECTIONS];
    struct fir direct, symmetric, decimator;
    int16_t input[BLOCK], filtered[BLOCK], check[BLOCK], slow[BLOCK];
    int32_t smooth[BLOCK], level = 0;
    uint32_t digest = 0, mismatches = 0, kept = 0;

    int good = impulse_gives_coefficients() & notch_removes_tone(&model[2]);
    memcpy(sections, model, sizeof sections);
    fir_start(&direct, low_pass);
    fir_start(&symmetric, low_pass);
    fir_start(&decimator, low_pass);
    for (uint32_t b = 0; b < work->blocks; b++) {
        for (int i = 0; i < BLOCK; i++) {
            level += (int32_t)(next_random() & 1023) - 511 - (level >> 5);
            input[i] = saturate16(level + (int32_t)(next_random() & 4095) - 2048);
            filtered[i] = fir_direct(&direct, input[i]);
        }
        for (int i = 0; i < BLOCK; i++) {
            check[i] = fir_symmetric(&symmetric, input[i]);
        }
        mismatches += memcmp(filtered, check, sizeof check) != 0;
        uint32_t count = fir_decimate(&decimator, input, BLOCK, slow);
        for (uint32_t i = 0; i < count; i++) {
            mismatches += slow[i] != filtered[i * DECIMATION + DECIMATION - 1];
        }
        kept += count;
        cascade(sections, filtered, smooth, BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            digest = (digest << 1 | digest >> 31) + (uint32_t)smooth[i] + (uint32_t)(uint16_t)filtered[i];
        }
    }
    printf("blocks %" PRIu32 " kept %" PRIu32 " mismatches %" PRIu32 "\n", work->blocks, kept, mismatches);
    printf("digest %08" PRIx32 "\n", digest);
    good &= mismatches == 0 && digest == work->expected;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
