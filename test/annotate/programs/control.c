/* Control flow that structured languages don't have, and switches of every shape. */
#include <stdint.h>
#include <stdio.h>

/* Two entries into one loop: irreducible. */
__attribute__((noinline)) static unsigned tangled(unsigned n, int middle) {
  unsigned a = 1, b = 2;
  if (middle) goto inside;
again:
  a = a * 3 + b;
  if (a % 7 == 3) goto out;
inside:
  b = b * 5 + a;
  if (b % 11 == 4) goto again;
  if (n-- > 0) goto again;
out:
  return a ^ b << 8;
}
__attribute__((noinline)) static unsigned knot(unsigned n) {
  unsigned x = n, steps = 0;
  switch (n % 3) {
    case 0: goto p;
    case 1: goto q;
    default: goto r;
  }
p: x += 5; if (++steps > 40) return x; if (x & 1) goto r;
q: x ^= 0x33; if (++steps > 50) return x; if (x & 2) goto p;
r: x = x * 3 + 1; if (++steps > 60) return x; if (x & 4) goto q; goto p;
}
__attribute__((noinline)) static int dense(int c) {
  switch (c) {
    case 0: return 10; case 1: return 3; case 2: return 77; case 3: return -4; case 4: return 5; case 5: return 5;
    case 6: return 61; case 7: return 18; case 9: return 22; case 12: return 1; default: return c * 2;
  }
}
__attribute__((noinline)) static int sparse(int c, int k) {
  switch (c) {
    case -2000000000: k += 1; break; case -5: k *= 2; break; case 0: k -= 3; break; case 17: k ^= 99; break;
    case 1000: k += 7; /* fall through */
    case 1001: k *= 3; break; case 123456789: k = -k; break; case 2147483647: k |= 1; break; default: k += c;
  }
  return k;
}
/* Several dense parts, far apart, with holes, and single values between. */
__attribute__((noinline)) static int windows(int c, int k) {
  switch (c) {
    case -7: k += 3; break; case -6: k *= 5; break; case -5: k ^= 1; break; case -3: k -= 9; break; case -2: k |= 4; break;
    case 3: k += 1; break; case 4: k *= 3; break; case 5: k ^= 77; break; case 6: k = -k; break; case 8: k |= 2; break;
    case 9: k += k / 3; break; case 100: k *= 7; break; case 5000: k -= 5; break;
    case 1000: k += 2; break; case 1001: k *= 9; break; case 1002: k ^= 5; break; case 1003: k = ~k; break;
    case 1005: k &= 0xffff; break; case 2147483646: k += 11; break; case -2147483647: k -= 13; break;
    default: k = k * 31 + c;
  }
  return k;
}
/* Few single values, apart from each other and side by side. */
__attribute__((noinline)) static int quoted(int c, int k) {
  switch (c) { case 34: k += 9; break; case 92: k *= 7; break; default: k ^= c; }
  switch (k & 127) { case 10: return k + 1; case 60: return k * 3; case 111: return -k; default: break; }
  switch (k & 15) { case 7: return k - 1; case 8: return k * 5; case 9: return ~k; default: return k; }
}
__attribute__((noinline)) static int escape(unsigned char c, int k) {
  switch (c) { case 0x7e: k += 3; break; case 0x7d: k *= 5; break; default: k ^= c; }
  return k;
}
__attribute__((noinline)) static int bytes(unsigned char c) {
  switch (c) { case 0x80 ... 0x9f: return 1; case 'a' ... 'z': return 2; case 255: return 3; case '0' ... '9': return c - '0'; }
  return -1;
}
/* Phis that swap. */
__attribute__((noinline)) static unsigned rotate(unsigned n) {
  unsigned a = 1, b = 2, c = 3;
  while (n--) { unsigned t = a; a = b; b = c; c = t + (n & 3); if (n % 5 == 0) { t = b; b = a; a = t; } }
  return a * 10007 + b * 101 + c;
}

/* Several variables that step alike around a call: bytes up and down, halfwords, words, and where they end. */
static uint8_t up[48], down[48];
static int16_t steps[24];
static int32_t places[24], *last;
__attribute__((noinline)) static int place(int row, int n, int *found) {
  if (row == n) return ++*found;
  int c;
  const int32_t *p = places;
  for (c = 0; c < n; c++, p++) {
    if (up[row + c] | down[row - c + n] | (steps[2 * c + 1] > 900)) continue;
    up[row + c] = down[row - c + n] = 1;
    steps[2 * c + 1] = (int16_t)(steps[2 * c + 1] + row);
    places[c] += 3 * c + 4;
    if (place(row + 1, n, found) > 40) break;
    up[row + c] = down[row - c + n] = 0;
    places[c] ^= row;
  }
  last = (int32_t *)p;
  return c * 3 + (int)(p - places);
}
__attribute__((noinline)) static unsigned noted(unsigned x) { return x * 2654435761u >> 7; }
__attribute__((noinline)) static unsigned strides(const uint8_t *text, int n, int from) {
  unsigned sum = 0, k = 7;
  const uint16_t *halves = (const uint16_t *)(const void *)steps;
  for (int i = from; i < n; i += 2, k -= 4) {
    sum += noted(text[i] + halves[(i - from) / 2 % 20]) ^ k;
    if (sum % 97 == 5) return sum + (unsigned)i * k;
  }
  return sum ^ k;
}

int main(void) {
  unsigned h = 0;
  for (int n = 1; n < 7; n++) {
    int found = 0;
    h = h * 31 + (unsigned)place(0, n, &found);
    h = h * 31 + (unsigned)found + (unsigned)(last - places) * 7;
    for (int i = 0; i < 24; i++) h = h * 31 + (unsigned)places[i] + up[i] * 3u + down[i + 1] * 5u + (unsigned)steps[i];
    for (int i = 0; i < 5; i++) h = h * 31 + strides(up + i, 20 + n, i - 2 > 0 ? i - 2 : 0);
  }
  for (unsigned n = 0; n < 60; n++) {
    h = h * 31 + tangled(n, (int)(n & 1)); h = h * 31 + knot(n); h = h * 31 + rotate(n);
    h = h * 31 + (unsigned)dense((int)n - 10);
    h = h * 31 + (unsigned)escape((unsigned char)(n + 90), (int)h);
    h = h * 31 + (unsigned)quoted((int)n + 33, (int)(h & 0xffff));
    h = h * 31 + (unsigned)windows((int)n - 20, (int)h) + (unsigned)windows((int)n + 980, (int)h);
    h = h * 31 + (unsigned)windows((int)n * 1000 / 10, (int)h) + (unsigned)windows(2147483647 - (int)n, (int)h);
    h = h * 31 + (unsigned)windows(-2147483647 - 1 + (int)n, (int)h);
  }
  printf("%08x\n", h);
  static const int values[] = {-2000000000, -6, -5, -4, 0, 1, 17, 999, 1000, 1001, 1002, 123456789, 2147483647};
  int k = 5;
  for (int i = 0; i < 13; i++) printf("%d ", k = sparse(values[i], k) % 100000);
  int total = 0;
  for (int c = 0; c < 256; c++) total = total * 3 + bytes((unsigned char)c);
  printf("\n%d\n", total);
  return 0;
}
