/* Lossless compression: LZ77 with hash chains, and canonical Huffman coding of its output; then the way back.
 *
 * Why: byte matching loops, hash tables, a bit-wise output and a table-driven bit-wise input: the shape of
 * every firmware image unpacker. The input is text-like: words of a generated vocabulary, log lines, numbers.
 * Checked by restoring the original exactly, and by a checksum of the compressed stream. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define INPUT_BYTES 16384
#define PACKED_BYTES (INPUT_BYTES + INPUT_BYTES / 8 + 64)
#define CODED_BYTES (PACKED_BYTES * 2)
#define HASH_SIZE 4096
#define MIN_MATCH 3
#define MAX_MATCH (MIN_MATCH + 15)
#define MAX_DISTANCE 4096
#define CHAIN_LIMIT 24
#define NO_POSITION UINT16_C(0xFFFF)
#define SYMBOLS 256
#define MAX_CODE_BITS 15

struct workload {
    const char *name;
    uint32_t bytes;
    uint32_t texts;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 6000, 1, UINT32_C(0x67e37eeb)},
    {"full", INPUT_BYTES, 16, UINT32_C(0x83384d81)},
};

static uint8_t input[INPUT_BYTES], restored[INPUT_BYTES];
static uint8_t packed[PACKED_BYTES], unpacked_codes[PACKED_BYTES], coded[CODED_BYTES];
static uint16_t newest[HASH_SIZE], older[INPUT_BYTES];
static uint32_t seed = 1977;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

/* ---- input ---- */

static uint32_t write_word(uint8_t *out, uint32_t number) {
    static const char *const syllables[16] = {"ka", "lo", "mi", "ra", "te", "su", "no", "vi",
                                              "der", "an", "ing", "st", "e", "or", "pla", "un"};
    uint32_t n = 0, parts = 1 + number % 3, shape = number * UINT32_C(2654435761);
    for (uint32_t p = 0; p < parts; p++) {
        for (const char *s = syllables[shape >> 28]; *s != 0; s++) {
            out[n++] = (uint8_t)*s;
        }
        shape <<= 4;
    }
    return n;
}

static void write_text(uint8_t *out, uint32_t size) {
    uint8_t line[96];
    uint32_t at = 0;
    while (at < size) {
        uint32_t n = 0;
        if (next_random() % 4 == 0) {
            static const char heading[] = "\nlog: state=";
            memcpy(line, heading, sizeof heading - 1);
            n = sizeof heading - 1;
            uint32_t value = next_random() % 10000;
            for (uint32_t unit = 1000; unit > 0; unit /= 10) {
                line[n++] = (uint8_t)('0' + value / unit % 10);
            }
        }
        for (uint32_t words = 2 + next_random() % 6; words > 0; words--) {
            uint32_t rare = next_random() % 40, usual = next_random() % 200;
            line[n++] = ' ';
            n += write_word(line + n, rare == 0 ? next_random() : usual * usual / 200);
        }
        n = n < size - at ? n : size - at;
        memcpy(out + at, line, n);
        at += n;
    }
}

/* ---- LZ77: a flag byte for eight items; an item is a byte, or two bytes of (distance - 1, length - 3) ---- */

static uint32_t hash_of(const uint8_t *p) {
    return (uint32_t)(p[0] << 8 ^ p[1] << 4 ^ p[2] ^ p[2] << 7) % HASH_SIZE;
}

static void remember(const uint8_t *data, uint32_t at, uint32_t size) {
    if (at + MIN_MATCH <= size) {
        uint32_t h = hash_of(data + at);
        older[at] = newest[h];
        newest[h] = (uint16_t)at;
    }
}

static uint32_t longest_match(const uint8_t *data, uint32_t at, uint32_t size, uint32_t *distance) {
    uint32_t best = 0, limit = size - at < MAX_MATCH ? size - at : MAX_MATCH;
    if (limit < MIN_MATCH) {
        return 0;
    }
    uint16_t candidate = newest[hash_of(data + at)];
    for (int tries = CHAIN_LIMIT; tries > 0 && candidate != NO_POSITION && at - candidate <= MAX_DISTANCE; tries--) {
        const uint8_t *a = data + candidate, *b = data + at;
        if (a[best] == b[best]) {
            uint32_t n = 0;
            while (n < limit && a[n] == b[n]) {
                n++;
            }
            if (n > best) {
                best = n;
                *distance = at - candidate;
                if (n == limit) {
                    break;
                }
            }
        }
        candidate = older[candidate];
    }
    return best < MIN_MATCH ? 0 : best;
}

