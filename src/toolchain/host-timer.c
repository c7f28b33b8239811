/* Linked into native builds of programs that are measured: the time from before main to the end of exit() goes to
   descriptor 3, as seconds. The program itself is compiled without knowing of it. Starting the process, the dynamic linker
   and the shell around it are therefore no part of the figure, just as a WebAssembly module's loading is none. */
#include <stdio.h>
#include <time.h>

static struct timespec start;

__attribute__((constructor)) static void begin(void) { clock_gettime(CLOCK_MONOTONIC, &start); }

__attribute__((destructor)) static void end(void) {
  struct timespec now;
  fflush(NULL); /* what the program printed last is its own work */
  clock_gettime(CLOCK_MONOTONIC, &now);
  dprintf(3, "%.9f\n", (double)(now.tv_sec - start.tv_sec) + 1e-9 * (double)(now.tv_nsec - start.tv_nsec));
}
