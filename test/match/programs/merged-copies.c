/* Two ways that end with a copy of the same length from different places: the machine code has one call for both. */
#include <stdio.h>

struct large { char bytes[44]; };
struct odd { char before; volatile struct large large; };

volatile struct large even;
struct odd odd;
volatile int way;

int main(void) {
    int sum = 0;
    for (way = 0; way < 6; way++) {
        struct large copy;
        if (way % 3) {
            even.bytes[3] = way;
            copy = even;
        } else {
            odd.large.bytes[3] = way + 5;
            copy = odd.large;
        }
        sum += copy.bytes[3];
    }
    printf("%d\n", sum);
    return 0;
}