static uint32_t lz_pack(const uint8_t *data, uint32_t size, uint8_t *out) {
    uint32_t n = 0, flag_at = 0, items = 0;
    for (uint32_t h = 0; h < HASH_SIZE; h++) {
        newest[h] = NO_POSITION;
    }
    for (uint32_t at = 0; at < size;) {
        uint32_t distance = 0, length = longest_match(data, at, size, &distance);
        if (items++ % 8 == 0) {
            flag_at = n++;
            out[flag_at] = 0;
        }
        if (length == 0) {
            out[n++] = data[at];
            length = 1;
        } else {
            uint32_t token = (distance - 1) << 4 | (length - MIN_MATCH);
            out[flag_at] |= (uint8_t)(1u << (items - 1) % 8);
            out[n++] = (uint8_t)(token >> 8);
            out[n++] = (uint8_t)token;
        }
        for (; length > 0; length--) {
            remember(data, at++, size);
        }
    }
    return n;
}

/* Returns the number of bytes restored, or 0 for a damaged stream. */
static uint32_t lz_unpack(const uint8_t *in, uint32_t in_size, uint8_t *out, uint32_t out_max) {
    uint32_t at = 0, n = 0, flags = 0, items = 0;
    while (at < in_size) {
        if (items++ % 8 == 0) {
            flags = in[at++];
        } else {
            flags >>= 1;
        }
        if ((flags & 1) == 0) {
            if (at >= in_size || n >= out_max) {
                return n == out_max && at >= in_size ? n : 0;
            }
            out[n++] = in[at++];
            continue;
        }
        if (at + 2 > in_size) {
            return 0;
        }
        uint32_t token = (uint32_t)in[at] << 8 | in[at + 1];
        uint32_t distance = (token >> 4) + 1, length = (token & 15) + MIN_MATCH;
        at += 2;
        if (distance > n || length > out_max - n) {
            return 0;
        }
        for (; length > 0; length--, n++) {
            out[n] = out[n - distance];
        }
    }
    return n;
}

/* ---- canonical Huffman ---- */

struct bit_writer {
    uint8_t *out;
    uint32_t n, held, bits;
};

struct bit_reader {
    const uint8_t *in;
    uint32_t at, size, held, bits;
};

static void put_bits(struct bit_writer *w, uint32_t value, uint32_t count) {
    w->held = w->held << count | value;
    for (w->bits += count; w->bits >= 8; w->bits -= 8) {
        w->out[w->n++] = (uint8_t)(w->held >> (w->bits - 8));
    }
}

static uint32_t get_bit(struct bit_reader *r) {
    if (r->bits == 0) {
        r->held = r->at < r->size ? r->in[r->at] : 0;
        r->at++;
        r->bits = 8;
    }
    return r->held >> --r->bits & 1;
}

/* Code lengths by repeated joining of the two rarest trees. Counts are halved and the work repeated when a code
 * gets longer than MAX_CODE_BITS. */
static void find_lengths(const uint8_t *data, uint32_t size, uint8_t lengths[SYMBOLS]) {
    static uint32_t weight[2 * SYMBOLS];
    static uint16_t parent[2 * SYMBOLS];
    uint32_t counts[SYMBOLS] = {0};
    for (uint32_t i = 0; i < size; i++) {
        counts[data[i]]++;
    }
    for (;;) {
        uint16_t roots[SYMBOLS];
        uint32_t root_count = 0, nodes = SYMBOLS, longest = 0;
        for (uint32_t s = 0; s < SYMBOLS; s++) {
            weight[s] = counts[s];
            if (counts[s] != 0) {
                roots[root_count++] = (uint16_t)s;
            }
        }
        while (root_count > 1) {
            for (int pick = 0; pick < 2; pick++) { /* the rarest goes to the end, the next before it */
                uint32_t last = root_count - 1 - (uint32_t)pick, rarest = 0;
                for (uint32_t i = 1; i <= last; i++) {
                    if (weight[roots[i]] < weight[roots[rarest]]) {
                        rarest = i;
                    }
                }
                uint16_t swap = roots[last];
                roots[last] = roots[rarest];
                roots[rarest] = swap;
            }
            uint16_t a = roots[root_count - 1], b = roots[root_count - 2];
            weight[nodes] = weight[a] + weight[b];
            parent[a] = parent[b] = (uint16_t)nodes;
            root_count--;
            roots[root_count - 1] = (uint16_t)nodes++;
        }
        memset(lengths, 0, SYMBOLS);
        for (uint32_t s = 0; s < SYMBOLS; s++) {
            if (counts[s] != 0) {
                uint32_t depth = 0;
                for (uint32_t node = s; node != nodes - 1u; node = parent[node]) {
                    depth++;
                }
                lengths[s] = (uint8_t)(depth > 0 ? depth : 1);
                longest = depth > longest ? depth : longest;
            }
        }
        if (longest <= MAX_CODE_BITS) {
            return;
        }
        for (uint32_t s = 0; s < SYMBOLS; s++) {
            counts[s] = (counts[s] + 1) / 2;
        }
    }
}

