/* Bytes in memory: unaligned and packed data, unions, copies of every size and alignment, structures by value. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma pack(push, 1)
struct packed { uint8_t a; uint16_t b; uint32_t c; uint64_t d; int16_t e; };
#pragma pack(pop)
struct pair { int32_t first; uint8_t second; int64_t third; char text[11]; };
struct fields { unsigned a : 3, b : 13, c : 7; signed d : 9; unsigned long long e : 40; };
union bytes { uint64_t d; uint32_t w[2]; uint16_t h[4]; uint8_t b[8]; };

static unsigned char buffer[256];
static uint32_t sum(const void *p, size_t n) {
  const unsigned char *b = p;
  uint32_t s = 2166136261u;
  while (n--) s = (s ^ *b++) * 16777619u;
  return s;
}
__attribute__((noinline)) static struct pair twice(struct pair p, int k) {
  p.first *= k; p.second += (uint8_t)k; p.third -= k; p.text[k & 7] = 'z';
  return p;
}
/* Tables indexed by bit fields, of elements of every size. */
static uint64_t wide_table[256];
static uint32_t word_table[256];
static uint16_t half_table[256];
__attribute__((noinline)) static uint32_t looked_up(uint32_t x) {
  uint32_t s = word_table[x & 255] + word_table[x >> 1 & 255] * 3 + word_table[x >> 2 & 63] * 5 + word_table[x >> 8 & 255] * 7;
  s += word_table[x >> 24] * 9 + word_table[x >> 25 & 127] * 11 + word_table[x >> 29 & 255] * 13 + word_table[x >> 3 & 0xf8] * 15;
  s ^= half_table[x >> 1 & 255] + half_table[x >> 7 & 255] * 5u + half_table[x >> 26 & 255] * 7u + half_table[x & 254] * 9u;
  s += (uint32_t)(wide_table[x >> 3 & 255] + wide_table[x >> 2 & 255] * 3 + wide_table[x >> 27 & 31] * 5 + wide_table[x >> 9 & 15] * 7);
  return s;
}
__attribute__((noinline)) static void copies(unsigned char *to, const unsigned char *from) {
  memcpy(to, from, 1); memcpy(to + 3, from + 5, 2); memcpy(to + 6, from + 9, 4); memcpy(to + 11, from + 2, 8);
  memcpy(to + 20, from + 30, 16); memcpy(to + 37, from + 50, 31); memcpy(to + 70, from, 64); memset(to + 140, 7, 5);
  memset(to + 150, 0, 24); memmove(to + 3, to, 40); memmove(to, to + 9, 100);
}

struct words { uint32_t a, b; };
/* The compiler takes a whole structure to be aligned even where its address is known not to be. */
static struct __attribute__((packed)) {
  uint16_t half;
  struct words words;
  uint8_t last;
} volatile known = {0x1234, {0x55667788, 0x99aabbcc}, 0xdd};
static volatile struct words origin = {0x01020304, 0x05060708};
__attribute__((noinline)) void copy_known(void) {
  volatile struct words *to = (volatile struct words *)&known.words;
  *to = origin;
}
__attribute__((noinline)) void copy_back(void) {
  volatile struct words *from = (volatile struct words *)&known.words;
  origin = *from;
}

int main(void) {
  copy_back();
  printf("%08lx %08lx\n", (unsigned long)origin.a, (unsigned long)origin.b);
  origin.a = 77;
  copy_known();
  printf("%04x %08lx %08lx %02x\n", known.half, (unsigned long)known.words.a, (unsigned long)known.words.b, known.last);
  for (uint32_t i = 0; i < 256; i++) {
    word_table[i] = i * 2654435761u;
    half_table[i] = (uint16_t)(i * 40503u);
    wide_table[i] = i * 0x9e3779b97f4a7c15u;
  }
  uint32_t found = 1;
  for (uint32_t i = 0; i < 400; i++) found = looked_up(found + i) ^ i;
  printf("%08x\n", (unsigned)found);
  for (int i = 0; i < 256; i++) buffer[i] = (unsigned char)(i * 37 + 11);
  for (int at = 0; at < 9; at++) {
    struct packed *p = (struct packed *)(buffer + at);
    p->b += p->a; p->c ^= p->b; p->d += (uint64_t)p->c << 20; p->e = (int16_t)(p->e - p->a);
    uint16_t h; uint32_t w; uint64_t d;
    memcpy(&h, buffer + at + 30, 2); memcpy(&w, buffer + at + 41, 4); memcpy(&d, buffer + at + 53, 8);
    printf("%d %x %lx %llx %d %llx\n", at, h, (unsigned long)w, (unsigned long long)d, p->e, (unsigned long long)p->d);
    h += 3; w -= 5; d *= 7;
    memcpy(buffer + at + 30, &h, 2); memcpy(buffer + at + 41, &w, 4); memcpy(buffer + at + 53, &d, 8);
  }
  union bytes u;
  u.d = 0x0102030405060708ull;
  printf("%lx %x %x %x\n", (unsigned long)u.w[0], u.h[3], u.b[0], u.b[7]);
  u.h[1] = 0xabcd; u.b[6] = 0x77;
  printf("%llx\n", (unsigned long long)u.d);
  struct pair p = {5, 6, -7, "structure"}, q = twice(p, 3);
  printf("%ld %d %lld %s | %ld %d %lld %s\n", (long)p.first, p.second, (long long)p.third, p.text, (long)q.first, q.second, (long long)q.third, q.text);
  struct fields f = {5, 8000, 100, -200, 0xabcdef1234ull};
  f.b += 191; f.d -= 55; f.e ^= f.b;
  printf("%u %u %u %d %llx\n", f.a, f.b, f.c, f.d, (unsigned long long)f.e);
  unsigned char *heap = malloc(512);
  for (int i = 0; i < 512; i++) heap[i] = (unsigned char)(i ^ 0x5a);
  for (int at = 0; at < 4; at++) for (int from = 0; from < 4; from++) {
    copies(heap + at, buffer + from);
    printf("%08lx ", (unsigned long)sum(heap, 512));
  }
  printf("\n");
  for (size_t n = 0; n < 40; n++) { memmove(heap + 7, heap + 5, n); memcpy(heap + 100 + n, heap + 3, n); memset(heap + 300 + n, (int)n, n); }
  printf("%08lx %d %s\n", (unsigned long)sum(heap, 512), memcmp(heap, buffer, 64) > 0, strchr("find the colon: here", ':'));
  int n = heap[3] + 20;
  volatile char grown[n];
  for (int i = 0; i < n; i++) grown[i] = (char)(i * 3);
  printf("%d\n", grown[n - 1]);
  free(heap);
  return 0;
}
