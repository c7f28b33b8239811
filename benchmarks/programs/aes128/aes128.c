/* AES-128 (FIPS 197) in the modes that small devices use: CBC, CTR and CMAC (SP 800-38A, 38B, RFC 4493).
 *
 * Why: table lookups by data (word tables when encrypting, byte tables when decrypting), long dependent
 * chains, and a key schedule. The tables are computed at start, as firmware short of flash does.
 * Checked against the published vectors of each mode, then by decrypting what was encrypted. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BLOCK 16
#define ROUNDS 10
#define MESSAGE_BYTES 2048

struct aes_key {
    uint32_t words[4 * (ROUNDS + 1)];
};

struct workload {
    const char *name;
    uint32_t messages;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 2, UINT32_C(0x5fedfee0)},
    {"full", 100, UINT32_C(0x93a65a96)},
};

static uint8_t sbox[256], inverse_sbox[256];
static uint32_t encrypt_table[256]; /* MixColumns of the S-box value, first row's column */
static uint8_t times9[256], times11[256], times13[256], times14[256];
static uint8_t plain[MESSAGE_BYTES], cipher[MESSAGE_BYTES], back[MESSAGE_BYTES];
static uint32_t seed = 197;

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

/* Product in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1. */
static uint8_t field_multiply(uint8_t a, uint8_t b) {
    unsigned x = a, product = 0;
    for (; b != 0; b >>= 1) {
        if (b & 1) {
            product ^= x;
        }
        x = x << 1 ^ (x & 0x80 ? 0x11B : 0);
    }
    return (uint8_t)product;
}

/* Walks the powers of the generator 3 together with those of its inverse, so no division is needed. */
static void build_tables(void) {
    unsigned p = 1, q = 1;
    do {
        p = p ^ (p << 1 & 0xFF) ^ (p & 0x80 ? 0x1B : 0);
        q ^= q << 1;
        q ^= q << 2;
        q ^= q << 4;
        q &= 0xFF;
        if (q & 0x80) {
            q ^= 0x09;
        }
        unsigned twice = q | q << 8;
        unsigned s = q ^ twice >> 7 ^ twice >> 6 ^ twice >> 5 ^ twice >> 4;
        sbox[p] = (uint8_t)(s ^ 0x63);
    } while (p != 1);
    sbox[0] = 0x63;
    for (unsigned i = 0; i < 256; i++) {
        uint8_t s = sbox[i];
        uint8_t twice = field_multiply(s, 2);
        inverse_sbox[s] = (uint8_t)i;
        encrypt_table[i] = (uint32_t)twice << 24 | (uint32_t)s << 16 | (uint32_t)s << 8 | (uint8_t)(twice ^ s);
        times9[i] = field_multiply((uint8_t)i, 9);
        times11[i] = field_multiply((uint8_t)i, 11);
        times13[i] = field_multiply((uint8_t)i, 13);
        times14[i] = field_multiply((uint8_t)i, 14);
    }
}

static uint32_t substitute_word(uint32_t w) {
    return (uint32_t)sbox[w >> 24] << 24 | (uint32_t)sbox[w >> 16 & 0xFF] << 16 | (uint32_t)sbox[w >> 8 & 0xFF] << 8 |
           sbox[w & 0xFF];
}

static void expand_key(struct aes_key *key, const uint8_t bytes[BLOCK]) {
    uint8_t constant = 1;
    for (int i = 0; i < 4; i++) {
        key->words[i] = load_word(bytes + 4 * i);
    }
    for (int i = 4; i < 4 * (ROUNDS + 1); i++) {
        uint32_t w = key->words[i - 1];
        if (i % 4 == 0) {
            w = substitute_word(w << 8 | w >> 24) ^ (uint32_t)constant << 24;
            constant = field_multiply(constant, 2);
        }
        key->words[i] = key->words[i - 4] ^ w;
    }
}

