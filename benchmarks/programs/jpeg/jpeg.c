/* A lossy image codec in the manner of JPEG: colour transform, 8 x 8 cosine transform in float, quantisation, zigzag
 * run lengths with variable-length integers, and all the way back.
 *
 * Why: float matrices beside byte streams: conversions from bytes to float and back with rounding and clamping, small
 * products, byte-wise output. Built without fused arithmetic, every step is defined by IEEE 754, so the coded
 * stream is the same everywhere and the digest is over its bytes.
 * Checks: the decoder reads exactly what was written, and the image comes back within the quality's error. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define SIDE 64
#define PLANES 3
#define STREAM (PLANES * SIDE * SIDE * 2)

struct workload {
    const char *name;
    uint32_t side, images;
};

static const struct workload workloads[] = {
    {"small", 8, 1},
    {"full", 64, 20},
};

static const uint8_t zigzag[64] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};

/* cos((2 k + 1) pi / 16 * j) / 2, the first row divided by the root of two: an orthogonal matrix. */
static const float basis[8][8] = {
    {0.35355339f, 0.35355339f, 0.35355339f, 0.35355339f, 0.35355339f, 0.35355339f, 0.35355339f, 0.35355339f},
    {0.49039264f, 0.41573481f, 0.27778512f, 0.09754516f, -0.09754516f, -0.27778512f, -0.41573481f, -0.49039264f},
    {0.46193977f, 0.19134172f, -0.19134172f, -0.46193977f, -0.46193977f, -0.19134172f, 0.19134172f, 0.46193977f},
    {0.41573481f, -0.09754516f, -0.49039264f, -0.27778512f, 0.27778512f, 0.49039264f, 0.09754516f, -0.41573481f},
    {0.35355339f, -0.35355339f, -0.35355339f, 0.35355339f, 0.35355339f, -0.35355339f, -0.35355339f, 0.35355339f},
    {0.27778512f, -0.49039264f, 0.09754516f, 0.41573481f, -0.41573481f, -0.09754516f, 0.49039264f, -0.27778512f},
    {0.19134172f, -0.46193977f, 0.46193977f, -0.19134172f, -0.19134172f, 0.46193977f, -0.46193977f, 0.19134172f},
    {0.09754516f, -0.27778512f, 0.41573481f, -0.49039264f, 0.49039264f, -0.41573481f, 0.27778512f, -0.09754516f},
};

static uint8_t image[PLANES][SIDE][SIDE], decoded[PLANES][SIDE][SIDE];
static float planes[PLANES][SIDE][SIDE];
static uint8_t stream[STREAM];
static uint32_t seed = 1414;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static uint8_t clamped(float x) {
    return (uint8_t)(x < 0.0f ? 0 : x > 255.0f ? 255 : (int32_t)(x + 0.5f));
}

/* Smooth hills of colour with a few edges and a little noise. */
static void paint(uint32_t side) {
    for (int c = 0; c < PLANES; c++) {
        uint32_t dx = next_random() & 7, dy = next_random() & 7, edge = 4 + next_random() % side;
        for (uint32_t y = 0; y < side; y++) {
            for (uint32_t x = 0; x < side; x++) {
                uint32_t slope = x * dx + y * dy, hill = (slope & 256) != 0 ? 511 - (slope & 511) : slope & 511;
                uint32_t noise = next_random() & 3;
                image[c][y][x] = (uint8_t)((hill >> 1) + noise + (x + y > edge ? 48 : 0));
            }
        }
    }
}

static void to_luminance(uint32_t side) {
    for (uint32_t y = 0; y < side; y++) {
        for (uint32_t x = 0; x < side; x++) {
            float r = image[0][y][x], g = image[1][y][x], b = image[2][y][x];
            planes[0][y][x] = 0.299f * r + 0.587f * g + 0.114f * b - 128.0f;
            planes[1][y][x] = -0.168736f * r - 0.331264f * g + 0.5f * b;
            planes[2][y][x] = 0.5f * r - 0.418688f * g - 0.081312f * b;
        }
    }
}

static void to_colours(uint32_t side) {
    for (uint32_t y = 0; y < side; y++) {
        for (uint32_t x = 0; x < side; x++) {
            float l = planes[0][y][x] + 128.0f, cb = planes[1][y][x], cr = planes[2][y][x];
            decoded[0][y][x] = clamped(l + 1.402f * cr);
            decoded[1][y][x] = clamped(l - 0.344136f * cb - 0.714136f * cr);
            decoded[2][y][x] = clamped(l + 1.772f * cb);
        }
    }
}

/* out = basis * block * transposed basis, or the other way round. */
static void rotate(float block[8][8], int back) {
    float half[8][8];
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 8; j++) {
            float sum = 0.0f;
            for (int k = 0; k < 8; k++) {
                sum += (back ? basis[k][i] : basis[i][k]) * block[k][j];
            }
            half[i][j] = sum;
        }
    }
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 8; j++) {
            float sum = 0.0f;
            for (int k = 0; k < 8; k++) {
                sum += half[i][k] * (back ? basis[k][j] : basis[j][k]);
            }
            block[i][j] = sum;
        }
    }
}

