// Globals that the linked program lacks: their addresses only go into variables that nobody looks at any more.
#include <stdio.h>

static int never_read[4] = {1, 2, 3, 4};
int external = 5;
int first;
static char letters[40];

static int never_called(int x) { return x * 3 + first; }

// The prefetch takes a variable's address, so the variable stays, and is dead behind it.
__attribute__((noinline)) static int warm(int n) {
    int *one = &external, *two = never_read + 1;
    int (*function)(int) = never_called;
    char *text = letters + n;
    __builtin_prefetch(&one);
    __builtin_prefetch(&two, 1);
    __builtin_prefetch(&function);
    __builtin_prefetch(&text);
    return n + 1;
}

int main(void) {
    int sum = 0;
    for (int i = 0; i < 5; i++) sum += warm(i);
    printf("%d\n", sum);
    return 0;
}
