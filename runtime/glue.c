/* newlib's system interface on Linux/PowerPC system calls: the process, time and the heap. Files are in files.c. */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
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
int __bw_result(int value) {
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

int _getpid(void) { return 1; }

/* A program can only signal itself, and has no handlers outside newlib's own: it ends as a shell reports it. */
int _kill(int pid, int signal_number) {
  (void)pid;
  _exit(128 + signal_number);
}

int _gettimeofday(struct timeval *to, void *zone) {
  struct linux_timeval from;
  (void)zone;
  int r = __bw_result(__bw_syscall(LINUX_GETTIMEOFDAY, (int)&from, 0, 0));
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
