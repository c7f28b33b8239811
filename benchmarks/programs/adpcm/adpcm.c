/* ADPCM (the IMA/DVI 4-bit scheme): encoder, decoder, and block framing of a voice channel.
 *
 * Why: short data-dependent branches, saturation and a table-driven step size: the shape of speech codecs.
 * The encoder's predictor and the decoder must agree sample for sample, the coding noise must stay below a
 * bound, and the streams have a checksum. The voice is generated: three detuned oscillators with an envelope. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BLOCK_SAMPLES 505 /* 4 header bytes and 252 bytes of codes: 256-byte blocks */
#define BLOCK_BYTES 256

struct predictor {
    int32_t value;
    int32_t index;
};

struct voice {
    uint32_t phase[3];
    uint32_t step[3];
    uint32_t envelope;
};

struct workload {
    const char *name;
    uint32_t blocks;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 24, UINT32_C(0x23365d24)},
    {"full", 900, UINT32_C(0xf320bc43)},
};

static const int16_t step_sizes[89] = {
    7,    8,    9,    10,   11,   12,   13,   14,   16,   17,    19,    21,    23,    25,    28,    31,    34,    37,
    41,   45,   50,   55,   60,   66,   73,   80,   88,   97,    107,   118,   130,   143,   157,   173,   190,   209,
    230,  253,  279,  307,  337,  371,  408,  449,  494,  544,   598,   658,   724,   796,   876,   963,   1060,  1166,
    1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024,  3327,  3660,  4026,  4428,  4871,  5358,  5894,  6484,
    7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
};
static const int8_t index_changes[8] = {-1, -1, -1, -1, 2, 4, 6, 8};

static int16_t samples[BLOCK_SAMPLES], decoded[BLOCK_SAMPLES], tracked[BLOCK_SAMPLES];
static uint8_t packet[BLOCK_BYTES];
static uint32_t seed = 1992;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static int32_t clamp(int32_t x, int32_t low, int32_t high) {
    return x < low ? low : x > high ? high : x;
}

/* A parabola through the zeros of the sine: within 6 % of it and free of tables. Phase: full circle = 2^32. */
static int32_t rough_sine(uint32_t phase) {
    int32_t x = (int32_t)(phase >> 16) - 32768;
    int32_t magnitude = x < 0 ? -x : x;
    return -(x * (32768 - magnitude) >> 13);
}

static void speak(struct voice *v, int16_t *out, int count) {
    for (int i = 0; i < count; i++) {
        int32_t sum = 0;
        for (int o = 0; o < 3; o++) {
            v->phase[o] += v->step[o];
            sum += rough_sine(v->phase[o]) >> (o + 2);
        }
        v->envelope += 3 + (next_random() & 3);
        int32_t loudness = (int32_t)(v->envelope >> 7 & 127);
        sum = sum * loudness >> 8;
        sum += (int32_t)(next_random() & 63) - 32;
        out[i] = (int16_t)clamp(sum, -32768, 32767);
        if ((v->envelope & 0x3FFF) < 4) { /* a new syllable */
            for (int o = 0; o < 3; o++) {
                v->step[o] = (100 + next_random() % 900) * UINT32_C(536871) * (uint32_t)(o + 1);
            }
        }
    }
}

/* What a code means: shared by both directions, so that they cannot drift apart. */
static void advance(struct predictor *p, unsigned code) {
    int32_t step = step_sizes[p->index];
    int32_t change = step >> 3;
    if (code & 4) {
        change += step;
    }
    if (code & 2) {
        change += step >> 1;
    }
    if (code & 1) {
        change += step >> 2;
    }
    p->value = clamp(code & 8 ? p->value - change : p->value + change, -32768, 32767);
    p->index = clamp(p->index + index_changes[code & 7], 0, 88);
}

static unsigned encode_sample(struct predictor *p, int32_t sample) {
    int32_t step = step_sizes[p->index];
    int32_t difference = sample - p->value;
    unsigned code = 0;
    if (difference < 0) {
        code = 8;
        difference = -difference;
    }
    if (difference >= step) {
        code |= 4;
        difference -= step;
    }
    if (difference >= step >> 1) {
        code |= 2;
        difference -= step >> 1;
    }
    if (difference >= step >> 2) {
        code |= 1;
    }
    advance(p, code);
    return code;
}

/* Header: first sample (little endian), step index, zero; then two codes a byte, low nibble first. */
static void encode_block(struct predictor *p, const int16_t *in, uint8_t *out, int16_t *track) {
    p->value = in[0];
    out[0] = (uint8_t)in[0];
    out[1] = (uint8_t)((uint16_t)in[0] >> 8);
    out[2] = (uint8_t)p->index;
    out[3] = 0;
    track[0] = in[0];
    for (int i = 1; i < BLOCK_SAMPLES; i += 2) {
        unsigned low = encode_sample(p, in[i]);
        track[i] = (int16_t)p->value;
        unsigned high = encode_sample(p, in[i + 1]);
        track[i + 1] = (int16_t)p->value;
        out[4 + i / 2] = (uint8_t)(low | high << 4);
    }
}

/* Returns 0 for a header that no encoder makes. */
static int decode_block(const uint8_t *in, int16_t *out) {
    struct predictor p = {(int16_t)(in[0] | in[1] << 8), in[2]};
    if (p.index > 88 || in[3] != 0) {
        return 0;
    }
    out[0] = (int16_t)p.value;
    for (int i = 1; i < BLOCK_SAMPLES; i += 2) {
        unsigned byte = in[4 + i / 2];
        advance(&p, byte & 15);
        out[i] = (int16_t)p.value;
        advance(&p, byte >> 4);
        out[i + 1] = (int16_t)p.value;
    }
    return 1;
}

static uint32_t add_to_digest(uint32_t digest, const uint8_t *data, int n) {
    for (int i = 0; i < n; i++) {
        digest = (digest ^ data[i]) * UINT32_C(16777619);
    }
    return digest;
}

int main(int argc, char **argv) {
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    struct voice voice = {{0, 0, 0}, {UINT32_C(71582788), UINT32_C(153391689), UINT32_C(330382100)}, 0};
    struct predictor encoder = {0, 0};
    uint32_t digest = UINT32_C(2166136261), signal = 0, noise = 0, lost = 0;

    for (uint32_t b = 0; b < work->blocks; b++) {
        speak(&voice, samples, BLOCK_SAMPLES);
        encode_block(&encoder, samples, packet, tracked);
        digest = add_to_digest(digest, packet, BLOCK_BYTES);
        if (!decode_block(packet, decoded) || memcmp(decoded, tracked, sizeof decoded) != 0) {
            lost++;
        }
        /* Mean absolute levels, per block, so that nothing can overflow. */
        uint32_t block_signal = 0, block_noise = 0;
        for (int i = 0; i < BLOCK_SAMPLES; i++) {
            int32_t error = samples[i] - decoded[i];
            block_signal += (uint32_t)(samples[i] < 0 ? -samples[i] : samples[i]);
            block_noise += (uint32_t)(error < 0 ? -error : error);
        }
        signal += block_signal / BLOCK_SAMPLES;
        noise += block_noise / BLOCK_SAMPLES;
    }
    printf("blocks %" PRIu32 " lost %" PRIu32 " signal %" PRIu32 " noise %" PRIu32 "\n", work->blocks, lost,
           signal / work->blocks, noise / work->blocks);
    printf("digest %08" PRIx32 "\n", digest);
    int good = lost == 0 && noise * 8 < signal && digest == work->expected;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
