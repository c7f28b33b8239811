/* newlib's file interface (`_open`, `_read`, …) on Linux/PowerPC system calls.

   A program must do the same under every executor, instruction by instruction. So
   - standard streams are answered without asking the system: a terminal, a pipe and a file look alike;
   - paths are made absolute and normal here, and given to the system as paths from the folder that it started the program
     in: that folder is the program's root, and no path leads out of it;
   - descriptors are the lowest free numbers of a table here, whatever the system has open;
   - the owner, device and block size of a file are always the same. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "linux.h"

#undef errno
extern int errno;

enum { FILES = 64, STREAMS = 3, PATH_BYTES = 1024 };

/* The system's descriptor + 1 of each of ours; 0: free. */
static short system_file[FILES];

/* The current folder from the root, with neither slash at the beginning nor at the end; empty: the root. */
static char current[PATH_BYTES];

static int fail(int code) {
  errno = code;
  return -1;
}

/* The system's descriptor for ours, or -1 with errno. */
static int system_of(int file) {
  if ((unsigned)file < STREAMS) return file;
  if ((unsigned)file >= FILES || system_file[file] == 0) return fail(EBADF);
  return system_file[file] - 1;
}

/* Appends the names of `path` to `to` (`length` bytes are in it), resolving `.` and `..`. The new length, or -1. */
static int append_names(char *to, int length, const char *path) {
  while (*path != 0) {
    const char *end = path;
    while (*end != 0 && *end != '/') end++;
    int size = (int)(end - path);
    if (size == 2 && path[0] == '.' && path[1] == '.') {
      while (length > 0 && to[--length] != '/') continue;
    } else if (size > 0 && !(size == 1 && path[0] == '.')) {
      if (length + size + 2 > PATH_BYTES) return fail(ENAMETOOLONG);
      if (length > 0) to[length++] = '/';
      memcpy(to + length, path, (size_t)size);
      length += size;
    }
    path = *end == '/' ? end + 1 : end;
  }
  to[length] = 0;
  return length;
}

/* What the system is asked for instead of `path`; NULL with errno. `to` has PATH_BYTES. */
static const char *system_path(char *to, const char *path) {
  if (*path == 0) {
    errno = ENOENT;
    return NULL;
  }
  int length = 0;
  if (*path != '/') {
    length = (int)strlen(current);
    memcpy(to, current, (size_t)length + 1);
  }
  length = append_names(to, length, path);
  if (length < 0) return NULL;
  if (length == 0) return ".";
  if (path[strlen(path) - 1] == '/' && length + 2 <= PATH_BYTES) {
    to[length] = '/';
    to[length + 1] = 0;
  }
  return to;
}

static int path_call(int number, const char *path, int argument) {
  char buffer[PATH_BYTES];
  const char *asked = system_path(buffer, path);
  return asked == NULL ? -1 : __bw_result(__bw_syscall(number, (int)asked, argument, 0));
}

static int lowest_free(void) {
  for (int file = STREAMS; file < FILES; file++)
    if (system_file[file] == 0) return file;
  return fail(EMFILE);
}

static int open_system(const char *path, int linux_flags, int mode) {
  char buffer[PATH_BYTES];
  int file = lowest_free();
  const char *asked = file < 0 ? NULL : system_path(buffer, path);
  if (asked == NULL) return -1;
  int opened = __bw_result(__bw_syscall(LINUX_OPEN, (int)asked, linux_flags, mode));
  if (opened < 0) return -1;
  system_file[file] = (short)(opened + 1);
  return file;
}

int _open(const char *path, int flags, int mode) {
  int linux_flags = flags & 3;
  if (flags & O_CREAT) linux_flags |= LINUX_O_CREAT;
  if (flags & O_EXCL) linux_flags |= LINUX_O_EXCL;
  if (flags & O_NOCTTY) linux_flags |= LINUX_O_NOCTTY;
  if (flags & O_TRUNC) linux_flags |= LINUX_O_TRUNC;
  if (flags & O_APPEND) linux_flags |= LINUX_O_APPEND;
  if (flags & O_NONBLOCK) linux_flags |= LINUX_O_NONBLOCK;
  return open_system(path, linux_flags, mode);
}

int __bw_open_folder(const char *path) { return open_system(path, LINUX_O_DIRECTORY, 0); }

int __bw_read_folder(int file, void *to, int size) {
  int system = system_of(file);
  return system < 0 ? -1 : __bw_result(__bw_syscall(LINUX_GETDENTS64, system, (int)to, size));
}

int _read(int file, char *to, int length) {
  int system = system_of(file);
  return system < 0 ? -1 : __bw_result(__bw_syscall(LINUX_READ, system, (int)to, length));
}

