/* Text and bytes: Base64, UTF-8 validation with decoding and encoding, quoting, and byte-wise run lengths.
 *
 * Why: nothing but loads and stores of single bytes with short decisions between them.
 * Checks: the vectors of RFC 4648, everything decoded equals what was encoded, damaged text is refused. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define TEXT 2048

struct workload {
    const char *name;
    uint32_t bytes, rounds;
};

static const struct workload workloads[] = {
    {"small", 512, 16},
    {"full", 2048, 220},
};

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static uint8_t value_of[256];
static uint8_t text[TEXT + 8], coded[3 * TEXT], back[3 * TEXT];
static uint32_t points[TEXT + 8];
static uint32_t seed = 4648;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static uint32_t base64_encode(const uint8_t *in, uint32_t n, uint8_t *out) {
    uint8_t *to = out;
    for (; n >= 3; n -= 3, in += 3) {
        *to++ = (uint8_t)alphabet[in[0] >> 2];
        *to++ = (uint8_t)alphabet[(in[0] & 3) << 4 | in[1] >> 4];
        *to++ = (uint8_t)alphabet[(in[1] & 15) << 2 | in[2] >> 6];
        *to++ = (uint8_t)alphabet[in[2] & 63];
    }
    if (n > 0) {
        uint8_t second = n == 2 ? in[1] : 0;
        *to++ = (uint8_t)alphabet[in[0] >> 2];
        *to++ = (uint8_t)alphabet[(in[0] & 3) << 4 | second >> 4];
        *to++ = n == 2 ? (uint8_t)alphabet[(second & 15) << 2] : '=';
        *to++ = '=';
    }
    return (uint32_t)(to - out);
}

/* Returns the number of bytes, or UINT32_MAX for what is no Base64. */
static uint32_t base64_decode(const uint8_t *in, uint32_t n, uint8_t *out) {
    uint8_t *to = out;
    if (n % 4 != 0) {
        return UINT32_MAX;
    }
    for (uint32_t i = 0; i < n; i += 4) {
        uint8_t a = value_of[in[i]], b = value_of[in[i + 1]], c = value_of[in[i + 2]], d = value_of[in[i + 3]];
        int last = i + 4 == n;
        if (a > 63 || b > 63 || c > 64 || d > 64 || (c == 64 && d != 64) || (d == 64 && !last)) {
            return UINT32_MAX;
        }
        *to++ = (uint8_t)(a << 2 | b >> 4);
        if (c != 64) {
            *to++ = (uint8_t)(b << 4 | c >> 2);
        }
        if (d != 64) {
            *to++ = (uint8_t)(c << 6 | d);
        }
    }
    return (uint32_t)(to - out);
}

static uint32_t utf8_encode(const uint32_t *in, uint32_t n, uint8_t *out) {
    uint8_t *to = out;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t point = in[i];
        if (point < 0x80) {
            *to++ = (uint8_t)point;
        } else if (point < 0x800) {
            *to++ = (uint8_t)(0xc0 | point >> 6);
            *to++ = (uint8_t)(0x80 | (point & 63));
        } else {
            *to++ = (uint8_t)(0xe0 | point >> 12);
            *to++ = (uint8_t)(0x80 | (point >> 6 & 63));
            *to++ = (uint8_t)(0x80 | (point & 63));
        }
    }
    return (uint32_t)(to - out);
}

/* Returns a sum of the code points, or 0 for what is no UTF-8; `count` gets their number. */
static uint32_t utf8_decode(const uint8_t *in, uint32_t n, uint32_t *count) {
    uint32_t sum = 0, found = 0, at = 0;
    while (at < n) {
        uint8_t first = in[at++];
        uint32_t more = first < 0x80 ? 0 : first < 0xc2 ? 9 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 9;
        uint32_t point = more == 0 ? first : more == 1 ? first & 31u : first & 15u;
        if (more > n - at) {
            return 0;
        }
        for (; more > 0; more--) {
            uint8_t next = in[at++];
            if ((next & 0xc0) != 0x80) {
                return 0;
            }
            point = point << 6 | (next & 63);
        }
        sum = sum * 31 + point;
        found++;
    }
    *count = found;
    return sum | 1;
}

/* Quotes what is special in JSON and in C. */
static uint32_t quote(const uint8_t *in, uint32_t n, uint8_t *out) {
    static const char hex[] = "0123456789abcdef";
    uint8_t *to = out;
    for (uint32_t i = 0; i < n; i++) {
        uint8_t c = in[i];
        if (c == '"' || c == '\\') {
            *to++ = '\\';
            *to++ = c;
        } else if (c < 32) {
            *to++ = '\\';
            *to++ = (uint8_t)hex[c >> 4];
            *to++ = (uint8_t)hex[c & 15];
        } else {
            *to++ = c;
        }
    }
    return (uint32_t)(to - out);
}