static void first_codes(const uint8_t lengths[SYMBOLS], uint32_t first[MAX_CODE_BITS + 1], uint32_t per_length[MAX_CODE_BITS + 1]) {
    memset(per_length, 0, (MAX_CODE_BITS + 1) * sizeof per_length[0]);
    for (uint32_t s = 0; s < SYMBOLS; s++) {
        per_length[lengths[s]]++;
    }
    per_length[0] = 0;
    first[0] = 0;
    for (uint32_t l = 1; l <= MAX_CODE_BITS; l++) {
        first[l] = (first[l - 1] + per_length[l - 1]) << 1;
    }
}

/* Stream: 2 bytes of size, 256 code lengths of 4 bits, then the codes. */
static uint32_t huffman_encode(const uint8_t *data, uint32_t size, uint8_t *out) {
    uint8_t lengths[SYMBOLS];
    uint16_t codes[SYMBOLS];
    uint32_t next[MAX_CODE_BITS + 1], per_length[MAX_CODE_BITS + 1];
    struct bit_writer w = {out, 0, 0, 0};
    find_lengths(data, size, lengths);
    first_codes(lengths, next, per_length);
    put_bits(&w, size, 16);
    for (uint32_t s = 0; s < SYMBOLS; s++) {
        codes[s] = (uint16_t)(lengths[s] != 0 ? next[lengths[s]]++ : 0);
        put_bits(&w, lengths[s], 4);
    }
    for (uint32_t i = 0; i < size; i++) {
        put_bits(&w, codes[data[i]], lengths[data[i]]);
    }
    if (w.bits > 0) {
        put_bits(&w, 0, 8 - w.bits);
    }
    return w.n;
}

static uint32_t read_number(struct bit_reader *r, int count) {
    uint32_t value = 0;
    for (; count > 0; count--) {
        value = value << 1 | get_bit(r);
    }
    return value;
}

/* Returns the number of bytes decoded, or 0 for a damaged stream. */
static uint32_t huffman_decode(const uint8_t *in, uint32_t in_size, uint8_t *out, uint32_t out_max) {
    uint8_t lengths[SYMBOLS], sorted[SYMBOLS];
    uint32_t first[MAX_CODE_BITS + 1], per_length[MAX_CODE_BITS + 1], n = 0;
    struct bit_reader r = {in, 0, in_size, 0, 0};
    uint32_t size = read_number(&r, 16);
    for (uint32_t s = 0; s < SYMBOLS; s++) {
        lengths[s] = (uint8_t)read_number(&r, 4);
    }
    first_codes(lengths, first, per_length);
    for (uint32_t l = 1; l <= MAX_CODE_BITS; l++) {
        for (uint32_t s = 0; s < SYMBOLS; s++) {
            if (lengths[s] == l) {
                sorted[n++] = (uint8_t)s;
            }
        }
    }
    if (size > out_max) {
        return 0;
    }
    for (n = 0; n < size; n++) {
        uint32_t code = 0, base = 0, l = 0;
        for (;;) {
            if (++l > MAX_CODE_BITS || r.at > r.size) {
                return 0;
            }
            code = code << 1 | get_bit(&r);
            if (code - first[l] < per_length[l]) {
                break;
            }
            base += per_length[l];
        }
        out[n] = sorted[base + code - first[l]];
    }
    return n;
}

int main(int argc, char **argv) {
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    uint32_t digest = UINT32_C(2166136261), packed_total = 0, coded_total = 0;
    int good = 1;

    for (uint32_t t = 0; t < work->texts; t++) {
        write_text(input, work->bytes);
        uint32_t packed_size = lz_pack(input, work->bytes, packed);
        uint32_t coded_size = huffman_encode(packed, packed_size, coded);
        packed_total += packed_size;
        coded_total += coded_size;
        for (uint32_t i = 0; i < coded_size; i++) {
            digest = (digest ^ coded[i]) * UINT32_C(16777619);
        }
        uint32_t decoded = huffman_decode(coded, coded_size, unpacked_codes, PACKED_BYTES);
        good &= decoded == packed_size && memcmp(packed, unpacked_codes, decoded) == 0;
        uint32_t size = lz_unpack(unpacked_codes, decoded, restored, work->bytes);
        good &= size == work->bytes && memcmp(input, restored, size) == 0;
    }
    printf("input %" PRIu32 " packed %" PRIu32 " coded %" PRIu32 "\n", work->bytes * work->texts, packed_total, coded_total);
    printf("digest %08" PRIx32 "\n", digest);
    good &= coded_total < packed_total && digest == work->expected;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