int _write(int file, const char *from, int length) {
  int system = system_of(file);
  return system < 0 ? -1 : __bw_result(__bw_syscall(LINUX_WRITE, system, (int)from, length));
}

int _close(int file) {
  int system = system_of(file);
  if (system < 0) return -1;
  /* Closing a standard stream is only remembered by newlib: messages must still find their way. */
  if (file < STREAMS) return 0;
  system_file[file] = 0;
  return __bw_result(__bw_syscall(LINUX_CLOSE, system, 0, 0));
}

int _lseek(int file, int offset, int whence) {
  if ((unsigned)file < STREAMS) return fail(ESPIPE);
  int system = system_of(file);
  return system < 0 ? -1 : __bw_result(__bw_syscall(LINUX_LSEEK, system, offset, whence));
}

int dup(int file) {
  int system = system_of(file), copy = lowest_free();
  if (system < 0 || copy < 0) return -1;
  int opened = __bw_result(__bw_syscall(LINUX_DUP, system, 0, 0));
  if (opened < 0) return -1;
  system_file[copy] = (short)(opened + 1);
  return copy;
}

static void from_linux(struct stat *to, const struct linux_stat *from) {
  memset(to, 0, sizeof *to);
  to->st_dev = 1;
  to->st_ino = from->ino;
  to->st_mode = from->mode; /* the type and permission bits are the same in both */
  to->st_nlink = from->nlink;
  to->st_size = S_ISDIR(from->mode) ? 0 : from->size;
  to->st_blksize = 1024;
  to->st_blocks = (to->st_size + 511) / 512;
  to->st_atime = from->atime;
  to->st_mtime = from->mtime;
  to->st_ctime = from->ctime;
}

int _fstat(int file, struct stat *to) {
  if ((unsigned)file < STREAMS) {
    memset(to, 0, sizeof *to);
    to->st_mode = S_IFIFO | 0600;
    to->st_blksize = 1024;
    return 0;
  }
  struct linux_stat from;
  int system = system_of(file);
  if (system < 0 || __bw_result(__bw_syscall(LINUX_FSTAT, system, (int)&from, 0)) < 0) return -1;
  from_linux(to, &from);
  return 0;
}

int _stat(const char *path, struct stat *to) {
  struct linux_stat from;
  if (path_call(LINUX_STAT, path, (int)&from) < 0) return -1;
  from_linux(to, &from);
  return 0;
}

int lstat(const char *path, struct stat *to) { return _stat(path, to); }

int _isatty(int file) {
  (void)file;
  return errno = ENOTTY, 0;
}

int _unlink(const char *path) { return path_call(LINUX_UNLINK, path, 0); }

int _mkdir(const char *path, mode_t mode) { return path_call(LINUX_MKDIR, path, (int)mode); }

int mkdir(const char *path, mode_t mode) { return _mkdir(path, mode); }

int rmdir(const char *path) { return path_call(LINUX_RMDIR, path, 0); }

int access(const char *path, int mode) {
  /* What is there may be read and executed: only writing is asked for. */
  return path_call(LINUX_ACCESS, path, mode & W_OK);
}

int _rename(const char *from, const char *to) {
  char buffer[PATH_BYTES];
  const char *asked = system_path(buffer, to);
  return asked == NULL ? -1 : path_call(LINUX_RENAME, from, (int)asked);
}

int _link(const char *from, const char *to) {
  (void)from, (void)to;
  return fail(EMLINK);
}

int ftruncate(int file, off_t size) {
  if ((unsigned)file < STREAMS) return fail(EINVAL);
  int system = system_of(file);
  return system < 0 ? -1 : __bw_result(__bw_syscall(LINUX_FTRUNCATE, system, (int)size, 0));
}

int truncate(const char *path, off_t size) {
  int file = _open(path, O_WRONLY, 0);
  if (file < 0) return -1;
  int done = ftruncate(file, size);
  int code = errno;
  _close(file);
  if (done < 0) errno = code;
  return done;
}

int fsync(int file) { return system_of(file) < 0 ? -1 : 0; }

int chdir(const char *path) {
  char buffer[PATH_BYTES];
  struct stat found;
  const char *asked = system_path(buffer, path);
  if (asked == NULL || _stat(path, &found) < 0) return -1;
  if (!S_ISDIR(found.st_mode)) return fail(ENOTDIR);
  size_t length = asked == buffer ? strlen(buffer) : 0;
  while (length > 0 && buffer[length - 1] == '/') length--;
  memcpy(current, buffer, length);
  current[length] = 0;
  return 0;
}

char *getcwd(char *to, size_t size) {
  size_t length = strlen(current);
  if (to == NULL || size < length + 2) {
    errno = to == NULL ? EINVAL : ERANGE;
    return NULL;
  }
  to[0] = '/';
  memcpy(to + 1, current, length + 1);
  return to;
}
