// The heap's end: the same blocks at the same addresses everywhere, NULL and ENOMEM from there on, and what is there stays.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void show(const char *what, const void *block) {
  printf("%s: %p, errno %d\n", what, block, errno);
  errno = 0;
}

int main(void) {
  errno = 0;
  volatile size_t huge = 0x7fffffff;
  show("half of all addresses", malloc(huge));
  show("all of them", malloc(2 * huge + 1));
  show("cleared", calloc(huge / 16, 16));
  char *kept = malloc(100);
  strcpy(kept, "kept");
  show("moved", realloc(kept, huge));
  unsigned total = 0;
  int blocks = 0;
  void *last = 0;
  for (size_t size = 1 << 22; size >= 16; size /= 4) {
    char *block;
    while ((block = malloc(size)) != 0) {
      block[0] = block[size - 1] = (char)blocks++;
      total += size;
      last = block;
    }
    show("last", last);
  }
  printf("%u bytes in %d blocks, %s\n", total, blocks, kept);
  show("grown", realloc(last, 1 << 20));
  show("aligned", aligned_alloc(4096, 4096));
  free(kept);
  show("again", malloc(90));
  show("no more", malloc(1 << 12));
  return 0;
}
