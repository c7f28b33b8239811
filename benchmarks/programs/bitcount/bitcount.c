/* Counting set bits by seven methods through a function table, and a bitmap allocator that needs the counts.
 *
 * Why: tiny leaf functions behind indirect calls, where call overhead, branch cost and shifts decide.
 * Every method must give the same totals; the totals of a full 12-bit range are known (12 * 2^11). */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BITMAP_WORDS 64

typedef int (*counter)(uint32_t word);

struct workload {
    const char *name;
    uint32_t words;
    uint32_t allocations;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 1500, 1000, UINT32_C(0x7b934cac)},
    {"full", 80000, 55000, UINT32_C(0x5cdb654b)},
};

static uint8_t byte_counts[256];
static const uint8_t nibble_counts[16] = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};
static uint32_t bitmap[BITMAP_WORDS];
static uint32_t seed = 1960;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed;
}

static int count_shift(uint32_t w) {
    int n = 0;
    for (int i = 0; i < 32; i++) {
        n += (int)(w & 1);
        w >>= 1;
    }
    return n;
}

static int count_until_empty(uint32_t w) {
    int n = 0;
    for (; w != 0; w >>= 1) {
        if (w & 1) {
            n++;
        }
    }
    return n;
}

static int count_clear_lowest(uint32_t w) {
    int n = 0;
    while (w != 0) {
        w &= w - 1;
        n++;
    }
    return n;
}

static int count_nibbles(uint32_t w) {
    int n = 0;
    for (; w != 0; w >>= 4) {
        n += nibble_counts[w & 15];
    }
    return n;
}

/* Recursion on halves, the way a textbook states it. */
static int count_recursive(uint32_t w) {
    return w == 0 ? 0 : count_recursive(w >> 4) + nibble_counts[w & 15];
}

static int count_bytes(uint32_t w) {
    return byte_counts[w & 0xFF] + byte_counts[w >> 8 & 0xFF] + byte_counts[w >> 16 & 0xFF] + byte_counts[w >> 24];
}

static int count_parallel(uint32_t w) {
    w -= w >> 1 & 0x55555555;
    w = (w & 0x33333333) + (w >> 2 & 0x33333333);
    w = (w + (w >> 4)) & 0x0F0F0F0F;
    return (int)(w * 0x01010101 >> 24);
}

static const counter counters[] = {
    count_shift, count_until_empty, count_clear_lowest, count_nibbles, count_recursive, count_bytes, count_parallel,
};
#define COUNTERS (sizeof counters / sizeof counters[0])

/* Index of the k-th set bit (from 0, lowest first) by halving; k must be below the number of set bits. */
static int select_bit(uint32_t w, int k) {
    int at = 0;
    for (int half = 16; half > 0; half /= 2) {
        uint32_t low = w & ((UINT32_C(1) << half) - 1);
        int n = count_parallel(low);
        if (k >= n) {
            k -= n;
            at += half;
            w >>= half;
        } else {
            w = low;
        }
    }
    return at;
}

/* Sets a random free bit of the bitmap or clears a random used one; returns its number. */
static uint32_t allocate_or_free(uint32_t choice) {
    uint32_t word = choice >> 26; /* the high bits of the generator are its good ones */
    int wanted_used = (int)(choice >> 20 & 31) < count_parallel(bitmap[word]); /* settles at half full */
    for (uint32_t tries = 0; tries < BITMAP_WORDS; tries++, word = (word + 1) % BITMAP_WORDS) {
        uint32_t candidates = wanted_used ? bitmap[word] : ~bitmap[word];
        int n = count_bytes(candidates);
        if (n > 0) {
            int bit = select_bit(candidates, (int)(choice >> 8 & 0xFFF) % n);
            bitmap[word] ^= UINT32_C(1) << bit;
            return word * 32 + (uint32_t)bit;
        }
        if (tries == BITMAP_WORDS / 2) {
            wanted_used = !wanted_used; /* nothing of this kind near by */
        }
    }
    return 0;
}

int main(int argc, char **argv) {
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    uint32_t totals[COUNTERS] = {0}, range_total = 0, digest = 0, used = 0;
    int good = 1;

    for (uint32_t i = 1; i < 256; i++) {
        byte_counts[i] = (uint8_t)((i & 1) + byte_counts[i / 2]);
    }
    for (size_t c = 0; c < COUNTERS; c++) {
        uint32_t stream = seed;
        for (uint32_t i = 0; i < work->words; i++) {
            stream = stream * UINT32_C(1664525) + UINT32_C(1013904223);
            uint32_t word = i % 4 == 0 ? stream >> 20 : stream; /* short numbers are common */
            totals[c] += (uint32_t)counters[c](word);
        }
        good &= totals[c] == totals[0];
    }
    for (uint32_t i = 0; i < 4096; i++) {
        range_total += (uint32_t)counters[i % COUNTERS](i);
    }
    good &= range_total == 12 * 2048;
    for (uint32_t i = 0; i < work->allocations; i++) {
        digest = (digest << 3 | digest >> 29) ^ allocate_or_free(next_random());
    }
    for (int i = 0; i < BITMAP_WORDS; i++) {
        used += (uint32_t)count_clear_lowest(bitmap[i]);
    }
    printf("bits %" PRIu32 " range %" PRIu32 " used %" PRIu32 "\n", totals[0], range_total, used);
    digest ^= totals[0];
    printf("digest %08" PRIx32 "\n", digest);
    good &= digest == work->expected;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