static void encrypt_block(const struct aes_key *key, const uint8_t in[BLOCK], uint8_t out[BLOCK]) {
    const uint32_t *k = key->words;
    uint32_t s[4], t[4];
    for (int c = 0; c < 4; c++) {
        s[c] = load_word(in + 4 * c) ^ *k++;
    }
    for (int round = 1; round < ROUNDS; round++) {
        for (int c = 0; c < 4; c++) {
            t[c] = encrypt_table[s[c] >> 24] ^ rotate_right(encrypt_table[s[(c + 1) & 3] >> 16 & 0xFF], 8) ^
                   rotate_right(encrypt_table[s[(c + 2) & 3] >> 8 & 0xFF], 16) ^
                   rotate_right(encrypt_table[s[(c + 3) & 3] & 0xFF], 24) ^ *k++;
        }
        memcpy(s, t, sizeof s);
    }
    for (int c = 0; c < 4; c++) {
        uint32_t w = (s[c] & 0xFF000000) | (s[(c + 1) & 3] & 0x00FF0000) | (s[(c + 2) & 3] & 0x0000FF00) |
                     (s[(c + 3) & 3] & 0x000000FF);
        store_word(out + 4 * c, substitute_word(w) ^ *k++);
    }
}

static void add_round_key(uint8_t state[BLOCK], const uint32_t *words) {
    for (int c = 0; c < 4; c++) {
        store_word(state + 4 * c, load_word(state + 4 * c) ^ words[c]);
    }
}

/* The straight inverse cipher, byte by byte (the standard's order of steps). */
static void decrypt_block(const struct aes_key *key, const uint8_t in[BLOCK], uint8_t out[BLOCK]) {
    uint8_t s[BLOCK], t[BLOCK];
    memcpy(s, in, BLOCK);
    add_round_key(s, key->words + 4 * ROUNDS);
    for (int round = ROUNDS - 1; round >= 0; round--) {
        for (int i = 0; i < BLOCK; i++) {
            t[i] = inverse_sbox[s[(i - 4 * (i & 3)) & 15]];
        }
        add_round_key(t, key->words + 4 * round);
        if (round == 0) {
            break;
        }
        for (int c = 0; c < BLOCK; c += 4) {
            uint8_t a = t[c], b = t[c + 1], d = t[c + 2], e = t[c + 3];
            s[c] = times14[a] ^ times11[b] ^ times13[d] ^ times9[e];
            s[c + 1] = times9[a] ^ times14[b] ^ times11[d] ^ times13[e];
            s[c + 2] = times13[a] ^ times9[b] ^ times14[d] ^ times11[e];
            s[c + 3] = times11[a] ^ times13[b] ^ times9[d] ^ times14[e];
        }
    }
    memcpy(out, t, BLOCK);
}

static void exclusive_or(uint8_t *to, const uint8_t *with, size_t n) {
    for (size_t i = 0; i < n; i++) {
        to[i] ^= with[i];
    }
}

static void cbc_encrypt(const struct aes_key *key, const uint8_t iv[BLOCK], const uint8_t *in, uint8_t *out, size_t n) {
    uint8_t chain[BLOCK];
    memcpy(chain, iv, BLOCK);
    for (size_t at = 0; at < n; at += BLOCK) {
        exclusive_or(chain, in + at, BLOCK);
        encrypt_block(key, chain, chain);
        memcpy(out + at, chain, BLOCK);
    }
}

static void cbc_decrypt(const struct aes_key *key, const uint8_t iv[BLOCK], const uint8_t *in, uint8_t *out, size_t n) {
    const uint8_t *chain = iv;
    for (size_t at = 0; at < n; at += BLOCK) {
        decrypt_block(key, in + at, out + at);
        exclusive_or(out + at, chain, BLOCK);
        chain = in + at;
    }
}

static void ctr_crypt(const struct aes_key *key, const uint8_t start[BLOCK], const uint8_t *in, uint8_t *out, size_t n) {
    uint8_t counter[BLOCK], stream[BLOCK];
    memcpy(counter, start, BLOCK);
    for (size_t at = 0; at < n; at += BLOCK) {
        size_t take = n - at < BLOCK ? n - at : BLOCK;
        encrypt_block(key, counter, stream);
        for (size_t i = 0; i < take; i++) {
            out[at + i] = in[at + i] ^ stream[i];
        }
        for (int i = BLOCK - 1; i >= 0 && ++counter[i] == 0; i--) {
        }
    }
}

static void double_in_field(uint8_t block[BLOCK]) {
    uint8_t carry = block[0] & 0x80 ? 0x87 : 0;
    for (int i = 0; i < BLOCK - 1; i++) {
        block[i] = (uint8_t)(block[i] << 1 | block[i + 1] >> 7);
    }
    block[BLOCK - 1] = (uint8_t)(block[BLOCK - 1] << 1 ^ carry);
}

