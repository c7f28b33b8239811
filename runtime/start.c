/* From the entry point to main: arguments, environment, main, exit.
   Arguments and environment are copied from the executor's stack into this program's own memory, so that their addresses
   don't depend on the executor. */
#include <stdlib.h>
#include <string.h>

#include "linux.h"

enum { TEXT_BYTES = 8192, ARGUMENT_COUNT = 256, VARIABLE_COUNT = 64 };

static char text[TEXT_BYTES];
static char *arguments[ARGUMENT_COUNT + 1];
static char *variables[VARIABLE_COUNT + 1];
extern char **environ;

int main(int argc, char **argv, char **envp);
void __bw_construct(void); /* constructors.c */

_Noreturn static void refuse(const char *why, int length) {
  __bw_syscall(LINUX_WRITE, 2, (int)why, length);
  for (;;) __bw_syscall(LINUX_EXIT, 127, 0, 0);
}

static const char too_long[] = "blockwatt runtime: the arguments or the environment are too long\n";

/* Copies `count` strings to `to`, their text from `at` on; where the next text goes. */
static char *copy_texts(char **to, char *const *from, int count, char *at) {
  char *const end = text + TEXT_BYTES;
  for (int i = 0; i < count; i++) {
    const char *source = from[i];
    to[i] = at;
    for (;;) {
      if (at == end) refuse(too_long, sizeof too_long - 1);
      char c = *source++;
      *at++ = c;
      if (c == 0) break;
    }
  }
  to[count] = 0;
  return at;
}

/* `kernel` points at argc, followed by the argument pointers, 0, the environment's pointers and 0, as the Linux/PowerPC
   ABI lays them out. */
_Noreturn void __bw_start(const int *kernel) {
  int argc = kernel[0];
  char *const *source = (char *const *)(kernel + 1);
  if (argc > ARGUMENT_COUNT) refuse(too_long, sizeof too_long - 1);
  char *at = copy_texts(arguments, source, argc, text);
  char *const *environment = source + argc + 1;
  int count = 0;
  while (environment[count] != 0)
    if (++count > VARIABLE_COUNT) refuse(too_long, sizeof too_long - 1);
  copy_texts(variables, environment, count, at);
  environ = variables;
  __bw_construct();
  int status;
  /* Not inlined: main stays a function of its own in reports. */
  [[clang::noinline]] status = main(argc, arguments, variables);
  exit(status);
}
