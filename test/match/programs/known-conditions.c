// Conditions that the back end knows and the optimiser did not: the comparison of memory is written out after it, and loads what was just
// stored.
#include <stdio.h>
#include <string.h>

static char table[64];

__attribute__((noinline)) static int same(char fill) {
    char text[64];
    int sum = 0;
    for (int i = 0; i < fill - '*'; i++) sum += table[i * 3];
    if (memcmp(table + sum, "nine char", 9) == 0) return 7;
    memset(text + 8, fill, 56);
    memcpy(text, "eight by", 8);
    return memcmp(text, "eight by-", 9) != 0;
}

__attribute__((noinline)) static int same_elsewhere(char *to, char fill) {
    memset(to, fill, 64);
    memcpy(to, "eight by", 8);
    return memcmp(to, "eight by++++", 11) != 0;
}

int main(void) {
    for (char fill = '+'; fill < '0'; fill++) printf("%d %d\n", same(fill), same_elsewhere(table, fill));
    return 0;
}
