/* What functions compiled with stack protection compare before they return. The value has the bytes at which string functions
   end, and is the same in every run. A program may have its own of both. */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

extern uintptr_t __stack_chk_guard;
uintptr_t __stack_chk_guard = 0x000aff0d;

_Noreturn void __stack_chk_fail(void);
_Noreturn void __stack_chk_fail(void) {
  static const char text[] = "*** stack smashing detected ***: terminated\n";
  write(2, text, sizeof text - 1);
  abort();
}
