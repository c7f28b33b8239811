/* The operating system that SQLite sees here: none. A database in memory opens no file, so that only the clock and the
   source of random numbers are asked for; both are the same in every run. */
#include "sqlite3.h"

#include <string.h>

static int no_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out) {
  (void)vfs, (void)name, (void)flags, (void)out;
  file->pMethods = NULL;
  return SQLITE_CANTOPEN;
}

static int no_delete(sqlite3_vfs *vfs, const char *name, int sync) {
  (void)vfs, (void)name, (void)sync;
  return SQLITE_IOERR_DELETE;
}

static int no_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
  (void)vfs, (void)name, (void)flags;
  *result = 0;
  return SQLITE_OK;
}

static int full_path(sqlite3_vfs *vfs, const char *name, int size, char *to) {
  (void)vfs;
  const size_t length = strlen(name);
  if (length >= (size_t)size) return SQLITE_CANTOPEN;
  memcpy(to, name, length + 1);
  return SQLITE_OK;
}

static int random_bytes(sqlite3_vfs *vfs, int size, char *to) {
  static unsigned state = 1;
  (void)vfs;
  for (int i = 0; i < size; i++) {
    state = state * 1664525u + 1013904223u;
    to[i] = (char)(state >> 24);
  }
  return size;
}

static int do_not_sleep(sqlite3_vfs *vfs, int microseconds) {
  (void)vfs;
  return microseconds;
}

/* Milliseconds of the Julian calendar: always the first second of the year 2000. */
static int now(sqlite3_vfs *vfs, sqlite3_int64 *to) {
  (void)vfs;
  *to = 211813488000000;
  return SQLITE_OK;
}

static int now_in_days(sqlite3_vfs *vfs, double *to) {
  (void)vfs;
  *to = 211813488000000 / 86400000.0;
  return SQLITE_OK;
}

static int last_error(sqlite3_vfs *vfs, int size, char *to) {
  (void)vfs, (void)size, (void)to;
  return 0;
}

static sqlite3_vfs only_memory = {
    .iVersion = 2,
    .szOsFile = sizeof(sqlite3_file),
    .mxPathname = 256,
    .zName = "none",
    .xOpen = no_open,
    .xDelete = no_delete,
    .xAccess = no_access,
    .xFullPathname = full_path,
    .xRandomness = random_bytes,
    .xSleep = do_not_sleep,
    .xCurrentTime = now_in_days,
    .xGetLastError = last_error,
    .xCurrentTimeInt64 = now,
};

int sqlite3_os_init(void) { return sqlite3_vfs_register(&only_memory, 1); }

int sqlite3_os_end(void) { return SQLITE_OK; }
