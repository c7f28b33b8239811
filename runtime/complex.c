/* Products and quotients of complex numbers, by the names that the compiler gives them. An infinite operand makes the result
   infinite though parts of the plain formula are NaN, as C's Annex G has it. */
#include <math.h>

typedef unsigned int u32;
typedef unsigned long long u64;

_Complex double __muldc3(double a, double b, double c, double d);
_Complex double __divdc3(double a, double b, double c, double d);
_Complex float __mulsc3(float a, float b, float c, float d);
_Complex float __divsc3(float a, float b, float c, float d);

/* Rare operands go to functions of their own, which keeps the plain formulas short. */
#define APART static __attribute__((noinline))

#define COMPLEX_ARITHMETIC(number, rep, of, top, infinite, product, quotient, exponent, scaled)            \
  typedef union {                                                                                          \
    number value;                                                                                          \
    rep bits;                                                                                              \
  } pattern_##of;                                                                                          \
                                                                                                           \
  static int is_infinite_##of(number x) {                                                                  \
    pattern_##of p = {x};                                                                                  \
    return p.bits << 1 == (rep)(infinite) << 1;                                                            \
  }                                                                                                        \
  static int is_finite_##of(number x) {                                                                    \
    pattern_##of p = {x};                                                                                  \
    return p.bits << 1 < (rep)(infinite) << 1;                                                             \
  }                                                                                                        \
  /* 0 or 1 with the sign of a number. */                                                                  \
  static number signed_##of(int one, number x) {                                                           \
    pattern_##of p = {x}, unit = {(number)1};                                                              \
    p.bits = (p.bits & (rep)1 << top) | (one ? unit.bits : 0);                                             \
    return p.value;                                                                                        \
  }                                                                                                        \
  /* A direction in place of an infinity. */                                                               \
  APART number direction_##of(number x) { return signed_##of(is_infinite_##of(x), x); }                    \
  APART number zero_of_nan_##of(number x) { return x != x ? signed_##of(0, x) : x; }                       \
                                                                                                           \
  static _Complex number made_##of(number real, number imaginary) {                                        \
    _Complex number z;                                                                                     \
    __real__ z = real;                                                                                     \
    __imag__ z = imaginary;                                                                                \
    return z;                                                                                              \
  }                                                                                                        \
                                                                                                           \
  /* Of a product whose parts both are NaN. */                                                             \
  APART _Complex number rare_product_##of(number a, number b, number c, number d) {                        \
    int again = 0;                                                                                         \
    if (is_infinite_##of(a * c) | is_infinite_##of(b * d) | is_infinite_##of(a * d) |                      \
        is_infinite_##of(b * c)) {                                                                         \
      again = 1;                                                                                           \
    }                                                                                                      \
    if (is_infinite_##of(a) | is_infinite_##of(b)) {                                                       \
      a = direction_##of(a);                                                                               \
      b = direction_##of(b);                                                                               \
      again = 1;                                                                                           \
    }                                                                                                      \
    if (is_infinite_##of(c) | is_infinite_##of(d)) {                                                       \
      c = direction_##of(c);                                                                               \
      d = direction_##of(d);                                                                               \
      again = 1;                                                                                           \
    }                                                                                                      \
    if (again) {                                                                                           \
      a = zero_of_nan_##of(a);                                                                             \
      b = zero_of_nan_##of(b);                                                                             \
      c = zero_of_nan_##of(c);                                                                             \
      d = zero_of_nan_##of(d);                                                                             \
      return made_##of((number)INFINITY * (a * c - b * d), (number)INFINITY * (a * d + b * c));            \
    }                                                                                                      \
    return made_##of((number)NAN, (number)NAN);                                                            \
  }                                                                                                        \
                                                                                                           \
  _Complex number product(number a, number b, number c, number d) {                                        \
    number real = a * c - b * d, imaginary = a * d + b * c;                                                \
    if (real == real || imaginary == imaginary) return made_##of(real, imaginary);                         \
    return rare_product_##of(a, b, c, d);                                                                  \
  }                                                                                                        \
                                                                                                           \
  /* Of a quotient whose parts both are NaN. */                                                            \
  APART _Complex number rare_quotient_##of(number a, number b, number c, number d) {                       \
    if (c == 0 && d == 0) {                                                                                \
      if (a == a || b == b)                                                                                \
        return made_##of((number)INFINITY * signed_##of(1, c) * a, (number)INFINITY * signed_##of(1, c) * b); \
    } else if ((is_infinite_##of(a) | is_infinite_##of(b)) & is_finite_##of(c) & is_finite_##of(d)) {      \
      a = direction_##of(a);                                                                               \
      b = direction_##of(b);                                                                               \
      return made_##of((number)INFINITY * (a * c + b * d), (number)INFINITY * (b * c - a * d));            \
    } else if ((is_infinite_##of(c) | is_infinite_##of(d)) & is_finite_##of(a) & is_finite_##of(b)) {      \
      c = direction_##of(c);                                                                               \
      d = direction_##of(d);                                                                               \
      return made_##of((number)0 * (a * c + b * d), (number)0 * (b * c - a * d));                          \
    }                                                                                                      \
    return made_##of((number)NAN, (number)NAN);                                                            \
  }                                                                                                        \
                                                                                                           \
  /* The divisor is scaled to about 1, so that its square neither overflows nor vanishes. */               \
  _Complex number quotient(number a, number b, number c, number d) {                                       \
    pattern_##of p = {c}, q = {d};                                                                         \
    p.bits = p.bits << 1 >> 1;                                                                             \
    q.bits = q.bits << 1 >> 1;                                                                             \
    if (q.bits > p.bits) p.bits = q.bits;                                                                  \
    int shift = 0;                                                                                         \
    number e = c, f = d;                                                                                   \
    if (p.bits != 0 && p.bits < (rep)(infinite)) {                                                         \
      shift = exponent(p.value);                                                                           \
      e = scaled(c, -shift);                                                                               \
      f = scaled(d, -shift);                                                                               \
    }                                                                                                      \
    number below = e * e + f * f;                                                                          \
    number real = scaled((a * e + b * f) / below, -shift);                                                 \
    number imaginary = scaled((b * e - a * f) / below, -shift);                                            \
    if (real == real || imaginary == imaginary) return made_##of(real, imaginary);                         \
    return rare_quotient_##of(a, b, c, d);                                                                 \
  }

COMPLEX_ARITHMETIC(double, u64, d, 63, 0x7ff0000000000000ull, __muldc3, __divdc3, ilogb, scalbn)
COMPLEX_ARITHMETIC(float, u32, f, 31, 0x7f800000u, __mulsc3, __divsc3, ilogbf, scalbnf)