static uint32_t unquote(const uint8_t *in, uint32_t n, uint8_t *out) {
    uint8_t *to = out;
    for (uint32_t i = 0; i < n; i++) {
        uint8_t c = in[i];
        if (c == '\\') {
            c = in[++i];
            if (c == '0' || c == '1') {
                uint8_t low = in[++i];
                c = (uint8_t)((c - '0') << 4 | (low <= '9' ? low - '0' : low - 'a' + 10));
            }
        }
        *to++ = c;
    }
    return (uint32_t)(to - out);
}

/* Runs as (length, byte), other bytes as (255 - length, bytes). */
static uint32_t pack(const uint8_t *in, uint32_t n, uint8_t *out) {
    uint32_t at = 0, to = 0;
    while (at < n) {
        uint32_t run = 1;
        while (at + run < n && run < 127 && in[at + run] == in[at]) {
            run++;
        }
        if (run > 2) {
            out[to++] = (uint8_t)run;
            out[to++] = in[at];
            at += run;
            continue;
        }
        uint32_t start = at;
        while (at < n && at - start < 127 && (at + 2 >= n || in[at] != in[at + 1] || in[at] != in[at + 2])) {
            at++;
        }
        out[to++] = (uint8_t)(255 - (at - start));
        for (; start < at; start++) {
            out[to++] = in[start];
        }
    }
    return to;
}

static uint32_t unpack(const uint8_t *in, uint32_t n, uint8_t *out) {
    uint32_t at = 0, to = 0;
    while (at < n) {
        uint32_t head = in[at++];
        if (head < 128) {
            for (; head > 0; head--) {
                out[to++] = in[at];
            }
            at++;
        } else {
            for (head = 255 - head; head > 0; head--) {
                out[to++] = in[at++];
            }
        }
    }
    return to;
}

static int same(const uint8_t *a, uint32_t n, const uint8_t *b, uint32_t m) {
    return n == m && memcmp(a, b, n) == 0;
}

static int known_vectors(void) {
    static const char *const plain[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
    static const char *const expected[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    int good = 1;
    for (int i = 0; i < 7; i++) {
        uint32_t n = (uint32_t)strlen(plain[i]);
        memcpy(text, plain[i], n);
        uint32_t m = base64_encode(text, n, coded);
        good &= same(coded, m, (const uint8_t *)expected[i], (uint32_t)strlen(expected[i]));
    }
    memcpy(coded, "Zg=x", 4);
    return good & (base64_decode(coded, 4, back) == UINT32_MAX);
}

int main(int argc, char **argv) {
    const struct workload *job = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    uint32_t digest = 0, total = 0;

    memset(value_of, 255, sizeof value_of);
    for (uint32_t i = 0; i < 64; i++) {
        value_of[(uint8_t)alphabet[i]] = (uint8_t)i;
    }
    value_of['='] = 64;
    int good = known_vectors();
    for (uint32_t round = 0; round < job->rounds; round++) {
        uint32_t n = job->bytes - round % 7, count = 0;
        for (uint32_t i = 0; i < n; i++) {
            uint32_t kind = next_random() & 7, c = next_random();
            text[i] = (uint8_t)(kind < 5 ? 32 + c % 96 : kind == 5 ? c & 255 : i > 0 ? text[i - 1] : 0);
        }
        uint32_t m = base64_encode(text, n, coded);
        good &= same(back, base64_decode(coded, m, back), text, n);
        digest = digest * 33 + coded[round % m] + m;
        m = quote(text, n, coded);
        good &= same(back, unquote(coded, m, back), text, n);
        digest = digest * 33 + m;
        m = pack(text, n, coded);
        good &= same(back, unpack(coded, m, back), text, n);
        digest = digest * 33 + m;
        total += m;

        uint32_t sum = 0, letters = n / 2;
        for (uint32_t i = 0; i < letters; i++) {
            uint32_t kind = next_random() & 3, c = next_random();
            points[i] = kind < 2 ? 32 + c % 96 : kind == 2 ? 0x80 + c % 0x700 : 0x800 + c % 0xc000;
            sum = sum * 31 + points[i];
        }
        m = utf8_encode(points, letters, coded);
        good &= utf8_decode(coded, m, &count) == (sum | 1) && count == letters;
        coded[m - 1] = 0xc3;
        good &= utf8_decode(coded, m, &count) == 0;
        digest = digest * 33 + m;
    }
    printf("rounds %" PRIu32 " packed %" PRIu32 "\n", job->rounds, total);
    printf("digest %08" PRIx32 "\n", digest);
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
