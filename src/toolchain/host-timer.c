/* Linked into native builds of programs that are measured: the time from before main to the end of exit() goes to
   descriptor 3, as seconds on the wall clock and of the processor. The program itself is compiled without knowing of it.
   Starting the process, the dynamic linker and the shell around it are therefore no part of the figures, just as a
   WebAssembly module's loading is none. */
#include <stdio.h>
#include <time.h>

static struct timespec wall_start, processor_start;

static double since(clockid_t clock, const struct timespec *start) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)(now.tv_sec - start->tv_sec) + 1e-9 * (double)(now.tv_nsec - start->tv_nsec);
}

__attribute__((constructor)) static void begin(void) {
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &processor_start);
  clock_gettime(CLOCK_MONOTONIC, &wall_start);
}

__attribute__((destructor)) static void end(void) {
  fflush(NULL); /* what the program printed last is its own work */
  double wall = since(CLOCK_MONOTONIC, &wall_start);
  double processor = since(CLOCK_PROCESS_CPUTIME_ID, &processor_start);
  dprintf(3, "%.9f %.9f\n", wall, processor);
}