static void cmac(const struct aes_key *key, const uint8_t *data, size_t n, uint8_t mac[BLOCK]) {
    uint8_t subkey[BLOCK] = {0};
    memset(mac, 0, BLOCK);
    encrypt_block(key, subkey, subkey);
    double_in_field(subkey);
    for (; n > BLOCK; n -= BLOCK, data += BLOCK) {
        exclusive_or(mac, data, BLOCK);
        encrypt_block(key, mac, mac);
    }
    exclusive_or(mac, data, n);
    if (n < BLOCK) {
        mac[n] ^= 0x80;
        double_in_field(subkey);
    }
    exclusive_or(mac, subkey, BLOCK);
    encrypt_block(key, mac, mac);
}

static int equals(const uint8_t *block, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    return load_word(block) == a && load_word(block + 4) == b && load_word(block + 8) == c && load_word(block + 12) == d;
}

static int known_answers_hold(void) {
    static const uint8_t key_bytes[BLOCK] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
                                             0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
    static const uint8_t message[40] = {0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93,
                                        0x17, 0x2a, 0xae, 0x2d, 0x8a, 0x57, 0x1e, 0x03, 0xac, 0x9c, 0x9e, 0xb7, 0x6f, 0xac,
                                        0x45, 0xaf, 0x8e, 0x51, 0x30, 0xc8, 0x1c, 0x46, 0xa3, 0x5c, 0xe4, 0x11};
    struct aes_key key;
    uint8_t counting[BLOCK], high[BLOCK], block[BLOCK], out[BLOCK];
    int good;
    for (int i = 0; i < BLOCK; i++) {
        counting[i] = (uint8_t)i;
        high[i] = (uint8_t)(0xF0 + i);
        block[i] = (uint8_t)(0x11 * i);
    }
    expand_key(&key, counting);
    encrypt_block(&key, block, out); /* FIPS 197, appendix C.1 */
    good = equals(out, 0x69c4e0d8, 0x6a7b0430, 0xd8cdb780, 0x70b4c55a);
    decrypt_block(&key, out, out);
    good &= memcmp(out, block, BLOCK) == 0;
    expand_key(&key, key_bytes);
    cbc_encrypt(&key, counting, message, out, BLOCK); /* SP 800-38A, F.2.1 */
    good &= equals(out, 0x7649abac, 0x8119b246, 0xcee98e9b, 0x12e9197d);
    ctr_crypt(&key, high, message, out, BLOCK); /* SP 800-38A, F.5.1 */
    good &= equals(out, 0x874d6191, 0xb620e326, 0x1bef6864, 0x990db6ce);
    cmac(&key, message, 0, out); /* RFC 4493, examples 1 to 3 */
    good &= equals(out, 0xbb1d6929, 0xe9593728, 0x7fa37d12, 0x9b756746);
    cmac(&key, message, 16, out);
    good &= equals(out, 0x070a16b4, 0x6b4d4144, 0xf79bdd9d, 0xd04a287c);
    cmac(&key, message, 40, out);
    good &= equals(out, 0xdfa66747, 0xde9ae630, 0x30ca3261, 0x1497c827);
    return good;
}

int main(int argc, char **argv) {
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    struct aes_key key;
    uint8_t secret[BLOCK], iv[BLOCK], mac[BLOCK];
    uint32_t digest = 0;

    build_tables();
    int good = known_answers_hold();
    printf("vectors %s\n", good ? "match" : "differ");
    for (uint32_t m = 0; m < work->messages; m++) {
        for (int i = 0; i < BLOCK; i++) {
            secret[i] = (uint8_t)next_random();
            iv[i] = (uint8_t)next_random();
        }
        expand_key(&key, secret);
        for (size_t i = 0; i < MESSAGE_BYTES; i++) {
            plain[i] = (uint8_t)next_random();
        }
        cbc_encrypt(&key, iv, plain, cipher, MESSAGE_BYTES);
        cmac(&key, cipher, MESSAGE_BYTES, mac);
        cbc_decrypt(&key, iv, cipher, back, MESSAGE_BYTES);
        good &= memcmp(plain, back, MESSAGE_BYTES) == 0;
        size_t odd = MESSAGE_BYTES - next_random() % 200;
        ctr_crypt(&key, mac, plain, cipher, odd);
        ctr_crypt(&key, mac, cipher, back, odd);
        good &= memcmp(plain, back, odd) == 0;
        digest = (digest << 3 | digest >> 29) ^ load_word(mac) ^ load_word(cipher + odd - 4);
    }
    printf("digest %08" PRIx32 "\n", digest);
    good &= digest == work->expected;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
