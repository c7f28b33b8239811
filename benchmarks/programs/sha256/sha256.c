/* SHA-256 (FIPS 180-4), and HMAC-SHA-256 (RFC 2104) on top, as a firmware-update check uses them.
 *
 * Why: long straight-line blocks of rotates, adds and logic with many live registers: register pressure and
 * dual-issue behaviour rather than branches. Checked against the published vectors for "", "abc", the
 * two-block message and RFC 4231 test case 2, then over a generated image hashed in uneven pieces. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DIGEST_BYTES 32
#define BLOCK_BYTES 64
#define IMAGE_BYTES 32768

struct sha256 {
    uint32_t state[8];
    uint32_t length; /* bytes so far; messages here stay far below 2^29 bytes */
    uint8_t block[BLOCK_BYTES];
};

struct workload {
    const char *name;
    uint32_t image_bytes;
    uint32_t versions;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 16384, 1, UINT32_C(0xe8bbae5f)},
    {"full", IMAGE_BYTES, 20, UINT32_C(0xa9c63297)},
};

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint8_t image[IMAGE_BYTES];
static uint32_t seed = 256;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static uint32_t rotate_right(uint32_t x, int n) {
    return x >> n | x << (32 - n);
}

static uint32_t load_word(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void store_word(uint8_t *p, uint32_t w) {
    p[0] = (uint8_t)(w >> 24);
    p[1] = (uint8_t)(w >> 16);
    p[2] = (uint8_t)(w >> 8);
    p[3] = (uint8_t)w;
}

static void compress(uint32_t state[8], const uint8_t *block) {
    uint32_t w[64];
    for (int t = 0; t < 16; t++) {
        w[t] = load_word(block + 4 * t);
    }
    for (int t = 16; t < 64; t++) {
        uint32_t x = w[t - 15], y = w[t - 2];
        uint32_t s0 = rotate_right(x, 7) ^ rotate_right(x, 18) ^ x >> 3;
        uint32_t s1 = rotate_right(y, 17) ^ rotate_right(y, 19) ^ y >> 10;
        w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int t = 0; t < 64; t++) {
        uint32_t s1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
        uint32_t t1 = h + s1 + (g ^ (e & (f ^ g))) + round_constants[t] + w[t];
        uint32_t s0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
        uint32_t t2 = s0 + ((a & b) | (c & (a | b)));
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

static void sha256_start(struct sha256 *s) {
    static const uint32_t initial[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    memcpy(s->state, initial, sizeof initial);
    s->length = 0;
}

static void sha256_add(struct sha256 *s, const uint8_t *data, size_t n) {
    size_t held = s->length % BLOCK_BYTES;
    s->length += (uint32_t)n;
    if (held != 0) {
        size_t take = BLOCK_BYTES - held < n ? BLOCK_BYTES - held : n;
        memcpy(s->block + held, data, take);
        data += take;
        n -= take;
        if (held + take < BLOCK_BYTES) {
            return;
        }
        compress(s->state, s->block);
    }
    for (; n >= BLOCK_BYTES; n -= BLOCK_BYTES, data += BLOCK_BYTES) {
        compress(s->state, data);
    }
    memcpy(s->block, data, n);
}

static void sha256_finish(struct sha256 *s, uint8_t digest[DIGEST_BYTES]) {
    uint32_t bits = s->length << 3, high = s->length >> 29;
    uint8_t tail[BLOCK_BYTES + 8] = {0x80};
    size_t held = s->length % BLOCK_BYTES;
    size_t pad = (held < 56 ? 56 : 120) - held;
    store_word(tail + pad, high);
    store_word(tail + pad + 4, bits);
    sha256_add(s, tail, pad + 8);
    for (int i = 0; i < 8; i++) {
        store_word(digest + 4 * i, s->state[i]);
    }
}

static void sha256_of(const void *data, size_t n, uint8_t digest[DIGEST_BYTES]) {
    struct sha256 s;
    sha256_start(&s);
    sha256_add(&s, data, n);
    sha256_finish(&s, digest);
}

/* Keys of at most one block, which is all this program needs. */
static void hmac_sha256(const void *key, size_t key_n, const void *data, size_t n, uint8_t mac[DIGEST_BYTES]) {
    uint8_t pad[BLOCK_BYTES] = {0};
    uint8_t inner[DIGEST_BYTES];
    struct sha256 s;
    memcpy(pad, key, key_n);
    for (int i = 0; i < BLOCK_BYTES; i++) {
        pad[i] ^= 0x36;
    }
    sha256_start(&s);
    sha256_add(&s, pad, BLOCK_BYTES);
    sha256_add(&s, data, n);
    sha256_finish(&s, inner);
    for (int i = 0; i < BLOCK_BYTES; i++) {
        pad[i] ^= 0x36 ^ 0x5C;
    }
    sha256_start(&s);
    sha256_add(&s, pad, BLOCK_BYTES);
    sha256_add(&s, inner, DIGEST_BYTES);
    sha256_finish(&s, mac);
}

static int matches(const uint8_t *digest, const uint32_t words[8]) {
    for (int i = 0; i < 8; i++) {
        if (load_word(digest + 4 * i) != words[i]) {
            return 0;
        }
    }
    return 1;
}

static int known_answers_hold(void) {
    static const struct {
        const char *message;
        uint32_t digest[8];
    } vectors[] = {
        {"", {0xe3b0c442, 0x98fc1c14, 0x9afbf4c8, 0x996fb924, 0x27ae41e4, 0x649b934c, 0xa495991b, 0x7852b855}},
        {"abc", {0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223, 0xb00361a3, 0x96177a9c, 0xb410ff61, 0xf20015ad}},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         {0x248d6a61, 0xd20638b8, 0xe5c02693, 0x0c3e6039, 0xa33ce459, 0x64ff2167, 0xf6ecedd4, 0x19db06c1}},
    };
    static const uint32_t mac_words[8] = {
        0x5bdcc146, 0xbf60754e, 0x6a042426, 0x089575c7, 0x5a003f08, 0x9d273983, 0x9dec58b9, 0x64ec3843,
    };
    uint8_t digest[DIGEST_BYTES];
    int good = 1;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        sha256_of(vectors[i].message, strlen(vectors[i].message), digest);
        good &= matches(digest, vectors[i].digest);
    }
    hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, digest);
    return good & matches(digest, mac_words);
}

int main(int argc, char **argv) {
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    uint8_t whole[DIGEST_BYTES], pieces[DIGEST_BYTES], mac[DIGEST_BYTES];
    int good = known_answers_hold();

    for (uint32_t i = 0; i < work->image_bytes; i++) {
        image[i] = (uint8_t)next_random();
    }
    memcpy(mac, "an initial key of 32 bytes: chain", DIGEST_BYTES);
    for (uint32_t v = 0; v < work->versions; v++) {
        struct sha256 s;
        sha256_of(image, work->image_bytes, whole);
        sha256_start(&s);
        for (uint32_t at = 0; at < work->image_bytes;) {
            uint32_t n = 1 + next_random() % 700;
            n = n < work->image_bytes - at ? n : work->image_bytes - at;
            sha256_add(&s, image + at, n);
            at += n;
        }
        sha256_finish(&s, pieces);
        good &= memcmp(whole, pieces, DIGEST_BYTES) == 0;
        hmac_sha256(mac, DIGEST_BYTES, whole, DIGEST_BYTES, mac);
        image[load_word(mac) % work->image_bytes] ^= mac[31] | 1; /* the next version differs in one byte */
    }
    printf("image %08" PRIx32 " mac %08" PRIx32 "\n", load_word(whole), load_word(mac));
    good &= (load_word(whole) ^ load_word(mac)) == work->expected;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
