/* 64-bit integer routines that the compiler calls by name on a 32-bit core (names and meaning are the compiler's ABI).
   Written on 32-bit halves: a 64-bit division or shift in here would only call the routine itself. */

typedef unsigned int u32;
typedef int s32;
typedef unsigned long long u64;
typedef long long s64;

static inline u32 high(u64 x) { return (u32)(x >> 32); }
static inline u32 low(u64 x) { return (u32)x; }
static inline u64 join(u32 h, u32 l) { return (u64)h << 32 | l; }

/* One digit of schoolbook division in base 2^32: (n1:n0) / d for n1 < d and d with its top bit set (Knuth, TAOCP 4.3.1, D,
   with 16-bit digits, since the cores divide 32 by 32 bits). */
static u32 divide_two_digits(u32 n1, u32 n0, u32 d, u32 *rest) {
  u32 d1 = d >> 16, d0 = d & 0xffff;
  u32 q1 = n1 / d1, r = n1 - q1 * d1, m = q1 * d0;
  r = r << 16 | n0 >> 16;
  if (r < m) {
    q1--, r += d;
    if (r >= d && r < m) q1--, r += d;
  }
  r -= m;
  u32 q0 = r / d1, t = r - q0 * d1;
  m = q0 * d0;
  t = t << 16 | (n0 & 0xffff);
  if (t < m) {
    q0--, t += d;
    if (t >= d && t < m) q0--, t += d;
  }
  *rest = t - m;
  return q1 << 16 | q0;
}

u64 __udivmoddi4(u64 n, u64 d, u64 *rest) {
  u32 n1 = high(n), n0 = low(n), d1 = high(d), d0 = low(d);
  u32 q1, q0, r;
  if (d1 == 0) {
    if (n1 == 0) { /* both fit in a word, the common case */
      q0 = n0 / d0;
      if (rest) *rest = n0 - q0 * d0;
      return q0;
    }
    u32 shift = (u32)__builtin_clz(d0 | 1);
    if (shift == 0) { /* the divisor's top bit is set, so the high quotient digit is 0 or 1 */
      q1 = n1 >= d0;
      q0 = divide_two_digits(q1 ? n1 - d0 : n1, n0, d0, &r);
    } else {
      q1 = n1 / d0;
      n1 -= q1 * d0;
      q0 = divide_two_digits(n1 << shift | n0 >> (32 - shift), n0 << shift, d0 << shift, &r);
      r >>= shift;
    }
    if (rest) *rest = r;
    return join(q1, q0);
  }
  if (d1 > n1 || (d1 == n1 && d0 > n0)) {
    if (rest) *rest = n;
    return 0;
  }
  u32 shift = (u32)__builtin_clz(d1);
  if (shift == 0) { /* n >= d and both have the top bit: the quotient is 1 */
    if (rest) *rest = n - d;
    return 1;
  }
  u32 back = 32 - shift;
  u32 e1 = d1 << shift | d0 >> back, e0 = d0 << shift;
  u32 m2 = n1 >> back, m1 = n1 << shift | n0 >> back, m0 = n0 << shift;
  q0 = divide_two_digits(m2, m1, e1, &r);
  u64 product = (u64)q0 * e0;
  u64 remaining = join(r, m0);
  if (product > remaining) {
    q0--;
    product -= join(e1, e0);
  }
  remaining -= product;
  if (rest) *rest = join(high(remaining) >> shift, high(remaining) << back | low(remaining) >> shift);
  return q0;
}

u64 __udivdi3(u64 n, u64 d) { return __udivmoddi4(n, d, 0); }

u64 __umoddi3(u64 n, u64 d) {
  u64 rest;
  __udivmoddi4(n, d, &rest);
  return rest;
}

static inline u64 magnitude(s64 x) { return x < 0 ? 0 - (u64)x : (u64)x; }

s64 __divdi3(s64 n, s64 d) {
  u64 q = __udivmoddi4(magnitude(n), magnitude(d), 0);
  return (s64)((n ^ d) < 0 ? 0 - q : q);
}

s64 __moddi3(s64 n, s64 d) {
  u64 rest;
  __udivmoddi4(magnitude(n), magnitude(d), &rest);
  return (s64)(n < 0 ? 0 - rest : rest);
}

s64 __divmoddi4(s64 n, s64 d, s64 *rest) {
  u64 r;
  u64 q = __udivmoddi4(magnitude(n), magnitude(d), &r);
  *rest = (s64)(n < 0 ? 0 - r : r);
  return (s64)((n ^ d) < 0 ? 0 - q : q);
}

u64 __lshrdi3(u64 x, int n) {
  if (n >= 32) return high(x) >> (n - 32);
  if (n == 0) return x;
  return join(high(x) >> n, high(x) << (32 - n) | low(x) >> n);
}

u64 __ashldi3(u64 x, int n) {
  if (n >= 32) return join(low(x) << (n - 32), 0);
  if (n == 0) return x;
  return join(high(x) << n | low(x) >> (32 - n), low(x) << n);
}

s64 __ashrdi3(s64 x, int n) {
  s32 h = (s32)high((u64)x);
  if (n >= 32) return (s64)join((u32)(h >> 31), (u32)(h >> (n - 32)));
  if (n == 0) return x;
  return (s64)join((u32)(h >> n), (u32)h << (32 - n) | low((u64)x) >> n);
}

u64 __muldi3(u64 a, u64 b) {
  u64 product = (u64)low(a) * low(b);
  return join(high(product) + high(a) * low(b) + low(a) * high(b), low(product));
}

int __cmpdi2(s64 a, s64 b) {
  s32 ah = (s32)high((u64)a), bh = (s32)high((u64)b);
  if (ah != bh) return ah < bh ? 0 : 2;
  u32 al = low((u64)a), bl = low((u64)b);
  return al < bl ? 0 : al > bl ? 2 : 1;
}

int __ucmpdi2(u64 a, u64 b) {
  if (high(a) != high(b)) return high(a) < high(b) ? 0 : 2;
  return low(a) < low(b) ? 0 : low(a) > low(b) ? 2 : 1;
}

int __popcountsi2(u32 x) {
  x -= x >> 1 & 0x55555555;
  x = (x & 0x33333333) + (x >> 2 & 0x33333333);
  x = (x + (x >> 4)) & 0x0f0f0f0f;
  return (int)(x * 0x01010101 >> 24);
}

int __popcountdi2(u64 x) { return __popcountsi2(high(x)) + __popcountsi2(low(x)); }

int __clzsi2(u32 x) { return __builtin_clz(x); }
int __ctzsi2(u32 x) { return 31 - __builtin_clz(x & (0 - x)); }
int __clzdi2(u64 x) { return high(x) ? __builtin_clz(high(x)) : 32 + __builtin_clz(low(x)); }
int __ctzdi2(u64 x) { return low(x) ? __ctzsi2(low(x)) : 32 + __ctzsi2(high(x)); }

int __paritysi2(u32 x) {
  x ^= x >> 16;
  x ^= x >> 8;
  x ^= x >> 4;
  return 0x6996 >> (x & 15) & 1;
}

u32 __bswapsi2(u32 x) { return x >> 24 | (x >> 8 & 0xff00) | (x << 8 & 0xff0000) | x << 24; }
u64 __bswapdi2(u64 x) { return join(__bswapsi2(low(x)), __bswapsi2(high(x))); }
