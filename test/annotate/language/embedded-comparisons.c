// Comparisons whose operands or terms the back end changes: constants on the left, negated numbers, infinities, NaNs, a number with itself.
// The embedded instructions' "greater" is true of NaNs, so it shows which of two exchanged comparisons was made.
#include <stdio.h>

#define ASKED(name, type, left, right)                                                                       \
  __attribute__((noinline)) static unsigned name(type z, type x) {                                          \
    unsigned n = 0;                                                                                          \
    n = 2 * n + (left < right), n = 2 * n + (left > right), n = 2 * n + (left <= right);                     \
    n = 2 * n + (left >= right), n = 2 * n + (left == right), n = 2 * n + (left != right);                   \
    n = 2 * n + !(left < right), n = 2 * n + !(left > right);                                                \
    n = 2 * n + __builtin_islessgreater(left, right), n = 2 * n + !__builtin_islessgreater(left, right);     \
    if (left < right) n += 1u << 12;                                                                         \
    if (left > right) n += 1u << 14;                                                                         \
    n += left < right && x > z ? 1u << 16 : 0;                                                               \
    for (int i = 0; i < 3 && left > right; i++, z += 1) n += 1u << 20;                                       \
    return n;                                                                                                \
  }

#define ALL(type, suffix)                                                                                    \
  ASKED(sum_##type, type, (type)4, (z + x))                                                                  \
  ASKED(again_##type, type, (z + x), (type)4)                                                                \
  ASKED(minus_##type, type, -z, (type)4)                                                                     \
  ASKED(plus_##type, type, (type)4, -z)                                                                      \
  ASKED(above_##type, type, z, __builtin_inf##suffix())                                                      \
  ASKED(below_##type, type, -__builtin_inf##suffix(), z)                                                     \
  ASKED(under_##type, type, z, -__builtin_inf##suffix())                                                     \
  ASKED(nothing_##type, type, z, __builtin_nan##suffix(""))                                                  \
  ASKED(left_##type, type, __builtin_nan##suffix(""), z)                                                     \
  ASKED(itself_##type, type, (z + x), (z + x))                                                               \
  static unsigned (*const all_##type[])(type, type) = {                                                      \
      sum_##type,   again_##type, minus_##type,   plus_##type, above_##type,                                 \
      below_##type, under_##type, nothing_##type, left_##type, itself_##type,                                \
  };

ALL(double, )
ALL(float, f)

int main(void) {
  volatile double v[] = {0, 1.5, 4, -4, __builtin_inf(), __builtin_nan("")};
  for (int k = 0; k < 10; k++)
    for (int i = 0; i < 6; i++)
      for (int j = 0; j < 6; j++)
        printf("%x %x\n", all_double[k](v[i], v[j]), all_float[k]((float)v[i], (float)v[j]));
  return 0;
}
