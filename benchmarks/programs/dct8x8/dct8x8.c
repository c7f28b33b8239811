/* 8x8 DCT, quantisation, zigzag and run-length coding of generated picture tiles, and the way back: the
 * integer core of a still-picture codec.
 *
 * Why: fully unrolled butterflies with constant multiplications, short loops of fixed trip count, division by
 * table, and a coder with data-dependent branches. Checked by the picture error after decoding (bounded by the
 * quantiser), a flat block (only the DC coefficient may remain), and a checksum of the coded stream. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define N 8
#define CELLS (N * N)
#define TILE_WIDTH 64
#define TILE_HEIGHT 48
#define CODED_MAX (CELLS * 3 + 8)

struct workload {
    const char *name;
    uint32_t tiles;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 5, UINT32_C(0xbae77ec9)},
    {"full", 170, UINT32_C(0xece93b4f)},
};

/* Rows of the orthonormal DCT-II matrix, Q13: cos(k * pi / 16) / 2, the first row divided by sqrt(2) as well. */
#define C1 4017
#define C2 3784
#define C3 3406
#define C4 2896
#define C5 2276
#define C6 1567
#define C7 799
static const int16_t basis[N][N] = {
    {C4, C4, C4, C4, C4, C4, C4, C4},     {C1, C3, C5, C7, -C7, -C5, -C3, -C1},
    {C2, C6, -C6, -C2, -C2, -C6, C6, C2}, {C3, -C7, -C1, -C5, C5, C1, C7, -C3},
    {C4, -C4, -C4, C4, C4, -C4, -C4, C4}, {C5, -C1, C7, C3, -C3, -C7, C1, -C5},
    {C6, -C2, C2, -C6, -C6, C2, -C2, C6}, {C7, -C5, C3, -C1, C1, -C3, C5, -C7},
};

static uint8_t picture[TILE_HEIGHT][TILE_WIDTH], decoded[TILE_HEIGHT][TILE_WIDTH];
static uint8_t zigzag[CELLS];
static int16_t quantiser[CELLS];
static uint32_t seed = 1974;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static int32_t round_shift(int32_t x, int bits) {
    return (x + (1 << (bits - 1))) >> bits;
}

/* One line of the forward transform: even part and odd part apart, 22 multiplications instead of 64. `stride` is
 * the distance between elements; the output keeps three extra bits when `bits` is 10 instead of 13. */
static void forward_line(int32_t *x, int stride, int bits) {
    int32_t s07 = x[0] + x[7 * stride], d07 = x[0] - x[7 * stride];
    int32_t s16 = x[stride] + x[6 * stride], d16 = x[stride] - x[6 * stride];
    int32_t s25 = x[2 * stride] + x[5 * stride], d25 = x[2 * stride] - x[5 * stride];
    int32_t s34 = x[3 * stride] + x[4 * stride], d34 = x[3 * stride] - x[4 * stride];
    int32_t outer = s07 + s34, inner = s16 + s25, across = s07 - s34, between = s16 - s25;
    x[0] = round_shift((outer + inner) * C4, bits);
    x[4 * stride] = round_shift((outer - inner) * C4, bits);
    x[2 * stride] = round_shift(across * C2 + between * C6, bits);
    x[6 * stride] = round_shift(across * C6 - between * C2, bits);
    x[stride] = round_shift(d07 * C1 + d16 * C3 + d25 * C5 + d34 * C7, bits);
    x[3 * stride] = round_shift(d07 * C3 - d16 * C7 - d25 * C1 - d34 * C5, bits);
    x[5 * stride] = round_shift(d07 * C5 - d16 * C1 + d25 * C7 + d34 * C3, bits);
    x[7 * stride] = round_shift(d07 * C7 - d16 * C5 + d25 * C3 - d34 * C1, bits);
}

static void forward(int32_t block[CELLS]) {
    for (int row = 0; row < N; row++) {
        forward_line(block + row * N, 1, 10);
    }
    for (int column = 0; column < N; column++) {
        forward_line(block + column, N, 16);
    }
}

/* The inverse by the plain matrix, so that it shares nothing with the butterflies. Zero columns are skipped. */
static void inverse(int32_t block[CELLS]) {
    int32_t half[CELLS] = {0};
    for (int u = 0; u < N; u++) {
        for (int v = 0; v < N; v++) {
            int32_t c = block[v * N + u];
            if (c != 0) {
                for (int y = 0; y < N; y++) {
                    half[y * N + u] += c * basis[v][y];
                }
            }
        }
    }
    for (int y = 0; y < N; y++) {
        for (int x = 0; x < N; x++) {
            int32_t sum = 0;
            for (int u = 0; u < N; u++) {
                sum += round_shift(half[y * N + u], 8) * basis[u][x];
            }
            block[y * N + x] = round_shift(sum, 18);
        }
    }
}

static void build_tables(void) {
    int x = 0, y = 0, up = 1;
    for (int i = 0; i < CELLS; i++) {
        zigzag[i] = (uint8_t)(y * N + x);
        quantiser[y * N + x] = (int16_t)(6 + 2 * (x + y) + x * y / 4);
        int step_x = up ? 1 : -1;
        if (up ? x == N - 1 || y == 0 : y == N - 1 || x == 0) {
            if (up ? x == N - 1 : y != N - 1) {
                y++;
            } else {
                x++;
            }
            up = !up;
        } else {
            x += step_x;
            y -= step_x;
        }
    }
}

