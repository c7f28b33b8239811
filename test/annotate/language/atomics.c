/* Atomic operations of all widths, and on structures. */
#include <stdint.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
static _Atomic uint8_t a8 = 5; static _Atomic uint16_t a16 = 500; static _Atomic uint32_t a32 = 70000; static _Atomic uint64_t a64 = 1ull << 40; static _Atomic int si = -3; static _Atomic int8_t s8 = -3; static _Atomic(void *) ap; static _Atomic long long sl = -5;
#define BIG {{9, 8, 7, 6, 5}}
static _Atomic float af = 1.5f; static _Atomic double ad = 2.5; static _Atomic _Bool ab;
struct pair { int a, b; }; struct big { int v[5]; };
static _Atomic struct pair apair; static _Atomic struct big abig;
static int one_ = 1; static volatile int one = 1;
#define ALL(x, T) do { T o = 7; printf("%lld ", (long long)atomic_fetch_add(&x, 3 * one)); printf("%lld ", (long long)atomic_fetch_sub(&x, 5 * one)); \
  printf("%lld ", (long long)atomic_fetch_and(&x, 0xfe)); printf("%lld ", (long long)atomic_fetch_or(&x, 0x11)); printf("%lld ", (long long)atomic_fetch_xor(&x, 0x55)); \
  printf("%lld ", (long long)atomic_exchange(&x, 9)); printf("%d ", atomic_compare_exchange_strong(&x, &o, 33)); printf("%lld ", (long long)o); o = 9; \
  printf("%d ", atomic_compare_exchange_weak(&x, &o, 34)); atomic_store(&x, atomic_load(&x) + 1); printf("%lld ", (long long)__atomic_fetch_nand((T*)&x, 6, __ATOMIC_SEQ_CST)); \
  printf("%lld ", (long long)__atomic_fetch_min((T*)&x, 20, __ATOMIC_SEQ_CST)); printf("%lld ", (long long)__atomic_fetch_max((T*)&x, 50, __ATOMIC_SEQ_CST)); x += 2; x *= 3; x--; printf("%lld\n", (long long)x); } while (0)
int main(void) {
  ALL(a8, uint8_t); ALL(a16, uint16_t); ALL(a32, uint32_t); ALL(a64, uint64_t); ALL(si, int); ALL(s8, int8_t); ALL(sl, long long);
  atomic_store_explicit(&ap, &one_, memory_order_release); printf("%d\n", atomic_load_explicit(&ap, memory_order_acquire) == (void *)&one_);
  af += 1.25f; ad *= 3.0; ab |= 1; { float f = af; double d = ad; unsigned u; uint64_t w; memcpy(&u, &f, 4); memcpy(&w, &d, 8); printf("%x %llx %d\n", u, (unsigned long long)w, ab); }
  struct pair p = {one, 2}, q = {0, 0}; atomic_store(&apair, p); printf("%d\n", atomic_compare_exchange_strong(&apair, &q, p)); printf("%d %d\n", q.a, q.b);
  struct big bigger = BIG; struct big b = {{1, 2, 3, 4, one}}; atomic_store(&abig, b); b = atomic_exchange(&abig, bigger); printf("%d ", b.v[4]); b = atomic_load(&abig); printf("%d\n", b.v[0]);
  atomic_thread_fence(memory_order_seq_cst); atomic_signal_fence(memory_order_acquire);
  static atomic_flag fl = ATOMIC_FLAG_INIT; printf("%d %d\n", atomic_flag_test_and_set(&fl), atomic_flag_test_and_set(&fl)); atomic_flag_clear(&fl);
  printf("%d %d %d\n", atomic_is_lock_free(&a32), atomic_is_lock_free(&abig), (int)__sync_fetch_and_add((int *)&si, 4)); __sync_synchronize();
  printf("%d %d\n", __sync_bool_compare_and_swap((int *)&si, 1, 2), (int)__sync_lock_test_and_set((int *)&si, 5)); __sync_lock_release((int *)&si);
  return 0;
}
