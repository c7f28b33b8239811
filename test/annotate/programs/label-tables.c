/* Computed gotos whose labels are hard to tell apart: equal and empty handlers, tables of differences, labels at one
   place, a function so large that its labels are far apart, switches beside them, addresses as data. */
#include <stdio.h>
#include <string.h>

/* Handlers that are equal, empty, or jump on at once. */
__attribute__((noinline)) static unsigned merged(const char *text) {
  static void *const on[] = {&&add, &&nop, &&also_nop, &&add_too, &&skip, &&skip_too, &&end};
  unsigned sum = 0, steps = 0;
  const char *at = text;
next:
  if (++steps > 1000) return 0;
  goto *on[*at++ - 'a'];
add:
  sum = sum * 3 + 1;
  goto next;
nop:
  goto next;
also_nop:
  goto next;
add_too:
  sum = sum * 3 + 1;
  goto next;
skip:
  at++;
  goto next;
skip_too:
  at++;
  goto next;
end:
  return sum ^ steps << 16;
}

/* A table of distances, as position-independent interpreters have. */
__attribute__((noinline)) static int distances(int n) {
  static const int from_first[] = {&&one - &&one, &&two - &&one, &&three - &&one};
  int r = 0;
  for (int i = 0; i < n; i++) {
    goto *(&&one + from_first[(unsigned)(i * 7 + r) % 3]);
  one:
    r += 1;
    continue;
  two:
    r = r * 2 + i;
    continue;
  three:
    r ^= 5;
  }
  return r;
}

/* Labels in the loop of a switch: a jump table and computed jumps in one function. */
__attribute__((noinline)) static int both(const char *s, void **resume) {
  int acc = 0;
  if (*resume) goto **resume;
  for (;; s++) {
    switch (*s) {
      case 0: return acc;
      case '0': acc += 1; break;
      case '1': acc += 3; break;
      case '2': acc *= 2; break;
      case '3': acc -= 7; break;
      case '4': acc ^= 9; break;
      case '5': acc = ~acc; break;
      case '6': acc += 100; break;
      case 'y': *resume = &&yielded; return acc;
      default: *resume = &&failed; return -1;
    }
    continue;
  yielded:
    acc = 50;
    *resume = 0;
    continue;
  failed:
    *resume = 0;
    acc = 7;
  }
}

#define A(n) r = r * 1103515245u + n; q[r >> 28] += r ^ n; p[n & 15] ^= q[(r >> 7) & 15];
#define B(n) A(n) A(n + 1) A(n + 2) A(n + 3) A(n + 4) A(n + 5) A(n + 6) A(n + 7)
/* Labels thousands of instructions apart. */
__attribute__((noinline)) static unsigned large(unsigned seed) {
  static unsigned p[16], q[16];
  void *table[4];
  unsigned r = seed;
  int left = 40;
  table[0] = &&w;
  table[1] = &&x;
  table[2] = &&y;
  table[3] = &&z;
go:
  if (--left == 0) return r ^ p[3] ^ q[5];
  goto *table[(r >> 13) & 3];
w:
  B(1) B(20) B(45)
  goto go;
x:
  B(2) B(33) B(71)
  goto go;
y:
  B(9) B(55) B(90)
  goto *table[(r >> 3) & 3];
z:
  B(5) B(65) B(96)
  goto go;
}

/* The value of a label depends on which label it is, and is compared and hashed. */
__attribute__((noinline)) static unsigned hash(int i) {
  void *p = i == 0 ? &&a : i == 1 ? &&b : &&c;
  unsigned h = (unsigned)p * 2654435761u;
  goto *p;
a:
  return h + 1;
b:
  return h + 2;
c:
  return p == &&c ? h + 3 : 0;
}

int main(void) {
  printf("%08x\n", merged("aabcdaexdfyabcg"));
  for (int i = 0; i < 12; i++) printf("%d ", distances(i));
  void *resume = 0;
  printf("\n%d ", both("0123456", &resume));
  printf("%d ", both("012y", &resume));
  printf("%d ", both("_456?", &resume));
  printf("%d\n", both("_11", &resume));
  printf("%08x %08x\n", large(1), large(99));
  printf("%08x %08x %08x\n", hash(0), hash(1), hash(2));
}
