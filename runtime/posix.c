/* Functions of POSIX that newlib declares and leaves to a system, as far as a program without users, processes and threads can
   have them. */
#include <sys/types.h>

#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *secure_getenv(const char *name);
int issetugid(void);

int posix_memalign(void **to, size_t align, size_t bytes) {
  if (align < sizeof(void *) || (align & (align - 1)) != 0) return EINVAL;
  void *place = memalign(align, bytes);
  if (place == NULL) return ENOMEM;
  *to = place;
  return 0;
}

int getpagesize(void) { return 4096; }

/* There is one thread, which always has the lock. */
void flockfile(FILE *stream) { (void)stream; }
void funlockfile(FILE *stream) { (void)stream; }
int ftrylockfile(FILE *stream) {
  (void)stream;
  return 0;
}

/* One user, who owns everything and has no name. */
uid_t getuid(void) { return 0; }
uid_t geteuid(void) { return 0; }
gid_t getgid(void) { return 0; }
gid_t getegid(void) { return 0; }
int issetugid(void) { return 0; }
char *getlogin(void) { return NULL; }
struct passwd *getpwnam(const char *name) {
  (void)name;
  return NULL;
}
struct passwd *getpwuid(uid_t user) {
  (void)user;
  return NULL;
}
char *secure_getenv(const char *name) { return getenv(name); }

/* A handler is reset before it is called, as newlib's raise does it; masks and flags have no effect. */
int sigaction(int number, const struct sigaction *action, struct sigaction *before) {
  _sig_func_ptr old = action != NULL ? signal(number, action->sa_handler) : signal(number, SIG_DFL);
  if (old == SIG_ERR) return -1;
  if (action == NULL) signal(number, old);
  if (before != NULL) {
    memset(before, 0, sizeof *before);
    before->sa_handler = old;
  }
  return 0;
}

int alphasort(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

int scandir(const char *path, struct dirent ***to, int (*wanted)(const struct dirent *),
            int (*order)(const struct dirent **, const struct dirent **)) {
  DIR *folder = opendir(path);
  if (folder == NULL) return -1;
  struct dirent **list = NULL, *entry;
  int count = 0;
  while ((entry = readdir(folder)) != NULL) {
    if (wanted != NULL && !wanted(entry)) continue;
    struct dirent **larger = realloc(list, (size_t)(count + 1) * sizeof *list);
    if (larger != NULL) list = larger;
    struct dirent *copy = larger == NULL ? NULL : malloc(sizeof *copy);
    if (copy == NULL) {
      while (count > 0) free(list[--count]);
      free(list);
      closedir(folder);
      errno = ENOMEM;
      return -1;
    }
    *copy = *entry;
    list[count++] = copy;
  }
  closedir(folder);
  if (order != NULL) qsort(list, (size_t)count, sizeof *list, (int (*)(const void *, const void *))order);
  *to = list;
  return count;
}
