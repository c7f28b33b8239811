/* Loops up to an end that may not lie behind their start: how often they run is the larger of two addresses, one of which the
   linker knows, less the start. */
#include <stdio.h>

static char text[40];
static unsigned table[16];
volatile unsigned length;

__attribute__((noinline)) static unsigned sum(unsigned n) {
  unsigned total = 0;
  const char *at = text + 4, *end = text + 4 + n;
  do total = total * 3 + (unsigned char)*at++;
  while (at < end);
  return total;
}

__attribute__((noinline)) static unsigned back(unsigned n) {
  unsigned total = 0;
  const char *at = text + n, *end = text + 6;
  do total = total * 5 + (unsigned char)*at--;
  while (at > end);
  return total;
}

int main(void) {
  for (unsigned i = 0; i < sizeof text; i++) text[i] = (char)(i * 7);
  for (length = 1; length < 16; length++) table[length] = sum(length) ^ back(length);
  for (unsigned i = 0; i < 16; i++) printf("%u ", table[i]);
  printf("\n");
  return 0;
}
