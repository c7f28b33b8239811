/* Builtins for the machine's own instructions, the time base, traps that are not taken, hints, and asm that does nothing. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#define APART __attribute__((noinline))
static unsigned char memory[64] __attribute__((aligned(32)));

APART static unsigned turned(unsigned a, unsigned b, unsigned n) {
  return __builtin_ppc_rlwimi(a, b, 7, 0x00fff000) ^ __builtin_ppc_rlwnm(a, n, 0x00ffff00) ^
         __builtin_rotateleft32(a, n) ^ __builtin_rotateright32(b, n);
}
APART static unsigned high(int a, int b) {
  return (unsigned)__builtin_ppc_mulhw(a, b) ^ __builtin_ppc_mulhwu((unsigned)a, (unsigned)b);
}
APART static unsigned reversed(unsigned char *at) {
  unsigned sum = (unsigned)__builtin_ppc_load4r((unsigned *)at);
  sum ^= (unsigned)__builtin_ppc_load2r((unsigned short *)(at + 8));
  __builtin_ppc_store4r(sum, (unsigned *)(at + 12));
  __builtin_ppc_store2r(sum, (unsigned short *)(at + 18));
  return sum;
}
APART static int trapping(int a, int b) {
  __builtin_ppc_tw(a, b, 4);
  __builtin_ppc_trap(a == b);
  return a - b;
}

APART static unsigned lower(void) {
  unsigned now;
  __asm__ volatile("mftb %0" : "=r"(now));
  return now;
}
APART static unsigned long long whole(void) {
  unsigned high, low, again;
  do {
    __asm__ volatile("mftbu %0" : "=r"(high));
    __asm__ volatile("mftbl %0" : "=r"(low));
    __asm__ volatile("mfspr %0,269" : "=r"(again));
  } while (high != again);
  return (unsigned long long)high << 32 | low;
}

/* As manuals have it. */
APART static unsigned long long looped(void) {
  unsigned high, low, again;
  __asm__ volatile(
      "1: mftbu %0\n"
      "\tmftb %1\n"
      "\tmftbu %2\n"
      "\tcmpw %0,%2\n"
      "\tbne- 1b"
      : "=r"(high), "=r"(low), "=r"(again)
      :
      : "cr0");
  return (unsigned long long)high << 32 | low;
}

/* The time goes on: how far depends on who tells it. */
APART static int times(void) {
  unsigned long long first = __builtin_readcyclecounter();
  unsigned long long second = __builtin_ppc_get_timebase();
  unsigned long long third = whole() < looped() ? looped() : 0;
  unsigned fourth = lower();
  return first <= second && second <= third && fourth - (unsigned)third < 0x40000000 &&
         __builtin_ppc_mftbu() == (unsigned)(third >> 32) && clock() >= 0;
}

APART static int overflows(int a, unsigned long long b, signed char c) {
  int sum;
  unsigned long long product;
  signed char small;
  short mixed;
  int any = __builtin_add_overflow(a, 0x7ffffff0, &sum);
  any = any * 2 + __builtin_mul_overflow(b, 0x100000001ull, &product);
  any = any * 2 + __builtin_sub_overflow(c, 100, &small);
  any = any * 2 + __builtin_mul_overflow(a, b, &mixed);
  unsigned carry;
  unsigned added = __builtin_addc((unsigned)a, 0xfffffff0u, 1u, &carry);
  unsigned long long borrow;
  unsigned long long less = __builtin_subcll(b, 5ull, 1ull, &borrow);
  printf("%d %d %llu %d %d %u %u %llu %llu\n", any, sum, product, small, mixed, added, carry, less, borrow);
  return any;
}

APART static int hints(int *at, int n) {
  __builtin_prefetch(at, 0, 3);
  __builtin_prefetch(at + 8, 1, 0);
  __builtin_assume(n >= 0);
  int *aligned = __builtin_assume_aligned(at, 16);
  if (__builtin_expect_with_probability(n > 100, 0, 0.9)) return 5;
  if (__builtin_expect(n == 77, 1)) return 6;
  if (n < 0) __builtin_unreachable();
  __builtin_dcbf(at);
  __builtin_ppc_dcbst(at);
  __builtin_ppc_dcbt(at);
  __builtin_ppc_dcbtst(at);
  __builtin_ppc_sync();
  __builtin_ppc_isync();
  __builtin_ppc_eieio();
  __builtin_ppc_fence();
  __builtin___clear_cache((char *)at, (char *)(at + 4));
  __asm__ volatile("sync; isync\n\tnop" ::: "memory");
  return aligned[n & 3] + (int)__builtin_object_size(memory, 0) + __builtin_constant_p(n);
}

APART static unsigned counts(unsigned _BitInt(37) x, unsigned _BitInt(117) y, unsigned char z) {
  return (unsigned)(__builtin_popcountg(x) + 3 * __builtin_clzg(x, 99) + 5 * __builtin_ctzg(y, 98) +
                    7 * __builtin_popcountg(y) + 11 * __builtin_clzg(z, 9) + 13 * __builtin_parity(z) +
                    17 * __builtin_ffs(z) + 19 * __builtin_clrsb((int)x)) ^
         __builtin_bitreverse32((unsigned)x) ^ __builtin_bitreverse8(z) ^ __builtin_bswap16((unsigned short)x);
}

APART static unsigned long frame(void) {
  int local[4];
  memset(local, 1, sizeof local);
  __asm__ volatile("" ::"r"(local) : "memory");
  return (unsigned long)__builtin_frame_address(0) ^ (unsigned long)local;
}

/* Undefined in C from 32 on; instructions for shifts of words take six bits of the amount. */
APART static unsigned shifted(unsigned x, volatile unsigned *amount) {
  unsigned n = *amount;
  return (x << n) ^ (x >> n) * 3 ^ (unsigned)((int)x >> n) * 5;
}

int main(int argc, char **argv) {
  (void)argv;
  for (unsigned i = 0; i < sizeof memory; i++) memory[i] = (unsigned char)(i * 37 + (unsigned)argc);
  for (unsigned i = 1; i < 40; i += 3)
    printf("%08x %08x %d\n", turned(i * 0x9e3779b9u, i * 0x85ebca6bu, i), high((int)(i * 0x9e3779b9u), -(int)i),
           trapping((int)i, -1));
  for (volatile unsigned n = 0; n < 70; n += 3) printf("%08x ", shifted(0x9abcdef1u, &n));
  printf("\n%08x %08x\n", reversed(memory), reversed(memory + 1));
  for (unsigned i = 0; i < 24; i++) printf("%02x", memory[i]);
  printf("\n%d\n", times());
  overflows(20, 0x123456789ull, -100);
  overflows(-20, 3, 27);
  int some[16] __attribute__((aligned(16))) = {3, 1, 4, 1, 5};
  printf("%d %d %d\n", hints(some, 2), hints(some, 77), hints(some, 101));
  for (int i = 0; i < 5; i++)
    printf("%08x ", counts((unsigned _BitInt(37))i << 33 | 6u, (unsigned _BitInt(117))i << (20 * i), (unsigned char)i));
  printf("\n%lx\n", frame());
  return 0;
}
