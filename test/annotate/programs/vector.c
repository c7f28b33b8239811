// Loops whose turns can be done several at a time: every length, alignment, direction, and distance of what they store.
#include <stdint.h>
#include <stdio.h>

#define N 80
static int32_t words[N], more[N], out[N + 16];
static int16_t halves[N], others[N];
static uint16_t unsigned_halves[N];
static int8_t bytes[N];
static uint8_t unsigned_bytes[N];
static uint32_t seed = 12345;

static uint32_t next(void) {
  seed = seed * 1664525u + 1013904223u;
  return seed ^ seed >> 15;
}
static void fill(void) {
  for (int i = 0; i < N; i++) {
    words[i] = (int32_t)next();
    more[i] = (int32_t)next();
    halves[i] = (int16_t)next();
    others[i] = (int16_t)next();
    unsigned_halves[i] = (uint16_t)next();
    bytes[i] = (int8_t)next();
    unsigned_bytes[i] = (uint8_t)next();
  }
  for (int i = 0; i < N + 16; i++) out[i] = i * 77;
}

#define NOINLINE __attribute__((noinline))
NOINLINE static int32_t sum(const int32_t *p, int n) {
  int32_t s = 5;
  for (int i = 0; i < n; i++) s += p[i];
  return s;
}
NOINLINE static int32_t product(const int32_t *p, const int32_t *q, int n) {
  int32_t s = 0;
  for (int i = 0; i < n; i++) s += p[i] * q[i];
  return s;
}
NOINLINE static int32_t backwards(const int32_t *p, const int32_t *q, int n) {
  int32_t s = 0;
  for (int i = 0; i < n; i++) s += p[i] * q[n - 1 - i];
  return s;
}
NOINLINE static uint32_t parity(const uint32_t *p, uint32_t *all, int n) {
  uint32_t x = 7, o = 0;
  for (int i = 0; i < n; i++) {
    x ^= p[i] >> 3;
    o |= p[i] & 0xf0f0;
  }
  *all = o;
  return x;
}
NOINLINE static int32_t dot(const int16_t *p, const int16_t *q, int n) {
  int32_t s = 1 << 14;
  for (int i = 0; i < n; i++) s += p[i] * q[i];
  return s;
}
NOINLINE static int32_t symmetric(const int16_t *p, const int16_t *q, int n) {
  int32_t s = 0;
  for (int i = 0; i < n; i++) s += p[i] * (q[i] + q[n - 1 - i]);
  return s;
}
NOINLINE static uint32_t mixed(const uint16_t *p, const int8_t *q, const uint8_t *r, int n) {
  uint32_t s = 0;
  for (int i = 0; i < n; i++) s += p[i] * (uint32_t)r[i] - (uint32_t)(q[i] * 3);
  return s;
}
NOINLINE static uint32_t bytes_down(const uint8_t *p, const int8_t *q, int n) {
  uint32_t s = 0;
  for (int i = n; i-- > 0;) s += (uint32_t)(p[i] << 4) ^ (uint32_t)q[i];
  return s;
}
NOINLINE static int32_t distance(const uint8_t *p, const uint8_t *q, int n) {
  int32_t s = 0;
  for (int i = 0; i < n; i++) {
    int d = p[i] - q[i];
    s += d < 0 ? -d : d;
  }
  return s;
}
NOINLINE static void scale(int32_t *to, const int32_t *from, int32_t by, int n) {
  for (int i = 0; i < n; i++) to[i] += from[i] * by;
}
NOINLINE static void clamp(int32_t *to, const int32_t *from, int32_t low, int32_t high, int n) {
  for (int i = 0; i < n; i++) {
    int32_t v = from[i] >> 8;
    to[i] = v < low ? low : v > high ? high : v;
  }
}
NOINLINE static void two(int32_t *a, int32_t *b, const int32_t *from, int n) {
  for (int i = 0; i < n; i++) {
    a[i] = from[i] + 1;
    b[i] = from[i] ^ 0x55;
  }
}
NOINLINE static void ramp(int32_t *to, const int32_t *from, int n) {
  for (int i = 0; i < n; i++) to[i] = from[i] + i;
}
NOINLINE static int32_t last(const int32_t *p, int n, int32_t *s) {
  int32_t t = 0, x = 0;
  for (int i = 0; i < n; i++) {
    x = p[i];
    t += x;
  }
  *s = t;
  return x;
}
static uint32_t digest(void) {
  uint32_t d = 0;
  for (int i = 0; i < N + 16; i++) d = (d << 5 | d >> 27) ^ (uint32_t)out[i];
  return d;
}

int main(void) {
  fill();
  for (int n = 0; n <= 35; n += n < 20 ? 1 : 5) {
    uint32_t all, h = 0;
    int32_t s;
    for (int k = 0; k < 4; k++) {
      h = h * 31 + (uint32_t)sum(words + k, n);
      h = h * 31 + (uint32_t)product(words + k, more + 3, n);
      h = h * 31 + (uint32_t)backwards(words, more + k, n);
      h = h * 31 + parity((uint32_t *)words + k, &all, n);
      h = h * 31 + all;
      h = h * 31 + (uint32_t)last(words + k, n, &s) + (uint32_t)s;
      for (int j = 0; j < 2; j++) {
        h = h * 31 + (uint32_t)dot(halves + k, others + j, n);
        h = h * 31 + (uint32_t)symmetric(halves + k, others + j, n);
      }
      for (int j = 0; j < 4; j++) {
        h = h * 31 + mixed(unsigned_halves + k, bytes + j, unsigned_bytes + (k ^ j), n);
        h = h * 31 + bytes_down(unsigned_bytes + k, bytes + j, n);
        h = h * 31 + (uint32_t)distance(unsigned_bytes + k, (uint8_t *)bytes + j, n);
      }
    }
    printf("%d: %08x\n", n, (unsigned)h);
  }
  for (int apart = -6; apart <= 6; apart++) {
    for (int n = 1; n <= 30; n += 7) {
      scale(out + 8, out + 8 + apart, 3, n);
      clamp(out + 20, out + 20 + apart, -100000, 90000, n);
      two(out + 10, out + 10 + apart, out + 12, n);
      ramp(out + 9, out + 9 + apart, n);
    }
    printf("apart %d: %08x\n", apart, (unsigned)digest());
  }
  return 0;
}
