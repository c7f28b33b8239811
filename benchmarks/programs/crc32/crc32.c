/* CRC-32 (the IEEE 802.3 polynomial, reflected) over a stream of generated link-layer frames.
 *
 * Why: the classic embedded inner loop, in the four forms that firmware really uses (bit by bit, nibble table,
 * byte table, four tables at a time), so one program has a shift loop, table loads and a word-at-a-time loop.
 * Checked against the published check value of "123456789" and by comparing the methods with one another. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define POLYNOMIAL UINT32_C(0xEDB88320)
#define FRAME_MAX 1518
#define CHECK_VALUE UINT32_C(0xCBF43926)

typedef uint32_t (*crc_method)(uint32_t crc, const uint8_t *data, size_t length);

struct workload {
    const char *name;
    uint32_t frames;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 56, UINT32_C(0x2e0b73be)},
    {"full", 3000, UINT32_C(0xfa17dec1)},
};

static uint32_t tables[4][256];
static uint32_t nibble_table[16];
static uint8_t frame[FRAME_MAX + 4];

static uint32_t seed = 20240229;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static uint32_t shift_bits(uint32_t value, int bits) {
    while (bits-- > 0) {
        value = (value & 1) ? (value >> 1) ^ POLYNOMIAL : value >> 1;
    }
    return value;
}

static void build_tables(void) {
    for (uint32_t i = 0; i < 16; i++) {
        nibble_table[i] = shift_bits(i, 4);
    }
    for (uint32_t i = 0; i < 256; i++) {
        tables[0][i] = shift_bits(i, 8);
    }
    for (int t = 1; t < 4; t++) {
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t previous = tables[t - 1][i];
            tables[t][i] = (previous >> 8) ^ tables[0][previous & 0xFF];
        }
    }
}

static uint32_t crc_bitwise(uint32_t crc, const uint8_t *data, size_t length) {
    for (size_t i = 0; i < length; i++) {
        crc = shift_bits(crc ^ data[i], 8);
    }
    return crc;
}

static uint32_t crc_nibble(uint32_t crc, const uint8_t *data, size_t length) {
    for (size_t i = 0; i < length; i++) {
        crc ^= data[i];
        crc = (crc >> 4) ^ nibble_table[crc & 15];
        crc = (crc >> 4) ^ nibble_table[crc & 15];
    }
    return crc;
}

static uint32_t crc_bytewise(uint32_t crc, const uint8_t *data, size_t length) {
    while (length-- > 0) {
        crc = (crc >> 8) ^ tables[0][(crc ^ *data++) & 0xFF];
    }
    return crc;
}

/* Four bytes a turn; the word is put together from bytes, so the result is the same on either byte order. */
static uint32_t crc_slicing(uint32_t crc, const uint8_t *data, size_t length) {
    for (; length >= 4; length -= 4, data += 4) {
        crc ^= (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
        crc = tables[3][crc & 0xFF] ^ tables[2][(crc >> 8) & 0xFF] ^ tables[1][(crc >> 16) & 0xFF] ^ tables[0][crc >> 24];
    }
    return crc_bytewise(crc, data, length);
}

static const crc_method methods[] = {crc_bytewise, crc_slicing, crc_nibble, crc_bitwise};

static uint32_t crc_of(crc_method method, const uint8_t *data, size_t length) {
    return method(UINT32_C(0xFFFFFFFF), data, length) ^ UINT32_C(0xFFFFFFFF);
}

/* Fills `frame` with addresses, a type, a payload and the CRC in transmission order; returns the whole length. */
static size_t make_frame(uint32_t number) {
    size_t payload = 46 + next_random() % (FRAME_MAX - 14 - 46);
    size_t length = 14 + payload;
    memset(frame, 0xFF, 6);
    for (int i = 0; i < 6; i++) {
        frame[6 + i] = (uint8_t)(0x02 + i * 16 + (number & 7));
    }
    frame[12] = 0x08;
    frame[13] = 0x00;
    for (size_t i = 0; i < payload; i++) {
        frame[14 + i] = (uint8_t)next_random();
    }
    uint32_t crc = crc_of(crc_slicing, frame, length);
    for (int i = 0; i < 4; i++) {
        frame[length + (size_t)i] = (uint8_t)(crc >> (8 * i));
    }
    return length + 4;
}

/* Receiving side: over data and trailing CRC the register always ends at the same residue. */
static int frame_is_good(crc_method method, size_t length) {
    return method(UINT32_C(0xFFFFFFFF), frame, length) == UINT32_C(0xDEBB20E3);
}

int main(int argc, char **argv) {
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    int failures = 0;
    uint32_t good = 0, bad = 0, digest = 0;

    build_tables();
    for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
        if (crc_of(methods[m], (const uint8_t *)"123456789", 9) != CHECK_VALUE) {
            failures++;
        }
    }
    for (uint32_t n = 0; n < work->frames; n++) {
        size_t length = make_frame(n);
        if (n % 16 == 5) {
            size_t hit = next_random() % length; /* line noise */
            frame[hit] ^= (uint8_t)(1u << (next_random() & 7));
        }
        /* Every frame by the two fast methods, every eighth by the slow ones too. */
        size_t used = n % 8 == 5 ? 4 : 2;
        int votes = 0;
        for (size_t m = 0; m < used; m++) {
            votes += frame_is_good(methods[m], length);
        }
        if (votes == (int)used) {
            good++;
        } else if (votes == 0) {
            bad++;
        } else {
            failures++;
        }
        digest = crc_of(crc_bytewise, frame, 64) ^ (digest << 1 | digest >> 31);
    }
    printf("frames %" PRIu32 " good %" PRIu32 " bad %" PRIu32 "\n", work->frames, good, bad);
    printf("digest %08" PRIx32 "\n", digest);
    int passed = failures == 0 && bad == (work->frames + 10) / 16 && digest == work->expected;
    puts(passed ? "OK" : "FAIL");
    return passed ? 0 : 1;
}
