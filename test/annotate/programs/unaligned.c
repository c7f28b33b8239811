// Pointers that are not as aligned as their types say: undefined in C, but the target does not mind.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct __attribute__((packed)) record {
  uint8_t kind;
  uint32_t word;
  uint16_t half;
  uint64_t wide;
};

__attribute__((noinline)) uint32_t read32(const uint32_t *p) { return *p; }
__attribute__((noinline)) uint16_t read16(const uint16_t *p) { return *p; }
__attribute__((noinline)) uint64_t read64(const uint64_t *p) { return *p; }
__attribute__((noinline)) void write32(uint32_t *p, uint32_t value) { *p = value; }
__attribute__((noinline)) void write16(uint16_t *p, uint16_t value) { *p = value; }
__attribute__((noinline)) void write64(uint64_t *p, uint64_t value) { *p = value; }

// The check of an invariant base stands before the loop; a base that changes is checked in it.
__attribute__((noinline)) uint32_t sum(const uint32_t *p, int n) {
  uint32_t total = 0;
  for (int i = 0; i < n; i++) total += p[i] * (uint32_t)i;
  return total;
}
// Loops that can be done in the lanes of a vector.
__attribute__((noinline)) int32_t dot(const int16_t *p, const int16_t *q, int n) {
  int32_t total = 0;
  for (int i = 0; i < n; i++) total += p[i] * q[i];
  return total;
}
__attribute__((noinline)) void add(uint32_t *to, const uint32_t *from, int n) {
  for (int i = 0; i < n; i++) to[i] += from[i];
}
__attribute__((noinline)) uint32_t sum_of(const uint32_t *const *rows, int n) {
  uint32_t total = 0;
  for (int i = 0; i < n; i++) total = total * 31 + rows[i][i];
  return total;
}

struct pair {
  uint32_t a, b;
};
__attribute__((noinline)) void copy(struct pair *to, const struct pair *from) { *to = *from; }
__attribute__((noinline)) uint32_t by_value(struct pair p) { return p.a ^ (p.b << 1); }
__attribute__((noinline)) void clear(struct pair *p) { memset(p, 0, sizeof *p); }

int main(int argc, char **argv) {
  int shift = argc > 1 ? atoi(argv[1]) : 0;
  static uint8_t bytes[80] __attribute__((aligned(8)));
  for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 37 + 11);
  struct record *r = (struct record *)(bytes + 3 + shift);
  printf("%08lx %04x %016llx\n", (unsigned long)read32(&r->word), read16(&r->half),
         (unsigned long long)read64(&r->wide));
  write32(&r->word, 0x12345678);
  write16(&r->half, 0xabcd);
  write64(&r->wide, 0x1122334455667788);
  printf("%lu\n", (unsigned long)sum((const uint32_t *)(bytes + 4 + shift), 12));
  printf("%ld\n", (long)dot((const int16_t *)(bytes + shift), (const int16_t *)(bytes + 30 + shift), 19));
  add((uint32_t *)(bytes + 36 + shift), (const uint32_t *)(bytes + shift), 9);
  const uint32_t *rows[8];
  for (int i = 0; i < 8; i++) rows[i] = (const uint32_t *)(bytes + 4 + (shift ? i : 4 * i));
  printf("%lu\n", (unsigned long)sum_of(rows, 8));
  struct pair *p = (struct pair *)(bytes + 32 + shift);
  copy((struct pair *)(bytes + 48 + 2 * shift), p);
  printf("%lu\n", (unsigned long)by_value(*p));
  clear(p);
  for (unsigned i = 0; i < sizeof bytes; i++) printf("%02x", bytes[i]);
  printf("\n");
}
