/* What runs before main and after exit: functions with the constructor and destructor attribute, and C++'s static objects. The
   linker puts their addresses into two arrays, by priority. Programs without any don't come here: __bw_construct below is
   empty, and the build puts a call of __bw_construct_all in its place (src/toolchain/final-ir.ts). */
#include <stdint.h>
#include <stdlib.h>

typedef void (*function)(void);
extern const function __init_array_start[], __init_array_end[];
extern const function __fini_array_start[], __fini_array_end[];

void __bw_construct(void);
void __bw_construct_all(void);

[[gnu::weak]] void __bw_construct(void) {}

/* The compiler takes two arrays for different places, which these are not when there is nothing between them. */
static unsigned count(const function *start, const function *end) {
  return ((uintptr_t)end - (uintptr_t)start) / sizeof(function);
}

/* The last ones first: lower priorities are destroyed later. */
static void destroy_all(void) {
  for (unsigned i = count(__fini_array_start, __fini_array_end); i > 0; i--) __fini_array_start[i - 1]();
}

void __bw_construct_all(void) {
  unsigned constructors = count(__init_array_start, __init_array_end);
  if (count(__fini_array_start, __fini_array_end) > 0) atexit(destroy_all);
  for (unsigned i = 0; i < constructors; i++) __init_array_start[i]();
}
