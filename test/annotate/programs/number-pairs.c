/* Equal operations on neighbouring doubles, which the annotated module does two at a time: points, complex numbers, in either order, with stores
 * that meet the loads and other stores, and with every kind of number at every place. Prints sums of bit patterns. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define NUMBERS 24

static double cells[NUMBERS];
static uint64_t seed = 88172645463325252u;

static uint64_t next(void) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  return seed ^= seed << 17;
}

static const uint64_t corners[] = {
    0x0000000000000000, 0x8000000000000000, 0x3ff0000000000000, 0xbff0000000000000, 0x7ff0000000000000,
    0xfff0000000000000, 0x7ff8000000000000, 0xfff8000000001234, 0x7ff0000000000001, 0xfff4000000000abc,
    0x7fefffffffffffff, 0x0000000000000001, 0x8000000000000007, 0x0010000000000000, 0x4008000000000000,
};

/* One in `rare` is a corner. */
static void fill(unsigned rare) {
  for (int i = 0; i < NUMBERS; i += 1) {
    uint64_t bits = (next() & 0x800fffffffffffff) | (uint64_t)(1013 + next() % 20) << 52;
    if (next() % rare == 0) bits = corners[next() % (sizeof corners / sizeof *corners)];
    memcpy(&cells[i], &bits, sizeof bits);
  }
}

static uint64_t sum;

static void told(void) {
  for (int i = 0; i < NUMBERS; i += 1) {
    uint64_t bits;
    memcpy(&bits, &cells[i], sizeof bits);
    sum = sum * 31 + (bits ^ bits >> 29);
  }
}

struct complex {
  double re, im;
};

__attribute__((noinline)) static void butterfly(struct complex *a, struct complex *b, double c, double s) {
  double re = b->re * c - b->im * s, im = b->re * s + b->im * c;
  b->re = a->re - re;
  b->im = a->im - im;
  a->re += re;
  a->im += im;
}

__attribute__((noinline)) static void push(double *to, double *from, double by, double back) {
  double x = to[0] - from[0], y = to[1] - from[1], z = to[2] - from[2];
  to[3] -= x * by;
  to[4] -= y * by;
  to[5] -= z * by;
  from[3] += x * back;
  from[4] += y * back;
  from[5] += z * back;
}

__attribute__((noinline)) static void exchanged(double *to, const double *from, double by) {
  double a = from[0], b = from[1];
  to[0] = b * by;
  to[1] = a * by;
}

__attribute__((noinline)) static void mixed(double *to, const double *from, double by) {
  double a = from[1], b = from[0];
  to[1] = -(a + by);
  to[0] = fabs(b / by);
  to[3] = -(from[3] * 2.0);
  to[2] = -(from[2] * 3.0);
}

__attribute__((noinline)) static double alone(double *to, const double *from, double by) {
  double a = from[0] + by, b = from[1] + by;
  to[0] = a;
  to[1] = b;
  return a < b ? a * b : b - a;
}

__attribute__((noinline)) static void crossed(double *to, double *other, const double *from) {
  to[0] = from[0] * from[2];
  other[0] = from[1] + from[2];
  to[1] = from[1] * from[3];
  other[1] = from[0] + from[3];
}

__attribute__((noinline)) static void chain(double *to, const double *from) {
  double a = from[0] * 0.5;
  double b = from[1] * 0.5 + a;
  to[0] = a - from[2];
  to[1] = b - from[3];
  to[2] = a * b;
  to[3] = b * b;
}

__attribute__((noinline)) static void same(double *to, const double *from) {
  to[0] = from[0] + 1.0;
  to[1] = from[1] + 2.0;
  to[1] = to[0] + from[1];
  to[0] = to[1] + from[0];
}

__attribute__((noinline)) static void turned(double *points, int n, double c, double s) {
  for (int i = 0; i < n; i += 1) {
    double x = points[2 * i], y = points[2 * i + 1];
    points[2 * i] = c * x - s * y;
    points[2 * i + 1] = s * x + c * y;
  }
}

int main(void) {
  double total = 0.0;
  for (unsigned round = 0; round < 1500; round += 1) {
    fill(round % 3 == 0 ? 1000 : round % 3 == 1 ? 30 : 4);
    int i = (int)(next() % 16), j = (int)(next() % 16);
    double by = cells[next() % NUMBERS], back = cells[next() % NUMBERS];
    butterfly((struct complex *)&cells[i], (struct complex *)&cells[j], by, back);
    told();
    push(&cells[i], &cells[j], by, back);
    told();
    exchanged(&cells[j], &cells[i], by);
    mixed(&cells[i], &cells[j], back);
    told();
    double result = alone(&cells[i], &cells[j], by);
    if (result < 1e9) total += result;
    crossed(&cells[i], &cells[j], &cells[next() % 16]);
    told();
    chain(&cells[i], &cells[j]);
    same(&cells[j], &cells[i]);
    told();
    fill(round % 2 == 0 ? 1000 : 40);
    turned(&cells[next() % 4], (int)(next() % 9), by, back);
    told();
    if (round % 100 == 99) printf("%u %016llx %.17g\n", round, (unsigned long long)sum, total);
  }
  return 0;
}
