/* 128-bit integer routines that the compiler calls by name on a 32-bit core. The compiler passes such a number as four words,
   the highest first, and so do these: C has no 128-bit type here that is passed in registers. A vector of four words is returned
   in the same registers. */

typedef unsigned int u32;
typedef unsigned long long u64;
typedef u32 words __attribute__((vector_size(16))); /* the highest first */

/* Words of a number, the lowest first. */
typedef struct {
  u32 w[4];
} number;

#define ARGUMENT(x) u32 x##3, u32 x##2, u32 x##1, u32 x##0
#define NUMBER(x) {{x##0, x##1, x##2, x##3}}

static inline words give(number x) { return (words){x.w[3], x.w[2], x.w[1], x.w[0]}; }
static inline int is_negative(number x) { return (int)x.w[3] < 0; }

static number negated(number x) {
  u64 carry = 1;
  for (int i = 0; i < 4; i++) {
    carry += (u32)~x.w[i];
    x.w[i] = (u32)carry;
    carry >>= 32;
  }
  return x;
}

static inline number magnitude(number x) { return is_negative(x) ? negated(x) : x; }

static int length(const number *x) {
  int n = 4;
  while (n > 0 && x->w[n - 1] == 0) n--;
  return n;
}

/* Schoolbook division in base 2^32 (Knuth, TAOCP 4.3.1, algorithm D). Division by zero gives 0 and the dividend. */
static number divide(number n, number d, number *rest) {
  number q = {{0, 0, 0, 0}};
  int size = length(&d), top = length(&n);
  if (size == 0 || size > top) {
    *rest = n;
    return q;
  }
  if (size == 1) {
    u32 r = 0;
    for (int i = top - 1; i >= 0; i--) {
      u64 part = (u64)r << 32 | n.w[i];
      q.w[i] = (u32)(part / d.w[0]);
      r = (u32)part - q.w[i] * d.w[0];
    }
    *rest = (number){{r, 0, 0, 0}};
    return q;
  }
  /* Both are shifted so that the divisor's highest bit is set. */
  int shift = __builtin_clz(d.w[size - 1]);
  u32 u[5], v[4];
  u[4] = 0;
  for (int i = 3; i >= 0; i--) {
    u32 below_n = i > 0 && shift ? n.w[i - 1] >> (32 - shift) : 0;
    u32 below_d = i > 0 && shift ? d.w[i - 1] >> (32 - shift) : 0;
    if (i == 3 && shift) u[4] = n.w[3] >> (32 - shift);
    u[i] = n.w[i] << shift | below_n;
    v[i] = d.w[i] << shift | below_d;
  }
  for (int j = top - size; j >= 0; j--) {
    u64 part = (u64)u[j + size] << 32 | u[j + size - 1];
    u64 digit, left;
    if (u[j + size] >= v[size - 1]) {
      digit = 0xffffffffu;
      left = part - digit * v[size - 1];
    } else {
      digit = part / v[size - 1];
      left = part - digit * v[size - 1];
    }
    while (left <= 0xffffffffu && digit * v[size - 2] > (left << 32 | u[j + size - 2])) {
      digit--;
      left += v[size - 1];
    }
    u64 carry = 0;
    long long difference = 0;
    for (int i = 0; i < size; i++) {
      carry += digit * v[i];
      difference += (long long)u[i + j] - (u32)carry;
      u[i + j] = (u32)difference;
      difference >>= 32;
      carry >>= 32;
    }
    difference += (long long)u[j + size] - (long long)carry;
    u[j + size] = (u32)difference;
    if (difference < 0) { /* one too many: rare */
      digit--;
      carry = 0;
      for (int i = 0; i < size; i++) {
        carry += (u64)u[i + j] + v[i];
        u[i + j] = (u32)carry;
        carry >>= 32;
      }
      u[j + size] += (u32)carry;
    }
    q.w[j] = (u32)digit;
  }
  for (int i = 0; i < 4; i++) rest->w[i] = shift ? u[i] >> shift | u[i + 1] << (32 - shift) : u[i];
  return q;
}

words __udivti3(ARGUMENT(a), ARGUMENT(b)) {
  number n = NUMBER(a), d = NUMBER(b), rest;
  return give(divide(n, d, &rest));
}

words __umodti3(ARGUMENT(a), ARGUMENT(b)) {
  number n = NUMBER(a), d = NUMBER(b), rest;
  divide(n, d, &rest);
  return give(rest);
}

words __divti3(ARGUMENT(a), ARGUMENT(b)) {
  number n = NUMBER(a), d = NUMBER(b), rest;
  number q = divide(magnitude(n), magnitude(d), &rest);
  return give(is_negative(n) != is_negative(d) ? negated(q) : q);
}

words __modti3(ARGUMENT(a), ARGUMENT(b)) {
  number n = NUMBER(a), d = NUMBER(b), rest;
  divide(magnitude(n), magnitude(d), &rest);
  return give(is_negative(n) ? negated(rest) : rest);
}
