/* Big-number modular exponentiation: Diffie-Hellman and RSA with numbers of up to 768 bits.
 *
 * Why: carry chains, 32 x 32 -> 64 bit products, and 64-bit division, which a 32-bit core does in a runtime
 * routine. Montgomery multiplication is compared with schoolbook multiplication and long division; Fermat's
 * theorem, key agreement and decrypting what was encrypted check the results independently of any digest.
 * Numbers are little-endian arrays of 32-bit limbs; `n` is the count of limbs that an operation works on. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LIMBS 24
#define LIMB_BITS 32

typedef uint32_t number[LIMBS];

struct field {
    int n;
    number modulus;  /* odd */
    number r_square; /* R^2 mod modulus, R = 2^(32 n) */
    uint32_t minus_inverse;
};

struct workload {
    const char *name;
    const uint32_t *prime; /* big-endian words, as standards print them */
    int prime_words;
    int secret_words;
    int exchanges;
    uint32_t expected;
};

/* 2^255 - 19, and the first Oakley group of RFC 2409. */
static const uint32_t prime255[8] = {
    0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFED,
};
static const uint32_t oakley1[24] = {
    0xFFFFFFFF, 0xFFFFFFFF, 0xC90FDAA2, 0x2168C234, 0xC4C6628B, 0x80DC1CD1, 0x29024E08, 0x8A67CC74,
    0x020BBEA6, 0x3B139B22, 0x514A0879, 0x8E3404DD, 0xEF9519B3, 0xCD3A431B, 0x302B0A6D, 0xF25F1437,
    0x4FE1356D, 0x6D51C245, 0xE485B576, 0x625E7EC6, 0xF44C42E9, 0xA63A3620, 0xFFFFFFFF, 0xFFFFFFFF,
};

static const struct workload workloads[] = {
    {"small", prime255, 8, 2, 1, UINT32_C(0xa462b036)},
    {"full", oakley1, 24, 8, 3, UINT32_C(0xe7da8098)},
};

static uint32_t seed = 2409;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static void random_number(uint32_t *a, int n) {
    for (int i = 0; i < n; i++) {
        a[i] = next_random() << 16;
        a[i] ^= next_random();
    }
}

static void from_big_endian(uint32_t *a, const uint32_t *words, int n) {
    for (int i = 0; i < n; i++) {
        a[i] = words[n - 1 - i];
    }
}

static void set_small(uint32_t *a, uint32_t value, int n) {
    memset(a, 0, (size_t)n * sizeof a[0]);
    a[0] = value;
}

static int compare(const uint32_t *a, const uint32_t *b, int n) {
    for (int i = n - 1; i >= 0; i--) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return 0;
}

/* a -= b; returns the borrow. */
static uint32_t subtract(uint32_t *a, const uint32_t *b, int n) {
    uint32_t borrow = 0;
    for (int i = 0; i < n; i++) {
        uint64_t difference = (uint64_t)a[i] - b[i] - borrow;
        a[i] = (uint32_t)difference;
        borrow = (uint32_t)(difference >> 32) & 1;
    }
    return borrow;
}

