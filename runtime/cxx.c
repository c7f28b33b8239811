/* What C++ without exceptions and run-time types needs of a library, by the names that the compiler gives it: operator new and
   delete, and the functions behind pure virtual calls and local statics. Memory that is not there ends the program. */
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>

typedef unsigned int size;
_Static_assert(sizeof(size) == sizeof(size_t), "operator new takes an unsigned int");

/* Named in the registration of static objects' destructors. */
void *__dso_handle = &__dso_handle;

void *_Znwj(size bytes); /* operator new(unsigned) */
void *_Znaj(size bytes); /* operator new[](unsigned) */
void *_ZnwjRKSt9nothrow_t(size bytes, const void *tag);
void *_ZnajRKSt9nothrow_t(size bytes, const void *tag);
void *_ZnwjSt11align_val_tRKSt9nothrow_t(size bytes, size align, const void *tag);
void *_ZnajSt11align_val_tRKSt9nothrow_t(size bytes, size align, const void *tag);
void *_ZnwjSt11align_val_t(size bytes, size align);
void *_ZnajSt11align_val_t(size bytes, size align);
void _ZdlPv(void *place); /* operator delete(void *), and so on */
void _ZdaPv(void *place);
void _ZdlPvj(void *place, size bytes);
void _ZdaPvj(void *place, size bytes);
void _ZdlPvSt11align_val_t(void *place, size align);
void _ZdaPvSt11align_val_t(void *place, size align);
void _ZdlPvjSt11align_val_t(void *place, size bytes, size align);
void _ZdaPvjSt11align_val_t(void *place, size bytes, size align);
[[noreturn]] void __cxa_pure_virtual(void);
[[noreturn]] void __cxa_deleted_virtual(void);
int __cxa_guard_acquire(unsigned char *guard);
void __cxa_guard_release(unsigned char *guard);
void __cxa_guard_abort(unsigned char *guard);
int __cxa_atexit(void (*destroy)(void *), void *object, void *dso);
int __cxa_thread_atexit(void (*destroy)(void *), void *object, void *dso);

/* May operator new give nothing? Volatile: the compiler takes operator new for a function that looks at no variable. */
static volatile int may_be_nothing;

/* An object of no bytes has an address of its own, too. */
[[gnu::weak]] void *_Znwj(size bytes) {
  void *place = malloc(bytes ? bytes : 1);
  if (place == 0 && !may_be_nothing) abort();
  return place;
}

[[gnu::weak]] void *_ZnwjSt11align_val_t(size bytes, size align) {
  void *place = memalign(align, bytes ? bytes : 1);
  if (place == 0 && !may_be_nothing) abort();
  return place;
}

/* A program that has an operator new of its own means this one, too: what it gives goes to the program's operator delete. */
[[gnu::weak]] void *_ZnwjRKSt9nothrow_t(size bytes, const void *tag) {
  (void)tag;
  may_be_nothing++;
  void *place = _Znwj(bytes);
  may_be_nothing--;
  return place;
}
[[gnu::weak]] void *_ZnwjSt11align_val_tRKSt9nothrow_t(size bytes, size align, const void *tag) {
  (void)tag;
  may_be_nothing++;
  void *place = _ZnwjSt11align_val_t(bytes, align);
  may_be_nothing--;
  return place;
}

[[gnu::weak]] void *_Znaj(size bytes) { return _Znwj(bytes); }
[[gnu::weak]] void *_ZnajRKSt9nothrow_t(size bytes, const void *tag) {
  (void)tag;
  may_be_nothing++;
  void *place = _Znaj(bytes);
  may_be_nothing--;
  return place;
}
[[gnu::weak]] void *_ZnajSt11align_val_t(size bytes, size align) { return _ZnwjSt11align_val_t(bytes, align); }
[[gnu::weak]] void *_ZnajSt11align_val_tRKSt9nothrow_t(size bytes, size align, const void *tag) {
  (void)tag;
  may_be_nothing++;
  void *place = _ZnajSt11align_val_t(bytes, align);
  may_be_nothing--;
  return place;
}

[[gnu::weak]] void _ZdlPv(void *place) { free(place); }
[[gnu::weak]] void _ZdaPv(void *place) { _ZdlPv(place); }
[[gnu::weak]] void _ZdlPvj(void *place, size bytes) {
  (void)bytes;
  _ZdlPv(place);
}
[[gnu::weak]] void _ZdaPvj(void *place, size bytes) {
  (void)bytes;
  _ZdaPv(place);
}
[[gnu::weak]] void _ZdlPvSt11align_val_t(void *place, size align) {
  (void)align;
  free(place);
}
[[gnu::weak]] void _ZdaPvSt11align_val_t(void *place, size align) { _ZdlPvSt11align_val_t(place, align); }
[[gnu::weak]] void _ZdlPvjSt11align_val_t(void *place, size bytes, size align) {
  (void)bytes;
  _ZdlPvSt11align_val_t(place, align);
}
[[gnu::weak]] void _ZdaPvjSt11align_val_t(void *place, size bytes, size align) {
  (void)bytes;
  _ZdaPvSt11align_val_t(place, align);
}

void __cxa_pure_virtual(void) { abort(); }
void __cxa_deleted_virtual(void) { abort(); }

/* There is one thread: a local static is initialised, or it is not. */
int __cxa_guard_acquire(unsigned char *guard) { return *guard == 0; }
void __cxa_guard_release(unsigned char *guard) { *guard = 1; }
void __cxa_guard_abort(unsigned char *guard) { (void)guard; }

/* There is one thread: its objects end with the program's static ones, in reverse order of all of them. */
int __cxa_thread_atexit(void (*destroy)(void *), void *object, void *dso) {
  return __cxa_atexit(destroy, object, dso);
}
