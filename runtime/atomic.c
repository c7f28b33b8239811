/* Atomic operations that the compiler calls by name: on objects larger than a word, which the cores cannot do in one step. There is
   one thread, so plain accesses are enough. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint64_t u64;

/* The names belong to the compiler's built-in functions, which C cannot define. */
#define NAMED(name) __asm__(#name)

void atomic_load(size_t bytes, const void *from, void *to, int order) NAMED(__atomic_load);
void atomic_store(size_t bytes, void *to, const void *from, int order) NAMED(__atomic_store);
void atomic_exchange(size_t bytes, void *place, const void *from, void *old, int order) NAMED(__atomic_exchange);
_Bool atomic_compare(size_t bytes, void *place, void *expected, const void *desired, int success, int failure)
    NAMED(__atomic_compare_exchange);
_Bool atomic_is_free(size_t bytes, const volatile void *place) NAMED(__atomic_is_lock_free);

void atomic_load(size_t bytes, const void *from, void *to, int order) {
  (void)order;
  memcpy(to, from, bytes);
}

void atomic_store(size_t bytes, void *to, const void *from, int order) {
  (void)order;
  memcpy(to, from, bytes);
}

void atomic_exchange(size_t bytes, void *place, const void *from, void *old, int order) {
  (void)order;
  const char *source = from;
  char *here = place, *there = old;
  for (size_t i = 0; i < bytes; i++) { /* `from` and `old` may be one place */
    char new_byte = source[i];
    there[i] = here[i];
    here[i] = new_byte;
  }
}

_Bool atomic_compare(size_t bytes, void *place, void *expected, const void *desired, int success, int failure) {
  (void)success, (void)failure;
  if (memcmp(place, expected, bytes) == 0) {
    memcpy(place, desired, bytes);
    return 1;
  }
  memcpy(expected, place, bytes);
  return 0;
}

_Bool atomic_is_free(size_t bytes, const volatile void *place) {
  return (bytes == 1 || bytes == 2 || bytes == 4) && ((uintptr_t)place & (bytes - 1)) == 0;
}

u64 load8(const u64 *from, int order) NAMED(__atomic_load_8);
u64 load8(const u64 *from, int order) {
  (void)order;
  return *from;
}

void store8(u64 *to, u64 value, int order) NAMED(__atomic_store_8);
void store8(u64 *to, u64 value, int order) {
  (void)order;
  *to = value;
}

_Bool compare8(u64 *place, u64 *expected, u64 desired, int success, int failure) NAMED(__atomic_compare_exchange_8);
_Bool compare8(u64 *place, u64 *expected, u64 desired, int success, int failure) {
  (void)success, (void)failure;
  u64 old = *place;
  if (old == *expected) {
    *place = desired;
    return 1;
  }
  *expected = old;
  return 0;
}

#define FETCH(name, value)                                                \
  u64 name##8(u64 *place, u64 operand, int order) NAMED(__atomic_##name##_8); \
  u64 name##8(u64 *place, u64 operand, int order) {                       \
    (void)order;                                                          \
    u64 old = *place;                                                     \
    *place = (value);                                                     \
    return old;                                                           \
  }

FETCH(exchange, operand)
FETCH(fetch_add, old + operand)
FETCH(fetch_sub, old - operand)
FETCH(fetch_and, old & operand)
FETCH(fetch_or, old | operand)
FETCH(fetch_xor, old ^ operand)
FETCH(fetch_nand, ~(old & operand))
