/* From the entry point to main: arguments, main, exit.
   Arguments are copied from the executor's stack into this program's own memory, so that their addresses don't depend
   on the executor; the environment is always empty for the same reason. */
#include <stdlib.h>
#include <string.h>

#include "linux.h"

enum { ARGUMENT_BYTES = 8192, ARGUMENT_COUNT = 256 };

static char argument_text[ARGUMENT_BYTES];
static char *arguments[ARGUMENT_COUNT + 1];
static char *no_environment[1];
extern char **environ;

int main(int argc, char **argv, char **envp);

_Noreturn static void refuse(const char *why, int length) {
  __bw_syscall(LINUX_WRITE, 2, (int)why, length);
  for (;;) __bw_syscall(LINUX_EXIT, 127, 0, 0);
}

/* `kernel` points at argc, followed by the argument pointers, as the Linux/PowerPC ABI lays them out. */
_Noreturn void __bw_start(const int *kernel) {
  static const char too_long[] = "blockwatt runtime: the arguments are too long\n";
  int argc = kernel[0];
  char *const *source = (char *const *)(kernel + 1);
  char *to = argument_text;
  char *const end = argument_text + ARGUMENT_BYTES;
  if (argc > ARGUMENT_COUNT) refuse(too_long, sizeof too_long - 1);
  for (int i = 0; i < argc; i++) {
    const char *from = source[i];
    arguments[i] = to;
    for (;;) {
      if (to == end) refuse(too_long, sizeof too_long - 1);
      char c = *from++;
      *to++ = c;
      if (c == 0) break;
    }
  }
  arguments[argc] = 0;
  environ = no_environment;
  int status;
  /* Not inlined: main stays a function of its own in reports. */
  [[clang::noinline]] status = main(argc, arguments, no_environment);
  exit(status);
}
