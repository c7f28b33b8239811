// Two ways to a quotient: the ends of both are merged, call and all, and of one the register moves before it, too, so that nothing of that
// block is left but what it shares.
#include <stdio.h>

__attribute__((noinline)) static double one(double x) { return x + 1; }
__attribute__((noinline)) static double two(double x) { return x * 3; }

static volatile int pick;

__attribute__((noinline)) static double quotient(double x, int n) {
    if (n > 4) {
        double a = x * 5;
        if (n & 1) return a / (pick ? one(x) : two(x));
        double b = a + x;
        return b * 7 / (pick ? one(x) : two(x));
    }
    return n < 2 ? x / 3 : x;
}

int main(void) {
    for (int n = 0; n < 24; n++) {
        pick = n & 8;
        double q = quotient(n + 0.5, n);
        printf("%d\n", (int)(q * 1e6));
    }
    return 0;
}