static float step_of(int plane, int at) {
    int row = at >> 3, column = at & 7;
    return (plane == 0 ? 6.0f : 9.0f) + (float)(row + column) * 2.0f;
}

/* A signed number in groups of seven bits, the sign lowest. */
static uint32_t put_number(uint32_t at, int32_t value) {
    uint32_t coded = value < 0 ? ((uint32_t)-value << 1) - 1 : (uint32_t)value << 1;
    for (; coded > 127; coded >>= 7) {
        stream[at++] = (uint8_t)(coded | 128);
    }
    stream[at++] = (uint8_t)coded;
    return at;
}

static uint32_t get_number(uint32_t at, int32_t *value) {
    uint32_t coded = 0, shift = 0;
    for (; (stream[at] & 128) != 0; at++, shift += 7) {
        coded |= (uint32_t)(stream[at] & 127) << shift;
    }
    coded |= (uint32_t)stream[at++] << shift;
    *value = (coded & 1) != 0 ? -(int32_t)((coded + 1) >> 1) : (int32_t)(coded >> 1);
    return at;
}

/* Pairs of (zeros before, value); 64 ends a block. Returns where the stream ends. */
static uint32_t encode(uint32_t side) {
    uint32_t at = 0;
    for (int c = 0; c < PLANES; c++) {
        int32_t last = 0;
        for (uint32_t y = 0; y < side; y += 8) {
            for (uint32_t x = 0; x < side; x += 8) {
                float block[8][8];
                uint32_t zeros = 0;
                for (int i = 0; i < 8; i++) {
                    memcpy(block[i], &planes[c][y + (uint32_t)i][x], sizeof block[i]);
                }
                rotate(block, 0);
                for (int k = 0; k < 64; k++) {
                    int place = zigzag[k];
                    float scaled = block[place >> 3][place & 7] / step_of(c, place);
                    int32_t value = (int32_t)(scaled < 0.0f ? scaled - 0.5f : scaled + 0.5f);
                    if (k == 0) {
                        at = put_number(at, value - last);
                        last = value;
                    } else if (value == 0) {
                        zeros++;
                    } else {
                        stream[at++] = (uint8_t)zeros;
                        at = put_number(at, value);
                        zeros = 0;
                    }
                }
                stream[at++] = 64;
            }
        }
    }
    return at;
}

static uint32_t decode(uint32_t side) {
    uint32_t at = 0;
    for (int c = 0; c < PLANES; c++) {
        int32_t last = 0;
        for (uint32_t y = 0; y < side; y += 8) {
            for (uint32_t x = 0; x < side; x += 8) {
                float block[8][8] = {{0}};
                int32_t value;
                at = get_number(at, &value);
                last += value;
                block[0][0] = (float)last * step_of(c, 0);
                for (int k = 1; stream[at] != 64; k++) {
                    k += stream[at++];
                    at = get_number(at, &value);
                    int place = zigzag[k & 63];
                    block[place >> 3][place & 7] = (float)value * step_of(c, place);
                }
                at++;
                rotate(block, 1);
                for (int i = 0; i < 8; i++) {
                    memcpy(&planes[c][y + (uint32_t)i][x], block[i], sizeof block[i]);
                }
            }
        }
    }
    return at;
}

int main(int argc, char **argv) {
    const struct workload *job = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    uint32_t digest = 0, bytes = 0, largest = 0, error = 0;
    int good = 1;

    for (uint32_t n = 0; n < job->images; n++) {
        paint(job->side);
        to_luminance(job->side);
        uint32_t written = encode(job->side);
        memset(planes, 0, sizeof planes);
        good &= decode(job->side) == written;
        to_colours(job->side);
        for (uint32_t i = 0; i < written; i++) {
            digest = (digest << 5 | digest >> 27) ^ stream[i];
        }
        bytes += written;
        for (int c = 0; c < PLANES; c++) {
            for (uint32_t y = 0; y < job->side; y++) {
                for (uint32_t x = 0; x < job->side; x++) {
                    int32_t off = (int32_t)image[c][y][x] - (int32_t)decoded[c][y][x];
                    uint32_t size = (uint32_t)(off < 0 ? -off : off);
                    largest = size > largest ? size : largest;
                    error += size;
                    digest += decoded[c][y][x] * (x + 1);
                }
            }
        }
    }
    uint32_t pixels = PLANES * job->side * job->side * job->images;
    good &= error < 6 * pixels;
    printf("pixels %" PRIu32 " bytes %" PRIu32 " error %" PRIu32 " at most %" PRIu32 "\n", pixels, bytes, error, largest);
    printf("digest %08" PRIx32 "\n", digest);
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
