/* opendir, readdir and their kin. All entries are read at once and sorted: systems list them in orders of their own. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "linux.h"

struct __bw_folder {
  int count, next;
  struct dirent entries[];
};

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct dirent *)a)->d_name, ((const struct dirent *)b)->d_name);
}

DIR *opendir(const char *path) {
  int file = __bw_open_folder(path);
  if (file < 0) return NULL;
  int room = 16, got;
  DIR *folder = malloc(sizeof *folder + (size_t)room * sizeof(struct dirent));
  if (folder != NULL) folder->count = folder->next = 0;
  _Alignas(8) char buffer[1024];
  while (folder != NULL && (got = __bw_read_folder(file, buffer, sizeof buffer)) > 0) {
    for (int at = 0; at < got;) {
      const struct linux_dirent *from = (const struct linux_dirent *)(buffer + at);
      at += from->length;
      if (folder->count == room) {
        room *= 2;
        DIR *larger = realloc(folder, sizeof *folder + (size_t)room * sizeof(struct dirent));
        if (larger == NULL) free(folder);
        folder = larger;
        if (folder == NULL) break;
      }
      struct dirent *to = &folder->entries[folder->count++];
      to->d_ino = (ino_t)from->ino;
      to->d_type = from->type;
      strlcpy(to->d_name, from->name, sizeof to->d_name);
    }
  }
  int code = errno;
  close(file);
  if (folder == NULL) {
    errno = code;
    return NULL;
  }
  qsort(folder->entries, (size_t)folder->count, sizeof(struct dirent), by_name);
  return folder;
}

struct dirent *readdir(DIR *folder) {
  return folder->next < folder->count ? &folder->entries[folder->next++] : NULL;
}

void rewinddir(DIR *folder) { folder->next = 0; }

long telldir(DIR *folder) { return folder->next; }

void seekdir(DIR *folder, long place) {
  if (place >= 0 && place <= folder->count) folder->next = (int)place;
}

int closedir(DIR *folder) {
  free(folder);
  return 0;
}
