/* Linux/PowerPC (32-bit) system call numbers and layouts: what the C glue hands to the kernel, to QEMU and to our
   own simulators. Only calls that a freestanding C program with newlib needs. */
#ifndef BW_LINUX_H
#define BW_LINUX_H

enum {
  LINUX_EXIT = 1,
  LINUX_READ = 3,
  LINUX_WRITE = 4,
  LINUX_OPEN = 5,
  LINUX_CLOSE = 6,
  LINUX_UNLINK = 10,
  LINUX_LSEEK = 19,
  LINUX_GETPID = 20,
  LINUX_ACCESS = 33,
  LINUX_RENAME = 38,
  LINUX_MKDIR = 39,
  LINUX_RMDIR = 40,
  LINUX_DUP = 41,
  LINUX_TIMES = 43,
  LINUX_BRK = 45,
  LINUX_GETTIMEOFDAY = 78,
  LINUX_FTRUNCATE = 93,
  LINUX_STAT = 106,
  LINUX_FSTAT = 108,
  LINUX_FSYNC = 118,
  LINUX_GETDENTS64 = 202,
};

/* Flags of open that differ from newlib's; the access mode (bits 0 and 1) is the same in both. */
enum {
  LINUX_O_CREAT = 0x40,
  LINUX_O_EXCL = 0x80,
  LINUX_O_NOCTTY = 0x100,
  LINUX_O_TRUNC = 0x200,
  LINUX_O_APPEND = 0x400,
  LINUX_O_NONBLOCK = 0x800,
  LINUX_O_DIRECTORY = 0x4000,
};

/* struct stat of system calls 106 and 108 on 32-bit PowerPC: 72 bytes. */
struct linux_stat {
  unsigned dev;
  unsigned ino;
  unsigned mode;
  unsigned short nlink;
  unsigned short pad;
  unsigned uid;
  unsigned gid;
  unsigned rdev;
  int size;
  unsigned blksize;
  unsigned blocks;
  unsigned atime, atime_nsec;
  unsigned mtime, mtime_nsec;
  unsigned ctime, ctime_nsec;
  unsigned unused[2];
};

/* An entry of getdents64; the name follows. */
struct linux_dirent {
  unsigned long long ino;
  long long offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

struct linux_timeval {
  int seconds;
  int microseconds;
};

/* One system call; the result is negative errno (Linux's numbers) on error. */
int __bw_syscall(int number, int a, int b, int c);

/* Sets errno from such a result and returns -1; passes other results on. */
int __bw_result(int value);

#endif
