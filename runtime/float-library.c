/* Functions of C23's <math.h> that newlib lacks and compilers call: the greater and the lesser of two numbers with each rule
   for NaNs, where +0 is greater than -0, and rounding to even. */
#include <math.h>

#define EXTREMES(number, f)                                                                       \
  number fmaximum##f(number x, number y);                                                         \
  number fminimum##f(number x, number y);                                                         \
  number fmaximum_num##f(number x, number y);                                                     \
  number fminimum_num##f(number x, number y);                                                     \
  number roundeven##f(number x);                                                                  \
                                                                                                  \
  static number greater##f(number x, number y) {                                                  \
    if (x == y) return signbit(x) ? y : x;                                                        \
    return x > y ? x : y;                                                                         \
  }                                                                                               \
  static number lesser##f(number x, number y) {                                                   \
    if (x == y) return signbit(x) ? x : y;                                                        \
    return x < y ? x : y;                                                                         \
  }                                                                                               \
  number fmaximum##f(number x, number y) { return isunordered(x, y) ? x + y : greater##f(x, y); } \
  number fminimum##f(number x, number y) { return isunordered(x, y) ? x + y : lesser##f(x, y); }  \
  number fmaximum_num##f(number x, number y) {                                                    \
    if (isunordered(x, y)) return isnan(x) ? (isnan(y) ? x + y : y) : x;                          \
    return greater##f(x, y);                                                                      \
  }                                                                                               \
  number fminimum_num##f(number x, number y) {                                                    \
    if (isunordered(x, y)) return isnan(x) ? (isnan(y) ? x + y : y) : x;                          \
    return lesser##f(x, y);                                                                       \
  }                                                                                               \
  /* The rounding mode is to nearest even. */                                                     \
  number roundeven##f(number x) { return rint##f(x); }

EXTREMES(double, )
EXTREMES(float, f)
