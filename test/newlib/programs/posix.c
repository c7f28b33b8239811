/* What POSIX adds: argument vectors as strings, memory with an alignment, folders as lists, patterns of file names, signals; and
   how a program ends: functions of atexit the last first, then a signal that nobody catches. */
#include <argz.h>
#include <dirent.h>
#include <envz.h>
#include <glob.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t caught;
static void catch(int number) { caught = caught * 100 + number; }
static void first(void) { puts("registered first"); }
static void second(void) { puts("registered second"); }
static int visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

int main(int argc, char **argv) {
  (void)argc;
  char *list = NULL, *entry = NULL;
  size_t length = 0;
  argz_create_sep("one:two::three", ':', &list, &length);
  argz_add(&list, &length, "four");
  envz_add(&list, &length, "key", "value");
  argz_insert(&list, &length, list, "zero");
  while ((entry = argz_next(list, length, entry)) != NULL) printf("%s|", entry);
  printf(" %zu %s\n", argz_count(list, length), envz_get(list, length, "key"));
  argz_stringify(list, length, ' ');
  printf("%s\n", list);
  free(list);

  void *place = NULL;
  printf("%d %d", posix_memalign(&place, 256, 100), (int)((uintptr_t)place & 255));
  printf(" %d %d\n", posix_memalign(&place, 3, 100) != 0, getpagesize());
  flockfile(stdout);
  printf("%d %d\n", ftrylockfile(stdout), (int)getuid());
  funlockfile(stdout);

  struct dirent **entries;
  int count = scandir("/data", &entries, visible, alphasort);
  for (int i = 0; i < count; i++) printf("%s ", entries[i]->d_name);
  glob_t found;
  printf("%d", glob("/data/*.t?t", 0, NULL, &found));
  for (size_t i = 0; i < (size_t)found.gl_pathc; i++) printf(" %s", found.gl_pathv[i]);
  globfree(&found);
  printf("\n");

  signal(SIGUSR1, catch);
  raise(SIGUSR1);
  struct sigaction action = {.sa_handler = catch}, before;
  printf("%d", sigaction(SIGTERM, &action, &before));
  raise(SIGTERM);
  signal(SIGINT, SIG_IGN);
  raise(SIGINT);
  printf(" %d %d\n", caught == SIGUSR1 * 100 + SIGTERM, before.sa_handler == SIG_DFL);
  printf("%s", strsignal(SIGSEGV) != NULL ? "" : "none");
  atexit(first);
  atexit(second);
  if (getenv("HOME") == NULL || argv[0] == NULL) exit(3);
  fflush(stdout);
  abort();
}
