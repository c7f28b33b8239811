// A loop asks the same switch several times: what it compares is compared once, before the first of them, and kept in condition registers.
#include <stdio.h>

static volatile int steps;
static volatile char flag;

__attribute__((noinline)) static void loop(void) {
    for (int kind = 0; kind < 9; kind++) {
        steps += 3;
        for (int part = 0; part < 6; part++) {
            steps = steps ^ part;
            steps -= 1;
            switch (kind) {
                case 5:
                case 2: flag = 1; break;
                default: break;
            }
            steps += kind;
        }
    }
}

int main(void) {
    loop();
    printf("%d %d\n", steps, flag);
    return 0;
}
