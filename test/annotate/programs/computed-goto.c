#include <stdio.h>
#include <stdlib.h>
enum { PUSH, ADD, MUL, DUP, SWAP, DEC, JNZ, HALT, XOR };
__attribute__((noinline)) static int interpret(const unsigned char *code, int n) {
  static void *const table[] = {&&push, &&add, &&mul, &&dup, &&swap, &&dec, &&jnz, &&halt, &&xor_};
  int stack[16], *sp = stack, t;
  const unsigned char *pc = code;
  *sp++ = n;
  goto *table[*pc++];
push: *sp++ = *pc++; goto *table[*pc++];
add: sp--; sp[-1] += sp[0]; goto *table[*pc++];
mul: sp--; sp[-1] *= sp[0]; goto *table[*pc++];
dup: sp[0] = sp[-1]; sp++; goto *table[*pc++];
swap: t = sp[-1]; sp[-1] = sp[-2]; sp[-2] = t; goto *table[*pc++];
dec: sp[-1]--; goto *table[*pc++];
jnz: t = (signed char)*pc++; if (sp[-1]) pc += t; goto *table[*pc++];
xor_: sp--; sp[-1] ^= sp[0]; goto *table[*pc++];
halt: return sp[-2];
}
/* one dispatch point, addresses printed */
__attribute__((noinline)) static int machine(const char *s) {
  void *state = &&start;
  int sum = 0;
  for (;;) {
    char c = *s++;
    if (!c) break;
    goto *state;
  start: if (c == 'a') { state = &&in; sum += 1; } continue;
  in: if (c == 'b') { state = &&out; sum += 10; } else if (c == 'z') state = &&start; continue;
  out: sum += 100; state = c == 'a' ? &&in : &&start; continue;
  }
  printf("%p %p %p %d\n", &&start, &&in, &&out, (int)((char*)&&out - (char*)&&in));
  return sum;
}
int main(int argc, char **argv) {
  unsigned char code[] = {PUSH, 200, DEC, SWAP, PUSH, 3, MUL, PUSH, 7, XOR, SWAP, JNZ, (unsigned char)-11, HALT};
  (void)argv;
  for (int i = 1; i < 6; i++) printf("%d\n", interpret(code, i * argc));
  printf("%d\n", machine("aabzabbbabaz"));
}
