// Comparisons of the same two numbers put together: without an optimiser before it, the back end makes one comparison of them.
#include <stdio.h>

__attribute__((noinline)) static int at_most(double x, double y) { return (x < y) | (x == y); }
__attribute__((noinline)) static int apart(double x, double y) { return (x < y) | (x > y); }
__attribute__((noinline)) static int above(float x, float y) { return (x >= y) & (x != y); }
__attribute__((noinline)) static int crossed(float x, float y) { return (x >= y) & (y >= x); }
__attribute__((noinline)) static int three(float x, float y) { return ((x > y) | (y == x)) & (y != x); }
__attribute__((noinline)) static int no_number(float x, float y) { return (x != x) | (y != y); }
__attribute__((noinline)) static int numbers(float x, float y) { return !(x != x) & !(y != y); }
__attribute__((noinline)) static int other_numbers(double x, double y, double z) { return (x < y) | (x == z); }

__attribute__((noinline)) static int used_again(float x, float y) {
    int less = x < y, equal = x == y;
    return (less | equal) + 2 * less;
}

__attribute__((noinline)) static int branches(float x, float y, int n) {
    int r = 0;
    if ((x < y) | (x == y)) r = n;
    return r + ((x > y) || (x == y));
}

static const double values[] = {0, 1, -2, 0.0 / 0.0, 1};

int main(void) {
    unsigned sum = 0;
    for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 5; j++) {
            double x = values[i], y = values[j];
            float a = (float)x, b = (float)y;
            sum = sum * 31 + at_most(x, y) + 2 * apart(x, y) + 4 * above(a, b) + 8 * crossed(a, b);
            sum = sum * 31 + three(a, b) + 2 * no_number(a, b) + 4 * numbers(a, b) + 8 * used_again(a, b);
            sum = sum * 31 + other_numbers(x, y, values[(i + j) % 5]) + 16 * branches(a, b, i);
        }
        printf("%u\n", sum);
    }
    return 0;
}
