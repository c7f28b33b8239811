/* String search by five algorithms over generated text, through one interface.
 *
 * Why: byte loops whose exit depends on data, small tables built per pattern, and skips; also a repeated-letter
 * text that brings out the worst cases. All algorithms must report the same places; the counts and places have
 * a checksum, and planted patterns must be found where they were planted. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define TEXT_BYTES 8192
#define PATTERN_MAX 32
#define NOT_FOUND UINT32_C(0xFFFFFFFF)

struct pattern {
    uint32_t length;
    char text[PATTERN_MAX];
};

/* First place of the pattern at or after `from`, or NOT_FOUND. `prepare` fills the tables and may be null. */
struct method {
    const char *name;
    void (*prepare)(const struct pattern *p);
    uint32_t (*find)(const struct pattern *p, const char *text, uint32_t size, uint32_t from);
};

struct workload {
    const char *name;
    uint32_t text_bytes;
    uint32_t patterns;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 2048, 11, UINT32_C(0x55c53a7a)},
    {"full", TEXT_BYTES, 104, UINT32_C(0xd7882800)},
};

static char text[TEXT_BYTES + 1];
static uint8_t failure[PATTERN_MAX];
static uint8_t skip[256];
static uint32_t masks[256];
static uint32_t seed = 1975;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static uint32_t find_naive(const struct pattern *p, const char *t, uint32_t size, uint32_t from) {
    for (uint32_t at = from; at + p->length <= size; at++) {
        uint32_t n = 0;
        while (n < p->length && t[at + n] == p->text[n]) {
            n++;
        }
        if (n == p->length) {
            return at;
        }
    }
    return NOT_FOUND;
}

/* failure[i]: length of the longest proper prefix of the pattern that ends at i. */
static void prepare_kmp(const struct pattern *p) {
    uint32_t k = 0;
    failure[0] = 0;
    for (uint32_t i = 1; i < p->length; i++) {
        while (k > 0 && p->text[i] != p->text[k]) {
            k = failure[k - 1];
        }
        if (p->text[i] == p->text[k]) {
            k++;
        }
        failure[i] = (uint8_t)k;
    }
}

static uint32_t find_kmp(const struct pattern *p, const char *t, uint32_t size, uint32_t from) {
    uint32_t k = 0;
    for (uint32_t i = from; i < size; i++) {
        while (k > 0 && t[i] != p->text[k]) {
            k = failure[k - 1];
        }
        if (t[i] == p->text[k] && ++k == p->length) {
            return i + 1 - k;
        }
    }
    return NOT_FOUND;
}

static void prepare_horspool(const struct pattern *p) {
    memset(skip, (int)p->length, sizeof skip);
    for (uint32_t i = 0; i + 1 < p->length; i++) {
        skip[(uint8_t)p->text[i]] = (uint8_t)(p->length - 1 - i);
    }
}

static uint32_t find_horspool(const struct pattern *p, const char *t, uint32_t size, uint32_t from) {
    uint32_t last = p->length - 1;
    for (uint32_t at = from; at + p->length <= size; at += skip[(uint8_t)t[at + last]]) {
        uint32_t n = last;
        while (t[at + n] == p->text[n]) {
            if (n-- == 0) {
                return at;
            }
        }
    }
    return NOT_FOUND;
}

static uint32_t find_rolling(const struct pattern *p, const char *t, uint32_t size, uint32_t from) {
    const uint32_t base = 257;
    uint32_t wanted = 0, current = 0, top = 1;
    if (from + p->length > size) {
        return NOT_FOUND;
    }
    for (uint32_t i = 0; i < p->length; i++) {
        wanted = wanted * base + (uint8_t)p->text[i];
        current = current * base + (uint8_t)t[from + i];
        top = i == 0 ? 1 : top * base;
    }
    for (uint32_t at = from;; at++) {
        if (current == wanted && memcmp(t + at, p->text, p->length) == 0) {
            return at;
        }
        if (at + p->length >= size) {
            return NOT_FOUND;
        }
        current = (current - (uint8_t)t[at] * top) * base + (uint8_t)t[at + p->length];
    }
}

static void prepare_shift_and(const struct pattern *p) {
    memset(masks, 0, sizeof masks);
    for (uint32_t i = 0; i < p->length; i++) {
        masks[(uint8_t)p->text[i]] |= UINT32_C(1) << i;
    }
}

static uint32_t find_shift_and(const struct pattern *p, const char *t, uint32_t size, uint32_t from) {
    uint32_t state = 0, final = UINT32_C(1) << (p->length - 1);
    for (uint32_t i = from; i < size; i++) {
        state = (state << 1 | 1) & masks[(uint8_t)t[i]];
        if (state & final) {
            return i + 1 - p->length;
        }
    }
    return NOT_FOUND;
}

static const struct method methods[] = {
    {"naive", NULL, find_naive},
    {"knuth-morris-pratt", prepare_kmp, find_kmp},
    {"horspool", prepare_horspool, find_horspool},
    {"rabin-karp", NULL, find_rolling},
    {"shift-and", prepare_shift_and, find_shift_and},
};
#define METHODS (sizeof methods / sizeof methods[0])

/* Ordinary prose-like letters, or (every fourth text) two letters only, where partial matches abound. */
static void write_text(uint32_t size, int letters_only_two) {
    static const char common[] = "etaoinshrdlucmfwypvbgkjqxz    ";
    for (uint32_t i = 0; i < size; i++) {
        uint32_t r = next_random() % 900;
        text[i] = letters_only_two ? (r % 8 == 0 ? 'b' : 'a') : common[r * r / 27001];
    }
    text[size] = 0;
}

/* Copies a piece of the text, or changes one letter of it, or makes it from nothing. */
static void choose_pattern(struct pattern *p, uint32_t size, uint32_t *planted) {
    p->length = 3 + next_random() % 14;
    uint32_t at = next_random() % (size - p->length);
    memcpy(p->text, text + at, p->length);
    *planted = at;
    if (next_random() % 3 == 0) {
        uint32_t changed = next_random() % p->length;
        p->text[changed] = (char)('a' + next_random() % 26);
        *planted = NOT_FOUND;
    }
}

int main(int argc, char **argv) {
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    uint32_t digest = 0, hits = 0, absent = 0;
    int good = 1;

    for (uint32_t n = 0; n < work->patterns; n++) {
        struct pattern p;
        uint32_t planted, first_digest = 0;
        if (n % 8 == 0) {
            write_text(work->text_bytes, n % 32 == 8);
        }
        choose_pattern(&p, work->text_bytes, &planted);
        for (size_t m = 0; m < METHODS; m++) {
            uint32_t from = 0, at, found = 0, places = 0;
            int saw_planted = planted == NOT_FOUND;
            if (methods[m].prepare != NULL) {
                methods[m].prepare(&p);
            }
            while ((at = methods[m].find(&p, text, work->text_bytes, from)) != NOT_FOUND) {
                found++;
                places = places * 31 + at;
                saw_planted |= at == planted;
                from = at + 1;
            }
            good &= saw_planted;
            if (m == 0) {
                first_digest = places;
                hits += found;
                absent += found == 0;
            }
            good &= places == first_digest;
        }
        digest = (digest << 1 | digest >> 31) + first_digest;
    }
    printf("patterns %" PRIu32 " hits %" PRIu32 " absent %" PRIu32 "\n", work->patterns, hits, absent);
    printf("digest %08" PRIx32 "\n", digest);
    good &= digest == work->expected;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