/* a += b * factor; returns the limb carried out. */
static uint32_t add_multiple(uint32_t *a, const uint32_t *b, uint32_t factor, int n) {
    uint64_t carry = 0;
    for (int i = 0; i < n; i++) {
        carry += (uint64_t)b[i] * factor + a[i];
        a[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return (uint32_t)carry;
}

/* a = (a + b * factor) / 2^32 where the lowest limb becomes zero; returns the limb carried out, which belongs in
 * a[n - 1] together with whatever the caller has above. */
static uint32_t add_multiple_and_shift(uint32_t *a, const uint32_t *b, uint32_t factor, int n) {
    uint64_t carry = ((uint64_t)b[0] * factor + a[0]) >> 32;
    for (int i = 1; i < n; i++) {
        carry += (uint64_t)b[i] * factor + a[i];
        a[i - 1] = (uint32_t)carry;
        carry >>= 32;
    }
    return (uint32_t)carry;
}

/* a -= b * factor; returns the limb borrowed. */
static uint32_t subtract_multiple(uint32_t *a, const uint32_t *b, uint32_t factor, int n) {
    uint64_t borrow = 0;
    for (int i = 0; i < n; i++) {
        borrow += (uint64_t)b[i] * factor;
        uint32_t low = (uint32_t)borrow;
        borrow = (borrow >> 32) + (a[i] < low);
        a[i] -= low;
    }
    return (uint32_t)borrow;
}

static uint32_t shift_left(uint32_t *a, int bits, int n) {
    uint32_t carry = 0;
    for (int i = 0; i < n && bits > 0; i++) {
        uint32_t next = a[i] >> (LIMB_BITS - bits);
        a[i] = a[i] << bits | carry;
        carry = next;
    }
    return carry;
}

static void shift_right(uint32_t *a, int bits, int n) {
    for (int i = 0; i < n && bits > 0; i++) {
        a[i] = a[i] >> bits | (i + 1 < n ? a[i + 1] << (LIMB_BITS - bits) : 0);
    }
}

static void multiply(uint32_t *product, const uint32_t *a, const uint32_t *b, int n) {
    memset(product, 0, 2 * (size_t)n * sizeof product[0]);
    for (int i = 0; i < n; i++) {
        product[i + n] = add_multiple(product + i, b, a[i], n);
    }
}

/* wide (wide_n limbs, one spare above) becomes wide mod m by long division, one quotient limb at a time: guess from
 * the top limbs, correct at most twice. The top limb of m (n limbs, n > 1) must not be zero. */
static void reduce(uint32_t *wide, int wide_n, const uint32_t *m, int n) {
    number divisor;
    int bits = 0;
    memcpy(divisor, m, (size_t)n * sizeof m[0]);
    while (!(divisor[n - 1] >> (LIMB_BITS - 1 - bits))) {
        bits++;
    }
    shift_left(divisor, bits, n);
    wide[wide_n] = shift_left(wide, bits, wide_n);
    for (int j = wide_n - n; j >= 0; j--) {
        uint64_t top = (uint64_t)wide[j + n] << 32 | wide[j + n - 1];
        uint64_t guess = wide[j + n] >= divisor[n - 1] ? UINT32_MAX : top / divisor[n - 1];
        uint64_t rest = top - guess * divisor[n - 1];
        while (rest <= UINT32_MAX && guess * divisor[n - 2] > (rest << 32 | wide[j + n - 2])) {
            guess--;
            rest += divisor[n - 1];
        }
        uint32_t borrow = subtract_multiple(wide + j, divisor, (uint32_t)guess, n);
        uint32_t over = wide[j + n] < borrow;
        wide[j + n] -= borrow;
        if (over) {
            uint64_t carry = 0;
            for (int i = 0; i < n; i++) {
                carry += (uint64_t)wide[j + i] + divisor[i];
                wide[j + i] = (uint32_t)carry;
                carry >>= 32;
            }
            wide[j + n] += (uint32_t)carry;
        }
    }
    shift_right(wide, bits, n);
}

/* ---- Montgomery arithmetic ---- */

static void field_start(struct field *f, const uint32_t *modulus, int n) {
    uint32_t wide[2 * LIMBS + 2] = {0};
    uint32_t inverse = 1;
    f->n = n;
    memcpy(f->modulus, modulus, (size_t)n * sizeof modulus[0]);
    for (int i = 0; i < 5; i++) { /* Newton: each turn doubles the number of correct bits */
        inverse *= 2 - modulus[0] * inverse;
    }
    f->minus_inverse = 0 - inverse;
    wide[2 * n] = 1;
    reduce(wide, 2 * n + 1, modulus, n);
    memcpy(f->r_square, wide, (size_t)n * sizeof wide[0]);
}

/* out = a b / R mod modulus, multiplying and reducing limb by limb. `out` may be a or b. */
static void montgomery(const struct field *f, uint32_t *out, const uint32_t *a, const uint32_t *b) {
    int n = f->n;
    uint32_t t[LIMBS + 2] = {0};
    for (int i = 0; i < n; i++) {
        uint64_t top = (uint64_t)t[n] + add_multiple(t, b, a[i], n);
        uint32_t q = t[0] * f->minus_inverse;
        top += add_multiple_and_shift(t, f->modulus, q, n);
        t[n - 1] = (uint32_t)top;
        t[n] = (uint32_t)(top >> 32);
    }
    if (t[n] != 0 || compare(t, f->modulus, n) >= 0) {
        subtract(t, f->modulus, n);
    }
    memcpy(out, t, (size_t)n * sizeof t[0]);
}

/* out = base^exponent, four exponent bits at a time. */
static void power_montgomery(const struct field *f, uint32_t *out, const uint32_t *base, const uint32_t *exponent, int words) {
    static number table[16];
    number one;
    set_small(one, 1, f->n);
    montgomery(f, table[0], one, f->r_square);
    montgomery(f, table[1], base, f->r_square);
    for (int i = 2; i < 16; i++) {
        montgomery(f, table[i], table[i - 1], table[1]);
    }
    memcpy(out, table[0], sizeof table[0]);
    for (int i = words * 8 - 1; i >= 0; i--) {
        uint32_t digit = exponent[i / 8] >> (4 * (i % 8)) & 15;
        for (int s = 0; s < 4; s++) {
            montgomery(f, out, out, out);
        }
        if (digit != 0) {
            montgomery(f, out, out, table[digit]);
        }
    }
    montgomery(f, out, out, one);
}

/* The same by schoolbook arithmetic, one bit at a time. */
static void power_schoolbook(const struct field *f, uint32_t *out, const uint32_t *base, const uint32_t *exponent, int words) {
    uint32_t wide[2 * LIMBS + 2];
    number result;
    set_small(result, 1, f->n);
    for (int i = words * LIMB_BITS - 1; i >= 0; i--) {
        multiply(wide, result, result, f->n);
        reduce(wide, 2 * f->n, f->modulus, f->n);
        memcpy(result, wide, (size_t)f->n * sizeof wide[0]);
        if (exponent[i / LIMB_BITS] >> (i % LIMB_BITS) & 1) {
            multiply(wide, result, base, f->n);
            reduce(wide, 2 * f->n, f->modulus, f->n);
            memcpy(result, wide, (size_t)f->n * sizeof wide[0]);
        }
    }
    memcpy(out, result, (size_t)f->n * sizeof result[0]);
}

/* ---- protocols ---- */

/* Both sides raise the other's public number to their own secret; returns a digest of what they share, or 0. */
static uint32_t exchange_keys(const struct field *f, int words) {
    number generator, secret_a, secret_b, public_a, public_b, shared_a, shared_b;
    uint32_t digest = 1;
    set_small(generator, 2, f->n);
    random_number(secret_a, words);
    random_number(secret_b, words);
    power_montgomery(f, public_a, generator, secret_a, words);
    power_montgomery(f, public_b, generator, secret_b, words);
    power_montgomery(f, shared_a, public_b, secret_a, words);
    power_montgomery(f, shared_b, public_a, secret_b, words);
    if (compare(shared_a, shared_b, f->n) != 0) {
        return 0;
    }
    for (int i = 0; i < f->n; i++) {
        digest = (digest << 5 | digest >> 27) ^ shared_a[i];
    }
    return digest;
}

static int fermat_holds(const struct field *f) {
    number base, exponent, result, one;
    set_small(one, 1, f->n);
    set_small(base, 3, f->n);
    memcpy(exponent, f->modulus, sizeof exponent);
    exponent[0] -= 1;
    power_montgomery(f, result, base, exponent, f->n);
    return compare(result, one, f->n) == 0;
}

static int methods_agree(const struct field *f) {
    uint32_t wide[LIMBS + 2];
    number exponent, by_montgomery, by_schoolbook;
    random_number(wide, f->n);
    reduce(wide, f->n, f->modulus, f->n);
    random_number(exponent, 1);
    power_montgomery(f, by_montgomery, wide, exponent, 1);
    power_schoolbook(f, by_schoolbook, wide, exponent, 1);
    return compare(by_montgomery, by_schoolbook, f->n) == 0;
}

static uint32_t remainder_small(const uint32_t *a, int n, uint32_t divisor) {
    uint64_t rest = 0;
    for (int i = n - 1; i >= 0; i--) {
        rest = (rest << 32 | a[i]) % divisor;
    }
    return (uint32_t)rest;
}

/* 1 / a modulo a prime, by Fermat: a^(prime - 2). */
static uint32_t small_inverse(uint32_t a, uint32_t prime) {
    uint64_t result = 1, square = a;
    for (uint32_t e = prime - 2; e != 0; e >>= 1) {
        if (e & 1) {
            result = result * square % prime;
        }
        square = square * square % prime;
    }
    return (uint32_t)result;
}

/* RSA with the Mersenne primes 2^127 - 1 and 2^107 - 1 and exponent 65537. The private exponent is
 * (k phi + 1) / 65537 where k is chosen so that the division is exact. */
static int rsa_round_trip(uint32_t *digest) {
    enum { WORDS = 8, E = 65537 };
    uint32_t p[4] = {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0x7FFFFFFF};
    uint32_t q[4] = {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0x000007FF};
    uint32_t modulus[WORDS], phi[WORDS], scaled[WORDS + 1] = {1}, private_key[WORDS + 1], public_key[1] = {E};
    uint32_t message[WORDS] = {0}, secret[LIMBS], back[LIMBS];
    struct field f;

    multiply(modulus, p, q, 4);
    p[0] -= 1;
    q[0] -= 1;
    multiply(phi, p, q, 4);
    uint32_t phi_rest = remainder_small(phi, WORDS, E);
    uint32_t k = E - small_inverse(phi_rest, E);
    scaled[WORDS] = add_multiple(scaled, phi, k, WORDS);
    uint64_t rest = 0;
    for (int i = WORDS; i >= 0; i--) {
        rest = rest << 32 | scaled[i];
        private_key[i] = (uint32_t)(rest / E);
        rest %= E;
    }
    field_start(&f, modulus, WORDS);
    random_number(message, 6);
    power_montgomery(&f, secret, message, public_key, 1);
    power_montgomery(&f, back, secret, private_key, WORDS);
    *digest ^= secret[0] ^ secret[7];
    return rest == 0 && compare(message, back, WORDS) == 0 && compare(message, secret, WORDS) != 0;
}

int main(int argc, char **argv) {
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    static struct field field;
    number prime;
    uint32_t digest = 0;
    int good = 1;

    from_big_endian(prime, work->prime, work->prime_words);
    field_start(&field, prime, work->prime_words);
    for (int e = 0; e < work->exchanges; e++) {
        uint32_t shared = exchange_keys(&field, work->secret_words);
        good &= shared != 0;
        digest = (digest << 9 | digest >> 23) ^ shared;
    }
    printf("keys %s\n", good ? "agree" : "differ");
    int fermat = fermat_holds(&field), agreed = methods_agree(&field), rsa = rsa_round_trip(&digest);
    printf("fermat %d methods %d rsa %d\n", fermat, agreed, rsa);
    printf("digest %08" PRIx32 "\n", digest);
    good &= fermat & agreed & rsa & (digest == work->expected);
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
