// Choices between integers in a row: equal and opposite conditions, values at their limits, copies of what stands between,
// returns in the middle, and conditions that a loop carries along.
#include <stdint.h>
#include <stdio.h>

static uint32_t seed = 12345;
static uint32_t next(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 11;
}

__attribute__((noinline)) static int by_order(const uint32_t *a, const uint32_t *b) {
    return (*a > *b) - (*a < *b);
}

__attribute__((noinline)) static int by_two(const int32_t *a, const int32_t *b) {
    if (a[1] != b[1]) return a[1] < b[1] ? -1 : 1;
    return (a[0] > b[0]) - (a[0] < b[0]);
}

__attribute__((noinline)) static int32_t limited(int32_t x, int32_t low, int32_t high) {
    int32_t y = x < -300 ? -300 : x > 300 ? 300 : x;
    return y < low ? low : y > high ? high : y;
}

/* Eight conditions, three of them equal or opposite to others. */
__attribute__((noinline)) static uint32_t row(uint32_t x, uint32_t y, uint64_t wide) {
    uint32_t sum = 0;
    sum += x > y ? x : y;
    sum += x > y ? 3 : 5;
    sum += x <= y ? 7 : 11;
    sum ^= (x & 4) != 0 ? 0x100 : 0x200;
    sum += (x & 4) == 0 ? y : 1;
    uint64_t longer = x == y ? wide : wide + sum;
    sum += (int32_t)(x - y) < 0 ? y - x : x - y;
    sum -= (x & 2) != 0 ? 9 : 0;
    sum += (x & 8) != 0 ? sum >> 3 : sum << 2;
    sum ^= (y & 1) != 0 ? (uint32_t)(longer >> 32) : (uint32_t)longer;
    return sum;
}

__attribute__((noinline)) static int code_of(int difference, int step) {
    int code = 0;
    if (difference < 0) {
        code = 8;
        difference = -difference;
    }
    if (difference >= step) {
        code |= 4;
        difference -= step;
    }
    if (difference >= step >> 1) {
        code |= 2;
        difference -= step >> 1;
    }
    if (difference >= step >> 2) code |= 1;
    int change = step >> 3;
    if (code & 4) change += step;
    if (code & 2) change += step >> 1;
    if (code & 1) change += step >> 2;
    return code & 8 ? -change : change;
}

/* The place of the least: kept until a better one is found. */
__attribute__((noinline)) static int least(const uint8_t *order, const uint32_t *weights, int n) {
    int best = 0;
    for (int i = 1; i < n; i++)
        if (weights[order[i]] < weights[order[best]]) best = i;
    return best;
}

/* Single bits, the sign among them, and the same bit again. */
__attribute__((noinline)) static uint32_t by_bits(uint32_t x, uint32_t y) {
    uint32_t sum = x >> 3;
    if (x & 4) sum += y;
    if (!(x & UINT32_C(0x80000000))) sum ^= y << 3;
    if (x & 1) sum = sum * 5;
    if (!(x & 4)) sum -= 7;
    return sum;
}

/* Numbers chosen by a sign or an order, of NaNs, too. */
__attribute__((noinline)) static int32_t rounded(float x, double y) {
    float half = x < 0.0f ? -0.5f : 0.5f;
    double step = y >= 1.0 ? 0.0625 : 0x1.5p-30;
    return (int32_t)(x + half) + (y != y ? 77 : (int32_t)(y * 4096.0 * step));
}

/* Elements chosen along rows or along columns: their places step alike, from constants. */
static int32_t table[8][8];
__attribute__((noinline)) static int32_t products(int across) {
    int32_t sum = 0;
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 8; j++) {
            int32_t one = j;
            for (int k = 0; k < 8; k++) one = one * 3 + (across ? table[k][i] : table[i][k]) * table[k][j];
            sum = sum * 31 + one;
        }
    }
    return sum;
}

int main(void) {
    uint32_t sum = 0;
    int32_t value = 0;
    for (int i = 0; i < 2000; i++) {
        uint32_t a[2] = {next() % 7, next() % 3}, b[2] = {next() % 7, next() % 3};
        sum = sum * 31 + (uint32_t)by_order(a, b);
        sum = sum * 31 + (uint32_t)by_two((const int32_t *)a, (const int32_t *)b);
        sum = sum * 31 + row(next() & 31, next() & 31, (uint64_t)next() << 20 | next());
        sum = sum * 31 + (uint32_t)limited((int32_t)(next() & 1023) - 512, -(int32_t)(next() & 511), (int32_t)(next() & 511));
        value += code_of((int)(next() & 255) - 128 - value, 16 + (int)(next() & 31));
        sum ^= (uint32_t)value;
        sum = sum * 31 + by_bits(next() << 8 ^ next(), sum);
        uint8_t order[8];
        uint32_t weights[8];
        for (int k = 0; k < 8; k++) {
            order[k] = (uint8_t)(next() & 7);
            weights[k] = next() & 15;
        }
        sum = sum * 31 + (uint32_t)least(order, weights, 1 + i % 8);
        float x = i % 100 == 99 ? __builtin_nanf("") : (float)((int)(next() & 255) - 128) / 8.0f;
        double y = i % 50 == 49 ? __builtin_nan("") : (double)(next() & 255) / 128.0;
        sum = sum * 31 + (uint32_t)rounded(i % 100 == 99 ? 1.0f : x, y) + (x < 0.0f ? 3 : 5);
        table[i >> 3 & 7][i & 7] = (int32_t)next();
        if ((i & 63) == 63) sum += (uint32_t)products(i & 64) ^ (uint32_t)products(0);
    }
    printf("%08x %d\n", (unsigned)sum, (int)value);
    return 0;
}
