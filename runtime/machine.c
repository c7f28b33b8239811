/* What compilers call for features of the machine. */

unsigned long long __bw_time_base(void);
void __clear_cache(void *from, void *to);

/* The time base as a whole: __builtin_readcyclecounter. The upper half is read again in case the lower half overflowed. */
unsigned long long __bw_time_base(void) {
  unsigned high, low, again;
  do {
    __asm__ volatile("mftbu %0" : "=r"(high));
    __asm__ volatile("mftb %0" : "=r"(low));
    __asm__ volatile("mftbu %0" : "=r"(again));
  } while (high != again);
  return (unsigned long long)high << 32 | low;
}

/* __builtin___clear_cache: programs here do not write code, and what they write as data is in no instruction cache. */
void __clear_cache(void *from, void *to) {
  (void)from;
  (void)to;
}
