// Ends in the middle of everything: activations wait in direct, recursive and indirect calls when the program exits.
#include <stdio.h>
#include <stdlib.h>

#define NI __attribute__((noinline))

static unsigned total;

NI static int leave(int code) {
    if (total > 40) exit(code);
    total += 3;
    return (int)total;
}

NI static int stay(int code) {
    total += 1;
    return code;
}

static int (*volatile actions[2])(int) = {leave, stay};

NI static int descend(int depth, int code) {
    int sum = 0;
    for (int i = 0; i <= depth; i++) {
        sum += actions[(i + depth) & 1](code);
        if (i == 2) sum += descend(depth + 1, code);
        sum ^= (int)(total << 2);
    }
    printf("%d\n", sum);
    return sum;
}

static int order(const void *a, const void *b) {
    total += 1;
    return *(const int *)a - *(const int *)b;
}

int main(void) {
    int numbers[5] = {5, 2, 9, 1, 7};
    qsort(numbers, 5, sizeof numbers[0], order);
    for (int i = 0; i < 9; i++) printf("%d %d\n", numbers[i % 5], descend(i, numbers[i % 5]));
    return 0;
}
