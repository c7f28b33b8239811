/* Folders, for newlib's <dirent.h>. Entries come in the order of their names, so that a program does the same on every
   machine. */
#ifndef _SYS_DIRENT_H
#define _SYS_DIRENT_H

#include <sys/types.h>

#define MAXNAMLEN 255

enum { DT_UNKNOWN = 0, DT_DIR = 4, DT_REG = 8 };
#define DT_UNKNOWN DT_UNKNOWN
#define DT_DIR DT_DIR
#define DT_REG DT_REG

struct dirent {
  ino_t d_ino;
  unsigned char d_type;
  char d_name[MAXNAMLEN + 1];
};

typedef struct __bw_folder DIR;

DIR *opendir(const char *path);
struct dirent *readdir(DIR *folder);
void rewinddir(DIR *folder);
long telldir(DIR *folder);
void seekdir(DIR *folder, long place);
int closedir(DIR *folder);

#endif
