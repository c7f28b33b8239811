// Everything that block mapping looks at and nothing of the C library: the exit status is the answer.
static volatile unsigned seed = 5;
static unsigned values[16];

__attribute__((noinline)) static unsigned next(void) { return seed = seed * 1664525u + 1013904223u; }
static unsigned triple(unsigned x) { return x * 3; }
static unsigned turned(unsigned x) { return x << 7 | x >> 25; }
static unsigned (*volatile const functions[])(unsigned) = {triple, turned};

__attribute__((noinline)) static unsigned step(unsigned kind, unsigned x) {
  switch (kind) {
  case 0: return x + seed;
  case 1: return x & 8 ? x >> 3 : x - 1;
  case 2: for (unsigned i = 0; i < 16; i++) values[i] += x ^ i; return values[x & 15];
  case 3: return functions[x & 1](x);
  case 5: return x / (seed | 1);
  case 6: return x > 99 ? step(1, x - 99) : 4;
  case 7: seed++; return 0;
  default: return x;
  }
}

int main(void) {
  unsigned sum = 0;
  for (unsigned i = 0; i < 200; i++) {
    unsigned r = next();
    sum = sum * 31 + step(r >> 29, r >> 7);
    if ((sum & 0xff00) == 0x4200) break;
  }
  return (int)(sum & 127);
}