static void quantise(int32_t block[CELLS]) {
    for (int i = 0; i < CELLS; i++) {
        int32_t half = quantiser[i] / 2;
        block[i] = block[i] < 0 ? -((half - block[i]) / quantiser[i]) : (block[i] + half) / quantiser[i];
    }
}

static void scale_back(int32_t block[CELLS]) {
    for (int i = 0; i < CELLS; i++) {
        block[i] *= quantiser[i];
    }
}

/* A pair is (zeros before, level): level as one byte when it fits, else an escape and two bytes. 0xFF ends. */
static uint32_t run_length_encode(const int32_t block[CELLS], uint8_t *out) {
    uint32_t n = 0, zeros = 0;
    for (int i = 0; i < CELLS; i++) {
        int32_t level = block[zigzag[i]];
        if (level == 0) {
            zeros++;
            continue;
        }
        if (level >= -127 && level <= 127) {
            out[n++] = (uint8_t)zeros;
            out[n++] = (uint8_t)(level + 128);
        } else {
            out[n++] = (uint8_t)(zeros | 0x80);
            out[n++] = (uint8_t)((uint32_t)level >> 8);
            out[n++] = (uint8_t)level;
        }
        zeros = 0;
    }
    out[n++] = 0xFF;
    return n;
}

/* Returns 0 when the stream leaves the block. */
static int run_length_decode(const uint8_t *in, int32_t block[CELLS]) {
    uint32_t at = 0;
    memset(block, 0, CELLS * sizeof block[0]);
    for (; *in != 0xFF; at++) {
        uint8_t zeros = *in++;
        at += zeros & 0x3F;
        if (at >= CELLS) {
            return 0;
        }
        if (zeros & 0x80) {
            block[zigzag[at]] = (int16_t)(in[0] << 8 | in[1]);
            in += 2;
        } else {
            block[zigzag[at]] = *in++ - 128;
        }
    }
    return 1;
}

/* A smooth gradient, a bright disc with a sharp edge, and a little noise. */
static void draw_tile(void) {
    int cx = (int)(next_random() % TILE_WIDTH), cy = (int)(next_random() % TILE_HEIGHT);
    int radius = 4 + (int)(next_random() % 16), slope_x = (int)(next_random() % 5) - 2, slope_y = (int)(next_random() % 5) - 2;
    for (int y = 0; y < TILE_HEIGHT; y++) {
        for (int x = 0; x < TILE_WIDTH; x++) {
            int dx = x - cx, dy = y - cy;
            int value = 110 + (slope_x * dx + slope_y * dy) / 2 + (int)(next_random() & 7);
            if (dx * dx + dy * dy < radius * radius) {
                value += 70;
            }
            picture[y][x] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
    }
}

static void load_block(int by, int bx, int32_t block[CELLS]) {
    for (int y = 0; y < N; y++) {
        for (int x = 0; x < N; x++) {
            block[y * N + x] = picture[by + y][bx + x] - 128;
        }
    }
}

static void store_block(int by, int bx, const int32_t block[CELLS]) {
    for (int y = 0; y < N; y++) {
        for (int x = 0; x < N; x++) {
            int32_t value = block[y * N + x] + 128;
            decoded[by + y][bx + x] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
    }
}

static int flat_block_has_only_dc(void) {
    int32_t block[CELLS];
    int others = 0;
    for (int i = 0; i < CELLS; i++) {
        block[i] = 100;
    }
    forward(block);
    for (int i = 1; i < CELLS; i++) {
        others |= block[i];
    }
    return block[0] >= 799 && block[0] <= 801 && others == 0;
}

int main(int argc, char **argv) {
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    uint8_t coded[CODED_MAX];
    int32_t block[CELLS];
    uint32_t digest = UINT32_C(2166136261), coded_bytes = 0, error_sum = 0, error_max = 0;

    build_tables();
    int good = flat_block_has_only_dc() && zigzag[2] == 8 && zigzag[CELLS - 2] == 62;
    for (uint32_t t = 0; t < work->tiles; t++) {
        draw_tile();
        for (int by = 0; by < TILE_HEIGHT; by += N) {
            for (int bx = 0; bx < TILE_WIDTH; bx += N) {
                load_block(by, bx, block);
                forward(block);
                quantise(block);
                uint32_t n = run_length_encode(block, coded);
                coded_bytes += n;
                for (uint32_t i = 0; i < n; i++) {
                    digest = (digest ^ coded[i]) * UINT32_C(16777619);
                }
                good &= run_length_decode(coded, block);
                scale_back(block);
                inverse(block);
                store_block(by, bx, block);
            }
        }
        uint32_t tile_error = 0;
        for (int y = 0; y < TILE_HEIGHT; y++) {
            for (int x = 0; x < TILE_WIDTH; x++) {
                int error = picture[y][x] - decoded[y][x];
                uint32_t size = (uint32_t)(error < 0 ? -error : error);
                tile_error += size;
                error_max = size > error_max ? size : error_max;
            }
        }
        error_sum += tile_error * 100 / (TILE_WIDTH * TILE_HEIGHT);
    }
    printf("coded %" PRIu32 " error_mean_hundredths %" PRIu32 " error_max %" PRIu32 "\n", coded_bytes,
           error_sum / work->tiles, error_max);
    printf("digest %08" PRIx32 "\n", digest);
    good &= error_sum / work->tiles < 400 && error_max < 60 && digest == work->expected;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
