/* newlib's system interface (`_read`, `_write`, …) on Linux/PowerPC system calls.
   Standard streams are answered without asking the system: whether they are a terminal, a pipe or a file must not change
   what a program does, since the same program is compared instruction by instruction under several executors. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>
#include <unistd.h>

#include "linux.h"

#undef errno
extern int errno;

/* The whole program lives below this address: the annotated module's memory is this large. */
enum { ADDRESS_LIMIT = 0x04000000 };

/* Linux errno 35 and up to newlib's; below 35 both agree. */
static const struct {
  unsigned char linux_value, newlib_value;
} errno_pairs[] = {
    {35, EDEADLK},       {36, ENAMETOOLONG}, {37, ENOLCK},       {38, ENOSYS},       {39, ENOTEMPTY},
    {40, ELOOP},         {42, ENOMSG},       {43, EIDRM},        {71, EPROTO},       {75, EOVERFLOW},
    {84, EILSEQ},        {88, ENOTSOCK},     {89, EDESTADDRREQ}, {90, EMSGSIZE},     {95, EOPNOTSUPP},
    {98, EADDRINUSE},    {104, ECONNRESET},  {105, ENOBUFS},     {107, ENOTCONN},    {110, ETIMEDOUT},
    {111, ECONNREFUSED}, {113, EHOSTUNREACH}, {114, EALREADY},   {115, EINPROGRESS}, {116, ESTALE},
};

/* Sets errno from a negative result and returns -1; passes other results on. */
static int result(int value) {
  if (value >= 0 || value < -4095) return value;
  int code = -value;
  if (code >= 35) {
    int translated = EIO;
    for (unsigned i = 0; i < sizeof errno_pairs / sizeof errno_pairs[0]; i++)
      if (errno_pairs[i].linux_value == code) translated = errno_pairs[i].newlib_value;
    code = translated;
  }
  errno = code;
  return -1;
}

_Noreturn void _exit(int status) {
  for (;;) __bw_syscall(LINUX_EXIT, status, 0, 0);
}

int _read(int file, char *to, int length) { return result(__bw_syscall(LINUX_READ, file, (int)to, length)); }

int _write(int file, const char *from, int length) {
  return result(__bw_syscall(LINUX_WRITE, file, (int)from, length));
}

int _open(const char *path, int flags, int mode) {
  int linux_flags = flags & 3;
  if (flags & O_CREAT) linux_flags |= LINUX_O_CREAT;
  if (flags & O_EXCL) linux_flags |= LINUX_O_EXCL;
  if (flags & O_NOCTTY) linux_flags |= LINUX_O_NOCTTY;
  if (flags & O_TRUNC) linux_flags |= LINUX_O_TRUNC;
  if (flags & O_APPEND) linux_flags |= LINUX_O_APPEND;
  if (flags & O_NONBLOCK) linux_flags |= LINUX_O_NONBLOCK;
  return result(__bw_syscall(LINUX_OPEN, (int)path, linux_flags, mode));
}

int _close(int file) { return result(__bw_syscall(LINUX_CLOSE, file, 0, 0)); }

int _lseek(int file, int offset, int whence) {
  if ((unsigned)file <= 2) {
    errno = ESPIPE;
    return -1;
  }
  return result(__bw_syscall(LINUX_LSEEK, file, offset, whence));
}

static void from_linux(struct stat *to, const struct linux_stat *from) {
  memset(to, 0, sizeof *to);
  to->st_dev = from->dev;
  to->st_ino = from->ino;
  to->st_mode = from->mode; /* the type and permission bits are the same in both */
  to->st_nlink = from->nlink;
  to->st_uid = from->uid;
  to->st_gid = from->gid;
  to->st_rdev = from->rdev;
  to->st_size = from->size;
  to->st_blksize = from->blksize;
  to->st_blocks = from->blocks;
  to->st_atime = from->atime;
  to->st_mtime = from->mtime;
  to->st_ctime = from->ctime;
}

int _fstat(int file, struct stat *to) {
  if ((unsigned)file <= 2) {
    memset(to, 0, sizeof *to);
    to->st_mode = S_IFIFO | 0600;
    to->st_blksize = 1024;
    return 0;
  }
  struct linux_stat from;
  int r = result(__bw_syscall(LINUX_FSTAT, file, (int)&from, 0));
  if (r == 0) from_linux(to, &from);
  return r;
}

int _stat(const char *path, struct stat *to) {
  struct linux_stat from;
  int r = result(__bw_syscall(LINUX_STAT, (int)path, (int)&from, 0));
  if (r == 0) from_linux(to, &from);
  return r;
}

int _isatty(int file) {
  (void)file;
  errno = ENOTTY;
  return 0;
}

int _unlink(const char *path) { return result(__bw_syscall(LINUX_UNLINK, (int)path, 0, 0)); }

int _rename(const char *from, const char *to) {
  return result(__bw_syscall(LINUX_RENAME, (int)from, (int)to, 0));
}

int _link(const char *from, const char *to) {
  (void)from, (void)to;
  errno = EMLINK;
  return -1;
}

int _getpid(void) { return 1; }

/* A program can only signal itself, and has no handlers outside newlib's own: it ends as a shell reports it. */
int _kill(int pid, int signal_number) {
  (void)pid;
  _exit(128 + signal_number);
}

int _gettimeofday(struct timeval *to, void *zone) {
  struct linux_timeval from;
  (void)zone;
  int r = result(__bw_syscall(LINUX_GETTIMEOFDAY, (int)&from, 0, 0));
  if (r == 0) {
    to->tv_sec = from.seconds;
    to->tv_usec = from.microseconds;
  }
  return r;
}

/* Linux counts 100 ticks a second; newlib's CLOCKS_PER_SEC is asked for the scale. */
clock_t _times(struct tms *to) {
  int ticks[4] = {0, 0, 0, 0};
  int r = __bw_syscall(LINUX_TIMES, (int)ticks, 0, 0);
  const clock_t scale = CLOCKS_PER_SEC / 100 ? CLOCKS_PER_SEC / 100 : 1;
  to->tms_utime = (clock_t)ticks[0] * scale;
  to->tms_stime = (clock_t)ticks[1] * scale;
  to->tms_cutime = (clock_t)ticks[2] * scale;
  to->tms_cstime = (clock_t)ticks[3] * scale;
  return (clock_t)r * scale;
}

extern char _end[];

/* The heap starts at the first page after the program's data, whatever the system's own idea of the break is. */
void *_sbrk(ptrdiff_t increment) {
  static uintptr_t current;
  if (current == 0) current = ((uintptr_t)_end + 4095) & ~(uintptr_t)4095;
  uintptr_t next = current + (uintptr_t)increment;
  if (increment < 0 ? next > current || next < (uintptr_t)_end : next < current || next > ADDRESS_LIMIT) {
    errno = ENOMEM;
    return (void *)-1;
  }
  if ((uintptr_t)__bw_syscall(LINUX_BRK, (int)next, 0, 0) < next) {
    errno = ENOMEM;
    return (void *)-1;
  }
  void *start = (void *)current;
  current = next;
  return start;
}
