/* newlib's small printf and scanf. */
#include <stdio.h>

int main(void) {
  char word[16];
  int number;
  float part;
  while (scanf("%15s %d %f", word, &number, &part) == 3)
    printf("%s|%5d|%-6x|%08.3f|%e|%c|%p\n", word, number, (unsigned)number, (double)part, (double)part * 1e10, word[0], (void *)0x40);
  printf("%s %ld %lu %hd %%\n", "end", -7L, 7UL, (short)70000);
  return 0;
}
